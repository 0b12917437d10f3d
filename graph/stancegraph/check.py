"""What the records of a debate must satisfy, wherever they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from stancegraph.dates import when_of
from stancegraph.model import (
    REGISTERS,
    Actor,
    ActorKind,
    Bounds,
    Capacity,
    Debate,
    Evidence,
    Source,
    Tenure,
)
from stancegraph.names import names_of, option_names_of, plain
from stancegraph.schema import fields_of
from stancegraph.suggest import did_you_mean

Path = tuple[str | int, ...]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")  # SHA-256 in hexadecimal
_TOO_SHORT = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in one record."""

    path: Path
    """Where: register, position in it, field, position in that; or a field of the debate."""
    message: str
    """What is wrong, with the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What of a debate could not be read: nothing is called missing on its account."""

    lost: Mapping[str, Set[str]] = field(default_factory=dict)
    """Ids, by register, of records that are not there."""
    unread: Set[str] = frozenset()
    """Registers of which records are not there whose ids are unknown."""
    partial: Set[Path] = frozenset()
    """Records that are there in part: register, position in it."""

    def is_whole(self, *registers: str) -> bool:
        """Whether all of some registers could be read."""
        incomplete = {*self.lost, *self.unread, *(path[0] for path in self.partial)}
        return incomplete.isdisjoint(registers)


def check(
    debate: Debate, reference: Debate | None = None, gaps: Gaps | None = None
) -> list[Problem]:
    """Return all that is wrong with a debate, or with that part of it that could be read."""
    gaps = gaps or Gaps()
    ids = _Ids(debate, reference, gaps)
    return [
        *_slugs(debate),
        *_duplicates(debate, reference),
        *_dangling(debate, ids),
        *_ambiguous_names(debate, reference),
        *_dates(debate),
        *_actors(debate),
        *_sources(debate, gaps),
        *_options(debate),
        *_speakers(debate, ids, gaps),
        *_contents(debate, gaps),
    ]


def references(debate: Debate, reference: Debate | None = None) -> list[Problem]:
    """Return the references of a debate that lead nowhere, and the ids that are taken twice."""
    ids = _Ids(debate, reference, Gaps())
    return [*_duplicates(debate, reference), *_dangling(debate, ids)]


def digests(sources: Iterable[Source]) -> list[Problem]:
    """Return what is wrong with the order of paragraphs and the form of their digests."""
    return [p for index, source in enumerate(sources) for p in _paragraphs(source, index)]


class _Ids:
    """The ids that references can point to."""

    def __init__(self, debate: Debate, reference: Debate | None, gaps: Gaps) -> None:
        self._ids = {register: set(gaps.lost.get(register, ())) for register in REGISTERS}
        self._gaps = gaps
        self.actors: dict[str, Actor] = {}
        for records in filter(None, (reference, debate)):
            self.actors |= {a.id: a for a in records.actors}
            for register in REGISTERS:
                names = (r.id for r in getattr(records, register) if hasattr(r, "id"))
                self._ids[register].update(names)

    def of(self, register: str) -> Set[str]:
        """Return the ids of a register, those of broken records among them."""
        return self._ids[register]

    def is_unknown(self, register: str, id: str) -> bool:
        """Whether a reference leads nowhere; an empty one is a source that was left out."""
        if not id:
            return self._gaps.is_whole("sources", "evidence")
        return id not in self._ids[register] and register not in self._gaps.unread


def _records(debate: Debate) -> Iterator[tuple[Path, Any]]:
    for register in REGISTERS:
        for index, record in enumerate(getattr(debate, register)):
            yield (register, index), record


def _slugs(debate: Debate) -> Iterator[Problem]:
    places: list[tuple[Path, str]] = [(("id",), debate.id)]
    places += [((*path, "id"), r.id) for path, r in _records(debate) if hasattr(r, "id")]
    for path, slug in places:
        if not _SLUG.fullmatch(slug) or len(slug) < _TOO_SHORT:
            yield Problem(
                path, f"id {slug!r}: three or more of a-z, 0-9 and single hyphens, as in 'new-id'"
            )


