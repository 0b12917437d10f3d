"""From records and a wish to a change; nothing is changed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from stancegraph.answer.words import count, listed
from stancegraph.change.edits import HEADER, Change, Edit, header_of, key_of, own_fields
from stancegraph.change.log import Entry, is_cancelled, is_undone
from stancegraph.change.references import pointed, pointing_to
from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import (
    REGISTERS,
    Actor,
    ActorKind,
    Certainty,
    Debate,
    Evidence,
    Membership,
    Option,
    Stance,
)
from stancegraph.names import names_of, option_names_of, plain
from stancegraph.suggest import did_you_mean

MERGED = ("actors", "options")
"""The registers in which two records can be made one."""
_SURER = {certainty: n for n, certainty in enumerate(Certainty)}
_SHOWN = 5


class Found(NamedTuple):
    """A record and where it is."""

    register: str
    at: int
    record: Any


def found(debate: Debate, name: str, registers: Iterable[str] = (HEADER, *REGISTERS)) -> Found:
    """Find the record that is called so: an id, "register/id" or, without ids, "register/n".

    Actors and options are found by their other names too. "debate" is what the debate says of
    itself. Raises UnknownName, with suggestions, where nothing or more than one record answers.
    """
    registers = tuple(registers)
    register, slash, rest = name.partition("/")
    if slash and register in registers and register != HEADER:
        return _in_register(debate, register, rest, name)
    by_id = [
        f for r in registers for f in _all_of(debate, r) if getattr(f.record, "id", "") == name
    ]
    candidates = by_id or [f for r in registers for f in _all_of(debate, r) if _answers(f, name)]
    if not candidates and name == HEADER in registers:
        return Found(HEADER, 0, header_of(debate))
    if len(candidates) > 1:
        which = listed([f"'{f.register}/{f.record.id}'" for f in candidates], "or")
        raise UnknownName(f"{name!r} is more than one record; say which: {which}")
    if not candidates:
        known = [f.record.id for r in registers for f in _all_of(debate, r) if key_of(f.record)]
        raise UnknownName(f"no record is called {name!r}{did_you_mean(name, known) or _HOW_FOUND}")
    return candidates[0]


_HOW_FOUND = "; name it by its id, or as in 'tenures/2' where it has none"


def _all_of(debate: Debate, register: str) -> Iterator[Found]:
    if register != HEADER:
        for at, record in enumerate(getattr(debate, register)):
            if hasattr(record, "id"):
                yield Found(register, at, record)


def _answers(f: Found, name: str) -> bool:
    names = _all_names(f.record) if f.register in MERGED else ()
    return plain(name) in map(plain, names)


def _in_register(debate: Debate, register: str, key: str, name: str) -> Found:
    records = getattr(debate, register)
    for at, record in enumerate(records):
        if getattr(record, "id", str(at + 1)) == key:
            return Found(register, at, record)
    known = [r.id for r in records if hasattr(r, "id")]
    hint = did_you_mean(key, known) or f"; {register} has {count(len(records), 'record')}"
    raise UnknownName(f"no record is called {name!r}{hint}")


def added(records: Mapping[str, Sequence[Any]]) -> Change:
    """Add records to their registers, each at the end."""
    edits = tuple(Edit(r, None, record) for r in REGISTERS for record in records.get(r, ()))
    if not edits:
        raise StanceError("there is no record to add; nothing changed")
    return Change(f"added {_called(edits)}", edits)


def _called(edits: Sequence[Edit]) -> str:
    """Name some records: by id where they are few, else how many of each register."""
    if len(edits) <= _SHOWN and all(e.id for e in edits):
        return listed([repr(e.id) for e in edits])
    registers = dict.fromkeys(e.register for e in edits)
    per = (sum(e.register == r for e in edits) for r in registers)
    return listed([f"{n} of {r}" for n, r in zip(per, registers, strict=True)])


def edited(debate: Debate, name: str, record: Any) -> Change:
    """Put a record in the place of the one that is called so; its id stays."""
    old = found(debate, name)
    if getattr(old.record, "id", None) != getattr(record, "id", None):
        remedy = f"'stancegraph rename {old.record.id} --id {record.id}' changes all that points"
        raise StanceError(
            f"the id of {old.record.id!r} cannot become {record.id!r} here; {remedy} to it too"
        )
    if record == old.record:
        raise StanceError(f"{name!r} is as it was; nothing changed")
    at = None if hasattr(record, "id") else old.at
    fields = own_fields(record.__class__)
    keys = [f.key for f in fields if getattr(record, f.name) != getattr(old.record, f.name)]
    did = f"edited {listed(keys)} of {name!r}"
    return Change(did, (Edit(old.register, old.record, record, at),))


def deprecated(debate: Debate, names: Iterable[str], reason: str) -> Change:
    """Mark records of evidence as no longer counting, and say why."""
    if not reason.strip():
        raise StanceError("say why the record no longer counts, as in --because 'misquoted'")
    edits = []
    for name in dict.fromkeys(names):
        old = found(debate, name)
        if not isinstance(old.record, Evidence):
            raise StanceError(
                f"{name!r} is of {old.register}; only records of evidence are deprecated: "
                "'stancegraph edit' changes the others, 'stancegraph merge' makes one of two"
            )
        if old.record.deprecated:
            raise StanceError(f"{name!r} is deprecated already: {old.record.deprecated}")
        edits.append(Edit("evidence", old.record, replace(old.record, deprecated=reason)))
    return Change(f"deprecated {_called(edits)}: {reason}", tuple(edits))


def renamed(
    debate: Debate, reference: Debate, name: str, *, id: str | None = None, to: str | None = None
) -> Change:
    """Give a record another id, name or both; all that points to it follows.

    The old id and name of an actor or option stay as aliases, so that it is found by them too.
    """
    old = _own(debate, reference, name, "renamed")
    record = old.record
    if not hasattr(record, "id"):
        raise StanceError(f"{name!r} has neither id nor name; 'stancegraph edit {name}' changes it")
    new = replace(record, id=id or record.id)
    if to:
        if not hasattr(record, "name"):
            raise StanceError(f"{name!r} has no name; 'stancegraph edit {name} --set' changes it")
        new = replace(new, name=to)
    if new == record:
        raise StanceError(f"{name!r} is called so already; nothing changed")
    if isinstance(new, (Actor, Option)):
        id_was, *names = _all_names(record)
        new = _answering_to(new, (*names, id_was), _taken(debate, reference, old))
    edits = [Edit(old.register, record, new)]
    if new.id != record.id:
        edits += _repointed(debate, old.register, record.id, new.id, without={record.id})
    what = [f"to {new.id!r}"] if new.id != record.id else []
    what += [f"with the name {to!r}"] if to else []
    return Change(f"renamed {record.id!r} {' '.join(what)}", tuple(edits))


def merged(debate: Debate, reference: Debate, lost: str, kept: str, reason: str = "") -> Change:
    """Make one of two actors or two options: all that points to `lost` points to `kept`.

    What `lost` was called, `kept` answers to; what `kept` has no word for is taken from `lost`.
    Records of different kinds are merged only for a reason. Refused are merges by which a record
    would contradict itself: two stances of one holder on one option, somebody who moves himself.
    """
    gone = _own(debate, reference, lost, "merged into another")
    if gone.register not in MERGED:
        raise StanceError(f"{lost!r} is of {gone.register}; only actors and options are merged")
    stays = _found_anywhere(debate, reference, kept, gone.register)
    old, new = gone.record, stays.record
    if old.id == new.id:
        raise StanceError(f"{lost!r} and {kept!r} are the same record already; name two")
    _refuse_kinds(old, new, reason)
    edits = []
    if stays.at >= 0:
        more = _united(old, new, _taken(debate, reference, stays, gone))
        more = _lifted(more, old) if isinstance(more, Option) else _of_itself(more, old)
        edits += [Edit(gone.register, new, more)] if more != new else []
    edits.append(Edit(gone.register, old, None, gone.at))
    edits += _repointed(debate, gone.register, old.id, new.id, without={old.id, new.id})
    did = f"merged {old.id!r} into {new.id!r}{f': {reason}' if reason else ''}"
    if stays.at < 0:
        did += f"; it is shipped, so it does not answer to {old.name!r}"
    change = Change(did, tuple(edits))
    _refuse_contradictions(change)
    return change


def _found_anywhere(debate: Debate, reference: Debate, name: str, register: str) -> Found:
    try:
        return found(debate, name, [register])
    except UnknownName:
        there = [f for f in _all_of(reference, register) if _answers(f, name)]
        if there:
            return Found(register, -1, there[0].record)
        others = (f for r in REGISTERS for f in _all_of(debate, r) if f.record.id == name)
        if other := next(others, None):
            raise StanceError(
                f"{name!r} is of {other.register}, not of {register}; only two of the same "
                "register are merged"
            ) from None
        raise


def _own(debate: Debate, reference: Debate, name: str, what: str) -> Found:
    """Find a record of the debate itself; those of the shipped registers are nobody's to change."""
    try:
        return found(debate, name)
    except UnknownName:
        there = [f for r in REGISTERS for f in _all_of(reference, r)]
        if any(f.record.id == name or _answers(f, name) for f in there):
            raise StanceError(
                f"{name!r} stands in the shipped registers, so it cannot be {what}; "
                "merge yours into it, or add a record of your own"
            ) from None
        raise


