"""Importing what people already have into a graph's file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stancegraph.errors import StanceError
from stancegraph.terminal import printable

if TYPE_CHECKING:
    from stancegraph.read.imported import Imported
    from stancegraph.read.naming import Naming

Progress = Callable[[int], None]
_SHOWN = 5


@click.group("import", epilog="Example: stancegraph import dna sample.dna -o climate.duckdb")
def import_command() -> None:
    """Bring in what you have: DNA, a table, UN votes, events.

    The graph is one DuckDB file, made where there is none and added to where there is one. An
    import is made whole or, on an error, not at all; importing the same file again changes
    nothing. Then ask: stancegraph align usa -g GRAPH.duckdb
    """


_files = click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
_output = click.option(
    "-o",
    "--output",
    required=True,
    metavar="GRAPH",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The graph's file, as in votes.duckdb.",
)
_skip_bad = click.option(
    "--skip-bad", is_flag=True, help="Leave out rows that cannot be read, and say how many."
)
_reading = (
    click.option("--encoding", metavar="NAME", help="The file's encoding.  [default: found out]"),
    click.option("--delimiter", metavar="CHAR", help="What separates cells.  [default: found out]"),
    click.option("--sheet", metavar="NAME", help="The sheet of an Excel file.  [default: first]"),
)
_map = click.option(
    "--map",
    "mapping",
    metavar="ROLE=COLUMN",
    multiple=True,
    help="Which column has what, as in person=speaker.  [default: guessed, and shown]",
)


def _importing(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Make a reader of one file, or of all of them, an import command."""

    def decorate(parts_of: Callable[..., Iterable[Imported]]) -> Callable[..., None]:
        @wraps(parts_of)
        def run(files: tuple[Path, ...], output: Path, **asked: Any) -> None:
            kind = click.get_current_context().info_name or ""
            _import(kind, files, output, lambda n: parts_of(files, n, **asked), asked)

        command: Callable[..., None] = run
        for option in reversed((_files, _output, *options)):
            command = option(command)
        return command

    return decorate


@import_command.command("dna", epilog="Example: stancegraph import dna sample.dna -o c.duckdb")
@_importing(
    *(
        click.option(
            f"--{role}",
            default=role,
            show_default=True,
            metavar="VARIABLE",
            help=f"The variable that is the {role}.",
        )
        for role in ("person", "organization", "concept", "agreement")
    )
)
def _dna(files: tuple[Path, ...], naming: Naming, **roles: str) -> Iterator[Imported]:
    """Import a database of Discourse Network Analyzer 3.

    Documents, statements of all types with their text, all variables, entities with attributes and
    colours, coders and regexes. Passwords are neither needed nor copied. Organisations and persons
    both hold the stances that a statement conveys.
    """
    from stancegraph.read.dna import read_dna

    return (read_dna(file, naming, **roles) for file in files)


@import_command.command(
    "table", epilog="Example: stancegraph import table coded.csv -o iraq.duckdb --map person=mp"
)
@_importing(
    _map,
    click.option(
        "--agree",
        "words",
        metavar="WORD=POLARITY",
        multiple=True,
        help="What a word of the agreement column means, as in ja=supports; repeatable.",
    ),
    click.option(
        "--dates", metavar="FORMAT", help="How dates are written, as in %d/%m/%Y.  [default: ISO]"
    ),
    *_reading,
    _skip_bad,
)
def _table(
    files: tuple[Path, ...],
    naming: Naming,
    mapping: tuple[str, ...],
    words: tuple[str, ...],
    **reading: Any,
) -> Iterator[Imported]:
    """Import a table of coded statements: CSV, Excel or Parquet.

    One row a statement: who (person, organization or country), concept and agreement; a date, a
    document and an id if there are. Other columns are kept, and can be used in networks.
    """
    from stancegraph.read.coded_table import read_coded_table

    read = {"mapping": _pairs(mapping), "words": _pairs(words), **reading}
    return (_with_progress(file, read_coded_table, naming, **read) for file in files)


@import_command.command(
    "unvotes", epilog="Example: stancegraph import unvotes unga_votes.csv.gz -o un.duckdb"
)
@_importing(_skip_bad)
def _unvotes(files: tuple[Path, ...], naming: Naming, *, skip_bad: bool) -> Iterator[Imported]:
    """Import votes of the United Nations: roll calls, votes and issues.

    Two shapes are known by their columns: that of the R package unvotes (rcid, country,
    country_code, vote) and that of the UN Digital Library (undl_id, body, date, country_code,
    name_printed, vote). Give the files of roll calls too, or their folder: they have the dates and
    titles. An abstention is a position between; an absence is silence.
    """
    from stancegraph.read.votes import read_votes

    with _progress(files) as progress:
        yield read_votes(files, naming, skip_bad=skip_bad, progress=progress)


