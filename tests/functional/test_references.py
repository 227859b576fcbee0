"""`kb add` and `kb sync` as processes, against a server that behaves like arXiv's."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from commands import CHANGED, CONFLICTS, FAILED, HOME, NOTHING, UNCHECKED, USAGE, Base

from kb.arxiv.lock import parse_lock
from kb.ids import CiteKey
from servers.arxiv_papers import parse_time

THINKING, LEMMA = "2501.99901", "2501.99902"
TYPED = b"""% Typed by hand; every byte of it is ours.
@string{me = "Somebody"}

@misc{example2025thinking,
    Author    = "Example, Ada",   % the quotes stay
    Title     = {{Thinking} About {T}hinking},
    date      = 2025,
    eprint    = {2501.99901},
    note      = me # { said so},
}
"""


@pytest.fixture
def base(tmp_path, server):
    return Base(tmp_path / "base", server)


def test_a_newcomer_adds_a_paper_with_one_command_and_cites_it_at_once(base):
    out = base.kb("add", f"https://arxiv.org/pdf/{THINKING}v1.pdf", code=CHANGED)
    assert out == "refs/unsorted.bib: example2025thinking  Thinking About Thinking\n"
    (base.root / "docs" / "index.md").write_text(HOME.format("with one [@example2025thinking]"))
    assert base.kb("check") == ""


@pytest.mark.parametrize(
    "form",
    [
        "2501.99901",
        "2501.99901v1",
        "arXiv:2501.99901 [cs.CL]",
        "http://www.arxiv.org/abs/2501.99901",
        "https://export.arxiv.org/html/2501.99901v1#S2",
        "10.48550/arXiv.2501.99901",
        "https://huggingface.co/papers/2501.99901",
        "https://www.alphaxiv.org/overview/2501.99901",
        "https://api.semanticscholar.org/arXiv:2501.99901",
    ],
)
def test_any_form_of_an_id_is_understood(base, form):
    assert "example2025thinking" in base.kb("add", form, "--dry-run", code=CHANGED)


def test_ids_come_from_arguments_files_standard_input_and_addresses_in_a_text(base, tmp_path):
    ids = tmp_path / "ids.txt"
    ids.write_text("# to read\narXiv:1706.03762\n\n")
    text = tmp_path / "mail.txt"
    text.write_text("See https://arxiv.org/abs/hep-th/0001999v1 and 12345.67890 for more.")
    out = base.kb(
        "add", THINKING, "--from", str(ids), "--from", "-", "--find-in", str(text),
        code=CHANGED, text="2501.11120\n",
    )  # fmt: skip
    keys = [line.split()[1] for line in out.splitlines()]
    assert len(keys) == 4
    assert {"example2025thinking", "vaswani2017attention", "betley2025tell"} <= set(keys)


def test_a_list_of_ids_may_hold_several_a_line_remarks_and_addresses_with_a_fragment(base):
    text = (
        "\ufeff# to read\n"
        f"https://arxiv.org/html/{THINKING}v1#S2  # the second part\n\n"
        f"1706.03762, arXiv:2501.11120;  {LEMMA}\r\n"
        "arXiv:2412.06769 [cs.CL]\n"
    )
    out = base.kb("add", "--from", "-", "hep-th/0001999,astro-ph/0601001", code=CHANGED, text=text)
    assert len(out.splitlines()) == 7


def test_what_is_no_id_in_a_list_is_told_with_its_line_and_nothing_is_added(base, tmp_path):
    ids = tmp_path / "ids.txt"
    ids.write_text(f"{THINKING}\n\n{LEMMA} 2501.1112\n")
    done = base.run("add", "--from", str(ids))
    assert done.returncode == USAGE
    assert f"ids.txt:3: not an arXiv identifier: '{LEMMA} 2501.1112'" in done.stderr.replace(
        "\n", ""
    )
    assert not base.file().exists()


def test_a_file_that_cannot_be_written_gets_no_entry_and_is_told_once(base):
    base.file().write_bytes(b"% M\xfcller\n")
    done = base.run("add", THINKING)
    assert done.returncode == FAILED
    assert done.stderr.count("KB201") == 1
    assert "nothing was added" in done.stderr
    assert base.file().read_bytes() == b"% M\xfcller\n"


def test_what_is_there_already_is_named_with_its_place_and_left_alone(base):
    base.file("typed.bib").write_bytes(TYPED)
    before = base.state()
    out = base.kb("add", f"arXiv:{THINKING}v2")
    assert out == (
        "already there: example2025thinking (refs/typed.bib:4); cite it as [@example2025thinking]\n"
    )
    assert base.state() == before
    assert base.server.log == []


@pytest.mark.parametrize(
    "field",
    [
        "url = {https://arxiv.org/abs/2501.99901}",
        "doi = {10.48550/arXiv.2501.99901}",
        "journal = {arXiv preprint arXiv:2501.99901}",
    ],
)
def test_what_is_there_without_an_eprint_is_found_by_its_address(base, field):
    base.file("typed.bib").write_text(f"@misc{{ada2025x,\n  title = {{T}},\n  {field}\n}}\n")
    before = base.state()
    done = base.run("add", THINKING)
    assert done.returncode == NOTHING
    assert done.stdout.startswith("already there: ada2025x (refs/typed.bib:1); ")
    assert "write eprint = {2501.99901} into it, and kb sync looks after it" in done.stderr
    assert base.state() == before


def test_a_paper_that_is_withdrawn_already_is_added_with_a_warning(base):
    base.server.now = parse_time("2025-12-28")
    done = base.run("add", LEMMA, "-q")
    assert done.returncode == CHANGED
    assert "sample2025result is withdrawn: This paper has been withdrawn by" in done.stderr


def test_a_key_in_use_is_not_given_again_even_if_its_entry_cannot_be_read(base):
    base.file("a.bib").write_text("@misc{example2025thinking, title = {never closed\n")
    out = base.kb("add", THINKING, code=CHANGED)
    assert out == "refs/unsorted.bib: example2025about  Thinking About Thinking\n"


def test_ids_are_found_in_a_text_that_is_not_utf_8(base, tmp_path):
    text = tmp_path / "mail.txt"
    text.write_bytes("Grüße, https://arxiv.org/abs/2501.99901".encode("latin-1"))
    assert "example2025thinking" in base.kb("add", "--find-in", str(text), code=CHANGED)


def test_a_new_entry_goes_where_asked_under_the_key_asked_with_a_page_begun(base):
    base.kb("add", THINKING, "--to", "latent", "--key", "ada2025", "--annotate", code=CHANGED)
    assert base.fields("ada2025")["title"] == "Thinking About Thinking"
    assert base.file("latent.bib").is_file()
    page = (base.root / "docs" / "references" / "ada2025.md").read_text()
    assert page.startswith("---\nread: v1\nverdict: Not judged yet.\nupdated: ")
    assert base.kb("check", "--quiet") == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["not-an-id"], "not-an-id"),
        ([], "no arXiv id given; try: kb add 2412.06769"),
        ([THINKING, LEMMA, "--key", "x2025y"], "--key names one paper: give one id with it"),
        ([THINKING, "--key", "Ada_2025"], "must be lower-case ASCII letters and digits"),
        ([THINKING, "--to", "../x.bib"], "new entries go into a .bib file in refs/: '../x.bib'"),
        ([THINKING, "--refresh", "--offline"], "choose one"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(base, words, said):
    before = base.state()
    done = subprocess.run(
        base.command("add", *words), env=base.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == USAGE
    assert said in " ".join(done.stderr.split())
    assert base.state() == before
    assert base.server.log == []


def test_a_dry_run_shows_everything_and_writes_nothing(base):
    base.kb("add", THINKING, code=CHANGED)
    before = base.state()
    base.server.now = parse_time("2025-04-01")
    assert "+ version = 2" in base.sync("--dry-run", code=CHANGED)
    assert base.state() == before


def test_a_sync_takes_what_arxiv_changed_and_keeps_every_byte_typed_by_hand(base):
    base.kb("add", "1706.03762", code=CHANGED)
    base.file("typed.bib").write_bytes(TYPED)
    base.sync(code=CHANGED)  # fills in what the entry lacks
    filled = base.file("typed.bib").read_bytes()
    kept = TYPED.splitlines()[:-1]
    assert [line for line in filled.splitlines() if line in kept] == kept
    base.server.now = parse_time("2025-07-01")
    out = base.sync(code=CHANGED)
    assert "* v1 replaced by v3" in out
    text = base.file("typed.bib").read_text()
    assert "Title     = {{Thinking} Twice About {Thinking}}," in text  # arXiv's words, our braces
    assert 'Author    = "Example, Ada and van der Sample, Bo",   % the quotes stay' in text
    assert "note      = me # { said so}," in text
    before = base.state()
    base.sync()
    assert base.state() == before


def test_an_entry_with_no_more_than_an_id_is_filled_in(base):
    base.file("latent.bib").write_text("@misc{ada2025thinking,\n\teprint = {2501.99901}\n}\n")
    base.sync(code=CHANGED)
    text = base.file("latent.bib").read_text()
    assert "\n\ttitle = {Thinking About Thinking},\n\tauthor = {Example, Ada},\n" in text


def test_a_conflict_is_shown_with_three_values_and_settled_by_one_command(base):
    base.kb("add", THINKING, code=CHANGED)
    base.edit("{Thinking About Thinking}", "{Thoughts on Thinking}")
    base.server.now = parse_time("2025-04-01")
    out = base.sync(code=CONFLICTS)
    assert "! title is in conflict" in out
    for value in ("Thinking About Thinking", "Thinking Twice About Thinking", "Thoughts on"):
        assert value in out
    assert base.fields("example2025thinking")["title"] == "Thoughts on Thinking"
    data = json.loads(base.sync("--format", "json", code=CONFLICTS))
    assert data["entries"][0]["conflicts"][0]["ours"] == "Thoughts on Thinking"
    base.sync("--take", "theirs", "example2025thinking.title", code=CHANGED)
    assert base.fields("example2025thinking")["title"] == "Thinking Twice About Thinking"
    base.sync()


def test_a_conflict_settled_for_ours_is_never_told_again(base):
    base.kb("add", THINKING, code=CHANGED)
    base.edit("{Thinking About Thinking}", "{Thoughts on Thinking}")
    base.server.now = parse_time("2025-04-01")
    base.sync("--take", "ours", "example2025thinking.title", code=CHANGED)
    base.sync()
    assert base.fields("example2025thinking")["title"] == "Thoughts on Thinking"


def test_a_value_we_changed_goes_back_to_arxivs_on_demand(base):
    base.kb("add", THINKING, code=CHANGED)
    base.edit("{Thinking About Thinking}", "{Thoughts on Thinking}")
    base.sync()
    base.sync("--take", "theirs", "example2025thinking.title", code=CHANGED)
    assert base.fields("example2025thinking")["title"] == "Thinking About Thinking"
    done = base.run("sync", "-q", "--take", "theirs", "example2025thinking.title")
    said = "nothing to settle: arXiv says nothing else of example2025thinking.title\n"
    assert (done.returncode, done.stderr) == (NOTHING, said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody2020x"], "no reference has the key 'nobody2020x'; kb refs lists them"),
        (["--take", "mine", "a.title"], "write --take theirs KEY.FIELD, or --take ours KEY.FIELD"),
        (["--take", "theirs", "title"], "write --take theirs KEY.FIELD, or --take ours KEY.FIELD"),
        (["--take", "ours", "nobody2020x.title"], "no reference has the key 'nobody2020x'"),
        (["--take", "ours", "a2020b.pages"], "kb sync looks after title, author, date, "),
        (
            ["--take", "ours", "a2020b.year", "--take", "theirs", "a2020b.date"],
            "--take names a field for both sides: choose one",
        ),
        (["--refresh", "--offline"], "--refresh asks arXiv and --offline does not: choose one"),
    ],
)
def test_wrong_usage_of_a_sync_is_told_and_changes_nothing(base, words, said):
    base.kb("add", THINKING, code=CHANGED)
    before = base.state()
    done = base.run("sync", *words)
    assert done.returncode == USAGE
    assert said in " ".join(done.stderr.split())
    assert base.state() == before


@pytest.mark.parametrize("damage", [None, b"", b"{", b'{"format": 1, "entries": {"x": 3}}'])
def test_a_lost_or_damaged_lock_file_is_rebuilt_without_touching_a_field(base, damage):
    base.kb("add", THINKING, code=CHANGED)
    base.edit("{Thinking About Thinking}", "{Thoughts on Thinking}")
    bib = base.file().read_bytes()
    lock = base.file("arxiv.lock.json")
    lock.unlink() if damage is None else lock.write_bytes(damage)
    base.server.now = parse_time("2025-07-01")
    base.sync()
    assert base.file().read_bytes() == bib
    rebuilt, problems = parse_lock(lock.read_text())
    assert problems == ()
    assert rebuilt.entries[CiteKey("example2025thinking")].id.version == 3


def test_a_paper_that_cannot_be_checked_is_not_taken_for_unchanged(base):
    base.kb("add", THINKING, code=CHANGED)
    before = base.state()
    base.server.go_wrong("absent", THINKING, times=0)
    out = base.sync("--format", "json", code=UNCHECKED)
    assert json.loads(out)["unchecked"] == [THINKING]
    assert base.state() == before


def test_a_withdrawn_paper_is_told_by_the_sync_and_by_the_check(base):
    base.kb("add", LEMMA, code=CHANGED)
    key = base.kb("refs", "--format", "keys").strip()
    (base.root / "docs" / "index.md").write_text(HOME.format(f"with one [@{key}]"))
    base.server.now = parse_time("2025-12-28")
    assert "* withdrawn" in base.sync(code=CHANGED)
    assert f"docs/index.md:8: KB604 note: a paper that is cited must not be withdrawn: '{key}'" in (
        base.kb("check")
    )


def test_a_withdrawn_paper_that_no_page_cites_is_listed_by_the_check_at_its_entry(base):
    base.kb("add", LEMMA, code=CHANGED)
    key = next(iter(parse_lock(base.file("arxiv.lock.json").read_text())[0].entries))
    said = f"refs/unsorted.bib:1: KB604 note: a paper that is kept must not be withdrawn: '{key}'"
    assert said not in base.kb("check")
    base.server.now = parse_time("2025-12-01")
    base.sync(code=CHANGED)
    assert said in base.kb("check")


def test_a_field_that_we_took_out_and_arxiv_changed_is_a_conflict_with_nothing(base):
    base.kb("add", THINKING, code=CHANGED)
    base.edit("  comment = {Work in progress},\n", "")
    base.server.now = parse_time("2025-07-01")
    out = base.sync(code=CONFLICTS)
    assert "      we have     (nothing)\n" in out
    assert "comment" not in base.fields("example2025thinking")
    base.sync("--take", "ours", "example2025thinking.comment")
    base.sync()


def test_a_paper_that_was_replaced_and_renamed_is_told_shown_and_listed_until_somebody_looked(base):
    base.kb("add", THINKING, code=CHANGED)
    note = base.root / "docs" / "latent" / "twice.md"
    note.parent.mkdir()
    text = "---\ntitle: T\ndescription: D.\nupdated: 2025-02-01\n---\n\n# T\n\nSo [@example2025thinking].\n"
    note.write_text(text)
    base.server.now = parse_time("2025-07-01")
    out = base.sync(code=CHANGED)
    for news in (
        "v1 replaced by v3",
        "renamed, before: 'Thinking About Thinking'",
        "authors changed, before: 'Example, Ada'",
    ):
        assert f"  * {news}\n" in out
    said = "docs/latent/twice.md:9: KB607 note: change of a cited paper must have been seen: "
    assert said in base.kb("check")
    assert "before: 'Thinking About Thinking'" in base.kb("check")
    assert "* renamed" not in base.sync()
    assert said in base.kb("check")
    today = datetime.now(UTC).date().isoformat()
    note.write_text(text.replace("2025-02-01", today))
    assert "KB607" not in base.kb("check")
    note.write_text(text.replace("updated:", "read: {example2025thinking: v3}\nupdated:"))
    assert "KB607" not in base.kb("check")


def test_a_sync_says_which_pages_were_written_from_an_older_version(base):
    base.kb("add", THINKING, "--annotate", code=CHANGED)
    base.server.now = parse_time("2025-07-01")
    for code in (CHANGED, NOTHING):
        done = base.run("sync", "--refresh", "-q")
        assert done.returncode == code
        assert done.stderr == (
            "docs/references/example2025thinking.md:2: KB605 note: version read must be the newest of "
            "2501.99901: 'v1' (compare v3, then write read: v3)\n"
        )


def test_an_annotation_of_an_older_version_is_named_until_it_is_confirmed(base):
    base.kb("add", THINKING, "--annotate", code=CHANGED)
    base.server.now = parse_time("2025-07-01")
    base.sync(code=CHANGED)
    page = base.root / "docs" / "references" / "example2025thinking.md"
    said = "docs/references/example2025thinking.md:2: KB605 note: version read must be the newest"
    assert said in base.kb("check")
    page.write_text(page.read_text().replace("read: v1", "read: v3"))
    assert "KB605" not in base.kb("check")


def test_an_entry_that_cannot_be_read_is_left_alone_and_the_rest_is_synced(base):
    base.kb("add", THINKING, "2501.11120", code=CHANGED)
    base.edit("@misc{betley2025tell,", "@misc{betley2025tell")
    broken = base.file().read_text()
    base.server.now = parse_time("2025-07-01")
    base.sync(code=CHANGED)
    text = base.file().read_text()
    assert "@misc{betley2025tell\n" in text
    assert "version = {3}" in text
    assert broken != text


def test_a_byte_that_is_no_text_stops_the_sync_of_its_file_and_loses_nothing(base):
    base.kb("add", THINKING, code=CHANGED)
    damaged = base.file().read_bytes() + b"% M\xfcller\n"
    base.file().write_bytes(damaged)
    base.server.now = parse_time("2025-07-01")
    done = subprocess.run(
        base.command("sync", "--refresh"), env=base.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == CONFLICTS
    assert "KB201 every byte must be text in UTF-8: '\\xfc'" in done.stderr
    assert base.file().read_bytes() == damaged
    lock, _ = parse_lock(base.file("arxiv.lock.json").read_text())
    assert lock.entries[CiteKey("example2025thinking")].id.version == 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda data: data.replace(b"eprint = {2", b"eprint = {\xff2"),
            "KB201 every byte must be text in UTF-8",
        ),
        (
            lambda data: data.replace(b"  version = {1},", b"  version = {1,"),
            "KB202 entry must end with '}'",
        ),
        (lambda data: data.replace(b"{example2025thinking,", b"{,"), "KB203 entry must have a key"),
    ],
    ids=["a byte that is no text", "an entry without end", "an entry without a key"],
)
def test_what_cannot_be_read_is_told_and_keeps_what_the_lock_file_knows_of_it(base, spoil, said):
    base.kb("add", THINKING, code=CHANGED)
    base.kb("add", "2501.11120", "--to", "other", code=CHANGED)
    sound = base.file().read_bytes()
    base.file().write_bytes(spoil(sound))
    before = base.state()
    done = base.run("sync", "--refresh", "-q")
    assert done.returncode == UNCHECKED
    assert said in done.stderr
    assert base.state() == before
    base.file().write_bytes(sound)
    base.server.now = parse_time("2025-07-01")
    base.sync(code=CHANGED)  # as if nothing had been: a title that arXiv changes is taken
    assert base.fields("example2025thinking")["title"] == "Thinking Twice About Thinking"


def test_an_entry_that_cannot_be_edited_is_told_and_synced_once_it_can(base):
    base.kb("add", THINKING, "2501.11120", code=CHANGED)
    base.edit("  date = {2025-01-15},", "  date = {2025-01-15}")
    base.server.now = parse_time("2025-07-01")
    done = base.run("sync", "--refresh", "-q")
    assert done.returncode == CONFLICTS
    assert "KB231 entry must read without fault to be changed: 'example2025thinking'" in done.stderr
    assert "Thinking About Thinking" in base.file().read_text()
    base.edit("  date = {2025-01-15}\n", "  date = {2025-01-15},\n")
    base.sync(code=CHANGED)
    assert base.fields("example2025thinking")["title"] == "Thinking Twice About Thinking"


def test_two_runs_at_once_do_not_meet(base):
    base.kb("add", THINKING, code=CHANGED)
    base.server.go_wrong("stall", "5", times=0)
    first = subprocess.Popen(
        base.command("sync", "--refresh"), env=base.environment, stderr=subprocess.DEVNULL
    )
    try:
        lock = base.root / ".cache" / "kb.lock"
        while not lock.is_file() or b"kb sync" not in lock.read_bytes():
            time.sleep(0.02)
        done = subprocess.run(
            base.command("sync"), env=base.environment, capture_output=True, text=True, check=False
        )
    finally:
        first.kill()
        first.wait()
    assert done.returncode == FAILED
    assert f"process {first.pid} (kb sync) is writing these files" in done.stderr


def test_killed_at_random_points_a_sync_loses_nothing(base):
    base.kb("add", "2501.11120", "1706.03762", "--to", "typed", code=CHANGED)
    base.file("typed.bib").write_bytes(TYPED + base.file("typed.bib").read_bytes())
    base.sync(code=CHANGED)
    old = base.state()
    base.server.now = parse_time("2025-07-01")
    began = time.monotonic()
    base.sync(code=CHANGED)
    usual = time.monotonic() - began
    new = base.state()
    assert new != old
    lock = "refs/arxiv.lock.json"
    chance = random.Random(7)  # noqa: S311 - the same each time is what we want
    for kill in range(100):
        for name, data in old.items():
            (base.root / name).write_bytes(data)
        run = subprocess.Popen(
            base.command("sync", "--refresh", "-q"), env=base.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(usual * (0.5 + 0.6 * chance.random()))
        run.send_signal(signal.SIGKILL)
        run.wait()
        left = base.state()
        for name, data in left.items():
            if name == lock and data not in (old[name], new[name]):
                assert parse_lock(data.decode())[1] == ()  # it says what is about to happen
            elif not name.startswith("refs/.kb-new-"):
                assert data in (old[name], new[name]), name
        if left[lock] == new[lock]:
            assert left == new
        if kill % 10 == 9:
            base.sync(code=CHANGED if left["refs/typed.bib"] != new["refs/typed.bib"] else NOTHING)
            assert base.state() == new


KILLED = """
import os, signal, sys
from pathlib import Path

