"""The command line: parse, call one function, print."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

import stancegraph

# Where each command lives and its help in the list, so that --help imports none of them.
COMMANDS = {
    "who": ("ask", "Who backs, hedges on or opposes an option, and who is silent."),
    "align": ("ask", "Who stands with an actor, nearest first."),
    "compare": ("ask", "Two actors, option by option."),
    "closer": ("ask", "Which of two actors a third agrees with more, and how sure that is."),
    "channels": ("ask", "Whether two actors agree alike in speech, action and vote."),
    "cohesion": ("ask", "How far the members of an organisation stand together."),
    "position": ("ask", "Every option on which an actor has a position."),
    "evidence": ("ask", "Show the records: who said it, in what capacity, when, where."),
    "dissent": ("ask", "Voices that part from their country; contested positions."),
    "options": ("ask", "All options, support and opposition counted."),
    "trace": ("ask", "Show the chain of records behind one position."),
    "blocs": ("camps", "Which coalitions there are, who is at their core, what defines them."),
    "outliers": ("camps", "Who is the odd one out: far from its own bloc, or from all."),
    "balance": ("structure", "Whether the enemy of an enemy is a friend here."),
    "brokers": ("structure", "Who stands between blocs, and between those who do not agree."),
    "backbone": ("structure", "Which ties are more than noise."),
    "polarization": ("space", "How far the actors fall apart into camps, over time."),
    "map": ("space", "Where everybody stands, on a line or a plane, and what the axis means."),
    "shifts": ("moves", "Who changed on what, from where to where, and when."),
    "diff": ("moves", "Say what changed between two days, and what only became known."),
    "stale": ("moves", "Which positions rest on old evidence."),
    "change-points": ("moves", "Whether an actor's line broke, and when."),
    "gap": ("bargain", "What stands between an option and unanimity."),
    "bundles": ("bargain", "Which options travel together."),
    "compromise": ("bargain", "What could carry the camps of two options."),
    "whatif": ("whatif", "Who might follow if an actor shifted, under stated assumptions."),
    "sure": ("sure", "Say what would change an answer, and on what it rests most."),
    "view": ("pages", "Write an interactive page, one file that works offline, or a picture."),
    "export": ("files", "Write the graph as Turtle, TriG, JSON-LD, GraphML or CSV."),
    "sparql": ("sparql", "Ask in SPARQL: a query, a file or a shipped query's name."),
    "network": ("network", "Make a discourse network, as DNA does: one-mode or two-mode."),
    "event-list": ("network", "List the coded statements, one row each, in order of time."),
    "import": ("imports", "Bring in what you have: DNA, a table, UN votes, events."),
    "add": ("change", "Add records: one statement by options or in your editor, or a file."),
    "edit": ("change", "Edit one record, in your editor or by field."),
    "deprecate": ("change", "Let records no longer count; they are kept, and marked."),
    "merge": ("change", "Make one of two actors or options, after a preview."),
    "rename": ("change", "Give a record another id or name."),
    "log": ("change", "Show who changed what and when."),
    "undo": ("change", "Take a change back; that is a change too."),
    "verify": ("verify", "Check digests, references, shapes and the log of a graph."),
    "serve": ("serve", "Serve the graph on this machine: pages, and SPARQL by --sparql."),
    "publish": ("publish", "Write the graph to a SPARQL server, in batches that resume."),
    "check": ("files", "Validate a debate: every error with file, line and remedy."),
    "debates": ("files", "List the debates that are shipped."),
    "new": ("files", "Start a debate: a commented skeleton that passes check."),
}


class _Lazy(click.Group):
    """A group that imports a command only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"stancegraph.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from stancegraph.suggest import did_you_mean

        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS) or "; 'stancegraph --help' lists the commands"
            ctx.fail(f"no command is called {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        from stancegraph import progress
        from stancegraph.cli.progress import shown
        from stancegraph.errors import StanceError
        from stancegraph.store.lock import tell

        progress.show.set(shown)
        tell.set(lambda message: click.echo(message, err=True))
        try:
            return super().invoke(ctx)
        except StanceError as error:
            raise click.ClickException(str(error)) from error


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: stancegraph who allied-interception",
)
@click.version_option(stancegraph.__version__, "-V", "--version", prog_name="stancegraph")
def main() -> None:
    """Ask a debate who stands where, with whom, and on what evidence.

    Every answer gives its verdict first, then the records it rests on. Without -g the answers are
    about the shipped debate: whether NATO allies should shoot down Russian missiles over Ukraine.
    """
