"""Tells YAML of the plainest form, on which every reader agrees, from all other.

libyaml is ten times as fast as the reader in Python and differs from it on tabs, escapes, block
scalars and deep nesting. Of what is told here to be simple they make the same, or both refuse it.
"""

from __future__ import annotations

import re

# Printable ASCII, Latin letters, and the marks of careful typing; no line end but the newline.
_CHARACTERS = r" -~\u00a1-\u02ff\u2010-\u2027\u2030-\u205e"
_LETTER = r"A-Za-z0-9\u00c0-\u02ff"
_KEY = r"[A-Za-z_][A-Za-z0-9_-]{0,80}+"
_QUOTED = rf"\"(?:(?![\"\\])[{_CHARACTERS}])*+\"|'(?:(?!')[{_CHARACTERS}])*+'"
# Text to the end of the line, in which a colon or hash means nothing.
_TEXT = rf"[{_LETTER}(](?:(?![:#])[{_CHARACTERS}]|:(?=[^\s])|(?<=[^\s])#)*+"
_ITEM = rf"(?:{_QUOTED}|[A-Za-z0-9][A-Za-z0-9._/ -]*+)[ ]*+"
_PAIR = rf"{_KEY}:[ ]++{_ITEM}"
_LIST = rf"\[[ ]*+(?:{_ITEM}(?:,[ ]*+{_ITEM})*+)?\]"
_MAPPING = rf"\{{[ ]*+(?:{_PAIR}(?:,[ ]*+{_PAIR})*+)?\}}"
_VALUE = rf"(?:{_TEXT}|{_QUOTED}|{_LIST}|{_MAPPING})"
# The depth is bounded, as libyaml's stack is.
_LINE = rf"[ ]{{0,40}}(?:-[ ]++){{0,8}}(?:{_KEY}:(?:[ ]++{_VALUE})?+|{_VALUE})?+[ ]*+"
_SIMPLE = re.compile(rf"(?:{_LINE}(?:\n|\Z))++")


def is_simple(text: str) -> bool:
    """Tell whether `text` has nothing in it but keys, lists, and plain or quoted text on a line."""
    return _SIMPLE.fullmatch(text) is not None
