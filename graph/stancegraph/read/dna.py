"""Databases of Discourse Network Analyzer 3."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure.levels import MISSING
from stancegraph.model import ActorKind, Bounds, Capacity, EvidenceKind, Mode, Source
from stancegraph.read.imported import (
    Attribute,
    Imported,
    InvalidFile,
    Names,
    Rows,
    Stances,
    Variable,
    VariableType,
)
from stancegraph.read.naming import Naming, slug_of
from stancegraph.suggest import did_you_mean

# Every table but the one of coders as a whole, and of that all columns but the password.
_KEPT_AS_THEY_ARE = ("STATEMENTTYPES", "VARIABLES", "VARIABLELINKS", "REGEXES", "SETTINGS")
_CODERS_APART = ("CODERS", "CODERRELATIONS")
_SECRET = "password"
_DATA: Mapping[str, tuple[str, VariableType]] = {
    "short text": ("DATASHORTTEXT", "text"),
    "long text": ("DATALONGTEXT", "long text"),
    "boolean": ("DATABOOLEAN", "boolean"),
    "integer": ("DATAINTEGER", "integer"),
}
_DOCUMENT = ("id", "author", "source", "section", "type", "notes", "coder", "text")
_FULL = 2
_WHOLE = re.compile("-?[0-9]{1,18}")


_ODD = (LookupError, TypeError, ValueError, OverflowError, AttributeError, OSError)
"""What reading raises where keys are foreign to every table, or a cell has another type."""
_SHOWN = 120


def read_dna(
    path: Path,
    naming: Naming,
    *,
    person: str = "person",
    organization: str = "organization",
    concept: str = "concept",
    agreement: str = "agreement",
) -> Imported:
    """Read a database of DNA 3: all of it but the coders' passwords.

    A statement is evidence in the words of its person for its organisation; both hold the stance
    that it conveys on its concept. What the model has no field for is kept as attributes, and every
    variable as a variable. The date of a statement is that of its document.
    """
    roles = {
        "person": person,
        "organization": organization,
        "concept": concept,
        "agreement": agreement,
    }
    with closing(_opened(path)) as database:
        try:
            return _Reading(path, database, naming, roles).imported()
        except sqlite3.Error as error:
            raise InvalidFile(f"{path}: the database is damaged ({error})") from None
        except _ODD as error:
            why = f"{error.__class__.__name__}: {error}"[:_SHOWN]
            raise InvalidFile(
                f"{path}: the database is damaged: a number in it leads nowhere, or a value is not "
                f"of the kind that DNA writes ({why}); open it in DNA and save it again"
            ) from None


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file to be read; InvalidFile unless it is a database of DNA 3."""
    if not path.is_file():
        raise InvalidFile(f"{path}: {'is a folder' if path.is_dir() else 'there is no such file'}")
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        found = database.execute("PRAGMA quick_check").fetchone()
        if found != ("ok",):
            raise sqlite3.DatabaseError(str(found[0]) if found else "unreadable")
        _check_length(path)
        _check_version(path, database, tables)
    except (sqlite3.Error, *_ODD) as error:
        database.close()
        raise InvalidFile(f"{path}: no database, or a damaged one ({error})") from None
    except InvalidFile:
        database.close()
        raise
    return database


def _check_length(path: Path) -> None:
    """Compare the length with what the header says (https://sqlite.org/fileformat.html, 1.3)."""
    with path.open("rb") as file:
        header = file.read(100)
    size = int.from_bytes(header[16:18]) or 1
    pages = int.from_bytes(header[28:32])
    if path.stat().st_size < pages * (65_536 if size == 1 else size):
        raise sqlite3.DatabaseError("it ends in the middle")


def _check_version(path: Path, database: sqlite3.Connection, tables: set[str]) -> None:
    if "SETTINGS" not in tables:
        raise InvalidFile(f"{path}: a database, but none of Discourse Network Analyzer")
    rows = database.execute("SELECT * FROM SETTINGS").fetchall()
    version = str(dict(row[-2:] for row in rows).get("version", "unknown"))
    if not version.startswith("3"):
        raise InvalidFile(
            f"{path}: a database of DNA {version}, and only version 3 is read; "
            "import it into a new database with DNA 3 first"
        )
    needed = {"DOCUMENTS", "STATEMENTS", "ENTITIES", *_KEPT_AS_THEY_ARE[:2]}
    if missing := sorted(needed - tables):
        raise InvalidFile(f"{path}: the database is damaged: no table {', '.join(missing)}")


