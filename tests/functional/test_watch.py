"""`kb watch` and `kb inbox` as processes, against servers that behave like arXiv's, and in a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime, timedelta

import pytest

from kb.bib.store import load_store
from servers.arxiv import RECORDS, ArxivServer
from servers.arxiv_papers import load_papers, parse_time
from servers.feeds import Announced, FeedServer, render_blog

NOTHING, FAILED, USAGE, CHANGED, UNREAD = 0, 1, 2, 3, 5
THINKING, LEMMA = "2501.99901", "2501.99902"
HOME = "---\ntitle: Base\ndescription: A base.\n---\n\n# Base\n\nA claim without source.\n"
BIB = """@misc{example2025lemma,
  author = {Example, Ada},
  title = {A Lemma},
  eprint = {2501.99902},
  archiveprefix = {arXiv},
}
"""
WATCH = """\
# mine
announcements: {url}/rss/
categories:
- {{category: cs.CL, noise: high}}
- {{category: cs.LG, noise: high}}
blogs:
- {{name: a-blog, url: '{url}/blog', topic: cot, noise: low}}
topics:
- topic: introspection
  terms: {{thinking: 3, introspection: 3}}
- topic: cot
  terms: {{chain of thought: 4}}
"""
TODAY = datetime.now(UTC).date()


class Base:
    """A base of its own with servers to ask; runs the real commands."""

    def __init__(self, root, api, feeds):
        self.root = root
        self.feeds = feeds
        for page in ("references/index", "about/evidence-grades"):
            (root / "docs" / page).parent.mkdir(parents=True)
            (root / "docs" / f"{page}.md").write_text(HOME)
        (root / "refs").mkdir()
        (root / "docs" / "index.md").write_text(HOME)
        (root / "refs" / "arxiv.yml").write_text(f"api: {api.url}\ndelay: 0\n")
        (root / "refs" / "introspection.bib").write_text(BIB)
        (root / "refs" / "watch.yml").write_text(WATCH.format(url=feeds.url))

    @property
    def environment(self):
        return {
            **os.environ,
            "KB_STATE_DIR": str(self.root / "state"),
            "NO_COLOR": "1",
            "TERM": "dumb",
        }

    def command(self, *words):
        first = words[:2] if words[0] == "inbox" else words[:1]
        rest = words[len(first) :]
        return [sys.executable, "-m", "kb", *first, "--root", str(self.root), *rest]

    def run(self, *words, code=NOTHING):
        done = subprocess.run(
            self.command(*words), env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def kb(self, *words, code=NOTHING):
        return self.run(*words, code=code).stdout

    def watch(self, *words, code=CHANGED):
        return self.kb("watch", "--refresh", *words, code=code)

    @property
    def inbox(self):
        path = self.root / "refs" / "inbox.yml"
        return path.read_text() if path.exists() else ""

    def citation_keys(self):
        return {str(reference.key) for reference in load_store(self.root).references}

    def state(self):
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for folder in ("docs", "refs")
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def feeds():
    with FeedServer(TODAY - timedelta(days=TODAY.weekday())) as running:
        running.pages["/blog"] = render_blog()
        yield running


@pytest.fixture
def base(tmp_path, feeds):
    with ArxivServer(load_papers(RECORDS), now=parse_time("2025-02-01")) as api:
        yield Base(tmp_path / "base", api, feeds)


@pytest.fixture
def news(base):
    """A base whose feeds have a paper, a cross-listing, noise, a replacement and a post."""
    base.feeds.announce(
        base.feeds.day,
        Announced(
            f"{THINKING}v1",
            "Thinking About Thinking",
            "Ada Example, Bo Muster",
            categories=("cs.CL", "cs.LG"),
        ),
        Announced("2601.00002v1", "Of robots", categories=("cs.CL",)),
        Announced(f"{LEMMA}v2", "A Lemma", kind="replace", categories=("cs.LG",)),
    )
    post = {
        "title": "On a <b>chain of thought</b>",
        "link": "https://blog.example.org/p?utm_source=x",
    }
    base.feeds.pages["/blog"] = render_blog(post | {"text": "<script>x</script>Words."})
    return base


# kb watch.


def test_one_command_a_day_keeps_the_inbox(news):
    out = news.watch()
    assert out == (
        "cs.CL   2 items: 1 offered, 1 beside the point\n"
        "cs.LG   2 items: 1 offered, 1 new version\n"
        "a-blog  1 item: 1 offered\n"
        "example2025lemma: v2 is out; take it with: kb sync example2025lemma\n"
        "https://blog.example.org/p  On a chain of thought  [cot, 4 points]\n"
        "    title has 'chain of thought'\n"
        f"{THINKING}  Thinking About Thinking  [introspection, 3 points]\n"
        "    title has 'thinking'\n"
    )
    assert news.inbox == (
        "# What `kb watch` found, the newest last: `kb inbox` shows it and takes your decision. "
        "Edit by hand as you like.\n"
        "candidates:\n"
        '- id: "https://blog.example.org/p"\n'
        '  title: "On a chain of thought"\n'
        f"  found: {TODAY}\n"
        '  feeds: ["a-blog"]\n'
        "  topic: cot\n"
        "  points: 4\n"
        "  why: \"title has 'chain of thought'\"\n"
        f"- id: {THINKING}\n"
        '  title: "Thinking About Thinking"\n'
        '  authors: ["Ada Example", "Bo Muster"]\n'
        f"  date: {news.feeds.day}\n"
        f"  found: {TODAY}\n"
        '  feeds: ["cs.CL", "cs.LG"]\n'
        "  topic: introspection\n"
        "  points: 3\n"
        "  why: \"title has 'thinking'\"\n"
        "\n"
        "# What was decided, so that it is never offered again: day, decision, id, title, then reason "
        "or citation key.\n"
        "decided: |\n"
    )


def test_a_second_look_offers_nothing_and_asks_only_for_what_changed(news):
    news.watch()
    before = news.inbox
    (news.root / "refs" / "introspection.bib").write_text("")  # so that no version is news either
    out = news.watch(code=NOTHING)
    assert "cs.CL   not changed; 2 items: 1 waiting, 1 beside the point\n" in out
    assert news.inbox == before
    assert [one.status for one in news.feeds.asked("/rss/cs.CL")] == [200, 304]


def test_a_dry_run_shows_and_writes_nothing(news):
    before = news.state()
    done = news.run("watch", "--dry-run", code=CHANGED)
    assert "Thinking About Thinking" in done.stdout
    assert (
        "2 candidates would be offered, 0 waiting, 1 new version, 0 feeds not read\n" in done.stderr
    )
    assert news.state() == before


def test_quiet_names_only_what_is_new(news):
    done = news.run("watch", "--quiet", code=CHANGED)
    assert done.stdout.splitlines()[0].startswith("example2025lemma: v2 is out")
    assert done.stderr == ""
    assert news.run("watch", "-q", "--offline", code=CHANGED).stdout.count("\n") == 1


def test_json_says_it_all(news):
    found = json.loads(news.watch("--format", "json"))
    assert [one["name"] for one in found["feeds"]] == ["cs.CL", "cs.LG", "a-blog"]
    assert found["feeds"][0]["fates"] == {"offered": 1, "beside the point": 1}
    assert found["offered"][1]["id"] == THINKING
    assert found["offered"][1]["why"] == ["title has 'thinking'"]
    assert found["versions"] == [{"key": "example2025lemma", "version": 2, "known": None}]
    assert found["requests"] == 3


def test_a_quiet_day_is_no_error(base):
    base.feeds.day += timedelta(days=5)  # Saturday
    out = base.watch(code=NOTHING)
    assert out == (
        "cs.CL   nothing announced\ncs.LG   nothing announced\na-blog  nothing announced\n"
    )
    assert base.inbox == ""


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("bomb", "", "the feed declares a document type or entities, which are not read"),
        ("truncated", "", "the feed is broken or cut off: line "),
        ("html", "", "this is an HTML page instead of a feed"),
        ("endless", "", "the answer is larger than 10,000,000 bytes"),
        ("moved", "http://127.0.0.1:22/", "moved to 'http://127.0.0.1:22/', where no redirect is followed"),
        ("moved", "file:///etc/passwd", "moved to 'file:///etc/passwd', where no redirect is followed"),
        ("never-changed", "", "it says 'not modified' though nothing was asked that way"),
        ("status", "404", "127.0.0.1 answered HTTP 404"),
        ("compressed", "", "the answer is compressed ('gzip'), which was not asked"),
    ],
)  # fmt: skip
def test_one_bad_feed_gets_a_line_and_stops_no_other(news, kind, value, said):
    news.feeds.go_wrong("/rss/cs.LG", kind, value)
    began = time.monotonic()
    done = news.run("watch", code=UNREAD)
    assert time.monotonic() - began < 20
    assert f"cs.LG   not read: {said}" in done.stderr
    assert "Thinking About Thinking" in done.stdout
    assert "1 feed not read\n" in done.stderr
    assert THINKING in news.inbox
    assert "blog.example.org" in news.inbox


def test_hostile_titles_are_text_in_terminal_and_inbox(base):
    titles = [
        "Thinking <script>alert(1)</script> & ${7*7} {{config}}",
        'Thinking "quoted": - [x] #no !tag *anchor\\n \\x41',
        "Thinking \x1b[2J\x07 and \u202eback",
    ]
    for number, title in enumerate(titles, start=10):
        seen = title.replace("\x1b", " ").replace("\x07", " ")  # no XML can hold them
        base.feeds.announce(base.feeds.day, Announced(f"2601.000{number}v1", seen))
    base.feeds.go_wrong("/rss/cs.CL", "control")
    out = base.watch()
    assert "\x1b" not in out + base.inbox
    assert "\u202e" not in out + base.inbox
    listed = json.loads(base.kb("inbox", "list", "--format", "json"))
    shown = [one["title"] for one in listed]
    assert shown == ["Thinking [2J and back", titles[1], f"[31m {titles[0]}"]


def test_without_a_watch_file_it_says_what_to_do(base):
    (base.root / "refs" / "watch.yml").unlink()
    done = base.run("watch", code=USAGE)
    assert "no refs/watch.yml in " in done.stderr
    assert "docs/guide/watch.md" in done.stderr


def test_a_mistake_in_the_watch_file_is_told_with_its_line(base):
    (base.root / "refs" / "watch.yml").write_text(
        "blogs:\n- {name: a, url: 'file:///etc/passwd'}\n"
    )
    done = base.run("watch", code=USAGE)
    assert (
        "refs/watch.yml:2: KB303 url must be an http(s) address: 'file:///etc/passwd'"
        in done.stderr
    )


def test_a_broken_inbox_is_not_written_over(news):
    (news.root / "refs" / "inbox.yml").write_text("candidates: [\n")
    done = news.run("watch", code=USAGE)
    assert "refs/inbox.yml:" in done.stderr
    assert news.inbox == "candidates: [\n"


def test_a_run_that_is_killed_loses_nothing(news):
    news.feeds.go_wrong("/blog", "stall", 30, times=1)
    process = subprocess.Popen(
        news.command("watch", "--refresh"),
        env=news.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while not news.feeds.asked("/blog") and time.monotonic() < deadline:
        os.sched_yield()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert news.inbox == ""
    news.watch()
    assert THINKING in news.inbox  # though the server said 304 for what came before
    assert news.feeds.asked("/rss/cs.CL")[-1].status == 304


# kb inbox.


def test_accepting_imports_as_kb_add_does_and_begins_the_annotation(news):
    news.watch()
    out = news.kb("inbox", "accept", THINKING, code=CHANGED)
    assert out == (
        "refs/introspection.bib: example2025thinking  Thinking About Thinking\n"
        "docs/references/example2025thinking.md: begun; write what you think of it\n"
    )
    assert news.citation_keys() == {"example2025lemma", "example2025thinking"}
    assert (
        "verdict: Not judged yet."
        in (news.root / "docs/references/example2025thinking.md").read_text()
    )
    assert (
        f'{TODAY} accepted {THINKING} "Thinking About Thinking": example2025thinking' in news.inbox
    )
    news.kb("check")
    assert "2 items: 1 decided" not in news.watch(code=CHANGED)
    assert f"- id: {THINKING}" not in news.inbox


def test_accepting_a_post_makes_an_online_entry(news):
    news.watch()
    out = news.kb(
        "inbox",
        "accept",
        "https://blog.example.org/p",
        "--to",
        "cot",
        "--no-annotate",
        code=CHANGED,
    )
    assert out == "refs/cot.bib: examplechain  On a chain of thought\n"
    assert (news.root / "refs" / "cot.bib").read_text() == (
        "@online{examplechain,\n"
        "  title = {On a chain of thought},\n"
        "  organization = {blog.example.org},\n"
        "  url = {https://blog.example.org/p},\n"
        f"  urldate = {{{TODAY}}},\n"
        "  entrysubtype = {blog post},\n"
        "}\n"
    )
    assert "accepted https://blog.example.org/p" in news.inbox


def test_what_arxiv_does_not_know_stays_in_the_inbox(base):
    base.feeds.announce(
        base.feeds.day,
        Announced("2604.77777v1", "Thinking of nothing"),
        Announced(f"{THINKING}v1", "Thinking"),
    )
    base.watch()
    done = base.run("inbox", "accept", "2604.77777", THINKING, code=UNREAD)
    assert "stays in the inbox: 2604.77777: arXiv knows no such paper\n" in done.stderr
    assert "- id: 2604.77777\n" in base.inbox
    assert f"accepted {THINKING}" in base.inbox


def test_a_rejection_is_remembered_with_its_reason(news):
    news.watch()
    news.kb(
        "inbox", "reject", f"https://arxiv.org/abs/{THINKING}v1", "--reason", "off topic:\n robots"
    )
    assert news.kb("inbox", "list", "--decided") == (
        f'{TODAY} rejected {THINKING} "Thinking About Thinking": off topic: robots\n'
    )
    out = news.watch()
    assert "cs.CL   not changed; 2 items: 1 decided, 1 beside the point\n" in out
    assert f"- id: {THINKING}" not in news.inbox
    done = news.run("inbox", "accept", THINKING, code=USAGE)
    assert f"{THINKING} was rejected on {TODAY}: off topic: robots" in done.stderr


def test_what_is_put_off_comes_back(news):
    news.watch()
    news.kb("inbox", "later", THINKING, "--days", "3")
    assert f"  later: {TODAY + timedelta(days=3)}\n" in news.inbox
    assert news.kb("inbox", "list", "--format", "ids") == "https://blog.example.org/p\n"
    assert THINKING in news.kb("inbox", "list", "--all")
    again = news.inbox.replace(f"later: {TODAY + timedelta(days=3)}", f"later: {TODAY}")
    (news.root / "refs" / "inbox.yml").write_text(again)
    assert THINKING in news.kb("inbox", "list")


def test_the_list_shows_the_weightiest_first_and_show_shows_all(news):
    news.watch()
    assert news.kb("inbox") == news.kb("inbox", "list")
    assert news.kb("inbox", "list") == (
        "  4  https://blog.example.org/p  On a chain of thought  [cot]\n"
        f"  3  {THINKING}  Thinking About Thinking  [introspection]\n"
    )
    assert (
        news.kb("inbox", "list", "--topic", "cot", "--format", "ids")
        == "https://blog.example.org/p\n"
    )
    shown = news.kb("inbox", "show", THINKING)
    assert f"url        https://arxiv.org/abs/{THINKING}\n" in shown
    assert "authors    Ada Example, Bo Muster\n" in shown
    assert "why        title has 'thinking'\n" in shown


def test_the_folder_may_be_named_before_the_subcommand(news):
    news.watch()
    words = ["inbox", "--root", str(news.root), "list", "--format", "ids"]
    done = subprocess.run(
        [sys.executable, "-m", "kb", *words],
        env=news.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert THINKING in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reject", "2604.00001"), "Missing option '--reason'"),
        (("reject", "2604.00001", "--reason", " "), "a rejection needs a reason"),
        (("accept", "2604.00001"), "2604.00001 is not in the inbox; kb inbox list shows what is"),
        (("accept", "nonsense"), "neither a paper of arXiv nor an address of the web: 'nonsense'"),
        (("accept", THINKING, "--to", "../x"), "new entries go into a .bib file in refs/"),
        (("show", "2604.00001"), "2604.00001 is not in the inbox"),
        (("later", THINKING, "--days", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_changes_nothing(news, words, said):
    news.watch()
    (news.root / "refs" / "inbox.yml").write_text(
        news.inbox.replace(THINKING, "2604.00001") if "needs" in said else news.inbox
    )
    before = news.state()
    assert said in news.run("inbox", *words, code=USAGE).stderr
    assert news.state() == before


# Open questions.

QUESTION = """\
---
question: {sentence}
topic: introspection
asked: {{date: 2025, source: here}}   # by us
settled_by: A run.
review_after: 2027-01-01
search: '{search}'
evidence: []
---

