"""What a build starts from, as values that are equal only if the site comes out the same."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.notes.page import PageKind
from kb.pages import download_paths, navigation, updated_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File

    from kb.site import Site

_PACKAGE = Path(__file__).parent
# Settings that are objects, whose own settings are looked at, that follow from the content, or that say
# where to write and serve.
_APART = frozenset({"plugins", "theme", "nav", "dev_addr", "watch", "site_dir"})
_UNLISTED = {PageKind.ANNOTATION, PageKind.QUESTION}  # pages that no navigation names
_ADDRESS = re.compile(" at 0x[0-9a-f]+")  # of an object: another in every process


def source_of(site: Site, file: File) -> str:
    """Return a digest of what a file holds; of a file that is only copied, of its state on disk."""
    page = site.pages.get(file.src_uri)
    if page:
        return page.revision
    content = file._content  # noqa: SLF001 - the only way to tell a file in memory from one on disk
    if content is None and not file.is_documentation_page():
        return state_of(str(file.abs_src_path))
    data = file.content_bytes if content is None else content
    return _hash(data.encode() if isinstance(data, str) else data)


def layout_of(site: Site, config: MkDocsConfig) -> tuple[Any, ...]:
    """Return everything that decides which files there are, what the navigation shows, and how pages look."""
    listed = [page for page in site.pages.values() if page.kind not in _UNLISTED]
    settings = [Path(config.config_file_path), *_templates(config)]
    return (
        [list(names) for names in (site.pages, site.references, site.transcripts, site.questions)],
        site.files | download_paths(site),
        navigation(site),
        [page.title for page in listed],
        [(path, state_of(str(path))) for path in settings],
    )


def dates_of(site: Site, pages: Sequence[File]) -> list[datetime.date]:
    """Return the day that the sitemap tells of each page."""
    return [updated_of(site, file.src_uri) for file in pages]


def _templates(config: MkDocsConfig) -> list[Path]:
    """Return the files that pages are made with, and what stands beside them."""
    folders = [_PACKAGE, Path(config.theme.custom_dir)] if config.theme.custom_dir else [_PACKAGE]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if path.suffix != ".pyc"]


def settings_of(config: MkDocsConfig, copied: set[str | None]) -> str:
    """Return a digest of everything that any page may depend on beside the content."""
    settings = {name: value for name, value in config.items() if name not in _APART}
    plugins = {name: dict(plugin.config) for name, plugin in config.plugins.items()}
    parts = [_ADDRESS.sub("", repr((settings, dict(config.theme), plugins)))]
    own = [path for path in _templates(config) if str(path) not in copied]
    parts += [f"{path} {_hash(path.read_bytes())}" for path in own]
    return _hash("\n".join(parts).encode())


def state_of(path: str) -> str:
    """Return what changes whenever somebody writes a file, `""` if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path for each file takes longer
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
