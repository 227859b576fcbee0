"""Write a synthetic knowledge base of any size: the same bytes for the same numbers and seed.

Notes in folders of 50, references in a file for each folder, annotations, transcripts, questions, and the real
configuration around them. `kb check` finds nothing wrong in it. Also writes the same notes as plain
Markdown, their citations as text, for other tools to build.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.notes.citations import find_citations
from kb.notes.mask import mask
from kb.site import cite_text, load_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.bib.labels import Label
    from kb.ids import CiteKey

ROOT = Path(__file__).parents[1]
FOLDER_SIZE = 50
DAY = "2026-11-21"
_BLOCK = re.compile(r"^///.*\n(?:    .*\n)*///\n", re.MULTILINE)
_REST = re.compile(r" \[@[tq]:[^\]]*\]")  # citations of transcripts and questions
_WORDS = """
ability account accuracy activation adapter agreement amount answer argument attention average baseline basis
behavior benchmark bias case cause chain chance choice circuit claim code comparison component condition context
control correction cost curriculum curve data decision default depth detail direction distance doubt draft effect
effort entropy error evidence example experiment explanation fact failure feature figure finding form fraction
frequency function gain gap gradient grade guess head hint horizon hypothesis idea image increase index initial
input instance judge kernel label language layer length letter level limit line loop loss map margin mark mask
matrix meaning measure memory method mixture model module monitor name network neuron noise note number object
order outcome output pair paper part passage path pattern penalty phase place plan point policy position pressure
prior probe problem process program prompt proof property question range rank rate reader reason record region
relation reply report representation result reward row rule run sample scale scheme score search seed sentence
sequence series setting shape share shift side signal size source space span spread stage state step stream
structure subject sum table target task term test text theory thing thought threshold time token tool trace track
training transcript transfer trial turn unit value variance vector version view weight window word work
""".split()
_VERBS = """
adds bounds breaks changes costs explains follows gives holds leaves limits loses makes moves needs shows
""".split()
_ADJECTIVES = """
careful clear deep early exact false flat hidden large late latent linear long narrow odd plain rare short
small steady strong sudden true weak wide
""".split()
_FAMILIES = """
Abara Bellweather Castellan Dimitrov Eklund Farouk Grunwald Hathersage Ivanova Jansson Kowalczyk Lindqvist
Marchetti Nakagawa Okonkwo Petrosyan Quintero Rosenthal Sandoval Takahashi Ullman Vasquez Whitlock Xanthos
Yamamoto Zielinski
""".split()
_GIVEN = "Ada Boris Chen Dara Elif Femi Greta Hugo Ines Jun Kofi Lena Milo Noor Olga Pia Rui Sana Teo Uma".split()


@dataclass(frozen=True)
class Size:
    """How much to write."""

    notes: int
    references: int
    seed: int = 1

    @property
    def others(self) -> int:
        """Transcripts, and questions as well: one for every twenty notes."""
        return max(1, self.notes // 20)


@dataclass(frozen=True)
class Base:
    """What notes can cite, and link to."""

    sections: tuple[str, ...]
    works: tuple[str, ...]  # keys
    records: tuple[str, ...]  # slugs of transcripts
    questions: tuple[str, ...]  # slugs
    notes: tuple[str, ...]  # paths below docs/


def main() -> None:
    """Write the base that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--references", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write_base(asked.folder, Size(asked.notes, asked.references, asked.seed))