It matters.
"""
FIRST, SECOND, CLOSED = "does-it-think", "does-it-think-twice", "was-it-thought"
HELD = 'to_judge:\n  - source: "@example2025thinking"\n    since: {day}\n'


@pytest.fixture
def asking(news):
    """The same base with three questions, whose searches find one paper; one question is closed."""
    for page in ("questions/index", "transcripts/index", "introspection/index"):
        (news.root / "docs" / page).parent.mkdir()
        (news.root / "docs" / f"{page}.md").write_text(HOME)
    questions = {
        FIRST: QUESTION.format(sentence="Does it think?", search="ti:thinking"),
        SECOND: QUESTION.format(sentence="How often does it do so?", search="ti:thinking ANDNOT ti:fast"),
    }  # fmt: skip
    closing = (
        "closed: {as: answered, reason: R., date: 2026-01-01, evidence: ['@example2025lemma']}\nevidence:\n"
        "  - {date: 2025, source: '@example2025lemma', bearing: for, strength: weak, grade: A, says: S., "
        "judged: 2026-01-01}\n"
    )
    ended = QUESTION.format(sentence="Was the lemma thought of?", search="ti:thinking")
    questions[CLOSED] = ended.replace("evidence: []\n", closing)
    for slug, text in questions.items():
        (news.root / "docs" / "questions" / f"{slug}.md").write_text(text)
    watch = news.root / "refs" / "watch.yml"
    text = watch.read_text().replace("categories:", "window: 3650\ncategories:")
    watch.write_text(text.replace("blogs:", "questions: {noise: low}\nblogs:"))
    return news


def question(base, slug=FIRST):
    return base.root / "docs" / "questions" / f"{slug}.md"


def test_a_candidate_says_which_questions_found_it_and_remembers_it(asking):
    out = asking.watch()
    assert f"question:{FIRST} " in out
    assert f"question:{CLOSED}" not in out
    found = json.loads(asking.kb("inbox", "list", "--format", "json", "--question", FIRST))
    (one,) = (one for one in found if one["id"] == THINKING)
    assert one["questions"] == [FIRST, SECOND]
    assert f"found by the search of {FIRST}; found by the search of {SECOND}" in one["why"]
    assert f'  questions: ["{FIRST}", "{SECOND}"]\n' in asking.inbox
    assert f"[introspection, @q:{FIRST}, @q:{SECOND}]" in asking.kb("inbox", "list")


def test_searches_of_questions_that_find_nothing_share_a_line(asking):
    for slug in (FIRST, SECOND):
        text = question(asking, slug).read_text()
        question(asking, slug).write_text(text.replace("ti:thinking", "(ti:none OR ti:nobody)"))
    out = asking.watch()
    assert "open questions whose searches found nothing: 2\n" in out
    assert f"question:{FIRST}" not in out


def test_a_candidate_that_a_question_finds_later_says_so_from_then_on(asking):
    path = question(asking)
    texts = {slug: question(asking, slug).read_text() for slug in (FIRST, SECOND)}
    for slug in texts:
        question(asking, slug).unlink()
    asking.watch()
    assert "questions:" not in asking.inbox
    before = asking.inbox
    path.write_text(texts[FIRST])
    asking.watch()
    (now,) = (block for block in asking.inbox.split("- id: ") if block.startswith(THINKING))
    assert f'  questions: ["{FIRST}"]\n' in now
    assert before.partition("decided:")[2] == asking.inbox.partition("decided:")[2]
    assert "waiting" in asking.watch(code=CHANGED)  # a new version of the lemma is all the news


def test_an_accepted_paper_waits_on_each_question_that_found_it_until_it_is_judged(asking):
    asking.watch()
    before = {slug: question(asking, slug).read_text() for slug in (FIRST, SECOND)}
    out = asking.kb("inbox", "accept", THINKING, code=CHANGED)
    assert f"docs/questions/{FIRST}.md: @example2025thinking waits to be judged\n" in out
    held = HELD.format(day=TODAY)
    for slug, text in before.items():
        assert question(asking, slug).read_text() == text.replace("evidence:", f"{held}evidence:")
    asking.kb("check")
    stale = asking.run("questions", "stale", code=FAILED).stdout
    assert (
        f"{FIRST}: Does it think?\n  @example2025thinking waits to be judged since {TODAY}\n"
        in stale
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "kb", "question", "evidence", FIRST, "@example2025thinking"),
            *("--bearing", "for", "--strength", "weak", "--grade", "A", "--note", "It does."),
            *("--root", str(asking.root)),
        ],
        env=asking.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == NOTHING, done.stderr
    assert "to_judge" not in question(asking).read_text()
    assert 'source: "@example2025thinking"\n    bearing: for\n' in question(asking).read_text()
    assert held in question(asking, SECOND).read_text()
    asking.kb("check")


def test_a_question_that_cannot_take_a_paper_stops_neither_it_nor_the_others(asking):
    asking.watch()
    question(asking).unlink()
    broken = question(asking, SECOND).read_text().replace("evidence:", "evidnce:")
    question(asking, SECOND).write_text(broken)
    done = asking.run("inbox", "accept", THINKING, code=CHANGED)
    assert f"docs/questions/{FIRST}.md: not there any more" in done.stderr
    assert "not attached: add @example2025thinking to to_judge by hand" in done.stderr
    assert "KB302 key must be one of the schema's: 'evidnce'" in done.stderr
    assert question(asking, SECOND).read_text() == broken
    assert "example2025thinking" in asking.citation_keys()


def test_what_is_in_the_store_already_is_attached_too(asking):
    asking.watch()
    bib = asking.root / "refs" / "introspection.bib"
    bib.write_text(f"{BIB}\n{BIB.replace('lemma', 'thinking').replace('99902', '99901')}")
    out = asking.kb("inbox", "accept", THINKING, code=CHANGED)
    assert "already there: example2025thinking\n" in out
    assert HELD.format(day=TODAY) in question(asking).read_text()


# In a terminal.


class Terminal:
    """A command in a terminal of its own: types keys, and reads what it shows."""

    def __init__(self, base, *words):
        self.shown = ""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            command = base.command(*words)
            os.execve(command[0], command, base.environment)  # noqa: S606 - our own command

    def wait_for(self, text, seconds=20):
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            ready, _, _ = select.select([self._fd], [], [], 0.1)
            if ready:
                self.shown += self._read()
        before, _, self.shown = self.shown.partition(text)
        return before

    def press(self, keys, *, line=False):
        """Type as soon as the program listens: what comes before it would be thrown away."""
        deadline = time.monotonic() + 20
        while bool(termios.tcgetattr(self._fd)[3] & termios.ICANON) is not line:
            assert time.monotonic() < deadline
            os.sched_yield()
        os.write(self._fd, keys.encode())

    def end(self):
        """Return all it still shows, and the exit code."""
        rest = self.shown
        while piece := self._read():
            rest += piece
        return rest, os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self):
        try:
            return os.read(self._fd, 65536).decode()
        except OSError:  # the other end is gone
            return ""


@pytest.fixture
def ten(base):
    base.feeds.announce(
        base.feeds.day,
        Announced(f"{THINKING}v1", "Introspection: Thinking About Thinking"),
        *(Announced(f"2604.000{n}v1", f"Thinking, part {n}") for n in range(11, 20)),
    )
    base.watch()
    return base


def test_ten_papers_are_decided_with_one_key_each(ten):
    terminal = Terminal(ten, "inbox")
    keys = dict(zip(range(1, 11), "a123llssq", strict=False))
    began = time.monotonic()
    for number, key in keys.items():
        terminal.wait_for(f"{number} of 10")
        terminal.press(key)
    rest, code = terminal.end()
    seconds = time.monotonic() - began
    assert code == CHANGED, rest
    assert "6 decisions written" in rest
    assert "example2025thinking" in ten.citation_keys()
    decided = ten.kb("inbox", "list", "--decided").splitlines()
    assert [line.partition('": ')[2] for line in decided] == [
        "example2025thinking", "off topic", "nothing new", "too thin",
    ]  # fmt: skip
    assert ten.inbox.count("  later: ") == 2
    assert len(ten.kb("inbox", "list", "--format", "ids").splitlines()) == 4
    assert seconds < 30  # the machine's share; the rest of the minute is for reading


def test_back_takes_a_decision_back_and_a_reason_of_ones_own_is_asked_for(ten):
    terminal = Terminal(ten, "inbox", "triage")
    for text, keys in (
        ("1 of 10", "1"), ("2 of 10", "b"), ("1 of 10", "r"), ("reason: ", "about cats: two\r"), ("2 of 10", "x"),
        ("no such key: 'x'", ""), ("2 of 10", "q"),
    ):  # fmt: skip
        terminal.wait_for(text)
        if keys:
            terminal.press(keys, line=keys.endswith("\r"))
    rest, code = terminal.end()
    assert code == NOTHING, rest
    (line,) = ten.kb("inbox", "list", "--decided").splitlines()
    assert line.endswith('": about cats: two')


def test_control_c_decides_nothing(ten):
    before = ten.state()
    terminal = Terminal(ten, "inbox")
    terminal.wait_for("1 of 10")
    terminal.press("1")
    terminal.wait_for("2 of 10")
    terminal.press("\x03")
    rest, code = terminal.end()
    assert "stopped; nothing was decided" in rest
    assert code == FAILED
    assert ten.state() == before


def test_an_empty_inbox_says_so(base):
    rest, code = Terminal(base, "inbox").end()
    assert (rest.strip(), code) == ("nothing awaits a decision", NOTHING)
