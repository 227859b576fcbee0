"""What an item is known by, and how announcements of one paper become one item."""

from __future__ import annotations

import datetime

import pytest

from kb.ids import parse_arxiv_id
from kb.watch.item import Item, Kind, merge_items, parse_item_id


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("2412.06769v3", "2412.06769"),
        ("https://arxiv.org/abs/2412.06769v3", "2412.06769"),
        ("oai:arXiv.org:2412.06769v1", "2412.06769"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("https://Blog.Example.ORG/post#top", "https://blog.example.org/post"),
        ("https://blog.example.org", "https://blog.example.org/"),
        ("https://blog.example.org/p?id=1&utm_source=rss", "https://blog.example.org/p?id=1"),
        ("http://blog.example.org:8080/p", "http://blog.example.org:8080/p"),
    ],
)
def test_a_paper_is_known_by_its_number_and_a_page_by_one_address(text, id_):
    assert str(parse_item_id(text)) == id_
    assert parse_item_id(id_) == parse_item_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "data:text/html,x",
        "//example.org/a",
        "/relative",
        "",
        "https://",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://example.org/\x1b[2J",
        "https://example.org:99999/",
        "https://example.org/" + "a" * 600,
    ],
)
def test_what_is_neither_paper_nor_web_address_is_refused(text):
    with pytest.raises(ValueError, match=r"arXiv|[Pp]ort"):
        parse_item_id(text)


def test_a_paper_in_several_feeds_is_one_item_with_the_strongest_word_for_it():
    day = datetime.date(2026, 4, 27)
    id_ = parse_item_id("2604.00001")
    cross = Item(
        id_, Kind.CROSS, "T", ("A B, and C",), "long abstract", ("cs.AI",), day, 1, (), ("cs.AI",)
    )
    new = Item(
        id_,
        Kind.NEW,
        "T",
        ("A B", "C"),
        "",
        ("cs.CL",),
        None,
        2,
        (parse_arxiv_id("2412.06769"),),
        ("cs.CL",),
    )
    (merged,) = merge_items([cross, new, cross])
    assert merged == Item(
        id_,
        Kind.NEW,
        "T",
        ("A B", "C"),
        "long abstract",
        ("cs.CL", "cs.AI"),
        day,
        2,
        (parse_arxiv_id("2412.06769"),),
        ("cs.AI", "cs.CL"),
    )  # fmt: skip


def test_items_keep_the_order_of_first_sight():
    ids = ["2604.00003", "2604.00001", "2604.00003", "2604.00002"]
    items = [Item(parse_item_id(id_), Kind.NEW, "T") for id_ in ids]
    assert [str(item.id) for item in merge_items(items)] == [
        "2604.00003",
        "2604.00001",
        "2604.00002",
    ]