@import_command.command(
    "events", epilog="Example: stancegraph import events icews.csv.gz -o events.duckdb"
)
@_importing(
    _map,
    click.option(
        "--relation",
        "relations",
        metavar="RELATION=POLARITY",
        multiple=True,
        help="What a relation means for its target, as in Reject=opposes; repeatable.",
    ),
    *_reading,
    _skip_bad,
)
def _events(
    files: tuple[Path, ...],
    naming: Naming,
    mapping: tuple[str, ...],
    relations: tuple[str, ...],
    **reading: Any,
) -> Iterator[Imported]:
    """Import dated events: an actor does something to another.

    An action for or against somebody is a stance on siding with them. Which CAMEO relations are
    for and which against is built in and can be stated; those that are neither convey no stance.
    """
    from stancegraph.read.events import read_events

    read = {"mapping": _pairs(mapping), "relations": _pairs(relations), **reading}
    return (_with_progress(file, read_events, naming, **read) for file in files)


@import_command.command(
    "memberships", epilog="Example: stancegraph import memberships igo.csv.gz -o un.duckdb"
)
@_importing(_map, *_reading, _skip_bad)
def _memberships(
    files: tuple[Path, ...], naming: Naming, mapping: tuple[str, ...], **reading: Any
) -> Iterator[Imported]:
    """Import dated memberships of alliances and organisations.

    One row a spell: member, organization, since, until.
    """
    from stancegraph.read.spells import read_memberships

    return (read_memberships(f, naming, mapping=_pairs(mapping), **reading) for f in files)


@import_command.command(
    "offices", epilog="Example: stancegraph import offices leaders.csv.gz -o un.duckdb"
)
@_importing(_map, *_reading, _skip_bad)
def _offices(
    files: tuple[Path, ...], naming: Naming, mapping: tuple[str, ...], **reading: Any
) -> Iterator[Imported]:
    """Import who held which office when: leaders, ministers.

    One row a spell: person, office, country, since, until.
    """
    from stancegraph.read.spells import read_offices

    return (read_offices(f, naming, mapping=_pairs(mapping), **reading) for f in files)


@import_command.command("rdf", epilog="Example: stancegraph import rdf skies.ttl -o skies.duckdb")
@_importing()
def _rdf(files: tuple[Path, ...], naming: Naming) -> Iterator[Imported]:
    """Import a graph that was exported as RDF: Turtle, TriG, N-Quads or JSON-LD."""
    from stancegraph.read.rdf_file import read_rdf

    return (read_rdf(file, naming) for file in files)


@import_command.command("popolo", epilog="Example: stancegraph import popolo p.json -o p.duckdb")
@_importing()
def _popolo(files: tuple[Path, ...], naming: Naming) -> Iterator[Imported]:
    """Import Popolo JSON: persons, organizations, memberships and vote events."""
    from stancegraph.read.popolo import read_popolo

    return (read_popolo(file, naming) for file in files)


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise StanceError(f"give it as NAME=VALUE, as in person=speaker, not {text!r}")
        pairs[name.strip()] = value.strip()
    return pairs


def _with_progress(
    file: Path, read: Callable[..., Imported], naming: Naming, **options: Any
) -> Imported:
    with _progress([file]) as progress:
        return read(file, naming, progress=progress, **options)


@contextmanager
def _progress(files: Iterable[Path]) -> Iterator[Progress]:
    """Show on a terminal how many rows were read."""
    label = f"reading {', '.join(file.name for file in files)}"
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=hidden) as bar:
        bar.length = None
        yield bar.update


def _import(
    kind: str,
    files: tuple[Path, ...],
    output: Path,
    parts_of: Callable[[Naming], Iterable[Imported]],
    options: dict[str, Any],
) -> None:
    from stancegraph.store.write import Origin, add, is_repeated

    inside = [f for file in files for f in (sorted(file.iterdir()) if file.is_dir() else [file])]
    origin = Origin(
        kind=kind,
        files=", ".join(file.name for file in inside),
        digest=" ".join(_digest(file) for file in inside if file.is_file() or not file.exists()),
        options=repr(sorted(options.items())),
    )
    if is_repeated(output, origin):
        click.echo(f"{output}: {origin.files} was imported before; nothing changed")
        return
    reference, known = _known(output)
    from stancegraph.read.naming import Naming

    parts = list(parts_of(Naming([reference, *known])))
    added = add(output, parts, reference, origin)
    _tell(output, parts, added.registers, added.evidence, added.known)


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise StanceError(f"{file}: cannot be read: {error.strerror}") from None


def _known(output: Path) -> tuple[Any, list[Any]]:
    """Return the shipped registers, and those of a graph that is there already."""
    from stancegraph.read.debate import load_reference
    from stancegraph.store.read import Store

    if not output.exists():
        return load_reference(), []
    store = Store(output)
    try:
        return load_reference(), [store.registers()]
    finally:
        store.close()


def _tell(
    output: Path, parts: list[Imported], registers: Mapping[str, int], new: int, known: int
) -> None:
    """Say what was read, what was left out and what the graph has now."""
    for part in parts:
        for note in part.notes:
            click.echo(printable(note))
        for message in part.skipped[:_SHOWN]:
            click.echo(f"skipped: {printable(message)}")
        if rest := len(part.skipped) - _SHOWN if len(part.skipped) > _SHOWN else 0:
            click.echo(f"skipped: {rest:,} more rows")
        if part.skipped:
            click.echo(f"skipped {len(part.skipped):,} rows in all")
    brought = [f"{new:,} records"] if new or not registers else []
    brought += [f"{n:,} {name}" for name, n in registers.items()]
    click.echo(f"{output}: added {', '.join(brought)}")
    if known:
        click.echo(f"{known:,} records were there already")