def _duplicates(debate: Debate, reference: Debate | None) -> Iterator[Problem]:
    for register in REGISTERS:
        taken = {r.id for r in getattr(reference, register, ()) if hasattr(r, "id")}
        where = dict.fromkeys(taken, "in the reference register")
        for index, record in enumerate(getattr(debate, register)):
            if not hasattr(record, "id"):
                continue
            if record.id in where:
                place = where[record.id]
                yield Problem(
                    (register, index, "id"), f"id {record.id!r} is taken, {place}; choose another"
                )
            where[record.id] = f"by record {index + 1} of {register}"


def _dangling(debate: Debate, ids: _Ids) -> Iterator[Problem]:
    if debate.alliance and ids.is_unknown("actors", debate.alliance):
        yield Problem(("alliance",), _unknown("alliance", debate.alliance, "actors", ids))
    for path, record in _records(debate):
        is_evidence = isinstance(record, Evidence)
        yield from _dangling_in(record, path, ids, _holder_of(record) if is_evidence else None)


def _holder_of(evidence: Evidence) -> str:
    """Return whose a stance is where its holder was left out; a slip in it is told once."""
    return evidence.principal or evidence.speaker


def _dangling_in(
    record: Any, path: Path, ids: _Ids, holder: str | None = None
) -> Iterator[Problem]:
    for f in fields_of(record.__class__):
        value = getattr(record, f.name)
        values = list(enumerate(value)) if f.is_many else [(None, value)]
        for index, one in values:
            place = (*path, f.name) if index is None else (*path, f.name, index)
            if one is None or (f.name == "holder" and one == holder):
                continue
            if f.register and ids.is_unknown(f.register, one):
                yield Problem(place, _unknown(f.key, one, f.register, ids))
            elif f.type in _NESTED:
                yield from _dangling_in(one, place, ids, holder)


def _unknown(key: str, value: str, register: str, ids: _Ids) -> str:
    if not value:
        return f"{key!r} is needed where a debate has not exactly one source with paragraphs"
    known = ids.of(register)
    hint = did_you_mean(value, known) or f"; add it to '{register}' or mend the name"
    return f"{key} {value!r} is not known{hint}"


_NESTED = {
    f.type
    for register in REGISTERS.values()
    for f in fields_of(register)
    if f.is_many and f.register is None and f.type is not str
}


def _ambiguous_names(debate: Debate, reference: Debate | None) -> Iterator[Problem]:
    actors = (reference.actors if reference else ()) + debate.actors
    owners = {plain(name): a.id for a in actors for name in (a.id, a.name)}
    for a in reference.actors if reference else ():
        owners |= {plain(name): a.id for name in names_of(a)}
    for index, actor in enumerate(debate.actors):
        for name in names_of(actor):
            owner = owners.setdefault(plain(name), actor.id)
            if owner != actor.id:
                yield Problem(
                    ("actors", index),
                    f"{name!r} would mean both {owner!r} and {actor.id!r}; drop it from one",
                )
    owners = {}
    for index, option in enumerate(debate.options):
        for name in option_names_of(option):
            owner = owners.setdefault(plain(name), option.id)
            if owner != option.id:
                yield Problem(
                    ("options", index),
                    f"{name!r} would mean both {owner!r} and {option.id!r}; drop it from one",
                )


def _dates(debate: Debate) -> Iterator[Problem]:
    sources = {s.id: s for s in debate.sources}
    for path, record in _records(debate):
        when = getattr(record, "when", Bounds())
        if when.not_before and when.not_after and when.not_before > when.not_after:
            yield Problem(
                (*path, "when"), f"not-before {when.not_before} is later than {when.not_after}"
            )
        since, until = getattr(record, "since", None), getattr(record, "until", None)
        if since and until and since > until:
            yield Problem((*path, "since"), f"since {since} is later than until {until}")
        source = sources.get(record.source) if isinstance(record, Evidence) else None
        last = source.when.not_after if source else None
        if last and when.not_before and when.not_before > last:
            message = f"{when.not_before} is after the source was published, {last} at the latest"
            yield Problem((*path, "when"), message)


def _actors(debate: Debate) -> Iterator[Problem]:
    for index, actor in enumerate(debate.actors):
        if actor.kind is ActorKind.COUNTRY and not re.fullmatch("[a-z]{3}", actor.id):
            message = f"country {actor.id!r}: its id is its ISO 3166-1 alpha-3 code, as in 'pol'"
            yield Problem(("actors", index, "id"), message)
        if actor.kind is ActorKind.UNNAMED and not actor.source:
            message = f"unnamed voice {actor.id!r} needs its 'source'; it is nobody outside it"
            yield Problem(("actors", index), message)
        if actor.kind is not ActorKind.UNNAMED and actor.source:
            message = f"{actor.id!r} is no unnamed voice, so it has no 'source' of its own"
            yield Problem(("actors", index, "source"), message)