def _taken(debate: Debate, reference: Debate, *but: Found) -> set[str]:
    """Return, folded, what the other records of a register answer to."""
    register = but[0].register
    ids = {f.record.id for f in but}
    others = [f.record for d in (debate, reference) for f in _all_of(d, register)]
    return {plain(n) for r in others if r.id not in ids for n in _all_names(r)}


def _answering_to(record: Any, names: Iterable[str], taken: set[str]) -> Any:
    """Return an actor or option with aliases for the names that it does not answer to yet."""
    known = {plain(n) for n in _all_names(record)} | taken
    new: dict[str, str] = {}
    for name in names:
        if plain(name) not in known:
            new.setdefault(plain(name), name)
    return replace(record, aliases=(*record.aliases, *new.values()))


def _all_names(record: Actor | Option) -> tuple[str, ...]:
    """Return all that an actor or option answers to, its id first."""
    return names_of(record) if isinstance(record, Actor) else option_names_of(record)


def _united(old: Any, new: Any, taken: set[str]) -> Any:
    """Return the record that stays with all that only the other one says."""
    gaps = {
        f: getattr(old, f)
        for f in new.__slots__
        if getattr(new, f) in (None, "") and getattr(old, f) and f != "broader"
    }
    if isinstance(new, Actor):
        known = {plain(n) for n in (*names_of(new), *taken)}
        for f in ("metonyms", "printed"):
            more = (n for n in getattr(old, f) if plain(n) not in known)
            gaps[f] = tuple(dict.fromkeys((*getattr(new, f), *more)))
        gaps["adjectives"] = tuple(dict.fromkeys((*new.adjectives, *old.adjectives)))
        if old.iso2 and "iso2" in gaps and plain(old.iso2) in taken:
            del gaps["iso2"]
    for f in ("note", "review"):
        words = [getattr(r, f, None) for r in (new, old)]
        if all(words) and words[0] != words[1]:
            gaps[f] = " ".join(filter(None, words))
    id, *names = _all_names(old)
    return _answering_to(replace(new, **gaps), (*names, id), taken)


