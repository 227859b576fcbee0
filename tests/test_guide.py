"""Every command and every example of the guides, run as a newcomer would run them."""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main
from kb.ids import CiteKey
from kb.notes.page import kind_of
from kb.pages import frame
from kb.site import load_site, reference_path
from servers.arxiv import RECORDS, ArxivServer
from servers.arxiv_papers import load_papers, parse_time
from servers.feeds import Announced, FeedServer

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide" / "index.md"
TEXTS = [*sorted(GUIDE.parent.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
BLOCK = re.compile(
    r"^(?P<indent>[ ]*)```(?P<language>\w+)(?:[ ]title=\"(?P<title>[^\"]*)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
# What a command says with its exit code: `kb add` and `kb sync` whether something changed or was not to be
# had, `kb watch` and `kb inbox` the latter, and `kb questions stale` whether something is due.
MAY_EXIT = {
    "kb add": {0, 3},
    "kb sync": {0, 3, 4, 5},
    "kb watch": {3},
    "kb inbox": {0, 3},
    "kb questions stale": {0, 1},
}


def blocks(path, language):
    """Return the title and the text of each code block in a language, without its indentation."""
    text = path.read_text("utf-8")
    return [
        (found["title"], textwrap.dedent(found["text"]))
        for found in BLOCK.finditer(text)
        if found["language"] == language
    ]


def place_files(path, root):
    """Put the files that a guide shows where it says they stand."""
    for language in ("yaml", "json", "text"):
        for title, text in blocks(path, language):
            if title:
                (root / title).parent.mkdir(parents=True, exist_ok=True)
                (root / title).write_text(text, "utf-8")


def commands(path):
    return [
        line.removeprefix("$ ")
        for _, text in blocks(path, "console")
        for line in text.splitlines()
        if line.startswith("$ ")
    ]


def words(html):
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


@pytest.fixture
def kb(real_copy, monkeypatch, tmp_path):
    """Return the function that runs a line such as `kb check` in a copy of the base."""
    monkeypatch.chdir(real_copy)
    monkeypatch.setenv("KB_STATE_DIR", str(tmp_path / "state"))

    def run(line):
        program, *arguments = shlex.split(line)
        assert program == "kb"
        return CliRunner().invoke(main, arguments, prog_name="kb")

    return run


@pytest.fixture
def arxiv(real_copy):
    """A server that behaves like arXiv's, and a base that asks it."""
    with ArxivServer(load_papers(RECORDS), now=parse_time("2026-11-21")) as server:
        (real_copy / "refs" / "arxiv.yml").write_text(f"api: {server.url}\ndelay: 0\n", "utf-8")
        yield server


@pytest.fixture
def feeds(real_copy):
    """A server with announcements, and a base that reads them."""
    today = datetime.now(UTC).date()
    with FeedServer(today - timedelta(days=today.weekday())) as server:
        server.announce(
            server.day,
            *(Announced(f"2501.9990{n}v1", f"Introspection, part {n}") for n in (1, 2, 3)),
        )
        watched = real_copy / "refs" / "watch.yml"
        watched.write_text(
            f"announcements: {server.url}/rss/\n{watched.read_text('utf-8')}", "utf-8"
        )
        yield server


@pytest.mark.usefixtures("arxiv", "feeds")
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_runs_in_the_order_given(path, kb, real_copy):
    place_files(path, real_copy)
    for line in commands(path):
        if line.startswith("kb "):
            result = kb(line)
            allowed = next(
                (codes for start, codes in MAY_EXIT.items() if line.startswith(start)), {0}
            )
            assert result.exit_code in allowed, f"{line}: {result.exit_code}\n{result.output}"
        else:
            program, *arguments = line.split()
            assert program == "make", line
            done = subprocess.run(
                ["make", "-n", *arguments],  # noqa: S607 - whatever make the machine has
                cwd=ROOT,  # which a dry run leaves as it is
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr


def test_the_guides_show_commands():
    assert "kb check" in commands(GUIDE)
    assert "make serve" in commands(ROOT / "README.md")


# From a clone to a note that cites a new reference.


@pytest.fixture
def five_steps(real_copy):
    """Do literally what the guide says: append the entry, write the note."""
    ((_, entry),) = blocks(GUIDE, "bibtex")
    ((path, note),) = [block for block in blocks(GUIDE, "markdown") if block[0]]
    with (real_copy / "refs" / "latent.bib").open("a", encoding="utf-8") as file:
        file.write(f"\n{entry}")
    (real_copy / path).write_text(note, "utf-8")
    return real_copy


def test_after_five_steps_the_check_finds_nothing(five_steps, kb):
    result = kb("kb check --quiet")
    assert result.stdout == ""
    assert result.exit_code == 0


def test_after_five_steps_the_page_of_the_reference_says_who_cites_it(five_steps, make_markdown):
    site = load_site(five_steps)
    path = reference_path(CiteKey("doe2026example"))
    html = make_markdown(site, path).convert(frame(site, path, ""))
    assert words(html).count("One example shows that examples exist (Doe and Roe, 2026).") == 1
    assert 'href="/latent/example.md#cite-doe2026example-1"' in html


def test_the_message_for_a_misspelt_key_is_the_one_the_guide_shows(five_steps, kb):
    shown = [text.strip() for _, text in blocks(GUIDE, "text") if "KB101" in text]
    note = five_steps / "docs" / "latent" / "example.md"
    note.write_text(note.read_text("utf-8").replace("doe2026example]", "doe2026exampel]"), "utf-8")
    result = kb("kb check --quiet")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == shown


# The syntax.


@pytest.fixture(scope="module")
def real(make_markdown):
    """Return the function that renders a piece of Markdown on the real base."""
    site = load_site(ROOT)
    return lambda text: (
        make_markdown(site).convert(text).partition('<section class="kb-references')[0]
    )


def table(header):
    """Return the rows of the guide's table that has this header."""
    rows = GUIDE.read_text("utf-8").partition(f"{header}\n")[2].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


@pytest.mark.parametrize(("typed", "shown"), table("| you write | the page shows |"))
def test_a_citation_shows_what_the_guide_says(typed, shown, real):
    assert typed.startswith("`")
    assert typed.endswith("`")
    assert words(real(typed.strip("`"))) == shown.replace("\\@", "@")


@pytest.mark.parametrize(
    "example", [text for path in TEXTS for title, text in blocks(path, "markdown") if not title]
)
def test_an_example_of_syntax_works_on_the_real_base(example, real):
    html = real(example)
    assert "kb-unknown" not in html
    assert "///" not in words(html)


def test_the_kinds_of_page_are_those_the_guide_lists():
    listed = {
        (
            kind,
            path.replace("<section>", "latent").replace("<slug>", "a").replace("<key>", "a2020b"),
        )
        for kind, paths in table("| page | path |")
        for path in re.findall(r"`docs/([^`]*)`", paths)
    }
    assert listed
    kinds = {kind_of(path.replace("*", "a")).value.replace("page", "other") for _, path in listed}
    assert kinds == {kind for kind, _ in listed}
    assert all(
        kind_of(path.replace("*", "a")).value.replace("page", "other") == kind
        for kind, path in listed
    )
