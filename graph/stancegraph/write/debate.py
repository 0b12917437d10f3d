"""Write a debate as YAML that a person would have written: one file, or a folder of them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
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
from stancegraph.write.files import make_folder, write_file

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
    """Write a debate to one .yaml file, or to a folder of them; each file in one step."""
    target = Path(path)
    if target.suffix in (".yaml", ".yml"):
        write_file(target, debate_yaml(debate))
        return
    make_folder(target)
    for name, registers in _FILES.items():
        has_header = name == "debate.yaml"
        if has_header or any(getattr(debate, register) for register in registers):
            write_file(target / name, _yaml(debate, registers, has_header=has_header))
        elif (target / name).exists():  # records of an earlier debate must not stay
            write_file(target / name, "".join(f"{register}: []\n" for register in registers))


def debate_yaml(debate: Debate) -> str:
    """Return a debate as the text of one YAML file."""
    return _yaml(debate, tuple(REGISTERS), has_header=True)


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