class _Reading:
    """One database while it is read."""

    def __init__(
        self, path: Path, database: sqlite3.Connection, naming: Naming, roles: Mapping[str, str]
    ) -> None:
        database.row_factory = sqlite3.Row
        self.path = path
        self.naming = naming
        self.stem = slug_of(path.name.split(".")[0], "dna")
        self._database = database
        self._variables = self._all("VARIABLES")
        self._roles = self._checked(roles)
        self._attributes: list[Attribute] = []
        self._issue = naming.issue(self.stem, path.name, f"What {path.name} codes.")

    def _all(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table, keys in lower case, without what is secret."""
        columns = [r[1] for r in self._database.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{c}"' for c in columns if c.lower() != _SECRET)
        if not kept:
            return []
        found = self._database.execute(f"SELECT {kept} FROM {table} ORDER BY 1")
        rows = [{key.lower(): row[key] for key in row.keys()} for row in found]  # noqa: SIM118
        if any(isinstance(value, bytes) for row in rows for value in row.values()):
            raise ValueError(f"{table} holds bytes for a text")
        return rows

    def _checked(self, roles: Mapping[str, str]) -> dict[str, str]:
        """Return the roles whose variable is there; a stated one must be."""
        names = [v["variable"] for v in self._variables]
        for role, name in roles.items():
            if name not in names and (name != role or role == "concept"):
                hint = did_you_mean(name, names) or f"; there are {', '.join(dict.fromkeys(names))}"
                raise InvalidFile(f"{self.path}: no variable {name!r} for --{role}{hint}")
        found = {role: name for role, name in roles.items() if name in names}
        if not {"person", "organization"} & set(found):
            raise InvalidFile(
                f"{self.path}: no variable says who speaks; name one with --person or "
                f"--organization: {', '.join(dict.fromkeys(names))}"
            )
        return found

    def imported(self) -> Imported:
        """Return all of it."""
        documents = self._all("DOCUMENTS")
        sources = {d["id"]: self._document(d) for d in documents}
        entities = self._entities()
        rows = self._rows({d["id"]: d for d in documents}, sources, entities)
        self._keep_the_rest()
        roles = ", ".join(f"{role} from {name!r}" for role, name in self._roles.items())
        return Imported(
            debate=self.naming.debate(self.stem, self.path.name),
            rows=rows,
            attributes=tuple(self._attributes),
            notes=(f"{self.path.name}: {roles}",),
        )

    def _document(self, d: Mapping[str, Any]) -> str:
        time = _time(d["date"])
        slug = self.naming.source(
            Source(
                id=f"{self.stem}-doc-{d['id']}",
                title=d["title"],
                authors=(d["author"],) if d["author"] else (),
                when=Bounds(not_before=time.date(), not_after=time.date()),
                note=d["notes"] or None,
            )
        )
        said = {name: d.get(name) for name in _DOCUMENT} | {"time": time.isoformat(sep=" ")}
        self._tell("sources", slug, said)
        return slug

    def _tell(self, register: str, id: str, said: Mapping[str, Any]) -> None:
        for name, value in said.items():
            if value not in (None, ""):
                self._attributes.append(Attribute(register, id, name, str(value)))

    def _entities(self) -> dict[int, str]:
        """Return the value of every entity, and keep what else is said of it."""
        variables = {v["id"]: v["variable"] for v in self._variables}
        names = {a["id"]: a["attributevariable"] for a in self._all("ATTRIBUTEVARIABLES")}
        told: dict[int, dict[str, str]] = {}
        for value in self._all("ATTRIBUTEVALUES"):
            about = told.setdefault(value["entityid"], {})
            about[names[value["attributevariableid"]]] = value["attributevalue"]
        values = {}
        for entity in self._all("ENTITIES"):
            values[entity["id"]] = entity["value"]
            variable = variables[entity["variableid"]]
            register, slug = self._entity(variable, entity["value"])
            said = told.get(entity["id"], {})
            said |= {"colour": _colour(entity), "child of": entity["childof"]}
            self._tell(register, slug, said)
        return values

    def _entity(self, variable: str, value: str) -> tuple[str, str]:
        """Return the register and slug of an entity: an actor, an option or neither."""
        if value and variable == self._roles.get("organization"):
            return "actors", self.naming.actor(value, ActorKind.INSTITUTION)
        if value and variable == self._roles.get("person"):
            return "actors", self.naming.actor(value, ActorKind.PERSON)
        if value and variable == self._roles["concept"]:
            return "options", self.naming.option(value, self._issue)
        return "graph", f"{variable}/{value}"

    def _rows(
        self,
        documents: Mapping[int, Mapping[str, Any]],
        sources: Mapping[int, str],
        entities: Mapping[int, str],
    ) -> Rows:
        told = self._all("STATEMENTS")
        values = {name: self._values(name, entities) for name in self._kinds()}
        role = {r: [values[n][0].get(s["id"]) for s in told] for r, n in self._roles.items()}
        people = [self._actor(v, ActorKind.PERSON) for v in role.get("person", [None] * len(told))]
        bodies = [
            self._actor(v, ActorKind.INSTITUTION)
            for v in role.get("organization", [None] * len(told))
        ]
        options = [self.naming.option(v, self._issue) if v else None for v in role["concept"]]
        kind = values[self._roles["agreement"]][1] if "agreement" in self._roles else "boolean"
        agreed = role.get("agreement", [None] * len(told))
        level = _levels(agreed, kind)
        option = Names.of(options)
        return Rows(
            ids=[f"{self.stem}-{s['id']}" for s in told],
            kind=EvidenceKind.STATEMENT,
            mode=Mode.DIRECT,
            source=Names.of(sources[s["documentid"]] for s in told),
            paragraph=np.array([_paragraph(documents, s) for s in told], dtype=np.int32),
            speaker=Names.of(
                p or b or self._unnamed() for p, b in zip(people, bodies, strict=True)
            ),
            capacity=Names.of((Capacity.INSTITUTION if b else Capacity.OWN).value for b in bodies),
            principal=Names.of(bodies),
            time=np.array(
                [documents[s["documentid"]]["date"] for s in told], dtype="datetime64[s]"
            ),
            stances=(
                Stances(Names.of(bodies), option, level),
                Stances(Names.of(people), option, level),
            ),
            variables=tuple(self._coded(told, values, documents)),
        )

    def _kinds(self) -> dict[str, list[dict[str, Any]]]:
        """Return the variables by name: statement types can share one."""
        found: dict[str, list[dict[str, Any]]] = {}
        for v in self._variables:
            found.setdefault(v["variable"], []).append(v)
        return found

    def _values(
        self, name: str, entities: Mapping[int, str]
    ) -> tuple[dict[int, str], VariableType]:
        """Return the text that each statement has for a variable, and the variable's type."""
        found: dict[int, str] = {}
        types = {v["datatype"] for v in self._kinds()[name]}
        for v in self._kinds()[name]:
            table, _ = _DATA[v["datatype"]]
            column = "Entity" if table == "DATASHORTTEXT" else "Value"
            asked = f"SELECT StatementId, {column} FROM {table} WHERE VariableId = ?"
            for statement, value in self._database.execute(asked, [v["id"]]):
                text = entities[value] if column == "Entity" else value
                if text not in (None, ""):
                    found[statement] = str(text)
        one = types.pop() if len(types) == 1 else "short text"
        return found, _DATA[one][1]

    def _coded(
        self,
        told: Sequence[Mapping[str, Any]],
        values: Mapping[str, tuple[dict[int, str], VariableType]],
        documents: Mapping[int, Mapping[str, Any]],
    ) -> Iterator[Variable]:
        for name, (found, kind) in values.items():
            yield Variable(name, kind, Names.of(found.get(s["id"]) for s in told))
        labels = {t["id"]: t["label"] for t in self._all("STATEMENTTYPES")}
        coders = {c["id"]: c["name"] for c in self._all("CODERS")}
        parts: Iterable[tuple[str, VariableType, Iterable[str | None]]] = (
            ("statement type", "text", (labels.get(s["statementtypeid"]) for s in told)),
            ("coder", "text", (coders.get(s["coder"]) for s in told)),
            ("start", "integer", (str(s["start"]) for s in told)),
            ("stop", "integer", (str(s["stop"]) for s in told)),
            (
                "text",
                "long text",
                (documents[s["documentid"]]["text"][s["start"] : s["stop"]] for s in told),
            ),
        )
        for name, kind, found_texts in parts:
            free = name if name not in values else f"{name} of the statement"
            yield Variable(free, kind, Names.of(found_texts))

    def _actor(self, name: str | None, kind: ActorKind) -> str | None:
        return self.naming.actor(name, kind) if name else None

    def _unnamed(self) -> str:
        return self.naming.actor(f"Unnamed speaker in {self.path.name}", ActorKind.GROUP)

    def _keep_the_rest(self) -> None:
        """Keep the tables that the model has no place for, a row as the attributes of an id."""
        for table in (*_KEPT_AS_THEY_ARE, *_CODERS_APART):
            for at, row in enumerate(self._all(table)):
                key = next(iter(row.values()), at)
                colour = {"colour": _colour(row)} if "red" in row else {}
                plain = {n: v for n, v in row.items() if n not in ("red", "green", "blue")}
                self._tell("graph", f"{table.lower()}/{key}", plain | colour)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _colour(row: Mapping[str, Any]) -> str:
    return "#" + "".join(f"{int(row[c] or 0):02x}" for c in ("red", "green", "blue"))


def _paragraph(documents: Mapping[int, Mapping[str, Any]], s: Mapping[str, Any]) -> int:
    """Return the number of the paragraph, that is of the line with text, of a statement."""
    before = documents[s["documentid"]]["text"][: s["start"] + 1]
    return max(1, sum(bool(line.strip()) for line in before.splitlines()))


def _levels(values: Sequence[str | None], kind: VariableType) -> NDArray[np.int8]:
    """Return the levels of stances: of a boolean for or against, of an integer by its scale.

    An integer that never exceeds 1 is for, between or against; else 1 is leaning, 2 full.
    """
    numbers = [int(v) if v is not None and _WHOLE.fullmatch(v) else None for v in values]
    if kind == "boolean":
        numbers = [None if n is None else 1 if n else -1 for n in numbers]
    factor = _FULL if all(abs(n) <= 1 for n in numbers if n is not None) else 1
    held = [MISSING if n is None else max(-_FULL, min(_FULL, factor * n)) for n in numbers]
    return np.array(held, dtype=np.int8)
