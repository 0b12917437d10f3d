"""Whether a graph is what it says it is: digests, references, shapes, numbers, imports, the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.words import count, listed
from stancegraph.check import Problem, digests, references
from stancegraph.errors import InvalidDebate, StanceError
from stancegraph.graph import Graph, load
from stancegraph.model import REGISTERS, Debate, Evidence, Source
from stancegraph.source_text import check_text
from stancegraph.store.codec import BadRecord

if TYPE_CHECKING:
    from stancegraph.change.log import Entry
    from stancegraph.read.debate import Placed
    from stancegraph.stored import StoredGraph

SAMPLE = 200
"""So many records of a large graph are held against the shapes, for that takes long."""

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was verified."""

    check: str
    """digests, texts, references, numbers, shapes, imports or log."""
    looked_at: str
    """What was held against what."""
    problems: tuple[str, ...]
    """What is wrong, one line each: where, what, value and remedy."""


Found = Checked | str
"""A check that was made, or a sentence on what was not checked, or is only to be noted."""


def verify(
    name: str,
    *,
    texts: Mapping[str, str] | None = None,
    files: Iterable[Path] = (),
    shapes: bool = True,
) -> Answer[Checked]:
    """Verify a graph, by whatever name `load` takes.

    `texts` are the texts of sources, `files` those that were imported; with `shapes` the RDF form
    is held against the SHACL shapes. What is wrong with a graph is in the answer; InvalidDebate
    says it of a debate that cannot be read, with what is wrong with its log.
    """
    from stancegraph.stored import StoredGraph

    try:
        graph = load(name)
    except InvalidDebate as error:
        raise InvalidDebate([*error.problems, *_gaps_of(name)]) from None
    if isinstance(graph, StoredGraph):
        with closing(graph):
            found = list(_in_file(graph, texts or {}, [*files], shapes=shapes))
            return _answer(name, graph, found)
    if files:
        raise StanceError(f"{name} is no graph's file: it does not know what was imported into it")
    verified = _elsewhere if name.startswith("sparql:") else _as_written
    return _answer(name, graph, verified(name, graph, texts or {}, shapes=shapes))


def _answer(name: str, graph: Graph, found: Iterable[Found]) -> Answer[Checked]:
    found = list(found)
    rows = tuple(f for f in found if isinstance(f, Checked))
    problems = [(row.check, problem) for row in rows for problem in row.problems]
    tables = [
        Table("What was verified", ("check", "looked at", "problems"), tuple(map(_told, rows)))
    ]
    if problems:
        tables.append(Table("What is wrong", ("check", "problem"), tuple(problems)))
    return Answer(
        question=f"Is {name} what it says it is?",
        verdict=f"{name}: {_verdict(rows)}.",
        as_of=graph.last_day,
        method="Each check holds what is kept against what it should be; nothing is changed.",
        row_class=Checked,
        rows=rows,
        evidence=(),
        flags=(),
        more={"problems": [problem for _, problem in problems]},
        tables=tuple(tables),
        notes=tuple(f for f in found if isinstance(f, str)),
        reproduce=f"stancegraph verify {name}",
    )


def _told(row: Checked) -> tuple[str, str, str]:
    return row.check, row.looked_at, str(len(row.problems) or "none")


def _verdict(rows: Sequence[Checked]) -> str:
    wrong = [row for row in rows if row.problems]
    if not wrong:
        return f"no problem found in {listed([row.check for row in rows])}"
    problems = count(sum(len(row.problems) for row in wrong), "problem")
    return f"{problems} found, in {listed([row.check for row in wrong])}"


def _gaps_of(name: str) -> Iterator[str]:
    """Yield what shows that the log of a debate's files is not as it was written."""
    from stancegraph.change.log import gaps_in

    yield from gaps_in(_log_of(name))


def _chain(log: Sequence[Entry], problems: Iterable[str] = ()) -> Checked:
    from stancegraph.change.log import gaps_in

    looked_at = f"{count(len(log), 'change')}, each with the digest of the one before"
    return Checked("log", looked_at, (*gaps_in(log), *problems))


_NO_LOG = "No change is logged: stancegraph has changed nothing since the graph was made."


