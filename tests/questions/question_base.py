"""The texts of a small base with questions in it."""

from __future__ import annotations

BIB = """\
@misc{doe2020first, author={Doe, Jane}, title={First}, date={2020-05}}
@misc{roe2021other, author={Roe, Richard and Doe, Jane}, title={Other}, date={2021}}
@misc{poe2022third, author={Poe, Étienne}, title={Third}, date={2022-03-04}}
@misc{anon1999untitled, title={Nobody's}}
"""
TALK = """\
title: A talk
topic: latent
outcome: observed
provenance:
  model: M
  date: 2025-01-15
  system_prompt: unknown
  sampling: unknown
  obtained: unknown
  source: "@doe2020first"
  url: unknown
  wording: verbatim
  recorded_by: unknown
turns:
  - {role: user, text: Hi}
  - {role: assistant, text: Ho}
"""
NOTE = """\
---
title: A note
description: D
tags: [guessing, rates]
updated: 2026-11-21
---

# A note

Whether it is so nobody knows [@q:known-or-guessed].

## Open questions

/// question | known-or-guessed
///
"""
OTHER = """\
---
title: Another note
description: D
tags: [rates]
updated: 2026-11-20
---

# Another note

See @q:bare.
"""
KNOWN = """\
---
question: Is it known <b>&</b> told, or guessed?
for_means: guessed
topic: latent
asked: {date: 2025-01-20, source: "@t:talk#2", locator: the end}
settled_by: Rates by line.
related: [bare]
review_after: 2027-05-01
search: 'abs:"latent" AND ti:guess'
evidence:
  - {date: 2020-05, source: "@doe2020first", bearing: against, strength: medium, grade: A, says: It knows., judged: 2026-11-20}
  - {date: 2022-03-04, source: "@poe2022third", locator: sec. 4, bearing: against, strength: strong, grade: B, says: "It knows, too.", judged: 2026-11-21}
  - {date: 2025-01-15, source: "@t:talk#2", bearing: for, strength: weak, grade: A, says: It guesses., judged: 2026-11-20}
  - {date: 2026-11-21, source: "computed: letter-share", bearing: neither, strength: weak, grade: C, says: The letters say little., judged: 2026-11-21}
parts:
  - id: which-word
    question: Does it know the word?
    settled_by: Words of unlike frequency.
    evidence:
      - {date: 2021, source: "@roe2021other", bearing: reframes, strength: weak, grade: A, says: No word is known., judged: 2026-11-20}
  - {id: how-soon, question: "How soon does it know?"}
---

People mean two things [@doe2020first]; see [@q:bare].

## A heading of ours

More.
"""
BARE = """\
---
question: Does anything follow?
topic: latent
asked: {date: 2024, source: here}
settled_by: A look.
review_after: 2026-11-20
---

Somebody should look.
"""
DONE = """\
---
question: Was the sum right?
topic: acrostics
asked: {date: 2020-06, source: "@doe2020first"}
settled_by: Adding up.
review_after: 2026-01-01
closed:
  as: superseded
  reason: It was, and a better question came of it.
  date: 2026-11-19
  evidence: ["computed: digits", "@doe2020first"]
  by: bare
evidence:
  - {date: 2020-05, source: "@doe2020first", bearing: for, strength: strong, grade: A, says: The sum is right., judged: 2026-11-18}
  - {date: 2026-11-18, source: "computed: digits", bearing: for, strength: strong, grade: A, says: It adds up., judged: 2026-11-18}
---

A sum can be checked.
"""


def index(title):
    return f"---\ntitle: {title}\ndescription: D\n---\n\n# {title}\n"


PAGES = {
    "index.md": index("Home"),
    "latent/index.md": index("Latent thought"),
    "acrostics/index.md": index("Acrostics"),
    "about/evidence-grades.md": index("Grades"),
    "references/index.md": index("References"),
    "transcripts/index.md": index("Transcripts"),
    "questions/index.md": f"{index('Open questions')}\n/// question-index\n///\n",
    "latent/note.md": NOTE,
    "latent/other.md": OTHER,
    "questions/known-or-guessed.md": KNOWN,
    "questions/bare.md": BARE,
    "questions/done.md": DONE,
}
