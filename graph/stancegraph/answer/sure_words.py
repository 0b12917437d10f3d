"""What would change an answer, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancegraph.answer.findings import Asked, Case
from stancegraph.answer.pair_findings import WORD, least_to_turn
from stancegraph.answer.sure import Kind, Tried
from stancegraph.answer.variations import most_first, source_name, teller_of
from stancegraph.answer.words import count, listed, named, sentence, some
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Evidence
from stancegraph.positions import RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an answer about two actors lacks to be sufficient."""

    a: str
    b: str
    missing: int
    """How many more options both must have a position on."""
    only_a: tuple[str, ...]
    """The options on which only the first has a position."""
    only_b: tuple[str, ...]


def nothing_told(about: Asked, needed: Needed | None) -> str:
    """Say why nothing can be varied, and what is known."""
    start = f"Insufficient to say {about.title}"
    if about.thin:
        return f"{start}. {about.thin}"
    if not about.has_pairs:
        return f"{start}: no position is on record."
    return f"{start}: no option is shared{f'; {_lacking(about, needed)}' if needed else '.'}"


def verdict(about: Asked, base: Case, tried: Sequence[Tried], needed: Needed | None) -> str:
    """Say on what the answer rests: its sources, records, voices and hearsay, and its age."""
    return " ".join(
        (
            *_as_it_stands(about, base, needed),
            *_on_the_whole(about, tried),
            *_of_sources(about, tried),
            *_of_records(about, tried),
            *_of_years(tried),
            *_of_voices(about, tried),
            *_of_hearsay(about, tried),
            *_of_age(about, tried),
            *_of_weights(about, base, tried),
        )
    )


def _as_it_stands(about: Asked, base: Case, needed: Needed | None) -> Iterator[str]:
    """Say the word for two actors; those for one and all others are too many."""
    if needed:
        yield f"Insufficient as it is: {_lacking(about, needed)}"
    elif about.words[0] == "compare" and (
        word := about.findings(base).get((WORD, about.words[-1]))
    ):
        a, b = (named(about.graph.actors[id]) for id in about.words[1:])
        yield sentence(f"{a} and {b}: {word!r} as it stands.")


