"""From the path of a file below docs/ to its address, and which paths make a sound one. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

# What MkDocs takes for Markdown (mkdocs.utils.is_markdown_file).
MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkdn", ".mkd"})
_OTHER = re.compile(r"[^a-z0-9]+")


def address_of(path: str) -> str:
    """Return the address below the site of the file at `path`, as MkDocs derives it."""
    if not path.endswith(".md"):
        return path
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    inner = folder if stem in ("index", "README") else f"{folder}/{stem}"
    return f"{inner.strip('/')}/"


def is_published(path: str) -> bool:
    """Tell whether MkDocs publishes the file at `path`: by default it leaves out what begins with a dot."""
    return "/." not in f"/{path}"


def flaw_of(path: str) -> str:
    """Return the way out if the page at `path` cannot keep its path as its address, else `""`."""
    *folders, name = PurePosixPath(path).parts
    stem = PurePosixPath(name).stem
    if folders[:1] == ["templates"]:
        return "MkDocs publishes nothing there: give the folder another name"
    parts = [*folders[:1], "index" if stem == "README" else stem]
    better = "/".join(_slug(part) for part in parts) + ".md"
    return "" if path == better else f"move it to docs/{better}"


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", ascii_only.lower()).strip("-") or "name"
