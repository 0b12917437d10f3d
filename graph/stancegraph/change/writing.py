"""Records as people give them, in options, files and their editor, as records of the model."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancegraph.change.edits import HEADER, Change, header_of, own_fields
from stancegraph.change.home import Home, Located, nowhere
from stancegraph.change.layout import only_source, written_items
from stancegraph.change.operations import Found, added, edited, found
from stancegraph.check import Problem
from stancegraph.errors import InvalidDebate, StanceError, UnknownName
from stancegraph.model import REGISTERS, Certainty, Debate, Evidence, Polarity
from stancegraph.read.debate import Written, read_node, read_texts
from stancegraph.read.yaml import Node, YamlProblem, node_of, parse_text
from stancegraph.schema import Field
from stancegraph.suggest import did_you_mean
from stancegraph.write.debate import debate_yaml, item_yaml

_PARTS = {"because": "because", "if": "if", "only": "only", "until": "until", "sure": "sure"}
_LISTS = ("because", "if", "only")


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as somebody wrote it: the text of each record, and where its problems stand."""

    change: Change
    words: Mapping[int, str]
    located: Located


def written_records(home: Home, text: str, name: str) -> Draft:
    """Read a text with registers as records to add, comments and layout of each kept.

    A record of evidence without an id gets the next free one.
    """
    part = home.part()
    read = _read(text, name, part, home)
    change = added(read.records)
    beside = home.part(edits=change.edits)
    counts = {register: len(getattr(beside, register)) for register in REGISTERS}
    bare = [n for n, node in enumerate(_evidence_in(parse_text(text))) if _lacks_id(node)]
    words: dict[int, str] = {}
    for register, written in written_items(text).items():
        mine = [n for n, e in enumerate(change.edits) if e.register == register]
        for at, (n, item) in enumerate(zip(mine, written, strict=True)):
            if item is not None:
                is_bare = register == "evidence" and at in bare
                words[n] = _with_id(item, change.edits[n].id) if is_bare else item
    return Draft(change, words, _placed(read, counts))


def _with_id(item: str, id: str | None) -> str:
    """Return the text of an item that has no id with one."""
    return re.sub(
        r"(?m)^- +(\{?)",
        lambda dash: f"- {{id: {id}, " if dash[1] else f"- id: {id}\n  ",
        item,
        count=1,
    )


def _read(text: str, name: str, part: Debate, home: Home) -> Written:
    try:
        top = parse_text(text)
    except YamlProblem as error:
        raise InvalidDebate([f"{name}:{error.line}:{error.column}: {error}"]) from None
    only = only_source(part)
    read = read_texts({name: text}, only)
    if any(map(_lacks_id, _evidence_in(top))):
        read = read_node(_with_ids(top, home), only, name)
    if read.problems:
        raise InvalidDebate(list(read.problems))
    if read.header:
        raise StanceError(
            f"{name}: 'debate' is there already; 'stancegraph edit debate' changes it"
        )
    return read


def _evidence_in(top: Node | None) -> list[Node]:
    items = top.value.get("evidence") if top and isinstance(top.value, dict) else None
    return items.value if items and isinstance(items.value, list) else []


def _lacks_id(node: Node) -> bool:
    return isinstance(node.value, dict) and "id" not in node.value


def _with_ids(top: Node | None, home: Home) -> Node:
    """Give the records of evidence that have no id the next free ones."""
    assert top is not None
    assert isinstance(top.value, dict)
    given = [
        n.value["id"].value
        for n in _evidence_in(top)
        if isinstance(n.value, dict) and not _lacks_id(n)
    ]
    taken: list[str] = []
    items = []
    for node in _evidence_in(top):
        if isinstance(node.value, dict) and _lacks_id(node):
            taken.append(home.free_id(taken))
            while taken[-1] in given:
                taken.append(home.free_id(taken))
            id = Node(taken[-1], node.line, node.column)
            node = Node({"id": id, **node.value}, node.line, node.column, {"id": id, **node.keys})
        items.append(node)
    old = top.value["evidence"]
    evidence = Node(items, old.line, old.column)
    return Node({**top.value, "evidence": evidence}, top.line, top.column, top.keys)


def _placed(read: Written, before: Mapping[str, int]) -> Located:
    """Say where in a text the problems of added records stand."""

    def located(problem: Problem) -> str | None:
        match problem.path:
            case (str(register), int(at), *rest) if at >= before.get(register, at + 1):
                return read.located(
                    Problem((register, at - before[register], *rest), problem.message)
                )
        return None

    return located


def given_record(home: Home, values: Mapping[str, Any]) -> Change:
    """Make a record of evidence of what was given for its keys; an id is chosen where none is."""
    part = home.part()
    filled = {"id": home.free_id()} | {k: v for k, v in values.items() if v not in (None, (), [])}
    read = read_node(node_of({"evidence": [filled]}), only_source(part))
    _refuse_bare(read)
    return added(read.records)