def _elsewhere(
    name: str, graph: Graph, texts: Mapping[str, str], *, shapes: bool
) -> Iterator[Found]:
    """Verify a graph at an endpoint: the records that come from there."""
    debate = graph.debate
    yield from _digests(debate.sources)
    yield from _texts(debate, texts, lambda p: _named(debate, p))
    lines = (_named(debate, p) for p in references(debate, graph.reference))
    yield Checked("references", _size_of(debate), tuple(lines))
    if any(s.paragraphs for s in debate.sources) and not graph.is_large:
        yield from _shapes(graph, debate, shapes=shapes)
    else:
        yield _NO_SHAPES
    yield "A log is kept where a graph is changed: verify it there."


def _size_of(debate: Debate) -> str:
    return count(sum(len(getattr(debate, register)) for register in REGISTERS), "record")


def _as_written(
    name: str, graph: Graph, texts: Mapping[str, str], *, shapes: bool
) -> Iterator[Found]:
    """Verify a debate as people write it; reading it has held its records to all rules."""
    from stancegraph.read.debate import read_debate

    placed = read_debate(name)
    debate = placed.debate
    yield from _digests(debate.sources)
    yield from _texts(debate, texts, placed.located)
    yield Checked("references", f"{_size_of(debate)}, by all rules of check", ())
    yield from _shapes(graph, debate, shapes=shapes)
    yield from _log_of_files(name, placed)


def _digests(sources: Iterable[Source]) -> Iterator[Found]:
    sources = [*sources]
    n = sum(len(s.paragraphs) for s in sources)
    if not n:
        yield "No source has paragraphs, so there are no digests to check."
        return
    wrong = digests(sources)
    yield Checked(
        "digests",
        f"{count(n, 'digest')} of paragraphs: their form and order",
        tuple(f"sources {sources[int(p.path[1])].id}: {p.message}" for p in wrong),
    )


def _texts(debate: Debate, texts: Mapping[str, str], located: Any) -> Iterator[Found]:
    for source, text in texts.items():
        problems = tuple(located(p) for p in check_text(debate, source, text))
        yield Checked("texts", f"the paragraphs of {source!r} against its text", problems)
    silent = [s.id for s in debate.sources if s.paragraphs and s.id not in texts]
    if silent:
        yield (
            f"Only the form of digests was checked of {listed(silent)}: "
            f"give the text with --text {silent[0]}=FILE to compare them."
        )


def _shapes(graph: Graph, debate: Debate, *, shapes: bool) -> Iterator[Found]:
    """Hold the records of sources with paragraphs against the shapes, which are made for those."""
    if not shapes:
        yield "The SHACL shapes were not applied, as asked."
        return
    from stancegraph.rdf import check_shapes, to_rdf
    from stancegraph.rdf.write import REFERENCE

    reference = replace(graph.reference, id=REFERENCE)
    problems = check_shapes(to_rdf(debate, reference=reference))
    yield Checked("shapes", f"{count(len(debate.evidence), 'record')} as RDF", tuple(problems))


def _in_file(
    graph: StoredGraph, texts: Mapping[str, str], files: Sequence[Path], *, shapes: bool
) -> Iterator[Found]:
    """Verify a graph's file, whose records stand in tables."""
    numbers = _numbers(graph)
    yield numbers
    if numbers.problems:
        yield from _imports(graph, files)
        yield "What the numbers lead to was not checked: mend them first."
        return
    try:
        yield from [*_records_of(graph, texts, shapes=shapes)]
    except BadRecord as error:
        yield Checked("references", "the records", (f"{error}; restore a copy, or import again",))
    yield from _imports(graph, files)
    yield from _log_of_file(graph)


def _records_of(graph: StoredGraph, texts: Mapping[str, str], *, shapes: bool) -> Iterator[Found]:
    registers = graph.store.registers(is_reference=False)
    yield from _digests(registers.sources)
    yield from _texts(registers, texts, lambda p: _named(registers, p))
    yield _references(graph, registers)
    yield from _stored_shapes(graph, shapes=shapes)


def _numbers(graph: StoredGraph) -> Checked:
    from stancegraph.store.numbers import broken_rules, rows_of

    looked_at = f"{rows_of(graph.store.rows):,} rows: what they point to and what is derived"
    return Checked("numbers", looked_at, tuple(broken_rules(graph.store.rows)))


_RICH = 5_000
"""So many records are held in memory at a time."""


