"""Popolo JSON: persons, organizations, memberships and vote events (popoloproject.com)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from stancegraph.dates import span
from stancegraph.model import (
    ActorKind,
    Capacity,
    EvidenceKind,
    Membership,
    Mode,
    Office,
    Option,
    Source,
    Tenure,
)
from stancegraph.read.imported import Attribute, Imported, InvalidFile, Names, Rows, Stances
from stancegraph.read.naming import Naming, slug_of

_LEVELS = {"yes": 2, "aye": 2, "no": -2, "nay": -2, "abstain": 0}
_SILENT = ("absent", "not voting", "paired", "not-voting")
_LISTS = ("persons", "organizations", "memberships", "posts", "motions", "vote_events")
_OTHER = ("areas", "events", "meta")


def read_popolo(path: Path, naming: Naming) -> Imported:
    """Read Popolo JSON.

    Persons and organizations are actors; a membership with a role or a post is a tenure of an
    office, one without a membership; a vote event is a roll call, whose votes are evidence. What
    the model has no field for is kept as attributes.
    """
    content = _content(path)
    return _Reading(path, naming, content).imported()


def _content(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of the file, each entry an object."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        json.dumps(found, ensure_ascii=False).encode()
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: byte {error.start} is not UTF-8") from None
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise InvalidFile(f"{path}: {half!r} is half a character; mend the text") from None
    except json.JSONDecodeError as error:
        raise InvalidFile(f"{path}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from None
    except ValueError as error:  # of a number with thousands of digits
        raise InvalidFile(f"{path}: no JSON that can be read: {error}") from None
    except RecursionError:
        raise InvalidFile(f"{path}: its JSON is nested too deep") from None
    if not isinstance(found, dict) or not {*_LISTS} & {*found}:
        raise InvalidFile(f"{path}: no Popolo: an object with {', '.join(_LISTS)} is expected")
    lists: dict[str, list[dict[str, Any]]] = {}
    for name in (*_LISTS, *_OTHER):
        entries = [] if found.get(name) is None else found[name]
        if name in _LISTS and not isinstance(entries, list):
            raise InvalidFile(f"{path}: {name!r} is no list")
        for at, entry in enumerate(entries if name in _LISTS else ()):
            if not isinstance(entry, dict):
                raise InvalidFile(f"{path}: {name}[{at}] is {entry!r}, no object")
        lists[name] = entries if name in _LISTS else []
    return lists


class _Reading:
    """One file while it is read."""

    def __init__(
        self, path: Path, naming: Naming, content: Mapping[str, list[dict[str, Any]]]
    ) -> None:
        self.path = path
        self.naming = naming
        self.stem = slug_of(path.name.split(".")[0], "popolo")
        self._content = content
        self._slugs: dict[str, str] = {}
        self._attributes: list[Attribute] = []

    def imported(self) -> Imported:
        """Return all of it."""
        for name, kind in (
            ("persons", ActorKind.PERSON),
            ("organizations", ActorKind.INSTITUTION),
        ):
            for at, entry in enumerate(self._content[name]):
                self._add_actor(entry, kind, f"{name}[{at}]")
        offices: dict[str, Office] = {}
        tenures, memberships = self._spells(offices)
        rows, notes = self._votes()
        debate = self.naming.debate(self.stem, self.path.name)
        return Imported(
            replace(
                debate,
                offices=tuple(offices.values()),
                tenures=tuple(dict.fromkeys(tenures)),
                memberships=tuple(dict.fromkeys(memberships)),
            ),
            rows,
            tuple(self._attributes),
            notes=notes,
        )

    def _text(self, entry: Mapping[str, Any], key: str, where: str) -> str:
        value = entry.get(key)
        if not isinstance(value, (str, int)) or value == "":
            raise InvalidFile(f"{self.path}: {where} has no {key!r}, or one that is no text")
        return str(value)

    def _add_actor(self, entry: Mapping[str, Any], kind: ActorKind, where: str) -> None:
        id, name = (self._text(entry, key, where) for key in ("id", "name"))
        slug = self.naming.actor(name, kind, **self._wikidata(entry))
        self._slugs[id] = slug
        for key, value in entry.items():
            if key not in ("name",) and value not in (None, "", [], {}):
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                self._attributes.append(Attribute("actors", slug, key, text))

    def _wikidata(self, entry: Mapping[str, Any]) -> dict[str, str]:
        identifiers = entry.get("identifiers") or []
        for one in identifiers if isinstance(identifiers, list) else ():
            if isinstance(one, dict) and one.get("scheme") == "wikidata":
                return {"wikidata": str(one.get("identifier"))}
        return {}

    def _known(self, id: Any, where: str) -> str:
        if str(id) not in self._slugs:
            raise InvalidFile(f"{self.path}: {where}: no person or organization has id {id!r}")
        return self._slugs[str(id)]

    def _spells(self, offices: dict[str, Office]) -> tuple[list[Tenure], list[Membership]]:
        posts = {str(p.get("id")): p for p in self._content["posts"]}
        tenures: list[Tenure] = []
        memberships: list[Membership] = []
        for at, entry in enumerate(self._content["memberships"]):
            where = f"memberships[{at}]"
            since, until = (self._day(entry.get(k), where, i) for i, k in enumerate(_ENDS))
            post = posts.get(str(entry.get("post_id")), {})
            body = entry.get("organization_id") or post.get("organization_id")
            role = entry.get("role") or post.get("label") or post.get("role")
            member = entry.get("person_id") or entry.get("member_id")
            holder, of = self._known(member, where), self._known(body, where)
            if role:
                office = slug_of(f"{of}-{role}", "office")
                offices.setdefault(office, Office(id=office, name=str(role), of=of))
                tenures.append(Tenure(holder=holder, office=office, since=since, until=until))
            else:
                memberships.append(
                    Membership(member=holder, organization=of, since=since, until=until)
                )
        return tenures, memberships

    def _day(self, text: Any, where: str, end: int) -> date | None:
        if text in (None, ""):
            return None
        try:
            return span(str(text)[:10])[end]
        except ValueError:
            raise InvalidFile(f"{self.path}: {where}: {text!r} is no date") from None

    def _votes(self) -> tuple[Rows | None, tuple[str, ...]]:
        motions = {str(m.get("id")): m for m in self._content["motions"]}
        told: list[tuple[str, str, str, int, date | None]] = []
        silent = 0
        events = self._content["vote_events"]
        issue = self.naming.issue(self.stem, self.path.name, "Votes.") if events else ""
        for at, event in enumerate(events):
            where = f"vote_events[{at}]"
            option = self._option(event, motions.get(str(event.get("motion_id")), {}), issue, where)
            day = self._day(event.get("start_date") or event.get("date"), where, 1)
            for i, vote in enumerate(self._list(event, "votes", where)):
                word = str(vote.get("option", "")).lower()
                if word in _SILENT:
                    silent += 1
                elif word not in _LEVELS:
                    raise InvalidFile(
                        f"{self.path}: {where}.votes[{i}]: {vote.get('option')!r} is no vote: "
                        f"{', '.join(_LEVELS)}"
                    )
                else:
                    voter = self._known(vote.get("voter_id"), f"{where}.votes[{i}]")
                    told.append((f"{option}-{voter}", option, voter, _LEVELS[word], day))
        notes = (f"{silent:,} votes were not cast: silence, no record",) if silent else ()
        return (self._rows(told) if told else None), notes

    def _list(self, entry: Mapping[str, Any], key: str, where: str) -> Iterator[Mapping[str, Any]]:
        found = [] if entry.get(key) is None else entry[key]
        if not isinstance(found, list) or not all(isinstance(v, dict) for v in found):
            raise InvalidFile(f"{self.path}: {where}.{key} is no list of objects")
        yield from found

    def _option(
        self, event: Mapping[str, Any], motion: Mapping[str, Any], issue: str, where: str
    ) -> str:
        said = motion.get("text") or motion.get("name") or event.get("identifier")
        key = self._text(event, "id" if "id" in event else "identifier", where)
        name = str(said or key)
        return self.naming.add_option(
            Option(
                id=slug_of(f"{self.stem}-{key}", "vote"),
                name=name[:90],
                definition=name,
                issue=issue,
            )
        )

    def _rows(self, told: Sequence[tuple[str, str, str, int, date | None]]) -> Rows:
        ids, options, voters, levels, days = zip(*told, strict=True)
        if len({*ids}) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise InvalidFile(f"{self.path}: somebody votes twice in one vote event ({twice})")
        source = self.naming.source(Source(id=f"{self.stem}-file", title=self.path.name))
        voter, count = Names.of(voters), len(ids)
        return Rows(
            ids=ids,
            kind=EvidenceKind.VOTE,
            mode=Mode.DIRECT,
            source=Names.all_of(source, count),
            paragraph=np.arange(1, count + 1, dtype=np.int32),
            speaker=voter,
            capacity=Names.all_of(Capacity.OWN.value, count),
            principal=Names(np.full(count, -1, dtype=np.int32), ()),
            time=np.array([d or np.datetime64("NaT") for d in days], dtype="datetime64[s]"),
            stances=(Stances(voter, Names.of(options), np.array(levels, dtype=np.int8)),),
        )


_ENDS = ("start_date", "end_date")
