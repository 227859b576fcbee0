"""What holds of every built site, the small one and the real one."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from html import unescape

import pytest
from tinyhtml5.parser import HTMLParser

from kb.bib.store import parse_store
from kb.bib.tex import plain_text
from kb.citable import cited_by_key
from kb.ids import CiteKey


@pytest.mark.parametrize("name", ["small", "real"])
def test_a_strict_build_is_clean(name, request):
    build = request.getfixturevalue(f"{name}_build")
    assert (build.code, build.warnings) == (0, []), build.log


def test_no_page_loads_anything_from_another_host(site):
    assert site.stray_loads == []


def test_every_link_within_the_site_leads_to_a_page_and_an_anchor_that_exist(site):
    assert site.dead_links == []


def test_no_id_stands_twice_on_a_page(site):
    twice = {
        path: sorted(name for name, times in Counter(page.ids).items() if times > 1)
        for path, page in site.pages.items()
    }
    assert {path: names for path, names in twice.items() if names} == {}


def test_every_page_parses_as_html_without_an_error(site):
    errors = {}
    for path in site.pages:
        parser = HTMLParser()
        parser.parse((site.root / path).read_text("utf-8"))
        errors |= {path: parser.errors} if parser.errors else {}
    assert errors == {}


def test_every_page_has_a_title(site):
    assert [path for path, page in site.pages.items() if not page.title.strip()] == []


def test_every_reference_has_its_page_whether_or_not_somebody_annotated_it(site, base):
    annotated = {key for key in base.references if base.annotation(key)}
    assert annotated
    assert annotated != set(base.references)
    assert {path for path in site.pages if re.fullmatch("references/[^/]+/index.html", path)} == {
        f"references/{key}/index.html" for key in base.references
    }


def test_every_page_of_a_reference_has_the_same_parts(site, base):
    for key in base.references:
        ids = site.pages[f"references/{key}/index.html"].ids
        assert {"top", "annotation", "cited-by", "bibtex"} <= set(ids)


def test_what_is_cited_leads_to_every_passage_that_cites_it(site, base):
    for key, passages in base.cited_by.items():
        cited = cited_by_key(key)
        targets = site.targets(f"{cited.kind.value}/{cited.slug}/index.html")
        for passage in passages:
            path = passage.page.path.removesuffix("index.md").replace(".md", "/")
            assert (f"{path}index.html", passage.anchor) in targets


def test_the_search_finds_a_reference_by_author_title_and_arxiv_id(site, base):
    index = json.loads((site.root / "search" / "search_index.json").read_text("utf-8"))
    texts: dict[str, str] = {}
    for entry in index["docs"]:
        place = entry["location"].partition("#")[0]
        texts[place] = f"{texts.get(place, '')} {entry['title']} {entry['text']}"
    for key, reference in base.references.items():
        text = unescape(re.sub("<[^>]*>", "", texts[f"references/{key}/"]))
        title = plain_text(reference.title).split("$")[0]
        assert all(name.family in text for name in reference.authors), key
        assert all(word in text for word in title.split() if word.isalpha()), key
        assert reference.eprint is None or reference.eprint.base in text, key


def test_every_heading_turn_and_part_of_a_question_has_its_permanent_link(site):
    for path in site.pages:
        article = (site.root / path).read_text("utf-8").partition("<article")[2]
        headings = re.findall(r'<h[1-6][^>]* ?id="([^"]*)"[^>]*>(.*?)</h[1-6]>', article, re.DOTALL)
        assert [
            name
            for name, html in headings
            if not re.search(rf'class="headerlink" href="#{re.escape(name)}"', html)
        ] == [], path


def test_the_search_index_is_light_and_holds_no_list_made_of_other_pages(site):
    data = (site.root / "search" / "search_index.json").read_bytes()
    pages = [path for path in site.pages if path != "404.html"]
    assert len(gzip.compress(data, mtime=0)) < 2000 * len(pages)
    index = json.loads(data)
    said = "".join(entry["text"] for entry in index["docs"])
    for boilerplate in ("Cited here", "Clear the filter", "Nobody has annotated"):
        assert boilerplate not in said
    places = [entry["location"] for entry in index["docs"]]
    anchors = {place.rpartition("#")[2] for place in places if not place.startswith("guide/")}
    assert not anchors & {"references", "cited-by", "bibtex", "related_", "source"}


def test_every_result_of_the_search_but_the_home_page_says_what_kind_of_thing_it_is(site):
    index = json.loads((site.root / "search" / "search_index.json").read_text("utf-8"))
    unsaid = {
        entry["location"].partition("#")[0] for entry in index["docs"] if not entry.get("tags")
    }
    assert unsaid <= {""}


def test_the_downloads_hold_every_entry_once(site, base):
    folder = site.root / "references"
    topics = sorted(path for path in folder.glob("*.bib") if path.name != "references.bib")
    for paths in ([folder / "references.bib"], topics):
        store = parse_store({f"refs/{path.name}": path.read_bytes() for path in paths})
        assert [r.key for r in store.references] == [r.key for r in base.store.references]


def test_the_public_data_say_what_the_base_says(site, base):
    data = json.loads((site.root / "kb.json").read_text("utf-8"))
    assert [entry["key"] for entry in data["references"]] == sorted(map(str, base.references))
    assert {entry["path"] for entry in data["pages"]} == set(base.pages)
    for entry in data["references"]:
        passages = base.cited_by.get(CiteKey(entry["key"]), ())
        assert [place["anchor"] for place in entry["cited_by"]] == [p.anchor for p in passages]


def test_no_title_and_no_author_becomes_a_tag(site):
    for path, page in site.pages.items():
        assert not any("alert(" in script for script in page.scripts), path