def _of_itself(actor: Actor, gone: Actor) -> Actor:
    """Return an actor that belongs to no country where it belonged to what it becomes one with."""
    return replace(actor, country=None) if actor.country in (actor.id, gone.id) else actor


def _lifted(option: Option, gone: Option) -> Option:
    """Return an option that is not broader than itself when the one above it becomes it."""
    if option.broader != gone.id:
        return option
    return replace(option, broader=None if gone.broader == option.id else gone.broader)


def _refuse_kinds(old: Any, new: Any, reason: str) -> None:
    if not isinstance(old, Actor) or old.kind == new.kind:
        if isinstance(old, Actor) and old.source != new.source:
            raise StanceError(
                f"{old.id!r} and {new.id!r} are voices of two sources; what is unnamed "
                "in one text is never the same as in another"
            )
        return
    if ActorKind.UNNAMED in (old.kind, new.kind):
        raise StanceError(
            f"{old.id!r} is of kind {old.kind.value} and {new.id!r} of kind {new.kind.value}; an "
            "unnamed voice is never merged with anybody else: edit its records if you know better"
        )
    if not reason.strip():
        raise StanceError(
            f"{old.id!r} is of kind {old.kind.value} and {new.id!r} of kind {new.kind.value}; if "
            "they are the same all the same, say why with --because"
        )


def _repointed(
    debate: Debate, register: str, old: str, new: str, without: set[str]
) -> Iterator[Edit]:
    """Yield the edits by which all that pointed to a record points to another, none of it twice."""
    there = {r: set(getattr(debate, r)) for r in ("tenures", "memberships")}
    for name, at, record in pointing_to(debate, register, old):
        if name == register and record.id in without:
            continue
        before = header_of(debate) if name == HEADER else record
        after = pointed(before, register, old, new)
        if isinstance(after, Evidence):
            after = replace(after, stances=_one_each(after.stances))
        place = None if hasattr(record, "id") else at
        if after in there.get(name, ()):
            yield Edit(name, before, None, at)
        else:
            there.get(name, set()).add(after)
            yield Edit(name, before, after, place)


def _one_each(stances: Sequence[Stance]) -> tuple[Stance, ...]:
    """Put stances together that say the same of one holder and option but for reasons and sureness.

    The surer one counts, with the reasons of all.
    """
    found: dict[Stance, Stance] = {}
    for stance in stances:
        said = replace(stance, certainty=Certainty.UNSPECIFIED, reasons=())
        first = found.get(said, stance)
        surer = min(first.certainty, stance.certainty, key=_SURER.__getitem__)
        reasons = tuple(dict.fromkeys((*first.reasons, *stance.reasons)))
        found[said] = replace(first, certainty=surer, reasons=reasons)
    return tuple(found.values())