def _refuse_bare(read: Written) -> None:
    """Tell the problems of what stands in no text, without a place."""
    if read.problems:
        raise InvalidDebate([re.sub("^:[0-9]+:[0-9]+: ", "", p) for p in read.problems])


def stance_given(text: str) -> dict[str, Any]:
    """Read a stance in short: who, what they do, the option, and what qualifies it.

    >>> stance_given("usa opposes allied-interception probable because escalation-risk")
    ... # doctest: +NORMALIZE_WHITESPACE
    {'who': 'usa', 'is': 'opposes', 'option': 'allied-interception', 'sure': 'probable',
     'because': ['escalation-risk']}
    """
    try:
        words = shlex.split(text)
    except ValueError:
        raise StanceError(f"stance {text!r}: a quotation mark is not closed") from None
    polarities = [p.value for p in Polarity]
    at = next((n for n, word in enumerate(words[:2]) if word in polarities), None)
    if at is None or at + 1 >= len(words):
        near = did_you_mean(words[1] if words[1:] else text, polarities)
        near = near or f"; what is done is one of {', '.join(polarities)}"
        raise StanceError(f"stance {text!r} is not as in {_STANCE!r}{near}")
    found: dict[str, Any] = {"who": words[0]} if at else {}
    found |= {"is": words[at], "option": words[at + 1]}
    rest = words[at + 2 :]
    if rest and rest[0] in [c.value for c in Certainty]:
        found["sure"], rest = rest[0], rest[1:]
    return found | _qualified(text, rest)


_STANCE = "usa opposes allied-interception probable because escalation-risk"


def _qualified(text: str, words: Sequence[str]) -> dict[str, Any]:
    if len(words) % 2:
        raise StanceError(f"stance {text!r}: after the option come pairs, as in {_STANCE!r}")
    found: dict[str, Any] = {}
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in _PARTS:
            hint = did_you_mean(key, _PARTS) or f"; it is one of {', '.join(_PARTS)}"
            raise StanceError(f"stance {text!r}: {key!r} is unknown{hint}")
        found[key] = value.split(",") if key in _LISTS else value
    return found


def called(home: Home, register: str, name: str | None) -> str | None:
    """Return the id of an actor or option that is called so; what is unknown stays as it is."""
    if name is None:
        return None
    for debate in (home.part(), home.reference):
        try:
            return str(found(debate, name, [register]).record.id)
        except UnknownName:
            continue
    return name


def with_fields(debate: Debate, name: str, given: Iterable[str], unset: Iterable[str]) -> Change:
    """Change fields of the record that is called so, given as "key=value"; drop others.

    A text is taken as it is, anything else is read as YAML: "aliases=[A, B]". What a record's
    speaker holds, the one that is given holds afterwards.
    """
    old = found(debate, name)
    cls = old.record.__class__
    fields = {f.key: f for f in own_fields(cls)}
    values = _values_of(old)
    for key in unset:
        if _field(fields, key, old).is_required:
            raise StanceError(f"{key!r} of {name!r} is needed; --set gives it another value")
        values.pop(key, None)
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise StanceError(f"--set takes FIELD=VALUE, as in gist='...', not {text!r}")
        values[key] = _value_given(_field(fields, key, old), value)
    return edited(debate, name, _record_of(old, values, debate))


def _field(fields: Mapping[str, Field], key: str, old: Found) -> Field:
    if key not in fields:
        hint = did_you_mean(key, fields) or f"; it has {', '.join(fields)}"
        raise StanceError(f"{old.register} have no field {key!r}{hint}")
    return fields[key]


def _values_of(old: Found) -> dict[str, Any]:
    """Return the values of a record as they are written, by key."""
    if old.register == HEADER:
        top = parse_text(debate_yaml(old.record))
        assert top is not None
        assert isinstance(top.value, dict)
        node = top.value[HEADER]
    else:
        items = parse_text(item_yaml(old.record, without=_unsaid(old.record)))
        assert items is not None
        assert isinstance(items.value, list)
        node = items.value[0]
    assert isinstance(node.value, dict)
    if not isinstance(old.record, Evidence):
        return dict(node.value)
    own = old.record.principal or old.record.speaker
    held = ("stances", "framings")
    return {k: _following(v, own) if k in held else v for k, v in node.value.items()}


def _following(held: Node, own: str) -> Node:
    """Return what is held, without naming those whose own words it is: who speaks may change."""
    assert isinstance(held.value, list)
    items = [n.value for n in held.value if isinstance(n.value, dict)]
    return node_of([{k: v for k, v in i.items() if k != "who" or v.value != own} for i in items])


def _value_given(f: Field, value: str) -> Any:
    if f.type is str and not f.is_many:
        return value
    try:
        return parse_text(value)
    except YamlProblem as error:
        raise StanceError(f"{f.key}={value!r}: {error}") from None