def _references(graph: StoredGraph, registers: Debate) -> Checked:
    """Check what the numbers do not hold: references in registers and inside records."""
    from stancegraph.store.read import Condition

    problems = [*references(registers, graph.reference)]
    lines = [_named(registers, p) for p in problems]
    last = int(graph.store.rows("SELECT coalesce(max(n), -1) FROM evidence")[0][0])
    records = 0
    for start in range(0, last + 1, _RICH):
        rich = "(more IS NOT NULL OR n IN (SELECT evidence FROM stance WHERE more IS NOT NULL))"
        where = Condition(f"n >= ? AND n < ? AND {rich}", (start, start + _RICH))
        part = replace(registers, evidence=graph.store.evidence(where))
        if not part.evidence:
            continue
        records += len(part.evidence)
        told = (p for p in references(part, graph.reference) if p.path[0] == "evidence")
        lines += [_named(part, p) for p in told]
    rich = f" and {count(records, 'record')} of evidence that are not all numbers"
    return Checked("references", f"the registers{rich if records else ''}", tuple(lines))


def _named(debate: Debate, problem: Problem) -> str:
    """Say a problem with the register and id of the record that it is about."""
    register, *place = problem.path
    if not place:
        return f"{register}: {problem.message}"
    record = getattr(debate, str(register))[place[0]]
    return f"{register} {getattr(record, 'id', f'number {place[0]}')}: {problem.message}"


_NO_SHAPES = (
    "The SHACL shapes were not applied: they are for records of paragraphs, and these are rows of "
    "tables, or too many."
)


def _stored_shapes(graph: StoredGraph, *, shapes: bool) -> Iterator[Found]:
    coded = [s.id for s in graph.sources.values() if s.paragraphs]
    if not coded:
        yield _NO_SHAPES
        return
    debate, total = _coded(graph, coded)
    if shapes and len(debate.evidence) < total:
        yield (
            f"Of {total:,} records {len(debate.evidence):,}, evenly spread, were held against the "
            "SHACL shapes; the others by their numbers and references only."
        )
    yield from _shapes(graph, debate, shapes=shapes)


