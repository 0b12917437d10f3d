"""Changing a graph at rest, and the log of it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stancegraph.cli.common import graph_option, output_option, style_option
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from stancegraph.change.edits import Change
    from stancegraph.change.home import Home
    from stancegraph.change.writing import Draft

_SHOWN = 20
"""So many rows of a preview are shown; the others are counted."""

_NAMED = 5
"""So many records that change alike are named."""

_by = click.option(
    "--by",
    metavar="NAME",
    help="Who makes the change.  [default: $STANCEGRAPH_USER, git's user.name, or your login]",
)
_dry_run = click.option(
    "--dry-run", is_flag=True, help="Show what would change, and change nothing."
)


def _changing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every change has, and the graph at rest."""

    @wraps(command)
    def run(graph_name: str, by: str | None, dry_run: bool, **given: Any) -> None:
        from stancegraph.change.home import home_of

        command(_Session(home_of(graph_name), graph_name, by, dry_run), **given)

    changing: Callable[..., None] = run
    for option in (_dry_run, _by, graph_option):
        changing = option(changing)
    return changing


class _Session:
    """One change of a graph from the command line: shown, confirmed, made and told."""

    def __init__(self, home: Home, graph: str, by: str | None, is_dry: bool) -> None:
        self.home = home
        self.graph = graph
        self._by = by
        self.is_dry = is_dry

    def make(self, draft: Draft | Change, *, ask: bool = False, shown: bool = False) -> None:
        """Make a change, after a preview where one is asked for."""
        from stancegraph.change.edits import Change
        from stancegraph.change.home import nowhere
        from stancegraph.change.writing import Draft
        from stancegraph.errors import InvalidDebate

        drawn = Draft(draft, {}, nowhere) if isinstance(draft, Change) else draft
        if problems := self.home.problems(drawn.change, drawn.located):
            raise InvalidDebate([*problems, "nothing was changed"])
        if shown or self.is_dry:
            self._preview(drawn.change)
        if self.is_dry:
            click.echo("nothing was changed: --dry-run only shows")
            return
        if ask:
            _confirm()
        entry = self.home.make(
            drawn.change,
            who=_who(self._by, self.graph),
            time=_now(),
            words=drawn.words,
            located=drawn.located,
        )
        undo = shlex.join(["stancegraph", "undo", str(entry.n), "-g", self.graph])
        _say(f"change {entry.n}: {entry.did}")
        _say(f"to take it back: {undo}")

    def edit(self, text: str, accept: Callable[[str, str], Draft]) -> None:
        """Let somebody edit a text in their editor, and make the change that it says."""
        from stancegraph.change.editor import from_editor
        from stancegraph.errors import InvalidDebate

        def accepted(made: str, file: str) -> Draft:
            draft = accept(made, file)
            if problems := self.home.problems(draft.change, draft.located):
                raise InvalidDebate(problems)
            return draft

        draft = from_editor(text, accepted, _goes_on)
        if draft is None:
            click.echo("nothing was changed: the text is as it was")
        else:
            self.make(draft)

    def _preview(self, change: Change) -> None:
        from stancegraph.change.preview import differences, moves

        alike: dict[tuple[str, ...], dict[str, None]] = {}
        for d in differences(change.edits):
            what = (d.register, d.field, d.before or "", d.after or "")
            alike.setdefault(what, {})[d.record] = None
        rows = [(r, _some([*ids]), f, was, now) for (r, f, was, now), ids in alike.items()]
        _say(f"preview: {change.did}")
        records = (
            f"{len(change.edits):,} record{'' if len(change.edits) == 1 else 's'} would change"
        )
        _table(records, ("register", "record", "field", "before", "after"), rows)
        moved = moves(change, *self.home.graphs(change))
        if not moved:
            click.echo("No position would change.")
            return
        positions = f"{len(moved):,} position{'' if len(moved) == 1 else 's'} would change"
        cells = [(m.holder, m.option, m.before, m.after) for m in moved]
        _table(positions, ("actor", "option", "before", "after"), cells)


def _some(ids: Sequence[str]) -> str:
    rest = len(ids) - _NAMED
    return ", ".join([*ids[:_NAMED], *([f"and {rest:,} more"] if rest > 0 else [])])


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from stancegraph.answer.answer import Table
    from stancegraph.cli.render import print_table

    rest = len(rows) - _SHOWN
    more = f"; {rest:,} more rows are not shown" if rest > 0 else ""
    print_table(Table(f"{title}{more}", columns, tuple(rows[:_SHOWN])), "table")


def _say(text: str) -> None:
    from stancegraph.terminal import printable

    click.echo(printable(text))


def _confirm() -> None:
    try:
        is_wanted = click.confirm("Make this change?")
    except click.Abort:
        raise StanceError(
            "nothing was changed: nobody answered; --yes makes it without asking"
        ) from None
    if not is_wanted:
        raise StanceError("nothing was changed")


