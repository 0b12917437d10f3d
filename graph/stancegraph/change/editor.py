"""Somebody's own editor, on a text that is kept until it is right or given up."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stancegraph.errors import StanceError

T = TypeVar("T")


def editor_command() -> list[str]:
    """Return the command of the editor that is set; StanceError where none is."""
    for name in ("VISUAL", "EDITOR"):
        if command := os.environ.get(name, "").strip():
            try:
                return shlex.split(command)
            except ValueError:
                raise StanceError(f"${name} {command!r}: a quotation mark is not closed") from None
    raise StanceError(
        "no editor is set: set EDITOR, as in EDITOR=nano, or give the fields as options"
    )


def from_editor(
    text: str, accept: Callable[[str, str], T], goes_on: Callable[[str], bool]
) -> T | None:
    """Let somebody edit a text until it is accepted; None where it stays as it is.

    `accept` is given the text and the file's name and raises StanceError for what is wrong;
    `goes_on` is told that, and says whether to open the editor again. A text that is given up, by
    Ctrl-C too, is kept in its file, which the error names.
    """
    command = editor_command()
    folder = Path(tempfile.mkdtemp(prefix="stancegraph-"))
    file = folder / "record.yaml"
    file.write_text(text, encoding="utf-8")
    while True:
        try:
            made = _edited(command, file)
            accepted = None if made.strip() in ("", text.strip()) else accept(made, file.name)
        except StanceError as error:
            is_same = file.exists() and file.read_bytes() == text.encode()
            if not is_same and goes_on(str(error)):
                continue
            if is_same:
                _remove(file)
                raise StanceError(f"{error}\nnothing was changed") from None
            raise StanceError(
                f"{error}\nnothing was changed; what you wrote is kept in {file}"
            ) from None
        _remove(file)
        return accepted


def _edited(command: list[str], file: Path) -> str:
    try:
        done = subprocess.run([*command, str(file)], check=False)
    except KeyboardInterrupt:
        raise StanceError(f"the editor {command[0]!r} was interrupted") from None
    except OSError as error:
        raise StanceError(
            f"the editor {command[0]!r} cannot be started: {error.strerror}"
        ) from None
    if done.returncode:
        raise StanceError(f"the editor {command[0]!r} ended with status {done.returncode}")
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise StanceError(f"{file} is no longer a text in UTF-8") from None


def _remove(file: Path) -> None:
    shutil.rmtree(file.parent, ignore_errors=True)  # editors leave copies beside what they edit
