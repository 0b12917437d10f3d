"""What a page says of what is shown: verdicts, tables, orders and notes, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stancegraph.model import ActorKind, Option, Source
from stancegraph.positions import RULES
from stancegraph.view.agreeing import Pairs, pairs_of, two_mode_order
from stancegraph.view.phrases import Phrases
from stancegraph.view.records import Row, row_of
from stancegraph.view.shown import Shown, Step
from stancegraph.view.summaries import agreement_summary, summaries_at
from stancegraph.view.words import Words, legible

MATRIX_ROWS, MATRIX_COLUMNS = 200, 60
"""A matrix of more actors or options cannot be read: it has those with most positions."""

ROWS_AT_MOST = 600
"""The tables below a picture have no more rows than these: they are there to be read."""


@dataclass(frozen=True, slots=True)
class OptionText:
    """One option in words and as a table."""

    id: str
    name: str
    definition: str
    note: str
    verdict: str
    voices: str
    silent: tuple[tuple[str, str], ...]
    """Who has said nothing, by slug and name."""
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Content:
    """All that a page says of what is shown, in one language."""

    shown: Shown
    say: Phrases
    pairs: Pairs
    options: tuple[OptionText, ...]
    issues: tuple[tuple[str, tuple[str, ...]], ...]
    """Every issue's name with its options, narrower ones right below their broad one."""
    matrix: tuple[tuple[str, ...], tuple[str, ...]]
    """Actors and options in an order in which camps stand together."""
    summaries: Mapping[str, str]
    """What each kind of picture shows, in a sentence or two."""
    note: tuple[str, ...]
    """Where it comes from, of which day, by which rules, and what is left out."""

    @property
    def words(self) -> Words:
        """The words of the page's language."""
        return self.say.words

    def asks(self, kind: str) -> str:
        """Return what a kind of view asks, and of which debate."""
        asked = self.words["heading_of"][kind]
        colon = "" if asked.endswith("?") else self.words["colon"]
        return f"{asked}{colon} {self.shown.graph.debate.title}"


def content_of(shown: Shown, words: Words) -> Content:
    """Put what is shown into words."""
    say = Phrases(shown.graph, words)
    pairs = pairs_of(shown.held, shown.actors)
    return Content(
        shown=shown,
        say=say,
        pairs=pairs,
        options=tuple(_option_text(shown, say, o) for o in shown.options),
        issues=tuple(_issues(shown)),
        matrix=_matrix_order(shown),
        summaries={
            "agreement": agreement_summary(say, pairs),
            **summaries_at(shown, say, shown.steps[-1]),
        },
        note=tuple(_note(shown, words)),
    )


def _option_text(shown: Shown, say: Phrases, option: Option) -> OptionText:
    found = shown.on(option.id)
    verdict, voices = said_at(shown, say, option.id, shown.steps[-1])
    return OptionText(
        id=option.id,
        name=legible(option.name),
        definition=legible(option.definition),
        note=legible(option.note or ""),
        verdict=verdict,
        voices=voices,
        silent=tuple((a.id, say.words.label(a)) for a in shown.silent(option.id)),
        rows=tuple(row_of(say, p) for p in found),
    )


def said_at(shown: Shown, say: Phrases, option: str, step: Step) -> tuple[str, str]:
    """Return the verdict on an option at a step, and what single voices say of it."""
    found = step.on(option)
    below = [p for o in shown.narrower(option) for p in step.on(o.id)]
    verdict = say.verdict(found) or nobody_said(shown, say.words)
    return verdict, f"{say.voices(found)} {say.below(found, below)}".strip()


def _issues(shown: Shown) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield issues with their options; what belongs to none goes by the debate's title."""
    named = {i.id: i.name for i in shown.graph.debate.issues}
    groups: dict[str, list[Option]] = {name: [] for name in named.values()}
    for option in shown.options:
        groups.setdefault(named.get(option.issue, shown.graph.debate.title), []).append(option)
    for name, own in groups.items():
        if own:
            yield legible(name), _nested(shown, own)


