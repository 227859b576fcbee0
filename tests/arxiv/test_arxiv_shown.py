"""What readers see of what became of a paper on arXiv: in the list of a page, in cards, on its own page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from kb.arxiv.lock import Lock, format_lock
from kb.arxiv.records import Answers, Found
from kb.arxiv.sync import plan_sync
from kb.bib.store import parse_store
from kb.ids import CiteKey
from kb.pages import frame
from kb.site import Sources, build_site, reference_path
from servers.arxiv_papers import parse_time

BIB = b"@misc{example2025thinking, title={Thinking}, eprint={2501.99901}, version={1}}\n"
OTHER = b"@misc{sample2025result, title={A Result}, eprint={2501.99902}}\n"
NOTE = """---
title: N
description: D.
read: {example2025thinking: v1}
updated: 2025-02-01
---

# N

So [@example2025thinking].
And [@sample2025result].

/// reference | sample2025result
///
"""


def words(html):
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


@pytest.fixture
def site(record_on):
    """A base synced in February and again in December."""
    bibs = {"refs/a.bib": BIB, "refs/b.bib": OTHER}
    references = parse_store(bibs).references
    lock = Lock()
    for day in ("2025-02-01", "2025-12-28"):
        found = [
            Found(one.eprint, record_on(one.eprint.base, day), parse_time(day))
            for one in references
        ]
        plan = plan_sync(references, lock, Answers(tuple(found)), parse_time(day).date())
        lock = Lock(plan.lock)
    pages = {"docs/latent/n.md": NOTE.encode()}
    return build_site(Sources(pages, bibs, lock=format_lock(lock.entries).encode()))


def test_the_list_of_a_page_and_a_card_show_what_became_of_a_paper(site, make_markdown):
    html = make_markdown(site, "latent/n.md").convert(site.pages["latent/n.md"].body)
    card, _, listed = html.partition('<section class="kb-references')
    assert "withdrawn" in words(card)
    thinking, result = sorted(re.findall("<li id.*?</li>", listed, re.DOTALL))
    assert "withdrawn v2 since 2025-12-28" in words(result)
    shown = "v3 exists, v1 was read v3 since 2025-12-28 renamed authors changed"
    assert shown in words(thinking)
    assert "renamed, before: 'Thinking About Thinking'" in unescape(thinking)


def test_the_page_of_a_reference_tells_what_became_of_it(site, make_markdown):
    path = reference_path(CiteKey("sample2025result"))
    assert "Withdrawn from arXiv." in words(
        make_markdown(site, path).convert(frame(site, path, ""))
    )
    path = reference_path(CiteKey("example2025thinking"))
    shown = words(make_markdown(site, path).convert(frame(site, path, "")))
    assert "On arXiv 2025-12-28: v1 replaced by v3 " in shown
    assert "On arXiv 2025-12-28: renamed, before: 'Thinking About Thinking'" in shown
    assert "Withdrawn" not in shown
