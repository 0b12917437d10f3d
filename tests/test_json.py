"""The page on the JSON of answers names every key that an answer has."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from stancegraph.graph import load

PAGE = (Path(__file__).parents[1] / "docs/json.md").read_text(encoding="utf-8")
SECTIONS = dict(
    re.findall(r"^\*\*([a-z-]+)\*\*: (.*?)(?=^\*\*[a-z-]+\*\*:|\Z)", PAGE, re.MULTILINE | re.DOTALL)
)

ASKED: dict[str, tuple[str, tuple[str, ...]]] = {
    "who": ("who", ("allied-interception",)),
    "align": ("align", ("pol",)),
    "compare": ("compare", ("pol", "deu")),
    "closer": ("closer", ("pol", "deu", "rou")),
    "channels": ("channels", ("pol", "deu")),
    "cohesion": ("cohesion", ("nato",)),
    "trace": ("trace", ("pol", "allied-interception")),
    "options": ("tally", ()),
    "dissent": ("dissent", ()),
    "blocs": ("blocs", ()),
    "outliers": ("outliers", ()),
    "balance": ("balance", ()),
    "brokers": ("brokers", ()),
    "backbone": ("backbone", ()),
    "polarization": ("polarization", ()),
    "map": ("places", ()),
    "shifts": ("shifts", ()),
    "stale": ("stale", ()),
    "change-points": ("change_points", ("usa",)),
    "gap": ("gap", ("allied-interception",)),
    "bundles": ("bundles", ()),
    "compromise": ("compromise", ("allied-interception", "partial-cover")),
    "whatif": ("whatif", ("usa supports allied-interception",)),
    "sure": ("sure", ("who", "allied-interception")),
}
"""By the heading on the page, the question and its words."""


def test_every_question_has_a_section() -> None:
    # Position is as who, the rows of evidence are those of the table above; diff takes two days.
    assert set(SECTIONS) - set(ASKED) == {"position", "diff", "evidence"}


def test_the_page_names_every_key_of_a_difference() -> None:
    answer = load("ukraine-skies").diff(date(2024, 5, 29), date(2024, 6, 2))
    keys = {f.name for f in fields(answer.row_class)} | set(answer.more)
    assert sorted(keys - set(re.findall(r"`([^`]+)`", SECTIONS["diff"]))) == []


@pytest.mark.parametrize("heading", ASKED)
def test_the_page_names_every_key_of_an_answer(heading: str) -> None:
    question, words = ASKED[heading]
    answer = getattr(load("ukraine-skies"), question)(*words)
    keys = {f.name for f in fields(answer.row_class)} | set(answer.more)
    named = set(re.findall(r"`([^`]+)`", SECTIONS[heading]))
    assert sorted(keys - named) == []
