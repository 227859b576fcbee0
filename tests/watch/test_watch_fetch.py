"""Asking for feeds: conditions, redirects, time-outs, and servers that mean no good."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime, timedelta

import pytest

from kb.arxiv.settings import Timing
from kb.arxiv.trouble import TroubleError
from kb.watch.feed import Feed, Source
from kb.watch.fetch import LARGEST_FEED, Fetcher
from kb.watch.shelf import Kept, Shelf
from servers.feeds import Announced, Reply, render_blog

DAYS = "/rss/cs.CL"
BLOG = "/blog"


@pytest.fixture
def announced(server):
    server.announce(server.day, Announced("2604.00001v1", "Thinking"))
    server.pages[BLOG] = render_blog({"title": "Post", "link": "https://a.org/p"})
    return server


@pytest.fixture
def ask(announced, fetcher):
    """Return the function that asks for a path as a new run would, and keeps what came."""

    def fetch(path=DAYS, source=Source.ANNOUNCEMENTS, **options):
        one = fetcher(**options)
        fetched = one.fetch(Feed(path, source, announced.url + path, 0))
        one.shelf.write(fetched.kept)
        return fetched

    return fetch


def trouble(ask, *arguments, **options):
    with pytest.raises(TroubleError) as caught:
        ask(*arguments, **options)
    return str(caught.value)


# Asking for no more than is new.


def test_the_second_time_a_feed_is_asked_for_what_changed(ask, announced, virtual_time):
    first = ask()
    virtual_time.pass_days(1)
    second = ask()
    assert (first.news, second.news) == (True, False)
    assert second.kept.body == first.kept.body
    asked = announced.asked(DAYS)
    assert [one.status for one in asked] == [200, 304]
    assert (asked[0].etag, asked[1].etag) == ("", first.kept.etag)
    assert asked[0].agent == "latent-notes (test@example.org)"


def test_a_feed_that_changed_comes_whole(ask, announced, virtual_time):
    first = ask()
    virtual_time.pass_days(1)
    announced.day += timedelta(days=1)
    second = ask()
    assert second.news
    assert second.kept.body != first.kept.body


def test_last_modified_serves_where_there_is_no_etag(ask, announced):
    stamp = "Mon, 27 Apr 2026 04:00:00 GMT"
    headers = {"Content-Type": "text/xml", "Last-Modified": stamp, "ETag": ""}
    announced.pages[BLOG] = Reply(render_blog(), headers=headers)
    ask(BLOG, Source.BLOG)
    ask(BLOG, Source.BLOG)
    assert announced.asked(BLOG)[1].modified == stamp


def test_what_its_server_calls_fresh_is_not_asked_for(ask, announced, virtual_time):
    announced.go_wrong(DAYS, "cache", "public, max-age=3600")
    ask()
    virtual_time.pass_days(0.5 / 24)
    assert not ask().news
    assert len(announced.asked(DAYS)) == 1
    ask(refresh=True)
    virtual_time.pass_days(2 / 24)
    ask()
    assert len(announced.asked(DAYS)) == 3


def test_nothing_is_fresh_for_more_than_a_day(ask, announced, virtual_time):
    announced.go_wrong(DAYS, "cache", "max-age=999999999")
    ask()
    virtual_time.pass_days(1.01)
    ask()
    assert len(announced.asked(DAYS)) == 2


def test_offline_the_last_answer_counts_and_no_request_is_made(ask, announced, virtual_time):
    ask()
    virtual_time.pass_days(100)
    assert not ask(offline=True).news
    assert len(announced.log) == 1
    assert trouble(ask, BLOG, Source.BLOG, offline=True) == (
        "not in the cache, and no connection is allowed"
    )


def test_not_modified_for_ever_is_believed_for_a_week(ask, announced, virtual_time):
    ask()
    announced.go_wrong(DAYS, "never-changed")
    for _ in range(6):
        virtual_time.pass_days(1)
        assert not ask().news
    virtual_time.pass_days(1)
    assert trouble(ask) == "it says 'not modified' though nothing was asked that way"
    assert announced.asked(DAYS)[-1].etag == ""


def test_not_modified_at_the_first_question_is_no_answer(ask, announced):
    announced.go_wrong(DAYS, "never-changed")
    assert trouble(ask) == "it says 'not modified' though nothing was asked that way"


def test_an_etag_that_no_header_may_hold_is_not_sent_back(ask, announced):
    announced.go_wrong(DAYS, "etag", '"\xe9\x7f"', times=1)
    ask()
    ask()
    assert [one.etag for one in announced.asked(DAYS)] == ["", ""]


# Redirects.


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:22/",
        "http://localhost/admin",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "//127.0.0.2/x",
        "javascript:alert(1)",
        "http://[::1]/",
        "http://user@127.0.0.1@example.org/",
        "",
        "https://127.0.0.1:1/",
        "http://example.org\x1b[2J/",
    ],
)
def test_a_redirect_to_another_place_is_told_and_not_followed(ask, announced, target):
    announced.go_wrong(BLOG, "moved", target)
    said = trouble(ask, BLOG, Source.BLOG)
    assert said.startswith("moved to ")
    assert said.endswith("if that is right, write it in refs/watch.yml")
    assert said.isprintable()
    assert len(announced.log) == 1


def test_of_a_redirect_no_body_is_read(ask, announced):
    announced.go_wrong(BLOG, "moved-for-ever", "http://example.org/")
    began = time.monotonic()
    assert trouble(ask, BLOG, Source.BLOG).startswith("moved to 'http://example.org/'")
    assert time.monotonic() - began < 2


def test_a_redirect_on_the_same_server_is_followed_but_not_for_ever(ask, announced):
    announced.go_wrong("/old", "moved", BLOG, times=1)
    assert b"Post" in ask("/old", Source.BLOG).kept.body
    announced.go_wrong("/circle", "moved", "/circle")
    assert trouble(ask, "/circle", Source.BLOG) == "redirected more than 3 times"


def test_a_redirect_goes_through_the_same_clock(ask, announced):
    announced.go_wrong("/old", "moved", BLOG, times=1)
    ask("/old", Source.BLOG)
    assert [one.path for one in announced.log] == ["/old", BLOG]


# Servers in trouble.


def test_a_server_that_stumbles_is_asked_again_after_a_while(ask, announced, virtual_time):
    announced.go_wrong(DAYS, "status", 503, times=2)
    assert ask().news
    assert virtual_time.slept == [5, 10]


def test_the_wait_a_server_asks_for_is_kept(ask, announced, virtual_time):
    announced.go_wrong(DAYS, "status", "429 60", times=1)
    assert ask().news
    assert sum(virtual_time.slept) == pytest.approx(60)


def test_a_server_that_wants_an_hour_is_left_alone(ask, announced, virtual_time):
    announced.go_wrong(DAYS, "status", "503 3600")
    assert trouble(ask) == (
        "127.0.0.1 answered HTTP 503 and asks to wait 3600 s; no time was left to try again"
    )
    assert len(announced.log) == 1


def test_a_blog_that_wants_an_hour_does_not_hold_up_arxiv(ask, announced, virtual_time):
    announced.go_wrong(BLOG, "status", "429 3600")
    trouble(ask, BLOG, Source.BLOG)
    assert ask().news
    assert virtual_time.slept == []


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("status", 404, "127.0.0.1 answered HTTP 404"),
        ("status", 410, "127.0.0.1 answered HTTP 410"),
        ("status", 500, "127.0.0.1 answered HTTP 500"),
        ("status", 400, "HTTP 400"),
        ("stall", 3600, "127.0.0.1 did not answer within 0.5 s"),
        ("cut", 100, "the connection was cut after 100 bytes"),
        ("compressed", "", "the answer is compressed ('gzip'), which was not asked"),
        ("plain", "Rate exceeded.", "it answered 'Rate exceeded.'"),
    ],
)
def test_every_trouble_is_told_in_a_line_and_in_bounded_time(ask, announced, kind, value, said):
    announced.go_wrong(DAYS, kind, value)
    began = time.monotonic()
    assert trouble(ask).startswith(said)
    assert time.monotonic() - began < 10
    assert len(announced.log) <= 3


def test_a_server_that_drips_is_left_after_the_time_a_body_may_take(announced, settings):
    announced.go_wrong(DAYS, "drip", 0.01)
    timing = Timing(lambda: datetime.now(UTC), time.monotonic, lambda _: None, lambda: 0.5)
    one = Fetcher(settings, timing)
    began = time.monotonic()
    with pytest.raises(TroubleError, match="the answer was not complete after 1 s"):
        one.fetch(Feed("slow", Source.ANNOUNCEMENTS, announced.url + DAYS, 0))
    one.close()
    assert time.monotonic() - began < 6


def test_of_a_gigabyte_ten_megabytes_are_read(ask, announced):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    announced.go_wrong(DAYS, "endless")
    assert trouble(ask) == f"the answer is larger than {LARGEST_FEED:,} bytes"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000  # KiB


def test_a_server_that_is_not_there_is_told(fetcher):
    feed = Feed("gone", Source.BLOG, "http://127.0.0.1:9/feed", 0)
    with pytest.raises(TroubleError, match=r"^no connection to 127\.0\.0\.1: "):
        fetcher().fetch(feed)


def test_after_two_feeds_in_a_row_a_server_in_trouble_is_asked_no_more(announced, fetcher):
    for path in ("/a", "/b", "/c"):
        announced.go_wrong(path, "status", 500)
    one = fetcher()
    said = []
    for path in ("/a", "/b", "/c"):
        with pytest.raises(TroubleError) as caught:
            one.fetch(Feed(path, Source.BLOG, announced.url + path, 0))
        said.append(str(caught.value))
    host = announced.url.removeprefix("http://")
    assert said[2] == f"not asked: {host} is in trouble"
    assert announced.asked("/c") == []


# Manners.


def test_arxiv_gets_three_seconds_between_requests_whatever_the_settings_say(
    settings, virtual_time
):
    one = Fetcher(settings, virtual_time.timing)
    feed = Feed("cs.CL", Source.ANNOUNCEMENTS, "https://rss.arxiv.org/rss/cs.CL", 0)
    pace = one._pace(feed)  # noqa: SLF001 - nobody is asked in a test
    for _ in range(3):
        with pace.turn(100):
            pass
    assert virtual_time.slept == [3, 3]


def test_announcements_and_imports_share_one_clock(settings, virtual_time, fetcher):
    feed = Feed("cs.CL", Source.ANNOUNCEMENTS, "https://rss.arxiv.org/rss/cs.CL", 0)
    with fetcher()._pace(feed).turn(100):  # noqa: SLF001
        pass
    assert (settings.state_dir / "next-request").exists()


# The shelf.


@pytest.fixture
def kept():
    now = datetime(2026, 4, 27, tzinfo=UTC)
    return Kept("https://a.org/", b"a\nb\x00", "text/xml", '"x"', "", now, now, now)


def test_what_is_kept_comes_back(tmp_path, kept):
    shelf = Shelf(tmp_path / "feeds")
    assert shelf.load(kept.url) is None
    shelf.write(kept)
    assert shelf.load(kept.url) == kept
    shelf.forget(kept.url)
    assert shelf.load(kept.url) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:0],
        lambda data: b"[]" + data,
        lambda data: data.replace(b"+00:00", b""),
        lambda data: data.replace(b"https://a.org/", b"https://b.org/"),
        lambda data: b"[" * 100_000 + data,
    ],
)
def test_a_damaged_file_is_no_file(tmp_path, kept, damage):
    shelf = Shelf(tmp_path)
    shelf.write(kept)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert shelf.load(kept.url) is None


def test_a_disk_that_refuses_costs_nothing_now(tmp_path, kept):
    (tmp_path / "file").write_text("in the way")
    Shelf(tmp_path / "file").write(kept)
    assert Shelf(tmp_path / "file").load(kept.url) is None