def _coded(graph: StoredGraph, sources: Sequence[str]) -> tuple[Debate, int]:
    """Return records of some sources, a sample where they are many, and how many there are."""
    from stancegraph.change.references import references_of
    from stancegraph.store.read import Condition

    of = "source IN (SELECT n FROM record WHERE register = 'sources' AND list_contains(?, id))"
    asked = f"SELECT n FROM evidence WHERE {of} ORDER BY n"
    found = [n for (n,) in graph.store.rows(asked, [list(sources)])]
    chosen = found[:: max(1, -(-len(found) // SAMPLE))] if graph.is_large else found
    evidence = graph.store.evidence(Condition("n IN (SELECT unnest(?::INTEGER[]))", (chosen,)))
    registers = graph.store.registers(is_reference=False)
    if not graph.is_large:
        return replace(registers, evidence=evidence), len(found)
    named = {pair for e in evidence for pair in references_of(e)}
    kept: dict[str, Any] = {}
    for register in ("actors", "options", "sources"):
        records = getattr(registers, register)
        kept[register] = tuple(r for r in records if (register, r.id) in named)
    return replace(registers, evidence=evidence, **kept), len(found)


def _imports(graph: StoredGraph, files: Sequence[Path]) -> Iterator[Found]:
    rows = graph.store.rows("SELECT n, kind, files, digest, records FROM import ORDER BY n")
    problems = []
    kept: set[str] = set()
    for due, (n, kind, named, digest, _) in enumerate(rows):
        if n != due:
            problems.append(f"import {n}: number {n} stands where {due} is due")
        if not all(map(_SHA256.fullmatch, str(digest).split())):
            problems.append(
                f"import {n}, {kind} of {named}: {digest!r} is not SHA-256 of its files"
            )
        kept.update(str(digest).split())
    problems += [
        f"{file}: no import has its digest {found}; it is not the file that was imported"
        for file in files
        if (found := _digest(file)) not in kept
    ]
    compared = f", {count(len(files), 'file')} compared" if files else ""
    looked_at = f"{count(len(rows), 'import')}: digests and number of records{compared}"
    yield Checked("imports", looked_at, (*problems, *_miscounted(graph, rows)))
    if rows and not files:
        yield "No imported file was compared: give each with --file FILE to do so."


def _miscounted(graph: StoredGraph, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Compare the number of records with what imports and changes brought."""
    (there,) = graph.store.rows("SELECT count(*) FROM evidence")[0]
    imported = sum(int(row[-1] or 0) for row in rows)
    (changed,) = graph.store.rows(
        "SELECT coalesce(sum((before IS NULL)::INT - (after IS NULL)::INT), 0)::BIGINT FROM edit "
        "WHERE register = 'evidence'"
    )[0]
    if there != imported + changed:
        yield (
            f"evidence has {count(there, 'row')}, and imports and changes brought "
            f"{imported + changed:,}; import the sources again"
        )


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise StanceError(f"{file}: cannot be read: {error.strerror}") from None


def _log_of(name: str) -> tuple[Entry, ...]:
    from stancegraph.change.log import read_log
    from stancegraph.read.debate import shipped_debates

    return () if name in shipped_debates() else read_log(Path(name))


def _log_of_files(name: str, placed: Placed) -> Iterator[Found]:
    """Check the chain of a debate's log; what people change by hand beside it is only noted."""
    log = _log_of(name)
    yield _chain(log) if log else _NO_LOG
    for entry, register, id, after in _last_known(log):
        there = _there(placed.debate, register, id)
        if after != there:
            message = f"was changed by hand since change {entry.n}"
            yield _noted(placed, register, id, there, message) + ", which is allowed."


def _noted(placed: Placed, register: str, id: str, there: Any, message: str) -> str:
    if there is None:
        return f"{register} {id}: it {message}: it is not there"
    if register not in REGISTERS:
        return f"debate: it {message}"
    at = getattr(placed.debate, register).index(there)
    return placed.located(Problem((register, at), f"{id} {message}"))


def _last_known(log: Iterable[Entry]) -> Iterator[tuple[Entry, str, str, Any]]:
    """Yield what a log knows last of each record that has an id, and the change that says so."""
    from stancegraph.change.edits import HEADER

    known: dict[tuple[str, str], tuple[Entry, Any]] = {}
    for entry in log:
        for edit in entry.edits:
            for record in (edit.before, edit.after):
                id = HEADER if edit.register == HEADER else getattr(record, "id", None)
                if record is not None and id:
                    known[edit.register, id] = (entry, None)
            if edit.after is not None and (after_id := getattr(edit.after, "id", None)):
                key = HEADER if edit.register == HEADER else after_id
                known[edit.register, key] = (entry, edit.after)
    for (register, id), (entry, after) in known.items():
        yield entry, register, id, after


def _there(debate: Debate, register: str, id: str) -> Any:
    from stancegraph.change.edits import header_of

    if register not in REGISTERS:
        return header_of(debate)
    return next((r for r in getattr(debate, register) if r.id == id), None)


def _log_of_file(graph: StoredGraph) -> Iterator[Found]:
    """Check the chain of a file's log, and that each record is as its last change left it."""
    from stancegraph.change.log import stored_log
    from stancegraph.store.file import opened

    with closing(opened(graph.store.path)) as connection:
        log = stored_log(connection)
    if not log:
        yield _NO_LOG
        return
    problems = []
    known = [*_last_known(log)]
    there = _stored(graph, {(register, id) for _, register, id, _ in known})
    for entry, register, id, after in known:
        if not _is_as_left(there.get((register, id)), after):
            problems.append(
                f"{register} {id}: it is not as change {entry.n} left it; "
                "something else than stancegraph wrote to the file"
            )
    yield _chain(log, problems)


def _is_as_left(there: Any, after: Any) -> bool:
    """Tell whether a record is as its last change left it; a gist that was made up is none."""
    if isinstance(there, Evidence) and isinstance(after, Evidence) and not after.gist:
        there = replace(there, gist=after.gist)
    return bool(there == after)


def _stored(graph: StoredGraph, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Return some records of a file, by register and id."""
    from stancegraph.change.edits import HEADER, header_of
    from stancegraph.store.read import Condition

    found: dict[tuple[str, str], Any] = {}
    for register in REGISTERS:
        ids = [id for of, id in wanted if of == register]
        if not ids:
            continue
        if register == "evidence":
            where = Condition("id IN (SELECT unnest(?::VARCHAR[]))", (ids,))
            records: Iterable[Any] = graph.store.evidence(where)
        else:
            records = graph.store.some(register, ids)
        found |= {(register, r.id): r for r in records}
    if (HEADER, HEADER) in wanted:
        found[HEADER, HEADER] = header_of(graph.store.registers(is_reference=False))
    return found
