"""How far two coders agree who coded the same statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stancegraph.answer.words import count

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.measure.discourse_statements import Statements

LEAST_UNITS = 10
"""Below so many statements that two coders coded, their agreement is not told."""
FIRM, TENTATIVE = 0.8, 0.667
"""From where on codings are firm, and tentative (Krippendorff 2004)."""
_UNIT = ("document", "speaker", "option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Who coded, and how far they agree on what more than one of them coded."""

    coders: tuple[str, ...]
    """Their names as imported; none where the graph does not say."""
    units: int
    """Statements of one speaker on one option in one document that two or more coded."""
    alpha: float | None
    """Krippendorff's alpha, nominal; None where too little was coded twice, or all alike."""
    low: float | None
    """Where alpha may lie were the documents drawn again: 95% interval."""
    high: float | None
    interval_alpha: float | None
    """The same with squared distances of the levels, from opposes to supports."""
    draws: int
    undefined: int
    """Draws without variation, which are left out."""


def coding(graph: Graph, *, draws: int, seed: int) -> Coding:
    """Say how far coders agree on the level of the stances that several of them coded.

    A graph that is too large to list is not looked at: its records come from registers of votes.
    """
    table = None if graph.is_large else graph.statements()
    if table is None or _COLUMN not in table.columns:
        return _nothing(())
    coders = table.columns[_COLUMN].labels
    ratings, documents = _ratings(table, len(coders))
    if len(documents) < LEAST_UNITS:
        return _nothing(coders, len(documents))
    from stancegraph.measure.alpha import alpha, bootstrap_alpha

    found = bootstrap_alpha(ratings, seed=seed, draws=draws, clusters=documents)
    return Coding(
        coders=coders,
        units=len(documents),
        alpha=found.value,
        low=found.low,
        high=found.high,
        interval_alpha=alpha(ratings, metric="interval"),
        draws=draws,
        undefined=found.undefined,
    )


_COLUMN = "coder"


def _nothing(coders: tuple[str, ...], units: int = 0) -> Coding:
    return Coding(
        coders=coders,
        units=units,
        alpha=None,
        low=None,
        high=None,
        interval_alpha=None,
        draws=0,
        undefined=0,
    )


def _ratings(table: Statements, coders: int) -> tuple[Sequence[Sequence[float]], list[int]]:
    """Return the levels, a row a coder and a column a unit, and the document of each unit.

    Where a coder has several statements of one speaker on one option in a document, the first
    counts as the same as the first of another coder, the second as the second.
    """
    codes = [table.columns[name].codes.tolist() for name in (*_UNIT, _COLUMN, "polarity")]
    levels = table.columns["polarity"].levels
    seen: dict[tuple[int, ...], int] = {}
    units: dict[tuple[int, ...], dict[int, float]] = {}
    for document, speaker, option, coder, level in zip(*codes, strict=True):
        if coder < 0 or level < 0 or levels is None:
            continue
        place = (document, speaker, option, coder)
        nth = seen[place] = seen.get(place, -1) + 1
        units.setdefault((document, speaker, option, nth), {})[coder] = float(levels[level])
    twice = {unit: by for unit, by in units.items() if len(by) > 1}
    nan = float("nan")
    ratings = [[by.get(n, nan) for by in twice.values()] for n in range(coders)]
    return ratings, [document for document, *_ in twice]


def told(found: Coding) -> str:
    """Say what is known of how another coder would have coded."""
    match len(found.coders):
        case 0:
            return "Who coded is not recorded: how far another coder would agree is not known."
        case 1:
            return f"One coder only ({found.coders[0]}): how far another would agree is not known."
    who = count(len(found.coders), "coder")
    twice = count(found.units, "statement")
    if found.units < LEAST_UNITS:
        return (
            f"{who}, with {twice} coded by more than one (alpha needs {LEAST_UNITS}): how far they "
            "agree is not known."
        )
    if found.alpha is None or found.low is None or found.high is None:
        return (
            f"{who} code {twice} all alike: as all have one code, agreement beyond chance is not "
            "defined."
        )
    word = (
        "firm"
        if found.alpha >= FIRM
        else "tentative"
        if found.alpha >= TENTATIVE
        else "not to be relied on"
    )
    return (
        f"{who}, with {twice} coded by more than one: alpha {found.alpha:.2f} ({found.low:.2f} to "
        f"{found.high:.2f}), which is {word}; from {FIRM:.2f} on codings are firm, from "
        f"{TENTATIVE} tentative."
    )