def _on_the_whole(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    """Say robust only where all that was tried leaves the answer as it is.

    What has one source only is nothing without it; that is told, and no variation.
    """
    only = _only_source(about, tried)
    if only:
        yield f"All of it comes from one source, {only}."
    rest = [t for t in tried if t.kind != "source"] if only else tried
    if rest and not any(t.is_changed for t in rest):
        start = "Otherwise robust: nothing else" if only else "Robust: nothing"
        yield f"{start} that was tried changes it ({_all_tried(about, rest)})."


def _all_tried(about: Asked, tried: Sequence[Tried]) -> str:
    days = half_lives_of(tried)
    out = [f"without {kind}" for kind in left_out_of(about, tried)]
    return listed([*out, *([f"with half-lives of {days}"] if days else [])])


def left_out_of(about: Asked, tried: Sequence[Tried]) -> list[str]:
    """Say what was left out, one thing at a time."""
    found = []
    for kind, (one, many) in _LEFT_OUT.items():
        of_kind = [t for t in tried if t.kind == kind]
        if of_kind and of_kind[0].what == "any":
            found.append(of_kind[0].label.removeprefix("Without "))
        elif kind == "record" and 0 < len(of_kind) < records_of(about):
            found.append(f"each of the latest {len(of_kind)} of {records_of(about)} records")
        elif of_kind:
            found.append(one if len(of_kind) == 1 else many.replace("{}", str(len(of_kind))))
    return found


_LEFT_OUT: dict[Kind, tuple[str, str]] = {
    "source": ("its only source", "each of {} sources"),
    "voice": ("what one voice says of others", "what each of {} voices says of others"),
    "record": ("its only record", "each of {} records"),
    "hearsay": ("hearsay", ""),
    "unnamed": ("unnamed voices", ""),
    "unsure": ("what is only possible or not said how sure", ""),
    "review": ("records under review", ""),
    "old": (f"what is older than {RULES.stale_after_days} days", ""),
    "year": ("its only year", "each of {} years"),
}


def records_of(about: Asked) -> int:
    """Return how many records a question is about; 0 where they are too many to list."""
    return len({r.evidence.id for r in about.readings})


def half_lives_of(tried: Sequence[Tried]) -> str:
    """Say after how many days positions counted half; nothing where that was not tried."""
    days = [t.what for t in tried if t.kind == "half-life"]
    return f"{listed(days)} days" if days else ""


def _only_source(about: Asked, tried: Sequence[Tried]) -> str | None:
    """Name the source that everything comes from; None where there are several."""
    graph = about.graph
    if graph.is_large and about.has_pairs:
        return source_name(graph, next(iter(graph.sources))) if len(graph.sources) == 1 else None
    whole = [t for t in tried if t.kind == "source" and t.left_out == len(about.readings)]
    return source_name(graph, whole[0].what) if whole else None


def _of_sources(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    sources = [t for t in tried if t.kind == "source"]
    if not sources or _only_source(about, tried) or not any(t.is_changed for t in tried):
        return
    first = min(sources, key=most_first)
    if first.is_changed:
        name = source_name(about.graph, first.what)
        yield f"Of {len(sources)} sources most rests on {name}: without it {first.says}."
    else:
        yield f"Leaving out any one of {len(sources)} sources changes nothing."


def most_telling(tried: Sequence[Tried]) -> Tried | None:
    """Return the record on which most rests: of several the one of the earlier id."""
    records = [t for t in tried if t.kind == "record" and t.is_changed and t.records]
    return min(records, key=most_first, default=None)


def _of_records(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    records = [t for t in tried if t.kind == "record"]
    if not records or not any(t.is_changed for t in tried if t.kind != "source"):
        return
    most = most_telling(tried)
    if most is not None:
        yield _of_record(about, most, records)
    elif records[0].is_changed:
        yield f"{records[0].label}, {records[0].says}."
    elif records[0].what == "any":
        yield f"Leaving out {left_out_of(about, records)[0]} changes nothing."
    else:
        latest = f" of the latest {len(records)}" if len(records) < records_of(about) else ""
        yield f"No single record{latest} changes it."


def _of_record(about: Asked, most: Tried, records: Sequence[Tried]) -> str:
    """Say what rests on a record, and whether as much rests on others."""
    who = f"{most.what} ({teller_of(about.graph, record_called(about, most.what))})"
    alike = [t for t in records if most_first(t)[:2] == most_first(most)[:2]]
    if len(alike) == 1:
        return f"The record on which most rests is {who}: without it {most.says}."
    carried = count(most.changed + most.new, about.unit)
    return (
        f"No record stands out: each of {len(alike)} carries {carried}, such as {who}: without it "
        f"{most.says}."
    )


def record_called(about: Asked, id: str) -> Evidence:
    """Return a record that a question is about."""
    return next(r.evidence for r in about.readings if r.evidence.id == id)


def _of_years(tried: Sequence[Tried]) -> Iterator[str]:
    years = [t for t in tried if t.kind == "year"]
    first = min(years, key=most_first, default=None)
    if first and first.is_changed:
        yield f"{first.label}, {first.says}."
    elif first and any(t.is_changed for t in tried):
        yield f"Leaving out any one of {len(years)} years changes nothing."


def _of_voices(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    """Name the voice whose word on others carries more than any single record."""
    voices = [t for t in tried if t.kind == "voice" and t.is_changed]
    first, most = min(voices, key=most_first, default=None), most_telling(tried)
    if first and (most is None or first.changed > most.changed):
        name = about.graph.actors[first.what].name
        yield f"What {name} says of others carries {_share(about, first)}."


def _share(about: Asked, one: Tried) -> str:
    return f"{one.changed} of {count(one.of, about.unit)}"


def _of_hearsay(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    found = next((t for t in tried if t.kind == "hearsay"), None)
    if found is None:
        if about.readings and not about.scope.own_words:
            yield "None of it is hearsay."
    elif found.is_changed:
        left = found.of - found.changed
        stands = (
            f"{left} of {count(found.of, about.unit)} would stand" if left else "nothing is left"
        )
        yield f"Without hearsay {found.says}: {stands}."
    elif any(t.is_changed for t in tried if t.kind != "source"):
        yield "Leaving hearsay out changes nothing."


def _of_age(about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    old = next((t for t in tried if t.kind == "old" and t.changed), None)
    if old:
        share = "All of it" if old.changed == old.of else _share(about, old)
        rests = "rests" if old.changed in (1, old.of) else "rest"
        yield f"{share} {rests} on what is older than {RULES.stale_after_days} days."


def _of_weights(about: Asked, base: Case, tried: Sequence[Tried]) -> Iterator[str]:
    fading = [t for t in tried if t.kind == "half-life" and t.is_changed]
    if fading:
        most = min(fading, key=most_first)
        yield f"Were positions to count half after {most.what} days, {most.says}."
    least = least_of(about, base)
    if least == 1:
        yield "The verdict can turn on one shared option, chosen to that end."
    elif least:
        yield (
            f"To turn the verdict, at least {least} shared options, chosen to that end, must be "
            "left out."
        )


def least_of(about: Asked, base: Case) -> int | None:
    """Return how many shared options must go for another verdict on two actors."""
    return least_to_turn(base.held, about) if about.words[0] == "compare" else None


def _lacking(about: Asked, needed: Needed) -> str:
    """Say what a comparison lacks, and on what only one of the two has a position."""
    a, b = (named(about.graph.actors[x]) for x in (needed.a, needed.b))
    more = "more " if needed.missing < MINIMUM_SHARED else ""
    are = "is" if needed.missing == 1 else "are"
    nearest = "" if len(about.words) > 2 else f"with {b}, for instance, "
    start = f"{nearest}{count(needed.missing, f'{more}shared option')} {are} needed."
    parts = [
        f"on {some(options, 4)} {x} has a position and {y} has none"
        for x, y, options in ((a, b, needed.only_a), (b, a, needed.only_b))
        if options
    ]
    return f"{start} {sentence('; '.join(parts))}." if parts else start
