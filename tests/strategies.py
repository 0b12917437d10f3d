"""Debates for hypothesis: valid by construction, with texts that are hard to write down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from stancegraph.check import CAPACITIES_OF
from stancegraph.model import (
    REGISTERS,
    Actor,
    ActorKind,
    Bounds,
    Capacity,
    Claim,
    Debate,
    Evidence,
    Option,
    Source,
)
from stancegraph.schema import Field, fields_of

HOSTILE = (
    *("null", "~", "no", "on", "Yes", "true", "1.0", "0o7", "1e5", "2024-05-30", "12:30:00", "<<"),
    *("'", '"', "a: b", "a #b", "# a", "- a", "? a", "[a]", "{a}", "a, b", "*a", "&a", "!a", "%a"),
    *("@a", "`a", "|", ">", "---", "...", "=", "a:", " a", "a ", "a  b", "\ta", "a\\nb", "a\nb\n"),
    *("a\n\n b\n", "a\r\nb", "a\x85b", "a\u2028b", "a\u2029b", "\ufeffa", "a\xa0", "\u200ba"),
    *(
        "\U0001f600 \xe9 e\u0301",
        "\x00\x1b\ufffe\uffff",
        "</script>",
        "a" * 300,
        "words " * 60 + ".",
    ),
)

Pools = Mapping[str, list[str]]
"""By register, the ids that references can point to."""

texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
).filter(lambda text: bool(text.strip()))
"""Texts that a coder, a clipboard or an attacker may put into a debate."""


@st.composite
def debates(draw: st.DrawFn) -> Debate:
    """Draw a debate that passes check, with records in any of its registers."""
    ids = {name: _ids(draw, name) for name, cls in REGISTERS.items() if _has_id(cls)}
    pools = ids | {"actors": [*ids["actors"], "pol", "deu", "nato"]}
    if not ids["issues"]:
        ids["options"] = pools["options"] = []
    records: dict[str, list[Any]] = {
        name: [draw(records_of(cls, pools, id=id)) for id in ids[name]]
        for name, cls in REGISTERS.items()
        if name in ids and name != "evidence"
    }
    records["options"] = _acyclic(draw, records["options"])
    records["sources"] = [_numbered(draw, s) for s in records["sources"]]
    coded = [s for s in records["sources"] if s.paragraphs]
    records["actors"] = [_distinct(draw, a, coded) for a in records["actors"]]
    voices = records["actors"] if coded else []
    records["evidence"] = [_told(draw, i, pools, coded, voices) for i in ids["evidence"] if voices]
    records["sources"] = [_covered(draw, s, records["evidence"]) for s in records["sources"]]
    for name in ("tenures", "memberships"):
        if pools["offices"] or name == "memberships":
            drawn = draw(st.lists(records_of(REGISTERS[name], pools), max_size=2))
            records[name] = [_ordered(r) for r in drawn]
    whole: dict[str, Any] = {name: tuple(found) for name, found in records.items()}
    header = records_of(Debate, pools, id="drawn-debate", **dict.fromkeys(REGISTERS, ()))
    debate: Debate = draw(header)
    return replace(debate, **whole)


def records_of(cls: type, pools: Pools, **fixed: Any) -> st.SearchStrategy[Any]:
    """Draw records of a class with references into the pools; some of its fields may be given."""
    drawn = {f.name: _values(f, pools) for f in fields_of(cls) if f.name not in fixed}
    return st.builds(cls, **drawn, **{name: st.just(value) for name, value in fixed.items()})


def _values(f: Field, pools: Pools) -> st.SearchStrategy[Any]:
    if not _is_possible(f, pools):
        return st.just(() if f.is_many else None)
    one = _single(f, pools)
    if f.is_many:
        return st.lists(one, max_size=2, unique=f.register is not None).map(tuple)
    return one if f.is_required else st.one_of(st.just(f.default), one)


def _is_possible(f: Field, pools: Pools) -> bool:
    """Tell whether there is anything to point to, for the field and all that its records need."""
    if f.register:
        return bool(pools[f.register])
    is_record = hasattr(f.type, "__dataclass_fields__")
    return not is_record or all(_is_possible(n, pools) for n in fields_of(f.type) if n.is_required)


def _single(f: Field, pools: Pools) -> st.SearchStrategy[Any]:
    if f.register:
        return st.sampled_from(pools[f.register])
    if f.type is Bounds:
        return st.builds(_bounds, st.lists(st.dates(), max_size=2), st.none() | texts)
    if hasattr(f.type, "__dataclass_fields__"):
        return records_of(f.type, pools)
    return _PLAIN[f.type] if f.type in _PLAIN else st.sampled_from(f.type)


def _number(digits: int, places: int) -> Decimal:
    return Decimal(digits).scaleb(-places)


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(1, 999),
    bool: st.booleans(),
    date: st.dates(),
    Decimal: st.builds(_number, st.integers(-(10**20), 10**20), st.integers(-3, 9)),
}


def _bounds(days: list[date], basis: str | None) -> Bounds:
    return Bounds(
        not_before=min(days, default=None),
        not_after=max(days) if len(days) > 1 else None,
        basis=basis,
    )


def _has_id(cls: type) -> bool:
    return any(f.name == "id" for f in fields_of(cls))


def _ids(draw: st.DrawFn, register: str) -> list[str]:
    """Return up to three slugs; QM to QZ are codes that ISO 3166 leaves to its users."""
    stem = "qm" if register == "actors" else f"{register}-"
    return [f"{stem}{letter}" for letter in "abc"[: draw(st.integers(0, 3))]]


def _acyclic(draw: st.DrawFn, options: list[Option]) -> list[Option]:
    above = [
        draw(st.sampled_from([None, *(o.id for o in options[:i])])) for i in range(len(options))
    ]
    return [
        replace(
            o,
            name=f"{o.name} {o.id}",
            aliases=tuple(f"{a} {i} {o.id}" for i, a in enumerate(o.aliases)),
            broader=b,
        )
        for o, b in zip(options, above, strict=True)
    ]


def _distinct(draw: st.DrawFn, actor: Actor, coded: list[Source]) -> Actor:
    """Give an actor names that mean no other, and a source if it is an unnamed voice."""
    names: dict[str, Any] = {
        name: tuple(f"{text} {i} {actor.id}" for i, text in enumerate(getattr(actor, name)))
        for name in ("aliases", "metonyms", "printed")
    }
    is_unnamed = actor.kind is ActorKind.UNNAMED
    if is_unnamed and not coded:
        actor, is_unnamed = replace(actor, kind=ActorKind.PERSON), False
    source = draw(st.sampled_from(coded)).id if is_unnamed else None
    return replace(actor, name=f"{actor.name} {actor.id}", iso2=None, source=source, **names)


def _numbered(draw: st.DrawFn, source: Source) -> Source:
    digests = (sha256(bytes([n])).hexdigest() for n in range(len(source.paragraphs)))
    paragraphs = (
        replace(p, n=n, digest=digest)
        for n, (p, digest) in enumerate(zip(source.paragraphs, digests, strict=True), 1)
    )
    return replace(source, paragraphs=tuple(paragraphs))


def _covered(draw: st.DrawFn, source: Source, evidence: list[Evidence]) -> Source:
    """Say of each paragraph why nothing is coded from it, where nothing is."""
    coded = {e.paragraph for e in evidence if e.source == source.id}
    return replace(
        source,
        paragraphs=tuple(
            replace(p, nothing=None if p.n in coded else draw(texts)) for p in source.paragraphs
        ),
    )


def _told(
    draw: st.DrawFn, id: str, pools: Pools, coded: list[Source], voices: list[Actor]
) -> Evidence:
    """Draw a record that one of the voices can have left in a source."""
    speaker = draw(st.sampled_from(voices))
    allowed = [c for c in Capacity if c in CAPACITIES_OF[speaker.kind]]
    if speaker.kind is ActorKind.PERSON:
        allowed = [c for c in allowed if not c.is_binding]
    capacity = draw(st.sampled_from(allowed))
    told_in = [s for s in coded if speaker.source in (None, s.id)]
    source = draw(st.sampled_from(told_in))
    record: Evidence = draw(
        records_of(
            Evidence,
            pools,
            id=id,
            source=source.id,
            paragraph=draw(st.sampled_from(source.paragraphs)).n,
            speaker=speaker.id,
            capacity=capacity,
            principal=speaker.id if capacity.is_binding else None,
        )
    )
    one_each = {(s.holder, s.option): s for s in record.stances}
    last = source.when.not_after
    is_late = last and record.when.not_before and record.when.not_before > last
    return replace(
        record,
        stances=tuple(one_each.values()),
        claims=record.claims or (draw(records_of(Claim, pools)),),
        when=Bounds() if is_late else record.when,
    )


def _ordered(record: Any) -> Any:
    is_wrong = record.since and record.until and record.since > record.until
    return replace(record, until=record.since) if is_wrong else record
