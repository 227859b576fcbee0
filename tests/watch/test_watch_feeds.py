"""Bytes of feeds to items: recorded ones, quiet days, and what enemies and clumsy friends send."""

from __future__ import annotations

import datetime
import time
import tracemalloc
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.arxiv.trouble import BodyTroubleError
from kb.watch.feed import Source
from kb.watch.feeds import MOST_ENTRIES, parse_feed
from kb.watch.item import Kind
from kb.watch.text import plain_words
from servers.feeds import FAULTS, Announced, Reply, render_blog, render_day

FEEDS = Path(__file__).parents[1] / "cases" / "watch" / "feeds"
TODAY = datetime.date(2026, 11, 21)
MONDAY = datetime.date(2026, 4, 27)


def read(body, source=Source.ANNOUNCEMENTS, content_type="application/xml"):
    return parse_feed(body, content_type, source, "feed", TODAY)


def blog(*posts, **options):
    return read(render_blog(*posts), Source.BLOG, **options)


def spoilt(kind, value="", source=Source.ANNOUNCEMENTS):
    items = [Announced("2604.00001v1", "Thinking ö"), Announced("2604.00002v1", "More")]
    reply = Reply(render_day("cs.CL", MONDAY, items))
    FAULTS[kind](value)(reply)
    return read(reply.body, source, reply.headers["Content-Type"])


# Recorded.


def test_a_recorded_day_of_announcements():
    found = read((FEEDS / "monday.rss").read_bytes())
    assert found.remarks == ()
    assert [(str(i.id), i.version, i.kind, str(i.date)) for i in found.items] == [
        ("2604.22002", 1, Kind.NEW, "2026-04-27"),
        ("2604.22027", 1, Kind.NEW, "2026-04-27"),
        ("2604.22038", 1, Kind.NEW, "2026-04-27"),
    ]
    second = found.items[1]
    assert second.title == (
        "Shared Lexical Task Representations Explain Behavioral Variability In LLMs"
    )
    assert second.categories == ("cs.CL", "cs.AI", "cs.LG")
    assert second.summary == "(left out) 5 < 6 & more"
    # The double blank stands for a name of one word.
    assert found.items[0].authors == (
        "Anamta Khan", "Ratna Kandala", "Deepti", "Sheza Munir", "Joyojeet Pal",
    )  # fmt: skip


def test_a_recorded_weekend_has_no_items_and_nothing_is_wrong_with_it():
    found = read((FEEDS / "weekend.rss").read_bytes())
    assert (found.items, found.remarks) == ((), ())


def test_recorded_announcements_in_atom_say_the_same():
    found = read((FEEDS / "cross.atom").read_bytes())
    assert found.remarks == ()
    assert [i.kind for i in found.items] == [Kind.CROSS] * 5 + [Kind.NEW] * 2
    assert found.items[2].authors == ("Paulo André Lima de Castro",)
    assert str(found.items[2].date) == "2025-08-20"
    assert found.items[1].categories == ("cs.CV", "cs.AI", "cs.MM")


def test_a_recorded_answer_of_the_api_gives_authors_one_by_one_and_the_first_day():
    (item,) = read((FEEDS / "search.atom").read_bytes(), Source.SEARCH).items
    assert (str(item.id), item.version, item.kind) == ("1706.03762", 7, Kind.POST)
    assert str(item.date) == "2017-06-12"
    assert item.authors[0] == "Ashish Vaswani"
    assert len(item.authors) == 8


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.POST])
def test_the_four_kinds_of_announcement_are_told_apart(kind):
    body = render_day("cs.CL", MONDAY, [Announced("2604.00001v2", "T", kind=kind.value)])
    (item,) = read(body).items
    assert (item.kind, item.version) == (kind, 2)


def test_without_the_element_the_kind_is_read_from_the_description():
    body = render_day("cs.CL", MONDAY, [Announced("2604.00001v1", "T", kind="replace-cross")])
    (item,) = read(body.replace(b"arxiv:announce_type", b"arxiv:other")).items
    assert item.kind is Kind.REPLACE_CROSS


@pytest.mark.parametrize(
    ("creators", "names"),
    [
        ("A B (MIT, CSAIL), C D ((1) X, (2) Y (Z, W))", ("A B", "C D")),
        ("A B (unclosed, C D", ("A B (unclosed", "C D")),
        (r"Paulo Andr\'e Lima, J. H\r{a}stad", ("Paulo André Lima", "J. Håstad")),
        ("", ()),
    ],
)
def test_commas_in_the_brackets_of_affiliations_part_no_names(creators, names):
    body = render_day("cs.CL", MONDAY, [Announced("2604.00001v1", "T", authors=creators)])
    assert read(body).items[0].authors == names


def test_titles_keep_their_signs_of_less_and_more_and_their_tex():
    title = "Is $a<b$ & $c>d$ in List<T>? \\emph{Perhaps} &lt;b&gt;"
    body = render_day("cs.CL", MONDAY, [Announced("2604.00001v1", title)])
    assert read(body).items[0].title == title


