"""What a picture shows as a whole, in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.view.agreeing import Pairs
from stancegraph.view.phrases import Phrases
from stancegraph.view.shown import FEW_DAYS, Shown, Step
from stancegraph.view.words import Words

_PAIRS_AT_MOST, _MOVES_AT_MOST = 2, 4


def summaries_at(shown: Shown, say: Phrases, step: Step) -> Mapping[str, str]:
    """Return what the matrix and the timeline show at a step."""
    return {
        "matrix": _matrix_summary(shown, say.words, step),
        "timeline": _timeline_summary(shown, say, step),
    }


def _matrix_summary(shown: Shown, words: Words, step: Step) -> str:
    if not step.positions:
        return str(words["nothing_here"])
    contested = sum(p.is_contested for p in step.positions.values())
    return words.say(
        "matrix_summary",
        actors=words.count("n_actors", len(shown.actors)),
        options=words.count("n_options", len(shown.options)),
        filled=words.number(len(step.positions)),
        cells=words.number(len(shown.actors) * len(shown.options)),
        contested=words.count("n_contested", contested),
    )


def agreement_summary(say: Phrases, pairs: Pairs) -> str:
    """Say how many pairs can be compared, and which of them agree most and least."""
    words, upper = say.words, np.triu_indices(len(pairs.actors), 1)
    shared, same = pairs.shared[upper], pairs.same[upper]
    if not (shared > 0).any():
        return str(words["agreement_nothing_shared"])
    enough = np.flatnonzero(shared >= MINIMUM_SHARED)
    total = words.count("n_pairs", len(shared))
    if not len(enough):
        some = words.count("n_pairs", int((shared > 0).sum()))
        return words.say("agreement_thin", total=total, some=some, least=MINIMUM_SHARED)
    share = same[enough] / shared[enough]
    said = {
        end: _pairs_listed(say, pairs, enough[share == value], upper)
        for end, value in (("most", share.max()), ("least", share.min()))
    }
    key = "agreement_summary" if share.min() < share.max() else "agreement_summary_one"
    enough_of = words.number(len(enough))
    return words.say(key, enough=enough_of, total=total, n=MINIMUM_SHARED, **said)


def _pairs_listed(
    say: Phrases, pairs: Pairs, places: NDArray[np.int64], upper: Sequence[NDArray[Any]]
) -> str:
    """Name pairs of one share, those that share most options first."""

    def named(first: str, second: str) -> str:
        found = pairs.of(first, second)
        return say.words.say(
            "pair_of",
            first=say.name(first),
            second=say.name(second),
            same=say.words.number(found.same),
            shared=say.words.number(found.shared),
        )

    order = sorted(places.tolist(), key=lambda at: -int(pairs.shared[upper[0][at], upper[1][at]]))
    found = [named(*(pairs.actors[int(side[at])] for side in upper)) for at in order]
    return _few(say.words, found, _PAIRS_AT_MOST)


def _few(words: Words, parts: Sequence[str], most: int) -> str:
    """Join the first of many with semicolons, and the number of the others."""
    more = len(parts) - most
    told = [words.say("more", n=words.number(more))] if more > 0 else []
    return f"{words['semicolon']} ".join([*parts[:most], *told])


def _timeline_summary(shown: Shown, say: Phrases, step: Step) -> str:
    words = say.words
    if not shown.days:
        return str(words["timeline_undated_only"] if shown.positions else words["nothing_here"])
    if len(shown.days) < FEW_DAYS:
        return words.say("timeline_thin", n=words.count("n_days", len(shown.days)))
    days = [d for d in shown.days if step.day is None or d <= step.day]
    line = words.say(
        "timeline_summary" if len(days) > 1 else "timeline_summary_one",
        days=words.count("n_days", len(days)),
        first=words.day(days[0]),
        last=words.day(days[-1]),
    )
    moved = [say.changed(p, p.change) for p in step.positions.values() if p.change]
    if not moved:
        return f"{line} {words['timeline_still']}"
    return f"{line} {words.say('timeline_moves', moves=_few(words, moved, _MOVES_AT_MOST))}"