def _nested(shown: Shown, own: Sequence[Option]) -> tuple[str, ...]:
    """Order options so that each is followed by those below it."""
    ids = {o.id for o in own}
    tops = (o for o in own if o.broader not in ids)
    found = (o.id for top in tops for o in (top, *shown.narrower(top.id)) if o.id in ids)
    return tuple(dict.fromkeys(found))


def _matrix_order(shown: Shown) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Order those rows and columns of the matrix that can be read: the fullest of very many."""
    actors = _fullest(shown.actors, [a for a, _ in shown.positions], MATRIX_ROWS)
    options = _fullest(
        [o.id for o in shown.options], [o for _, o in shown.positions], MATRIX_COLUMNS
    )
    rows, columns = ({name: i for i, name in enumerate(names)} for names in (actors, options))
    levels = np.full((len(rows), len(columns)), np.nan)
    for (holder, option), p in shown.positions.items():
        if holder in rows and option in columns and p.polarity.level is not None:
            levels[rows[holder], columns[option]] = p.polarity.level
    first, second = two_mode_order(levels)
    return tuple(actors[i] for i in first), tuple(options[j] for j in second)


def _fullest(names: Sequence[str], filled: Iterable[str], most: int) -> list[str]:
    """Return the names that occur most often, in their own order."""
    if len(names) <= most:
        return list(names)
    counts = Counter(filled)
    kept = set(sorted(names, key=lambda name: (-counts[name], name))[:most])
    return [name for name in names if name in kept]


def _note(shown: Shown, words: Words) -> Iterator[str]:
    graph = shown.graph
    if shown.as_of:
        yield words.say("note_day", day=words.day(shown.as_of))
    used = shown.records
    if used:
        yield words.say(
            "note_records",
            records=words.count("n_records", len(used)),
            sources=_sources_named([graph.sources[s] for s in shown.sources], words),
        )
    yield words.say("note_rules", rules=RULES.title)
    if len(shown.positions) < shown.of_positions:
        yield words.say(
            "note_limit",
            shown=words.number(len(shown.positions)),
            total=words.number(shown.of_positions),
            options=words.number(len(shown.options)),
            of_options=words.number(shown.of_options),
        )
    if shown.chosen:
        yield chosen_line(shown, words)
    from stancegraph import __version__

    yield words.say("note_made", version=__version__)


def _sources_named(sources: Sequence[Source], words: Words) -> str:
    """Name up to three sources; of more the number."""
    if len(sources) > 3:
        return words.count("n_sources", len(sources))
    return f"{words['semicolon']} ".join(_source_named(s, words) for s in sources)


def _source_named(source: Source, words: Words) -> str:
    title = legible(source.title)
    if not source.publisher:
        return title
    return f"{legible(source.publisher)}, {words.say('quoted', text=title)}"


def chosen_line(shown: Shown, words: Words) -> str:
    """Say that somebody chose whom to show; nothing where all are shown."""
    if not shown.chosen:
        return ""
    names = sorted(words.name(shown.graph.actors[a]) for a in shown.chosen)
    return words.say("note_chosen", actors=words.listed_briefly(names, 9))


def nobody_said(shown: Shown, words: Words) -> str:
    """Return the verdict on an option of which no state or body of those shown has spoken."""
    return str(words["no_chosen_line" if shown.chosen else "no_states_line"])


def silent_throughout(content: Content) -> tuple[str, ...]:
    """Return who has no position on any of the options, where there are several."""
    if len(content.options) < 2:
        return ()
    first, *others = (dict(o.silent) for o in content.options)
    return tuple(first[actor] for actor in first if all(actor in other for other in others))


def table_rows(options: Sequence[OptionText]) -> tuple[tuple[OptionText, tuple[Row, ...]], ...]:
    """Return the rows of each option's table, as far as they are few enough to be read."""
    left, found = ROWS_AT_MOST, []
    for option in options:
        found.append((option, option.rows[:left]))
        left -= len(option.rows[:left])
    return tuple(found)


def kinds_of(content: Content) -> list[str]:
    """Return the kinds of actors that are shown, in their fixed order."""
    graph = content.shown.graph
    present = {graph.actors[a].kind for a in content.shown.actors}
    return [k.value for k in ActorKind if k in present]
