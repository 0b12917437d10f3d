"""Write the generated parts of the pages: `python docs/generate.py`, or only check: `--check`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import files
from inspect import getdoc, getsource
from pathlib import Path
from typing import Any

import click
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from stancegraph import model
from stancegraph.cli import COMMANDS, main
from stancegraph.model import REGISTERS, Bounds, Debate
from stancegraph.rdf.vocabulary import scheme_iri, value_iri
from stancegraph.read.debate import MAY_BE_LEFT_OUT
from stancegraph.schema import Field, fields_of

DOCS = Path(__file__).parent
WIDTH = 80
PLAIN = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    bool: "true or false",
    date: "day",
    Bounds: "[date or bounds](#when)",
}


def records() -> str:
    """Describe every kind of record: what people write, what it takes, what it means."""
    return "\n\n".join([_record("debate", Debate, header=True), *_registers()])


def _registers() -> Iterator[str]:
    told: set[type] = set()
    for register, cls in REGISTERS.items():
        yield _record(register, cls)
        for f in fields_of(cls):
            if _is_nested(f) and f.type not in told:
                told.add(f.type)
                yield _record(f.key, f.type)


def _record(name: str, cls: type, *, header: bool = False) -> str:
    fields = [f for f in fields_of(cls) if not (header and f.name in REGISTERS)]
    rows = [
        (f"`{f.key}`", _takes(f), _needed(cls, f), _meanings()[cls.__name__, f.name])
        for f in fields
    ]
    return _section(name, getdoc(cls) or "", ("key", "takes", "needed", "meaning"), rows)


def _takes(f: Field) -> str:
    if f.register:
        one, many = f"slug of [{f.register}](#{f.register})", "slugs of"
        return f"list of {one.replace('slug of', many)}" if f.is_many else one
    if _is_nested(f) and f.type is not Bounds:
        return f"list of [{f.key}](#{f.key})"
    if issubclass(f.type, Enum):
        label = _label(f.type)
        return f"[{label.lower()}](#{_anchor(label)})"
    return f"list of {PLAIN[f.type]}s" if f.is_many else PLAIN[f.type]


def _needed(cls: type, f: Field) -> str:
    if f.is_required:
        return "" if (cls, f.name) in MAY_BE_LEFT_OUT else "yes"
    is_nothing = f.default in (None, (), Bounds())
    return "" if is_nothing else f"else `{str(f.default).lower()}`"


@cache
def _meanings() -> dict[tuple[str, str], str]:
    """Map class and field to the docstring under the field."""
    found = {}
    for cls in ast.parse(getsource(model)).body:
        if isinstance(cls, ast.ClassDef):
            for field, below in zip(cls.body, cls.body[1:], strict=False):
                match field, below:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(meaning))),
                    ):
                        found[cls.name, name] = _to_coders(" ".join(meaning.split()))
    return found


def _to_coders(meaning: str) -> str:
    """Say of a file what a docstring says of Python values."""
    return re.sub(r"\bNone (?=when|while)", "left out ", meaning).replace("True when", "true when")


def values() -> str:
    """Describe the values that people choose from, in the ontology's words."""
    enums = {f.type: None for cls in _classes() for f in fields_of(cls) if _is_enum(f.type)}
    return "\n\n".join(
        _section(
            _label(e),
            _definition(scheme_iri(e)),
            ("value", "meaning"),
            [(f"`{value.value}`", _definition(value_iri(value))) for value in e],
        )
        for e in enums
    )


def _classes() -> Iterator[type]:
    for cls in REGISTERS.values():
        yield cls
        for f in fields_of(cls):
            if _is_nested(f):
                yield f.type


def _is_nested(f: Field) -> bool:
    return is_dataclass(f.type)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


@cache
def _ontology() -> Graph:
    return Graph().parse(data=(files("stancegraph.ontology") / "values.ttl").read_text("utf-8"))


def _label(values: type[Enum]) -> str:
    return str(_ontology().value(scheme_iri(values), SKOS.prefLabel, any=False))


def _definition(iri: URIRef) -> str:
    return str(_ontology().value(iri, SKOS.definition, any=False))


def _section(
    title: str, text: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    table = "\n".join(f"| {' | '.join(c.replace('|', '&#124;') for c in row)} |" for row in lines)
    return f"### {title}\n\n{text}\n\n{table}"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def commands() -> str:
    """Print the help of every command at a fixed width."""
    top = _context(main, "stancegraph")
    sections = [f"```text\n{main.get_help(top).rstrip()}\n```"]
    for name in COMMANDS:
        command = main.get_command(top, name)
        if command is None:
            raise SystemExit(f"no command is called {name!r}")
        sections += _help(command, name, top)
    return "\n\n".join(sections)


def _help(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    """Yield the help of a command, and of those within it."""
    context = _context(command, name, parent)
    path = context.command_path.removeprefix("stancegraph ")
    yield f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```"
    if isinstance(command, click.Group):
        for inner, found in command.commands.items():
            yield from _help(found, inner, context)


def _context(
    command: click.Command, name: str, parent: click.Context | None = None
) -> click.Context:
    return click.Context(
        command,
        parent=parent,
        info_name=name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        **command.context_settings,
    )


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "data-format.md": {"records": records, "values": values},
    "cli.md": {"commands": commands},
}


def filled(page: str, parts: dict[str, Callable[[], str]]) -> str:
    """Return a page with each of its generated parts written anew."""
    for name, write in parts.items():
        start, end = f"<!-- generated: {name} -->", "<!-- end -->"
        part = f"{start}\n\n{write()}\n\n{end}"
        before, found, rest = page.partition(start)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise SystemExit(f"a page lacks {start!r} or its {end!r}")
        page = f"{before}{part}{after}"
    return page


def run(*, is_check: bool) -> int:
    """Write the pages that are stale, or only name them; return how many there are."""
    stale = 0
    for name, parts in PAGES.items():
        file = DOCS / name
        before = file.read_text(encoding="utf-8")
        after = filled(before, parts)
        if after != before:
            stale += 1
            print(f"{name} is stale; run: python docs/generate.py" if is_check else f"wrote {name}")
            if not is_check:
                file.write_text(after, encoding="utf-8")
    return stale


if __name__ == "__main__":
    is_check = "--check" in sys.argv[1:]
    sys.exit(1 if run(is_check=is_check) and is_check else 0)