def test_a_feed_of_a_month_takes_no_longer_than_its_length():
    items = [
        Announced(f"2604.{n:05d}v1", f"Title {n}", abstract="word " * 200) for n in range(2000)
    ]
    body = render_day("cs.CL", MONDAY, items)
    began = time.monotonic()
    assert len(read(body).items) == 2000
    assert time.monotonic() - began < 15


# Blogs.


def test_a_post_is_known_by_its_address_and_names_the_papers_it_links():
    text = '<p>See <a href="https://arxiv.org/abs/2412.06769v2">this</a>, arXiv:2501.11120.</p>'
    found = blog({"title": "On thought", "link": "https://a.org/p#x", "text": text})
    (item,) = found.items
    assert str(item.id) == "https://a.org/p"
    assert [str(paper) for paper in item.cites] == ["2412.06769", "2501.11120"]
    assert item.summary == "See this , arXiv:2501.11120."


def test_a_post_that_leads_to_a_paper_is_the_paper():
    (item,) = blog({"title": "T", "link": "https://arxiv.org/abs/2412.06769"}).items
    assert str(item.id) == "2412.06769"


def test_a_date_without_zone_counts_as_utc_and_one_that_cannot_be_true_as_none():
    dates = {
        "Mon, 27 Apr 2026 23:30:00": "2026-04-27",
        "Mon, 27 Apr 2026 23:30:00 -0400": "2026-04-28",
        "2026-04-27 10:00": "2026-04-27",
        "2026-04-27": "2026-04-27",
        "Wed, 01 Jan 2999 00:00:00 +0000": None,
        "Thu, 01 Jan 1970 00:00:00 +0000": None,
        "yesterday": None,
        "Mon, 99 Foo 2026 25:61:00 +9999": None,
    }
    posts = [{"title": d, "link": f"https://a.org/{n}", "date": d} for n, d in enumerate(dates)]
    found = blog(*posts)
    assert [str(i.date) if i.date else None for i in found.items] == list(dates.values())


def test_duplicate_ids_come_as_they_are_for_one_merge_to_settle():
    post = {"title": "T", "link": "https://a.org/p"}
    assert [str(i.id) for i in blog(post, post).items] == ["https://a.org/p"] * 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<script>alert(1)</script>Thinking", "<script>alert(1)</script>Thinking"),
        ("<b>Bold</b> &amp; <i>brave</i>", "Bold & brave"),
        ("<img src=x onerror=alert(1)>Picture", "<img src=x onerror=alert(1)>Picture"),
        ("\u202eTurned\u202c around\u200f", "Turned around\u200f"),
        ("a < b", "a < b"),
    ],
)
def test_a_title_of_a_blog_is_text_what_looks_like_markup_read_as_such(title, shown):
    (item,) = blog({"title": title, "link": "https://a.org/p"}).items
    assert item.title == shown


def test_a_script_in_a_title_of_arxiv_stays_text():
    title = "<script>alert(1)</script>"
    body = render_day("cs.CL", MONDAY, [Announced("2604.00001v1", title)])
    assert read(body).items[0].title == title


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file://etc/passwd", "data:text/html,x"])
def test_a_post_that_leads_nowhere_on_the_web_is_left_out_with_a_word(link):
    found = blog({"title": "Bad", "link": link}, {"title": "Good", "link": "https://a.org/p"})
    assert [item.title for item in found.items] == ["Good"]
    assert found.remarks == (
        "1 of 2 entries cannot be used: entry 1: neither a paper of arXiv nor an address of the web: "
        f"{link!r}",
    )


# Enemies.


def test_an_entity_bomb_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(feedparser, "parse", lambda *_, **__: pytest.fail("it was parsed"))
    with pytest.raises(BodyTroubleError) as caught:
        spoilt("bomb")
    assert str(caught.value) == (
        "the feed declares a document type or entities, which are not read"
    )


def test_an_entity_that_names_a_file_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    declared = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    body = b"<?xml version='1.0'?>" + declared.encode() + b"<rss><channel>&x;</channel></rss>"
    for encoded in (body, body.decode().encode("utf-16")):
        with pytest.raises(BodyTroubleError, match="declares a document type"):
            read(encoded)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("truncated", "", "the feed is broken or cut off: line "),
        ("empty", "", "the feed is empty"),
        ("html", "", "this is an HTML page instead of a feed"),
        ("plain", "Rate exceeded.", "the feed is broken or cut off: "),
        ("plain", "<rss version='2.0'><channel>\n&eacute;</channel></rss>", "the feed is broken or cut off: line 2: undefined entity"),
        ("plain", "<rss><channel><title>&#1114112;</title></channel></rss>", "the feed "),
        ("plain", "<rss><channel><title>&\\q;</title></channel></rss>", "the feed "),
        ("plain", "<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "this is an HTML page instead of a feed"),
        ("plain", "<other/>", "this is no RSS or Atom feed"),
        ("plain", '{"items": []}', "the feed is broken or cut off: "),
    ],
)  # fmt: skip
def test_what_is_no_whole_feed_is_refused_with_a_word(kind, value, message):
    with pytest.raises(BodyTroubleError) as caught:
        spoilt(kind, value)
    assert str(caught.value).startswith(message)