def write_base(root: Path, size: Size) -> None:
    """Write the whole base below `root`, which must not exist yet or be empty."""
    rng = random.Random(size.seed)  # noqa: S311 - no secret, but the same numbers each time
    sections = tuple(f"topic-{n + 1:02}" for n in range(-(-size.notes // FOLDER_SIZE)))
    entries = _entries(rng, size.references)
    base = Base(
        sections,
        tuple(entries),
        tuple(f"record-{n + 1:04}" for n in range(size.others)),
        tuple(f"question-{n + 1:04}" for n in range(size.others)),
        tuple(f"{sections[n // FOLDER_SIZE]}/note-{n + 1:05}.md" for n in range(size.notes)),
    )
    for name in ("mkdocs.yml", "pyproject.toml"):
        _write(root / name, (ROOT / name).read_text("utf-8"))
    shutil.copytree(ROOT / "overrides", root / "overrides", dirs_exist_ok=True)
    for number, section in enumerate(sections):
        own = [entry for n, entry in enumerate(entries.values()) if n % len(sections) == number]
        _write(root / "refs" / f"{section}.bib", "\n".join(own))
    for path, text in _pages(rng, base).items():
        _write(root / "docs" / path, text)


def write_plain(root: Path, target: Path, *, citations: bool = False) -> None:
    """Write the notes of the base at `root` as plain Markdown: citations as text, blocks of ours left out.

    With `citations`, those of references stay citations.
    """
    site = load_site(root)
    for path, page in site.pages.items():
        if not path.startswith(("references/", "transcripts/", "questions/")):
            head = "\n".join(page.yaml_lines)
            body = _BLOCK.sub("", page.body)
            body = _REST.sub("", body) if citations else _without_citations(body, site.labels)
            _write(target / path, f"---\n{head}\n---\n{body}")


def _without_citations(text: str, labels: Mapping[CiteKey, Label]) -> str:
    for group in reversed(find_citations(mask(text))):
        text = f"{text[: group.start]}{cite_text(group, labels)}{text[group.end :]}"
    return text


def _pages(rng: random.Random, base: Base) -> dict[str, str]:
    """Return every file below docs/ by path."""
    pages = {
        "index.md": _page("Synthetic notes"),
        "about/evidence-grades.md": _page("Evidence grades", "## A\n\n## B\n\n## C\n"),
    }
    pages |= {f"{section}/index.md": _page(f"Section {section}") for section in base.sections}
    for name in ("reference", "transcript", "question"):
        pages[f"{name}s/index.md"] = _page(f"All {name}s", f"/// {name}-index\n///\n")
    for number, path in enumerate(base.notes):
        pages[path] = _note(rng, number, base)
    for key in base.works[::10]:
        pages[f"references/{key}.md"] = _annotation(rng, base)
    for slug in base.records:
        pages[f"transcripts/{slug}.yml"] = _transcript(rng, slug, base)
    for slug in base.questions:
        pages[f"questions/{slug}.md"] = _question(rng, base)
    return pages


def _page(title: str, body: str = "") -> str:
    return f"---\ntitle: {title}\ndescription: {title}, made up.\n---\n\n# {title}\n\n{body}"


def _note(rng: random.Random, number: int, base: Base) -> str:
    """Return a note as ours are: claim, six sections, a table, about twelve citations, perhaps blocks."""
    title = f"{_phrase(rng).capitalize()}, note {number + 1}"
    parts = [f"# {title}", f"**Claim ({DAY}).** {_paragraph(rng, base, 2)}"]
    for heading in range(6):
        parts += [f"## {_phrase(rng).capitalize()} {heading + 1}", _paragraph(rng, base, 2)]
        parts += [_paragraph(rng, base, 0)]
    parts += [_table(rng), f"See [another note]({_link(rng, number, base)})."]
    if number % 5 == 0:
        record = rng.choice(base.records)
        parts += [f"{_sentence(rng)[:-1]} [@t:{record}#2].", f"/// transcript | {record}\n///"]
        parts += [f"{_sentence(rng)[:-1]} [@q:{rng.choice(base.questions)}]."]
    if number % 10 == 0:
        parts += [f"/// reference | {rng.choice(base.works)}\n///"]
    if number % 20 == 0:
        parts += ["/// computed | letter-share\n    words: [hello, shine]\n///"]
    head = f"title: '{title}'\ndescription: {_sentence(rng)}\ntags: [synthetic]\nupdated: {DAY}"
    return f"---\n{head}\n---\n\n" + "\n\n".join(parts) + "\n"


def _paragraph(rng: random.Random, base: Base, citations: int) -> str:
    """Return four sentences, the first ones each with a citation; every third is in running text."""
    sentences = [_sentence(rng) for _ in range(4)]
    for n in range(citations):
        key = rng.choice(base.works)
        if rng.random() < 1 / 3:
            sentences[n] = f"@{key} {sentences[n][0].lower()}{sentences[n][1:]}"
        else:
            inside = rng.choice(
                [f"@{key}", f"see @{key}, sec. {n + 1}", f"@{key}; @{base.works[n]}"]
            )
            sentences[n] = f"{sentences[n][:-1]} [{inside}]."
    return " ".join(sentences)


def _sentence(rng: random.Random) -> str:
    clauses = [
        f"{_phrase(rng)} {rng.choice(_VERBS)} {_phrase(rng)}" for _ in range(rng.randint(1, 3))
    ]
    return f"{', and '.join(clauses).capitalize()}."


def _phrase(rng: random.Random) -> str:
    return f"the {rng.choice(_ADJECTIVES)} {rng.choice(_WORDS)} of {rng.choice(_WORDS)}"


def _table(rng: random.Random) -> str:
    rows = [f"| {_phrase(rng)} | {rng.randint(0, 100)} | {rng.randint(0, 100)} |" for _ in range(5)]
    return "\n".join(["| run | before | after |", "| --- | --- | --- |", *rows])


def _link(rng: random.Random, number: int, base: Base) -> str:
    near = [n for n in range(number - 5, number + 6) if 0 <= n < len(base.notes)]
    return f"../{base.notes[rng.choice(near)]}"


def _annotation(rng: random.Random, base: Base) -> str:
    body = "\n\n".join(_paragraph(rng, base, 1) for _ in range(3))
    return f"---\nverdict: {_sentence(rng)}\nupdated: {DAY}\n---\n\n{body}\n"


def _transcript(rng: random.Random, slug: str, base: Base) -> str:
    turns = [f"  - role: user\n    text: {_sentence(rng)}"]
    for _ in range(2):
        lines = "".join(f"      {_sentence(rng)}\n" for _ in range(5))
        turns += [f"  - role: assistant\n    text: |\n{lines}".rstrip()]
    return f"""\
title: {slug} says what it holds
topic: {rng.choice(base.sections)}
outcome: observed
provenance:
  model: Synthetic-{rng.randint(1, 9)}
  date: 2025-{rng.randint(1, 12):02}
  system_prompt: none
  sampling: unknown
  obtained: made up
  source: "@{rng.choice(base.works)}"
  url: none
  wording: constructed
  recorded_by: a program
turns:
{chr(10).join(turns)}
"""


def _question(rng: random.Random, base: Base) -> str:
    sources = [*rng.sample(base.works, 3), f"t:{rng.choice(base.records)}#2"]
    ledger = "".join(
        f"""\
  - date: 2026-11-{rng.randint(1, 20):02}
    source: "@{source}"
    bearing: {rng.choice(["for", "against", "neither"])}
    strength: {rng.choice(["weak", "medium", "strong"])}
    grade: {rng.choice("AB")}
    says: {_sentence(rng)}
    judged: {DAY}
"""
        for source in sources
    )
    return f"""\
---
question: Is it true that {_phrase(rng)} {rng.choice(_VERBS)} {_phrase(rng)}?
topic: {rng.choice(base.sections)}
asked: {{date: 2026-01, source: here}}
settled_by: {_sentence(rng)}
review_after: 2027-06-01
evidence:
{ledger}---

{_paragraph(rng, base, 2)}
"""


def _entries(rng: random.Random, count: int) -> dict[str, str]:
    """Return the entries by key, in the order of the keys."""
    entries: dict[str, str] = {}
    while len(entries) < count:
        names = [f"{rng.choice(_FAMILIES)}, {rng.choice(_GIVEN)}" for _ in range(rng.randint(1, 8))]
        title = [rng.choice(_ADJECTIVES), *(rng.choice(_WORDS) for _ in range(rng.randint(4, 9)))]
        year, word = rng.randint(2015, 2025), f"{title[1]}{rng.randint(1, 99)}"
        key = f"{names[0].partition(',')[0].lower()}{year}{word}"
        month, day = rng.randint(1, 12), rng.randint(1, 28)
        ident = f"{year % 100:02}{month:02}.{len(entries) + 10000:05}"
        entries[key] = f"""\
@misc{{{key},
  author = {{{" and ".join(names)}}},
  title = {{{" ".join(title).capitalize()} with {{GPT}} and $n^{rng.randint(2, 9)}$ steps}},
  date = {{{year}-{month:02}-{day:02}}},
  eprint = {{{ident}}},
  archiveprefix = {{arXiv}},
  primaryclass = {{cs.CL}},
}}
"""
    return dict(sorted(entries.items()))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
