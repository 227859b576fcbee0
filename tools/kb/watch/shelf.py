"""The last whole answer of each feed, kept on disk: what a server need not send again.

Lives in the machine's cache folder and may be lost at any time; then the feed is asked in full.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with the marks to ask by next time (RFC 9110, section 13.1).

    `fetched` is when the body came, `confirmed` when the server last said that it still holds,
    `fresh_until` when it may be asked again.
    """

    url: str
    body: bytes
    content_type: str
    etag: str
    modified: str
    fetched: datetime
    confirmed: datetime
    fresh_until: datetime

    def again(self, now: datetime, fresh_until: datetime) -> Kept:
        """Return the same answer, confirmed at `now`."""
        return replace(self, confirmed=now, fresh_until=fresh_until)


class Shelf:
    """Answers in `folder`, a file for each address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str) -> Kept | None:
        """Return the answer kept for `url`; None if there is none or the file is damaged."""
        try:
            head, _, body = self._path(url).read_bytes().partition(b"\n")
            said = json.loads(head)
            if (said["format"], said["url"], said["size"]) != (_FORMAT, url, len(body)):
                return None
            return Kept(
                url=url,
                body=body,
                content_type=str(said["content_type"]),
                etag=str(said["etag"]),
                modified=str(said["modified"]),
                fetched=_time(said["fetched"]),
                confirmed=_time(said["confirmed"]),
                fresh_until=_time(said["fresh_until"]),
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def write(self, kept: Kept) -> None:
        """Keep an answer in place of the old one or, where the disk refuses, not at all."""
        head = {
            "format": _FORMAT,
            "url": kept.url,
            "size": len(kept.body),
            "content_type": kept.content_type,
            "etag": kept.etag,
            "modified": kept.modified,
            "fetched": kept.fetched.isoformat(),
            "confirmed": kept.confirmed.isoformat(),
            "fresh_until": kept.fresh_until.isoformat(),
        }
        data = json.dumps(head).encode() + b"\n" + kept.body
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("wb", dir=self._folder, prefix=".new-", delete=False) as file:
                try:
                    file.write(data)
                    file.close()
                    os.replace(file.name, self._path(kept.url))  # noqa: PTH105 - a name, not a path
                except BaseException:
                    os.unlink(file.name)  # noqa: PTH108
                    raise

    def forget(self, url: str) -> None:
        """Keep nothing for `url` any more."""
        with suppress(OSError):
            self._path(url).unlink(missing_ok=True)

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.feed"


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"a time without zone: {text!r}")
    return when