def test_a_wrong_encoding_costs_a_letter_and_no_item():
    found = spoilt("latin-1")
    assert [item.title for item in found.items] == ["Thinking ö", "More"]
    assert found.remarks == (
        "it is not 'UTF-8' and was read as Windows-1252: letters may be wrong",
    )


def test_an_encoding_that_does_not_exist_is_read_as_utf8():
    body = render_blog({"title": "ö", "link": "https://a.org/p"}).replace(b"UTF-8", b"rot13")
    found = read(body, Source.BLOG)
    assert found.items[0].title == "ö"
    assert found.remarks == ("it says 'rot13' and was read as UTF-8",)


@pytest.mark.parametrize(
    ("codec", "header"),
    [("utf-16", ""), ("utf-8-sig", ""), ("koi8-r", "koi8-r"), ("shift_jis", "Shift_JIS"), ("gb18030", "GB18030")],
)  # fmt: skip
def test_an_encoding_is_told_by_mark_or_header(codec, header):
    title = "思" if codec.startswith(("shift", "gb")) else "да"
    body = render_blog({"title": title, "link": "https://a.org/p"}).decode().encode(codec)
    found = read(body, Source.BLOG, f"text/xml; charset={header}" if header else "text/xml")
    assert (found.items[0].title, found.remarks) == (title, ())


def test_controls_that_would_steer_a_terminal_are_gone():
    found = spoilt("control")
    assert found.items[0].title == "[31m Thinking ö"


def test_a_deep_nest_and_a_huge_attribute_end_quickly():
    began = time.monotonic()
    for body in (b"<rss>" * 100_000, b"<rss " * 200_000):
        with pytest.raises(BodyTroubleError):
            read(body)
    assert read(b"<rss a='" + b"x" * 5_000_000 + b"'/>").items == ()
    assert time.monotonic() - began < 10


def test_memory_is_bounded_by_the_size_of_the_feed():
    posts = [
        {"title": "t" * 5000, "link": f"https://a.org/{n}", "text": "<p>" * 500} for n in range(100)
    ]
    body = render_blog(*posts)
    tracemalloc.start()
    found = read(body, Source.BLOG)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(len(item.title) <= 1000 for item in found.items)
    assert peak < 40 * len(body)


def test_of_too_many_entries_the_first_are_read_and_the_rest_is_told(monkeypatch):
    monkeypatch.setattr("kb.watch.feeds.MOST_ENTRIES", 3)
    assert MOST_ENTRIES == 5000
    found = blog(*({"title": "T", "link": f"https://a.org/{n}"} for n in range(5)))
    assert len(found.items) == 3
    assert found.remarks == ("only the first 3 of 5 entries were read",)


def test_nothing_is_opened_whatever_the_feed_is_called(monkeypatch):
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    for text in ("/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x"):
        with pytest.raises(BodyTroubleError):
            read(text.encode())


def test_words_of_html_are_those_a_reader_sees():
    html = "<style>p{}</style><p>A&nbsp;<b>bold</b><br>one<Script x>alert(1)</SCRIPT > &lt;b&gt;<!-- <p> -->"
    assert plain_words(html) == "A bold one <b>"
    assert (
        plain_words("1 < 2 > 0, a<b <unclosed and <script>lost") == "1 < 2 > 0, a<b <unclosed and"
    )


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "</", "<![CDATA[", "<?", "<script>", '<a b="', "&#1;", "<script"]
)
def test_words_of_html_take_no_longer_than_the_html_is_long(piece):
    began = time.monotonic()
    plain_words(piece * (1_000_000 // len(piece)))
    assert time.monotonic() - began < 3


@given(st.text(max_size=200))
def test_words_of_html_are_one_line_whatever_the_html(html):
    assert plain_words(html) == " ".join(plain_words(html).split())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_is_read_or_refused(body):
    said = ""
    try:
        parse_feed(body, "text/xml", Source.BLOG, "feed", TODAY)
    except BodyTroubleError as trouble:
        said = str(trouble)
    assert said.isprintable()


TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(st.tuples(TITLES, TITLES, TITLES), max_size=4), st.sampled_from(list(Source)))
def test_whatever_stands_in_a_sound_feed_becomes_one_line_of_plain_text(rows, source):
    posts = [
        {"title": title, "link": f"https://a.org/{n}", "text": text, "date": date.replace("<", "")}
        for n, (title, text, date) in enumerate(rows)
    ]
    try:
        found = parse_feed(render_blog(*posts), "text/xml", source, "feed", TODAY)
    except BodyTroubleError:
        return
    for item in found.items:
        assert item.title == " ".join(item.title.split())
        assert not any(
            letter < " " or "\x7f" <= letter < "\xa0" for letter in item.title + item.summary
        )
