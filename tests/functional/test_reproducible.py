"""A build depends on the base alone and touches nothing but site/ and .cache/."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, datetime

from built import digests


def test_two_builds_in_two_places_give_equal_bytes(small_build, small_site, build_base):
    again = build_base(small_site, small_site / "site")
    assert (again.code, again.warnings) == (0, []), again.log
    assert digests(again.site) == digests(small_build.site)


def test_a_second_build_over_the_first_gives_equal_bytes(small_site, build_base):
    first = digests(build_base(small_site, small_site / "site").site)
    assert digests(build_base(small_site, small_site / "site").site) == first


def test_a_build_changes_nothing_outside_site_and_cache(small_site, build_base):
    before = digests(small_site)
    build_base(small_site, small_site / "site")
    shutil.rmtree(small_site / ".cache")
    assert digests(small_site, without="site") == before
    assert sorted(path.name for path in small_site.iterdir()) == sorted(
        ["Makefile", "docs", "mkdocs.yml", "overrides", "pyproject.toml", "refs", "site"]
    )


def test_the_day_of_the_build_is_nowhere_in_the_site(small_build):
    sitemap = (small_build.site / "sitemap.xml").read_text("utf-8")
    days = [line.strip() for line in sitemap.splitlines() if "lastmod" in line]
    assert set(days) <= {"<lastmod>2026-11-20</lastmod>", "<lastmod>2026-11-21</lastmod>"}
    packed = (small_build.site / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed).decode() == sitemap
    newest = datetime(2026, 11, 21, tzinfo=UTC)
    assert int.from_bytes(packed[4:8], "little") == newest.timestamp()  # RFC 1952: time of packing
