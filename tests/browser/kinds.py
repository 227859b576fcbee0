"""A page of each kind, by its address: what every kind must hold is tested on these."""

from __future__ import annotations

# Menus slide and tabs fade: what is measured then is neither the one nor the other.
STILL = "* { transition: none !important }"

KINDS = {
    "home": "",
    "section": "latent/",
    "note": "latent/coconut/",
    "note with transcripts": "acrostics/hello/",
    "references": "references/",
    "reference": "references/hao2024training/",
    "reference nobody annotated": "references/zelikman2022star/",
    "transcripts": "transcripts/",
    "transcript": "transcripts/hello-ask/",
    "questions": "questions/",
    "question": "questions/introspection-or-lucky-guess/",
    "registers": "registers/",
    "experiments": "registers/experiments/",
    "claims": "registers/claims/",
    "systems": "registers/systems/",
    "timeline": "registers/timeline/",
    "launch week": "registers/launch-week/",
    "coverage": "about/coverage/",
    "glossary": "about/glossary/",
    "corrections": "about/corrections/",
    "what is new": "about/new/",
    "map": "about/map/",
    "guide": "guide/",
    "computed": "computed/digits/",
    "not found": "404.html",
}