from kb.cli import main

left, rename = int(sys.argv.pop(1)), Path.replace

def counted(path, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(path, target)

Path.replace = counted
main()
"""


def killed_before(base, rename, *words):
    """Run a command that is killed before it renames a file for the n-th time; tell whether it was."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(rename), words[0], "--root", str(base.root), *words[1:]],
        env=base.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("rename", range(5))
def test_wherever_a_sync_was_killed_the_next_one_takes_what_arxiv_changed_since(
    tmp_path, server, rename
):
    """Four files are renamed: what is announced, two .bib files, the lock file."""
    harmed, unharmed = (Base(tmp_path / name, server) for name in ("harmed", "unharmed"))
    for base in (harmed, unharmed):
        server.now = parse_time("2025-02-01")
        base.kb("add", THINKING, code=CHANGED)
        base.file("other.bib").write_text(f"@misc{{bare2025x,\n  eprint = {{{THINKING}}}\n}}\n")
        server.now = parse_time("2025-04-01")
        if base is harmed:
            assert killed_before(base, rename, "sync", "--refresh") == (rename < 4)
        else:
            base.sync(code=CHANGED)
        server.now = parse_time("2025-07-01")
        base.sync(code=CHANGED)
    for name in ("unsorted.bib", "other.bib"):
        assert harmed.file(name).read_bytes() == unharmed.file(name).read_bytes()
        assert "Thinking Twice" in harmed.file(name).read_text()
    locks = [parse_lock(base.file("arxiv.lock.json").read_text())[0] for base in (harmed, unharmed)]
    kept = [{key: (one.id, one.fields) for key, one in lock.entries.items()} for lock in locks]
    assert kept[0] == kept[1]
    assert "pending" not in harmed.file("arxiv.lock.json").read_text()


@pytest.mark.parametrize("rename", range(3))
def test_wherever_an_addition_was_killed_the_paper_is_there_whole_or_can_be_added(base, rename):
    assert killed_before(base, rename, "add", THINKING) == (rename < 2)
    base.server.now = parse_time("2025-04-01")
    base.sync(code=CHANGED if rename == 2 else NOTHING)
    base.kb("add", THINKING, "--refresh", code=NOTHING if rename == 2 else CHANGED)
    assert base.fields("example2025thinking")["title"] == "Thinking Twice About Thinking"
    base.sync()
    assert [line for line in base.kb("check").splitlines() if "KB901 note:" not in line] == []


def test_what_was_typed_while_a_killed_sync_lay_there_is_still_the_writers(base):
    base.kb("add", THINKING, code=CHANGED)
    base.server.now = parse_time("2025-04-01")
    assert killed_before(base, 2, "sync", "--refresh")  # the entry is new, the lock file is not
    base.edit("{Thinking Twice About Thinking}", "{Thoughts}")
    base.sync(code=CONFLICTS)
    assert base.fields("example2025thinking")["title"] == "Thoughts"
    assert base.fields("example2025thinking")["version"] == "2"
