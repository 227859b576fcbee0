"""The files of a site as MkDocs has them: who asks for which, who makes the pages, what is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import Files, InclusionLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mkdocs.structure.files import File


class LinkedFiles(Files):
    """The files of the site; while a page is made, they keep which of them it links to.

    If `apart`, we make the pages, not MkDocs. A server shows `drafts`, a build does not.
    """

    def __init__(self, files: Iterable[File], *, apart: bool, drafts: bool) -> None:
        super().__init__(files)
        self.asked: set[str] | None = None
        self.apart = apart
        self._shown: Callable[[InclusionLevel], bool] = (
            InclusionLevel.is_in_serve if drafts else InclusionLevel.is_included
        )

    def pages(self) -> list[File]:
        """Return the files that become pages."""
        return list(super().documentation_pages(inclusion=self._shown))

    def shown(self) -> list[File]:
        """Return the files that the site folder gets, pages and others."""
        return [file for file in self if self._shown(file.inclusion)]

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] | None = None
    ) -> Sequence[File]:
        """Return the pages; none to the loops that make them, which ask by level, if we make them."""
        if inclusion is None:
            return super().documentation_pages()
        return [] if self.apart else super().documentation_pages(inclusion=inclusion)

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file at `path` below docs/."""
        if self.asked is not None:
            self.asked.add(path)
        return super().get_file_from_path(path)

    def place(self, path: str) -> str:
        """Return what a link to `path` depends on: where the file comes to stand, if there is one."""
        file = super().get_file_from_path(path)
        return f"{file.url} {self._shown(file.inclusion)}" if file else ""


def sweep(folder: Path, written: set[str], before: set[str] | None) -> None:
    """Remove what stands in the site folder and no file writes any more, given all that was written `before`."""
    for path in (_all_in(folder) if before is None else before) - written:
        _remove(Path(path), folder)


def _all_in(folder: Path) -> set[str]:
    """Return the files that MkDocs' own cleaning removes."""
    shown = (path for path in folder.glob("[!.]*"))
    found = (file for path in shown for file in (path.rglob("*") if path.is_dir() else [path]))
    return {str(file) for file in found if file.is_file()}


def _remove(path: Path, root: Path) -> None:
    """Remove a file of the site, and the folders that are empty without it."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()
