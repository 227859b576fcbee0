"""The plan of new entries: their keys, and whether the store has a paper already."""

from __future__ import annotations

import pytest

from kb.arxiv.add import arxiv_ids, plan_additions
from kb.arxiv.newkeys import make_key
from kb.bib.store import parse_store
from kb.ids import CiteKey, is_slug


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ("Hao, Shibo and Su, DiJia", 2024, "Training Large Models", "hao2024training"),
        ("Hao, Shibo", 2024, "On the Training of Models", "hao2024training"),
        ("van den Oord, Aaron", 2018, "WaveNet", "oord2018wavenet"),
        ("{OpenAI}", 2024, "The o1 System Card", "openai2024o1"),
        (r"Schr{\"o}der, Ünal", 2020, "{AlphaProof}: a {$O(n)$} proof", "schroder2020alphaproof"),
        ("Øre, Æ.", 2020, "Łódź", "ore2020lodz"),
        ("田中 太郎", 2025, "思考", "unknown2025"),
        ("", None, "What Is It", "unknownwhat"),
        ("O'Brien-Smith, A.", 2021, "Let's go", "obriensmith2021lets"),
    ],
)
def test_a_key_is_made_of_the_first_author_the_year_and_the_first_telling_word(
    author, year, title, key
):
    assert make_key(author, year, title, ()) == CiteKey(key)
    assert is_slug(key)


def test_of_taken_keys_the_next_word_is_tried_and_then_a_number():
    def made(*taken):
        return str(make_key("Hao, S.", 2024, "Training of Models", taken))

    assert made("hao2024training") == "hao2024models"
    assert made("hao2024training", "hao2024models") == "hao2024training2"
    assert made("hao2024training", "hao2024models", "hao2024training2") == "hao2024training3"


def test_papers_added_together_get_keys_of_their_own(fetch):
    answers = fetch("2501.99901", "2501.99901v1")
    keys = [str(one.key) for one in plan_additions(answers, [CiteKey("Example2025Thinking")])]
    assert keys == ["example2025twice", "example2025about"]


@pytest.mark.parametrize(
    ("fields", "papers"),
    [
        ("eprint = {2001.00001v2}", ["2001.00001v2"]),
        ("eprint = {2001.00001}, url = {https://arxiv.org/abs/2001.00002}", ["2001.00001"]),
        ("url = {https://arxiv.org/pdf/2001.00001v3.pdf}", ["2001.00001"]),
        ("doi = {10.48550/arXiv.2001.00001}", ["2001.00001"]),
        ("journal = {arXiv preprint arXiv:2001.00001}", ["2001.00001"]),
        ("howpublished = {\\url{https://arxiv.org/abs/hep-th/0001999}}", ["hep-th/0001999"]),
        ("journal = {CoRR}, volume = {abs/2001.00001}", ["2001.00001"]),
        ("doi = {10.1000/182}, note = {see arXiv:2001.00001}", []),
        ("title = {On arXiv:2001.00001}", []),
        ("eprint = {123}, eprinttype = {jstor}", []),
    ],
)
def test_an_entry_is_a_paper_by_its_eprint_or_by_what_says_where_it_is(fields, papers):
    (reference,) = parse_store({"refs/a.bib": f"@misc{{k, {fields}}}".encode()}).references
    assert [str(id_) for id_ in arxiv_ids(reference)] == papers
