"""The tables of the guide that tell what a schema takes."""

from __future__ import annotations

import re

from kb.notes.schema import describe


def schema_table(schema: type) -> str:
    """Return the rows of the table of a schema, from the line below its head to the blank line behind it."""
    rows = [
        f"| `{k.name}` | {_in_code(k.form)} | {'yes' if k.required else 'no'} | {k.about} |\n"
        for k in describe(schema)
    ]
    return "| --- | --- | --- | --- |\n" + "".join(rows) + "\n"


def _in_code(form: str) -> str:
    """Return a form with a key that is quoted set as code: a plain one would be a citation."""
    return re.sub(r'"@[^"]*"|"computed[^"]*"', lambda quoted: f"`{quoted[0]}`", form)