def _refuse_contradictions(change: Change) -> None:
    """Refuse a merge by which records would say of one actor what was said of two."""
    problems = [p for e in change.edits for p in _contradictions(e)]
    if problems:
        rest = [f"and {len(problems) - _MANY} more"] if problems[_MANY:] else []
        raise StanceError("\n".join([*problems[:_MANY], *rest, _MEND]))


_MANY = 20
_MEND = "mend these records first, with 'stancegraph edit', and merge again; nothing changed"


def _contradictions(edit: Edit) -> Iterator[str]:
    after, before = edit.after, edit.before
    if isinstance(after, Evidence):
        seen: dict[tuple[str, str], Stance] = {}
        for s in after.stances:
            other = seen.setdefault((s.holder, s.option), s)
            if other is not s:
                yield (
                    f"{after.id!r} would hold two stances of {s.holder!r} on {s.option!r} that "
                    f"differ: {_said(other)} and {_said(s)}"
                )
        for told, was in zip(after.influences, before.influences, strict=True):
            if told.by == told.moves and was.by != was.moves:
                yield f"{after.id!r} would say that {told.by!r} moves itself"
    if isinstance(after, Membership) and after.member == after.organization:
        yield f"{after.member!r} would be a member of itself"


def _said(stance: Stance) -> str:
    parts = (("if", stance.conditions), ("only", stance.limits))
    more = [f"{word} {', '.join(ids)}" for word, ids in parts if ids]
    more += [f"until {stance.until}"] if stance.until else []
    return " ".join([stance.polarity.value, *more])


def undone(debate: Debate, log: Sequence[Entry], n: int | None = None) -> Change:
    """Take back a change, by default the last that stands; the taking back is a change too."""
    entry = to_undo(log, n)
    for edit in reversed(entry.edits):
        _refuse_if_changed(debate, log, entry, edit)
    edits = tuple(e.inverse for e in reversed(entry.edits))
    return Change(f"took back change {entry.n}: {entry.did}", edits, undoes=entry.n)


def to_undo(log: Sequence[Entry], n: int | None = None) -> Entry:
    """Return the change of a number, or the last that stands, if it can be taken back."""
    if n is None:
        standing = [e for e in log if e.undoes is None and not is_undone(log, e)]
        if not standing:
            raise StanceError("there is no change to take back; 'stancegraph log' shows all")
        return standing[-1]
    entry = next((e for e in log if e.n == n), None)
    if entry is None:
        raise StanceError(f"there is no change {n}; 'stancegraph log' shows all")
    if is_undone(log, entry):
        raise StanceError(f"change {n} was taken back already; 'stancegraph log' shows by which")
    return entry


def _refuse_if_changed(debate: Debate, log: Sequence[Entry], entry: Entry, edit: Edit) -> None:
    if _standing(debate, edit.register, edit.after or edit.before) == edit.after:
        was_id, id = (getattr(r, "id", None) for r in (edit.before, edit.after))
        is_taken = edit.is_in_place and was_id != id
        if not (is_taken and _standing(debate, edit.register, edit.before)):
            return
    name = repr(edit.id) if edit.id else f"a record of {edit.register}"
    later = [e for e in log if e.n > entry.n and not is_cancelled(log, e, entry.n)]
    touching = [e for e in later if any(_is_same(edit, o) for o in e.edits)]
    if touching:
        last = touching[-1]
        raise StanceError(
            f"change {entry.n} cannot be taken back: {name} was changed again by change {last.n} "
            f"({last.did}); take that back first: stancegraph undo {last.n}"
        )
    raise StanceError(
        f"change {entry.n} cannot be taken back: {name} is no longer as it left it, and no change "
        "on record says why; 'stancegraph edit' changes it"
    )


def _standing(debate: Debate, register: str, record: Any) -> Any:
    if register == HEADER:
        return header_of(debate)
    key = key_of(record)
    return next((r for r in getattr(debate, register) if key_of(r) == key), None)


def _is_same(edit: Edit, other: Edit) -> bool:
    if edit.register != other.register:
        return False
    if edit.register == HEADER:
        return True
    keys = {key_of(r) for r in (edit.before, edit.after) if r is not None}
    return any(key_of(r) in keys for r in (other.before, other.after) if r is not None)


def free_id(ids: Iterable[str]) -> str:
    """Return the id that comes next in a list of them.

    >>> free_id(["s07", "s09", "note-3", "s08"]), free_id([])
    ('s10', 's01')
    """
    taken = set(ids := tuple(ids))
    numbered = [m for id in ids if (m := _NUMBERED.fullmatch(id))]
    stem, width = (numbered[-1][1], len(numbered[-1][2])) if numbered else ("s", 2)
    last = max((int(m[2]) for m in numbered if m[1] == stem), default=0)
    while (id := f"{stem}{last + 1:0{width}}") in taken:
        last += 1
    return id


_NUMBERED = re.compile("(.*?)([0-9]{1,9})")