def _sources(debate: Debate, gaps: Gaps) -> Iterator[Problem]:
    is_all_there = gaps.is_whole("sources") and not {"evidence"} & {*gaps.lost, *gaps.unread}
    coded = Counter((e.source, e.paragraph) for e in debate.evidence)
    for index, source in enumerate(debate.sources):
        yield from _paragraphs(source, index)
        for position, paragraph in enumerate(source.paragraphs):
            path = ("sources", index, "paragraphs", position)
            has_records = bool(coded[source.id, paragraph.n])
            if has_records and paragraph.nothing:
                message = f"paragraph {paragraph.n} has records; remove 'nothing'"
                yield Problem((*path, "nothing"), message)
            if is_all_there and not has_records and not paragraph.nothing:
                message = (
                    f"paragraph {paragraph.n} has no record; code it or say why in 'nothing: ...'"
                )
                yield Problem(path, message)


def _paragraphs(source: Source, index: int) -> Iterator[Problem]:
    for position, paragraph in enumerate(source.paragraphs):
        path = ("sources", index, "paragraphs", position)
        if paragraph.n != position + 1:
            message = f"paragraph {paragraph.n} stands where {position + 1} is due"
            yield Problem((*path, "n"), message)
        if not _DIGEST.fullmatch(paragraph.digest):
            message = f"digest {paragraph.digest!r} is not SHA-256 in 64 hexadecimal digits"
            yield Problem((*path, "digest"), message)


def _options(debate: Debate) -> Iterator[Problem]:
    broader = {o.id: o.broader for o in debate.options}
    for index, option in enumerate(debate.options):
        seen, above = {option.id}, option.broader
        while above in broader and above not in seen:
            seen.add(above)
            above = broader[above]
        if above == option.id:
            message = f"option {option.id!r} is broader than itself, by way of its 'broader'"
            yield Problem(("options", index, "broader"), message)


def _speakers(debate: Debate, ids: _Ids, gaps: Gaps) -> Iterator[Problem]:
    has_posts = gaps.is_whole("offices", "tenures")
    posts = _posts(debate)
    sources = {s.id: s for s in debate.sources}
    for index, evidence in enumerate(debate.evidence):
        path = ("evidence", index)
        yield from _paragraph(evidence, sources, path)
        speaker = ids.actors.get(evidence.speaker)
        if speaker is None or path in gaps.partial:
            continue
        for name, message in _capacity(evidence, speaker):
            yield Problem((*path, name), message)
        principal = ids.actors.get(evidence.principal or "")
        if not evidence.capacity.is_binding or principal is None:
            continue
        if principal.kind not in _BOUND:
            message = f"{principal.id!r} is {_KINDS[principal.kind]}, for which nobody can speak"
            yield Problem((*path, "principal"), message)
        elif has_posts and principal.id != speaker.id:
            yield from _office(evidence, principal.id, posts, sources, path)


def _office(
    evidence: Evidence,
    principal: str,
    posts: Mapping[tuple[str, str], list[Tenure]],
    sources: Mapping[str, Source],
    path: Path,
) -> Iterator[Problem]:
    if all(holder != evidence.speaker for holder, _ in posts):
        return  # whoever has no office on record may speak in one that nobody wrote down
    tenures = posts.get((evidence.speaker, principal), [])
    when = when_of(evidence, sources)
    if not tenures:
        message = (
            f"{evidence.speaker!r} holds no office of {principal!r}; add the office and a tenure"
        )
        yield Problem((*path, "speaker"), message)
    elif not any(_is_in_office(t, when) for t in tenures):
        message = f"{evidence.speaker!r} held no office of {principal!r} then; mend tenure or date"
        yield Problem((*path, "speaker"), message)


def _is_in_office(tenure: Tenure, when: Bounds) -> bool:
    """Tell whether a person can have been in office when a record was made."""
    if tenure.former and tenure.until is None:
        return False
    is_early = tenure.since and when.not_after and when.not_after < tenure.since
    is_late = tenure.until and when.not_before and when.not_before > tenure.until
    return not is_early and not is_late