def _record_of(old: Found, values: Mapping[str, Any], debate: Debate) -> Any:
    if old.register == HEADER:
        read = read_node(node_of({HEADER: values}), "")
        _refuse_bare(read)
        return header_of(Debate(**read.header))
    silent = {f: _NO_WORDS for f in _unsaid(old.record) if f not in values}
    read = read_node(node_of({old.register: [{**values, **silent}]}), only_source(debate))
    _refuse_bare(read)
    return replace(read.records[old.register][0], **dict.fromkeys(silent, ""))


def _unsaid(record: Any) -> tuple[str, ...]:
    """Return the field that a record needs and one from a table may not have: its paraphrase."""
    return ("gist",) if isinstance(record, Evidence) and not record.gist else ()


_NO_WORDS = "no words"
"""What stands for a paraphrase while a record that never had one is read."""


def edit_text(home: Home, debate: Debate, name: str) -> str:
    """Return the text to edit for the record that is called so: as it stands in its file."""
    old = found(debate, name)
    if old.register == HEADER:
        return debate_yaml(old.record)
    anew = item_yaml(old.record, without=_unsaid(old.record), column=2).rstrip()
    item = home.item(old.register, old.at) or anew
    lines = "\n".join(f"  {line}" if line.strip() else line for line in item.split("\n"))
    return f"{old.register}:\n{lines}\n"


def edited_text(home: Home, debate: Debate, name: str, text: str, file: str) -> Draft:
    """Read what somebody made of a record's text as a change of it."""
    old = found(debate, name)
    read, is_silent = read_texts({file: text}, only_source(debate)), False
    if read.problems and _unsaid(old.record) and (top := _with_words(text)):
        read, is_silent = read_node(top, only_source(debate), file), True
    if read.problems:
        raise InvalidDebate(list(read.problems))
    if old.register == HEADER:
        header = header_of(Debate(**read.header)) if read.header else None
        if header is None or any(read.records.values()):
            raise StanceError(f"{file}: keep 'debate' and nothing else in it")
        return Draft(edited(debate, name, header), {}, nowhere)
    if read.header or sum(map(len, read.records.values())) != 1 or not read.records[old.register]:
        raise StanceError(f"{file}: keep one record of {old.register} in it, the one that you edit")
    record = read.records[old.register][0]
    change = edited(debate, name, replace(record, gist="") if is_silent else record)
    item = written_items(text)[old.register][0]

    def located(problem: Problem) -> str | None:
        match problem.path:
            case (str(register), int(at), *rest) if (register, at) == (old.register, old.at):
                return read.located(Problem((register, 0, *rest), problem.message))
        return None

    return Draft(change, {0: item} if item else {}, located)


def _with_words(text: str) -> Node | None:
    """Return the text of one record without a paraphrase as if it had one; None for any other."""
    try:
        top = parse_text(text)
    except YamlProblem:
        return None
    match _evidence_in(top):
        case [Node(value=dict() as values) as node] if "gist" not in values:
            words = Node(_NO_WORDS, node.line, node.column)
            item = replace(node, value={**values, "gist": words}, keys={**node.keys, "gist": words})
            return node_of({"evidence": [item]})
    return None


def new_text(home: Home) -> str:
    """Return a record of evidence to be filled in, with comments that say how."""
    part = home.part()
    source = only_source(part)
    which = f"    source:             # one of {_some(s.id for s in part.sources)}\n"
    return _NEW.format(
        id=home.free_id(),
        source="" if source else which,
        actors=_some(a.id for a in part.actors),
        options=_some(o.id for o in part.options),
        arguments=_some(a.id for a in part.arguments),
    )


_LISTED = 12


def _some(ids: Iterable[str]) -> str:
    ids = [*ids]
    more = [f"and {len(ids) - _LISTED} more"] if ids[_LISTED:] else []
    return ", ".join([*ids[:_LISTED], *more]) or "none yet"


_NEW = """\
# A new record: one voice, at one place of a source. Fill it in, save and close to add it; leave
# the text as it is to add nothing. What is wrong is told with its line, and you can go on.
# Actors: {actors}; and any country by its ISO code (pol, deu, usa).
# Options: {options}.
# Arguments: {arguments}.
evidence:
  - id: {id}
{source}    at:                 # the paragraph of the source
    speaker:            # who speaks, acts or votes
    as:                 # government, institution, legislator, own, former-official,
                        # unnamed-official, author
    # for: pol          # whose government or institution; only with the first two
    reported:           # direct, mixed, indirect, narrative, relayed
    gist:               # your paraphrase, in a sentence; never the source's words
    # when: 2024-05-30  # the day, month or year; without it that of the source counts
    stances:            # is: supports, leans-support, undecided, leans-oppose, opposes
      - {{who: , option: , is: , sure: certain}}   # also because, if, only: [..], until
"""
