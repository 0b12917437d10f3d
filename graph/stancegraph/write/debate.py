"""Write a debate as YAML that a person would have written: one file, or a folder of them."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from stancegraph.model import REGISTERS, Bounds, Debate
from stancegraph.schema import Field, fields_of
from stancegraph.write.files import make_folder, write_file, write_files

_FILES = {
    "debate.yaml": (),
    "sources.yaml": ("sources",),
    "actors.yaml": ("actors", "offices", "tenures", "memberships"),
    "options.yaml": ("issues", "options", "arguments", "conditions", "limits", "frames", "events"),
    "evidence.yaml": ("evidence",),
}
_FLAT = 100
_WHOLE = re.compile("-?(0|[1-9][0-9]{0,29})")


def write_debate(debate: Debate, path: str | Path) -> None:
    """Write a debate to one .yaml file, or to a folder of them; all files in one step."""
    target = Path(path)
    if target.suffix in (".yaml", ".yml"):
        write_file(target, debate_yaml(debate))
        return
    files: dict[Path, str | bytes] = {}
    for name, registers in _FILES.items():
        has_header = name == "debate.yaml"
        if has_header or any(getattr(debate, register) for register in registers):
            files[target / name] = _yaml(debate, registers, has_header=has_header)
        elif (target / name).exists():  # records of an earlier debate must not stay
            files[target / name] = "".join(f"{register}: []\n" for register in registers)
    make_folder(target)
    write_files(files)


def beside(register: str) -> tuple[str, ...]:
    """Return the registers that stand in one file with a register of a folder's debate."""
    return next(registers for registers in _FILES.values() if register in registers)


def debate_yaml(debate: Debate) -> str:
    """Return a debate as the text of one YAML file."""
    return _yaml(debate, tuple(REGISTERS), has_header=True)


def item_yaml(
    record: Any, *, without: Collection[str] = (), column: int = 0, is_flow: bool = False
) -> str:
    """Return a record as the text of an item, "- id: ...", without some of its fields.

    It is to stand at a column. What is small in it, and all of it if asked, is written in brackets
    where it fits in a line.
    """
    room = _FLAT - column
    fields = (f for f in fields_of(record.__class__) if f.name not in without)
    entries = _flowed(record, without) if is_flow else None
    if entries is None or len(_on_one_line(entries)) + 2 > room:
        entries = _compact(record, fields, room - 2)
    lines = _dumped(CommentedSeq([entries]), room).splitlines(keepends=True)
    return "".join(line[2:] if line.strip() else line for line in lines)


def entry_yaml(name: str, record: Any, *, column: int = 0) -> str:
    """Return a field of a record as the text of an entry, "key: value", to stand at a column."""
    fields = (f for f in fields_of(record.__class__) if f.name == name)
    return _dumped(_compact(record, fields, _FLAT - column), _FLAT - column)


def flow_yaml(name: str, record: Any) -> str:
    """Return a field's value as it stands on one line, within brackets or without."""
    f = next(f for f in fields_of(record.__class__) if f.name == name)
    text = _on_one_line(CommentedMap({f.key: _flow_value(getattr(record, name))}))
    return text.removeprefix(f"{{{f.key}: ").removesuffix("}")


def _compact(record: Any, fields: Iterator[Field], room: int) -> CommentedMap:
    """Return the entries of a record, those in brackets that fit in a line and are no text."""
    entries = CommentedMap()
    for f in fields:
        value = getattr(record, f.name)
        if not f.is_required and value == f.default:
            continue
        written = _value(value)
        if f.is_many and f.type is not str:
            items = [(_flowed(v), v) for v in value]
            fits = (len(_on_one_line(flow)) + 4 <= room for flow, _ in items)
            flat = [flow if fit else _record(v) for fit, (flow, v) in zip(fits, items, strict=True)]
            written = CommentedSeq(flat)
        elif isinstance(written, CommentedMap):
            flow = _flowed(value)
            written = flow if len(_on_one_line(flow)) + len(f.key) + 2 <= room else written
        entries[f.key] = written
    return entries


def _flowed(record: Any, without: Collection[str] = ()) -> CommentedMap:
    entries = CommentedMap()
    for f in fields_of(record.__class__):
        value = getattr(record, f.name)
        if f.name not in without and (f.is_required or value != f.default):
            entries[f.key] = _flow_value(value)
    entries.fa.set_flow_style()
    return entries


def _flow_value(value: Any) -> Any:
    if isinstance(value, Bounds) and value.day and not value.basis:
        return value.day
    if isinstance(value, tuple):
        items = CommentedSeq([_flow_value(v) for v in value])
        items.fa.set_flow_style()
        return items
    if hasattr(value, "__dataclass_fields__"):
        return _flowed(value)
    written = _value(value)
    return _text(str(written), is_inside_brackets=True) if isinstance(written, str) else written


def _on_one_line(entries: CommentedMap) -> str:
    entries.fa.set_flow_style()
    return _dumped(entries, 10**6).rstrip("\n")


def _dumped(top: Any, width: int) -> str:
    yaml, out = _dumper(), io.StringIO()
    yaml.width = max(20, width)
    yaml.dump(top, out)
    return re.sub(" +\n", "\n", out.getvalue())  # ruamel leaves a space where it breaks a line


def _yaml(debate: Debate, registers: tuple[str, ...], *, has_header: bool) -> str:
    top = CommentedMap()
    if has_header:
        header = (f for f in fields_of(Debate) if f.name not in REGISTERS)
        top["debate"] = _entries(debate, header)
    for register in registers:
        if records := getattr(debate, register):
            top[register] = CommentedSeq([_record(r) for r in records])
    out = io.StringIO()
    _dumper().dump(top, out)
    return out.getvalue()


def _dumper() -> YAML:
    yaml = YAML()
    yaml.width = _FLAT
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.representer.ignore_aliases = lambda _: True  # else a date used twice becomes an anchor
    return yaml


def _record(record: Any) -> CommentedMap:
    return _entries(record, iter(fields_of(record.__class__)))


def _entries(record: Any, fields: Iterator[Field]) -> CommentedMap:
    entries = CommentedMap()
    for f in fields:
        value = getattr(record, f.name)
        if f.is_required or value != f.default:
            entries[f.key] = _value(value)
    return entries


def _value(value: Any) -> Any:
    if isinstance(value, Bounds):
        return _bounds(value)
    if isinstance(value, tuple):
        return _items(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return int(plain) if _WHOLE.fullmatch(plain) else plain
    if isinstance(value, (bool, date, int)):
        return value
    return _text(value) if isinstance(value, str) else _record(value)


def _items(values: tuple[Any, ...]) -> CommentedSeq:
    if not all(isinstance(v, str) for v in values):
        return CommentedSeq([_value(v) for v in values])
    items = CommentedSeq([_text(v, is_inside_brackets=True) for v in values])
    items.fa.set_flow_style()
    return items


def _bounds(when: Bounds) -> Any:
    if when.day and not when.basis:
        return when.day
    return _record(when)


def _text(text: str, *, is_inside_brackets: bool = False) -> str:
    """Quote what would not come back as the same text when written plain.

    The C parser takes ':' and '?' inside brackets for the marks of keys, where YAML 1.2 does not.
    """
    is_odd = text != text.strip() or not text.isprintable() or text in ("", "~", "null")
    is_key_like = is_inside_brackets and not {":", "?"}.isdisjoint(text)
    return DoubleQuotedScalarString(text) if is_odd or is_key_like else text
