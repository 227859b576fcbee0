"""What functions of text returned, by their arguments: worked out once, and kept over runs by `kb.cache`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from kb.parallel import results_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kb.parallel import Job

_T = TypeVar("_T")


class Memo:
    """Calls functions whose results follow from their arguments alone, each with the same ones once.

    A result goes by a digest of the function's name and its arguments, which are text, bytes,
    numbers and tuples of them; two share one no more than two files of a cache do.
    """

    def __init__(
        self,
        known: Mapping[bytes, Any] | None = None,
        meanwhile: Callable[[], object] = lambda: None,
        processes: int | None = None,
    ) -> None:
        """Begin with what is `known`; for `meanwhile` and `processes` see `kb.parallel.results_of`."""
        self._known = known or {}
        self._meanwhile, self.processes = meanwhile, processes
        self.used: dict[bytes, Any] = {}  # of this run: what nobody asked for is not kept

    def __call__(self, function: Callable[..., _T], *args: Any) -> _T:
        """Return `function(*args)`. No two functions asked here may have the same name."""
        found: _T = self.all([(function, args)])[0]
        return found

    def all(self, jobs: Sequence[Job]) -> list[Any]:
        """Return what each job gives, in their order; what is not known is worked out side by side."""
        keys = [digest_of_job(*job) for job in jobs]
        new = {
            key: job
            for key, job in zip(keys, jobs, strict=True)
            if key not in self.used and key not in self._known
        }
        results = results_of(list(new.values()), self.processes, self._meanwhile)
        found = dict(zip(new, results, strict=True))
        for key in keys:
            if key not in self.used:
                self.used[key] = found[key] if key in found else self._known[key]
        return [self.used[key] for key in keys]

    def is_as_known(self) -> bool:
        """Tell whether everything asked for was known, and everything known was asked for."""
        return self.used.keys() == self._known.keys()


def digest_of_job(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """Return a digest that two calls share only if they are of one function with the same arguments.

    Raises TypeError for an argument that its text does not tell apart from others.
    """
    digest = hashlib.blake2b(digest_size=32)
    for part in _parts((function.__name__, args)):
        digest.update(part)
    return digest.digest()


def _parts(value: Any) -> Iterator[bytes]:
    """Yield what tells `value` apart from every other."""
    if isinstance(value, tuple):
        yield b"tuple %d " % len(value)
        for one in value:
            yield from _parts(one)
    elif type(value) in (bytes, str, int, bool, type(None)):
        data = value if isinstance(value, bytes) else repr(value).encode()
        yield f"{type(value).__name__} {len(data)} ".encode()
        yield data
    else:
        raise TypeError(f"no digest of a {type(value).__name__}")