def _goes_on(problem: str) -> bool:
    click.echo(f"Error: {problem}", err=True)
    try:
        return click.confirm("Open the editor again?", default=True, err=True)
    except click.Abort:
        return False


def _now() -> datetime:
    """Return the time, or the one that SOURCE_DATE_EPOCH names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise StanceError(
            f"SOURCE_DATE_EPOCH is {epoch!r}; it takes seconds since 1970, as in 1717200000"
        ) from None


def _who(by: str | None, graph: str) -> str:
    """Return who makes a change: as said, as set, as git knows, or by login."""
    named = by or os.environ.get("STANCEGRAPH_USER", "")
    return named.strip() or _git_user(Path(graph)) or _login()


def _git_user(graph: Path) -> str:
    import subprocess

    folder = graph if graph.is_dir() else graph.parent
    try:
        asked = ["git", "-C", str(folder), "config", "user.name"]
        done = subprocess.run(asked, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip()


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


_EVIDENCE_KEYS = ("id", "kind", "source", "at", "as", "reported", "gist", "when", "via", "event")


@click.command(
    "add",
    epilog="Example: stancegraph add more.yaml -g my-debate",
)
@click.argument("file", required=False)
@click.option("--id", metavar="ID", help="The record's id.  [default: the next free one]")
@click.option("--kind", metavar="KIND", help="statement, action or vote.  [default: statement]")
@click.option("--source", metavar="SOURCE", help="The source.  [default: the only one]")
@click.option("--at", metavar="N", help="The paragraph of the source.")
@click.option("--speaker", metavar="ACTOR", help="Who speaks, acts or votes.")
@click.option("--as", metavar="CAPACITY", help="government, institution, legislator, own, ...")
@click.option("--for", metavar="ACTOR", help="Whose words or deed it is, in those capacities.")
@click.option("--reported", metavar="MODE", help="direct, mixed, indirect, narrative, relayed.")
@click.option("--gist", metavar="TEXT", help="Your paraphrase, never the source's sentence.")
@click.option("--date", "when", metavar="DATE", help="The day, month or year it was said or done.")
@click.option("--via", metavar="SOURCE", help="The earlier source on which this one relies.")
@click.option("--event", metavar="EVENT", help="The event at which, or as which, it happened.")
@click.option(
    "--stance",
    "stances",
    multiple=True,
    metavar="STANCE",
    help="As in 'usa opposes allied-interception probable because escalation-risk'; also if, "
    "only, until. Without who it is the speaker's. Repeatable.",
)
@click.option(
    "--claim", "claims", multiple=True, metavar="TEXT", help="A claim, paraphrased. Repeatable."
)
@_changing
def add_command(
    session: _Session,
    file: str | None,
    stances: tuple[str, ...],
    claims: tuple[str, ...],
    **given: Any,
) -> None:
    """Add records: one statement by options or in your editor, or a file.

    FILE has any registers in the form of a debate's files; '-' reads it from standard input.
    Without FILE and options your editor opens on a record to fill in. All of it is checked, and
    added whole or not at all. By options:

    \b
    stancegraph add -g my-debate --at 1 --speaker jane-doe --as government \\
      --for pol --reported direct --gist 'Poland would join.' \\
      --stance 'pol supports shoot-down'
    """  # noqa: D301  (click takes the backspace itself for "leave the lines as they are")
    from stancegraph.change.writing import given_record, new_text, written_records

    has_options = bool(stances or claims or any(v is not None for v in given.values()))
    if file is not None and has_options:
        raise StanceError("give a file or the options of one record, not both")
    if file is not None:
        name = "standard input" if file == "-" else file
        session.make(written_records(session.home, _content(file, name), name))
    elif has_options:
        session.make(given_record(session.home, _values(session, given, stances, claims)))
    else:
        from dataclasses import replace

        def accept(text: str, name: str) -> Draft:  # the template's comments are not the record's
            return replace(written_records(session.home, text, name), words={})

        session.edit(new_text(session.home), accept)


def _values(
    session: _Session, given: dict[str, Any], stances: Iterable[str], claims: Iterable[str]
) -> dict[str, Any]:
    """Return what the options say of a record, by key; actors and options by their ids."""
    from stancegraph.change.writing import called, stance_given

    home = session.home
    told = [stance_given(text) for text in stances]
    for stance in told:
        stance["option"] = called(home, "options", stance["option"])
        if "who" in stance:
            stance["who"] = called(home, "actors", stance["who"])
    actors = {key: called(home, "actors", given[key]) for key in ("speaker", "for")}
    return {**given, **actors, "stances": told, "claims": [{"says": text} for text in claims]}


def _content(file: str, name: str) -> str:
    from stancegraph.read.yaml import YamlProblem, decode

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise StanceError(f"{name}: cannot be read: {error.strerror}") from None
    try:
        return decode(data)
    except YamlProblem as error:
        raise StanceError(f"{name}:{error.line}:{error.column}: {error}") from None


@click.command("edit", epilog="Example: stancegraph edit s07 -g my-debate --set reported=direct")
@click.argument("record")
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Give a field a value: a text as it is, a list as in aliases='[A, B]'. Repeatable.",
)
@click.option("--unset", multiple=True, metavar="FIELD", help="Leave a field out. Repeatable.")
@_changing
def edit_command(
    session: _Session, record: str, fields: tuple[str, ...], unset: tuple[str, ...]
) -> None:
    """Edit one record, in your editor or by field.

    RECORD is an id; REGISTER/ID where two registers have it, REGISTER/N where records have none,
    as in tenures/2; 'debate' for title and description. Without --set and --unset your editor opens
    on the record as it stands in its file.
    """
    from stancegraph.change.writing import edit_text, edited_text, with_fields

    part = session.home.part([record])
    if fields or unset:
        session.make(with_fields(part, record, fields, unset))
        return
    text = edit_text(session.home, part, record)
    session.edit(text, lambda made, file: edited_text(session.home, part, record, made, file))


@click.command(
    "deprecate", epilog="Example: stancegraph deprecate s07 -g my-debate --because 'misquoted'"
)
@click.argument("records", nargs=-1, required=True)
@click.option(
    "--because", metavar="REASON", required=True, help="Why they no longer count; it is kept."
)
@_changing
def deprecate_command(session: _Session, records: tuple[str, ...], because: str) -> None:
    """Let records no longer count; they are kept, and marked.

    No position rests on a deprecated record, and 'stancegraph evidence' still shows it. 'edit
    RECORD --unset deprecated' lets it count again.
    """
    from stancegraph.change.operations import deprecated

    session.make(deprecated(session.home.part(records), records, because))


@click.command(
    "merge", epilog="Example: stancegraph merge w-taylor william-taylor -g my-debate --dry-run"
)
@click.argument("lost")
@click.argument("kept")
@click.option("--because", metavar="REASON", default="", help="Why, where the kinds differ.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@_changing
def merge_command(session: _Session, lost: str, kept: str, because: str, *, yes: bool) -> None:
    """Make one of two actors or options, after a preview.

    All that points to LOST points to KEPT afterwards, and KEPT answers to the names of LOST. Shown
    first are the records and the positions that change. Refused is what would make a record
    contradict itself; mend it and merge again.
    """
    from stancegraph.change.operations import merged

    home = session.home
    change = merged(home.part(pointing_to=[lost, kept]), home.reference, lost, kept, because)
    session.make(change, ask=not yes, shown=True)


@click.command(
    "rename", epilog="Example: stancegraph rename w-taylor -g my-debate --id william-taylor"
)
@click.argument("record")
@click.option("--id", metavar="ID", help="The new id; all that points to the record follows.")
@click.option("--name", metavar="NAME", help="The new name to show people.")
@_changing
def rename_command(session: _Session, record: str, id: str | None, name: str | None) -> None:
    """Give a record another id or name.

    Actors and options stay known by the old ones too.
    """
    from stancegraph.change.operations import renamed

    if not id and not name:
        raise StanceError("say what to rename it to: --id ID, --name NAME or both")
    home = session.home
    part = home.part([record], pointing_to=[record])
    session.make(renamed(part, home.reference, record, id=id, to=name))


@click.command("undo", epilog="Example: stancegraph undo 3 -g my-debate")
@click.argument("change", required=False, type=click.IntRange(min=1), metavar="[N]")
@_changing
def undo_command(session: _Session, change: int | None) -> None:
    """Take a change back; that is a change too.

    N is the change's number in 'stancegraph log', by default the last that stands. What later
    changes touched is not taken back under them: take those back first. Imports are not taken back.
    """
    from stancegraph.change.operations import to_undo, undone

    home = session.home
    if home.imports and not home.log:
        raise StanceError(
            "nothing was changed since the import, and an import is not taken back record by "
            "record: import the other sources into a new file"
        )
    entry = to_undo(home.log, change)
    session.make(undone(home.part(edits=entry.edits), home.log, entry.n))


@click.command("log", epilog="Example: stancegraph log s07 -g my-debate --details")
@click.argument("record", required=False)
@click.option("--details", is_flag=True, help="Show every field, before and after.")
@style_option("How to print it.")
@output_option
@graph_option
def log_command(
    graph_name: str, record: str | None, style: str, output: str, *, details: bool
) -> None:
    """Show who changed what and when, the latest first.

    With RECORD, an id, only what touched it, also under ids that it had before. What people change
    in files by hand is not in the log; git has that.
    """
    from stancegraph.change.history import details as details_of
    from stancegraph.change.history import history
    from stancegraph.change.home import log_of
    from stancegraph.cli.render import show

    log, imports = log_of(graph_name)
    words = ["stancegraph", "log", *([record] if record else []), "-g", graph_name]
    again = shlex.join([*words, *(["--details"] if details else [])])
    if details:
        show(details_of(log, record, again), style, output)
    else:
        show(history(log, imports, record, again), style, output)