def _posts(debate: Debate) -> dict[tuple[str, str], list[Tenure]]:
    """Map each person and each actor with offices to the person's tenures in them."""
    owner = {o.id: o.of for o in debate.offices}
    posts: dict[tuple[str, str], list[Tenure]] = {}
    for tenure in debate.tenures:
        if tenure.office in owner:
            posts.setdefault((tenure.holder, owner[tenure.office]), []).append(tenure)
    return posts


def _paragraph(evidence: Evidence, sources: dict[str, Source], path: Path) -> Iterator[Problem]:
    source = sources.get(evidence.source)
    if source and not 1 <= evidence.paragraph <= len(source.paragraphs):
        has = len(source.paragraphs) or "none"
        message = f"paragraph {evidence.paragraph} does not exist; the source has {has}"
        yield Problem((*path, "paragraph"), message)


def _capacity(e: Evidence, speaker: Actor) -> Iterator[tuple[str, str]]:
    if e.principal and not e.capacity.is_binding:
        yield "principal", f"{e.id!r} speaks as {e.capacity}, so it cannot be 'for: {e.principal}'"
    if e.capacity.is_binding and not e.principal:
        yield "capacity", f"{e.id!r} speaks as {e.capacity}; say 'for' whom"
    if e.capacity not in CAPACITIES_OF[speaker.kind]:
        kind = _KINDS[speaker.kind]
        yield "capacity", f"{speaker.id!r} is {kind}, so {e.id!r} cannot speak as {e.capacity}"
    is_unnamed = speaker.kind is ActorKind.UNNAMED
    if is_unnamed and speaker.source not in (None, e.source):
        yield "speaker", f"{speaker.id!r} speaks in {speaker.source!r} only, never in another text"


_BOUND = (ActorKind.COUNTRY, ActorKind.INSTITUTION, ActorKind.ALLIANCE)
CAPACITIES_OF: Mapping[ActorKind, Set[Capacity]] = {
    ActorKind.COUNTRY: {Capacity.GOVERNMENT},
    ActorKind.INSTITUTION: {Capacity.INSTITUTION, Capacity.GOVERNMENT, Capacity.AUTHOR},
    ActorKind.ALLIANCE: {Capacity.INSTITUTION},
    ActorKind.PERSON: frozenset(Capacity) - {Capacity.UNNAMED_OFFICIAL},
    ActorKind.UNNAMED: {Capacity.UNNAMED_OFFICIAL},
    ActorKind.GROUP: {Capacity.OWN, Capacity.AUTHOR},
}
"""In what capacities each kind of actor can speak: a country only as its government."""

_KINDS = {
    ActorKind.COUNTRY: "a country",
    ActorKind.INSTITUTION: "an institution",
    ActorKind.ALLIANCE: "an alliance",
    ActorKind.PERSON: "a person",
    ActorKind.UNNAMED: "an unnamed voice",
    ActorKind.GROUP: "a group",
}


def _contents(debate: Debate, gaps: Gaps) -> Iterator[Problem]:
    for index, evidence in enumerate(debate.evidence):
        path = ("evidence", index)
        if path in gaps.partial:
            continue
        if not any(getattr(evidence, name) for name in _CONVEYED):
            message = f"{evidence.id!r} conveys nothing; add one of {', '.join(_CONVEYED)}"
            yield Problem(path, message)
        pairs = Counter((s.holder, s.option) for s in evidence.stances)
        for (holder, option), times in pairs.items():
            if times > 1:
                message = (
                    f"{evidence.id!r} has {times} stances of {holder!r} on {option!r}; keep one"
                )
                yield Problem((*path, "stances"), message)


_CONVEYED = ("stances", "claims", "figures", "framings", "influences", "predictions")


def summary(debate: Debate) -> str:
    """Say in a line what a debate holds."""

    def count(things: Iterable[Any], one: str, many: str) -> str:
        n = len(tuple(things))
        return f"{n} {one if n == 1 else many}"

    stances = [s for e in debate.evidence for s in e.stances]
    return ", ".join(
        [
            count(debate.evidence, "record", "records"),
            count(stances, "stance", "stances"),
            count(debate.actors, "actor", "actors"),
            count(debate.options, "option", "options"),
            count(debate.sources, "source", "sources"),
        ]
    )
