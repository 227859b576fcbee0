"""All `/// …` blocks of ours, by which the extension, `kb check` and the guide go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.markdown.figure_block import ComputedFigure
from kb.markdown.home_blocks import BaseMapBlock, LatestEvidence, LatestReferences
from kb.markdown.news_block import NewsBlock
from kb.markdown.question_blocks import (
    BearsOn,
    QuestionCard,
    QuestionHead,
    QuestionIndex,
    QuestionLedger,
)
from kb.markdown.reference_blocks import (
    CitedBy,
    ReferenceBlock,
    ReferenceCard,
    ReferenceFacts,
    ReferenceIndex,
)
from kb.markdown.register_block import RegisterBlock
from kb.markdown.transcript_blocks import TranscriptBlock, TranscriptIndex, TranscriptPage

if TYPE_CHECKING:
    from kb.markdown.block import SiteBlock

SITE_BLOCKS: tuple[type[SiteBlock], ...] = (
    ReferenceCard,
    ReferenceFacts,
    CitedBy,
    ReferenceIndex,
    ComputedFigure,
    TranscriptBlock,
    TranscriptPage,
    TranscriptIndex,
    RegisterBlock,
    QuestionCard,
    QuestionHead,
    QuestionLedger,
    QuestionIndex,
    BearsOn,
    NewsBlock,
    LatestEvidence,
    LatestReferences,
    BaseMapBlock,
)

# Those whose argument is the key of a reference.
REFERENCE_BLOCKS = tuple(block for block in SITE_BLOCKS if issubclass(block, ReferenceBlock))

# Those that show a thing of the site and count as a citation of it.
CARDS: tuple[type[SiteBlock], ...] = (ReferenceCard, TranscriptBlock, QuestionCard)
