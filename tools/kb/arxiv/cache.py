"""What arXiv said: one small dated file per identifier asked. A damaged file is no file."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, TypeAlias

from kb.arxiv.records import ArxivRecord, Found
from kb.ids import ArxivId, Doi, parse_arxiv_id

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1
_Json: TypeAlias = Any  # what a file holds until it has been looked at
_CLOCK_SKEW = timedelta(days=1)


class Cache:
    """Answers of the API at `base_url`, kept in `folder`. Those of another address do not count."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url

    def load(self, asked: ArxivId, now: datetime, fresh: timedelta | None = None) -> Found | None:
        """Return what arXiv said about `asked`; None if that is unknown or older than `fresh`."""
        try:
            entry = json.loads(self._path(asked).read_text(encoding="utf-8"))
            found = self._found(asked, entry)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        age = now - found.fetched
        if age < -_CLOCK_SKEW or (fresh is not None and age > fresh):
            return None
        return found

    def write(self, found: Found) -> None:
        """Keep an answer. Replaces the old file at once or, where the disk refuses, not at all."""
        entry = {
            "format": _FORMAT,
            "asked": str(found.asked),
            "base_url": self._base_url,
            "fetched": found.fetched.isoformat(),
            "record": _to_json(found.record),
        }
        text = json.dumps(entry, ensure_ascii=False) + "\n"
        # A cache that cannot be written costs a request next time, and nothing now.
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(self._path(found.asked), text)

    def _replace(self, path: Path, text: str) -> None:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._folder, prefix=".new-", delete=False
        ) as file:
            try:
                file.write(text)
                file.close()
                os.replace(file.name, path)  # noqa: PTH105 - both are names, not paths
            except BaseException:
                os.unlink(file.name)  # noqa: PTH108
                raise

    def _path(self, asked: ArxivId) -> Path:
        return self._folder / f"{str(asked).replace('/', '~')}.json"

    def _found(self, asked: ArxivId, entry: _Json) -> Found:
        """Return the answer in a file. Raises what `load` catches unless it is one of ours."""
        record = _from_json(entry["record"])
        fetched = datetime.fromisoformat(entry["fetched"]).astimezone(UTC)
        ours = (entry["format"], entry["asked"], entry["base_url"])
        if ours != (_FORMAT, str(asked), self._base_url):
            raise ValueError("the file answers another question")
        if record.id.base != asked.base or asked.version not in (None, record.id.version):
            raise ValueError("the file names another paper")
        return Found(asked, record, fetched, cached=True)


def _to_json(record: ArxivRecord) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "title": record.title,
        "authors": list(record.authors),
        "published": record.published.isoformat(),
        "updated": record.updated.isoformat(),
        "primary_category": record.primary_category,
        "categories": list(record.categories),
        "doi": str(record.doi or ""),
        "journal_ref": record.journal_ref,
        "comment": record.comment,
        "summary": record.summary,
    }


def _from_json(entry: _Json) -> ArxivRecord:
    return ArxivRecord(
        id=parse_arxiv_id(entry["id"]),
        title=_string(entry["title"]),
        authors=tuple(_string(name) for name in entry["authors"]),
        published=datetime.fromisoformat(entry["published"]).astimezone(UTC),
        updated=datetime.fromisoformat(entry["updated"]).astimezone(UTC),
        primary_category=_string(entry["primary_category"]),
        categories=tuple(_string(term) for term in entry["categories"]),
        doi=Doi(entry["doi"]) if _string(entry["doi"]) else None,
        journal_ref=_string(entry["journal_ref"]),
        comment=_string(entry["comment"]),
        summary=_string(entry["summary"]),
    )


def _string(value: _Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value
