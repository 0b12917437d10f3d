"""Writing files so that a kill leaves the old state or the new one, never half of either."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from stancegraph.errors import StanceError
from stancegraph.read.journal import JOURNAL, STAGED, pending
from stancegraph.store.disk import sync_folder
from stancegraph.store.lock import alone

_PART = ".part"


def write_file(path: str | Path, content: str | bytes) -> None:
    """Replace a file in one step; StanceError with the reason where that fails.

    A link stays a link and permissions stay; what is no file, as /dev/stdout, is written straight.
    """
    write_parts(path, [_bytes(content)])


def write_parts(path: str | Path, parts: Iterable[bytes]) -> None:
    """Replace a file, as `write_file` does, by parts that need not be in memory at once."""
    target = Path(path)
    try:
        _write(target, parts)
    except OSError as error:
        raise _failed(target, error) from None


def write_files(files: Mapping[Path, str | bytes]) -> None:
    """Replace or make several files of one folder: all of them or, on an error or a kill, none.

    They are written under other names; a journal that names them commits them; then they are moved
    into place. Who reads a debate honours a journal, and the next writer finishes what it says.
    """
    folders = {file.parent for file in files}
    if len(folders) > 1:
        raise StanceError(f"files of one folder are written at once, not of {len(folders)}")
    if links := [str(file) for file in files if file.is_symlink()]:
        raise StanceError(
            f"{links[0]} is a link, and the files of a debate's folder change in one step only "
            "where they stand themselves: put the file there in place of the link"
        )
    for folder in folders:
        with alone(folder):
            try:
                finish(folder)
                _commit(folder, files)
                finish(folder)
            except OSError as error:
                raise _failed(folder, error) from None


def finish(folder: Path) -> None:
    """Move into place what a killed writer had committed, and remove what it had not."""
    for file, staged in pending(folder).items():
        staged.replace(file)
    sync_folder(folder)
    (folder / JOURNAL).unlink(missing_ok=True)
    for left in folder.glob(f".*{STAGED}"):
        left.unlink(missing_ok=True)


def _commit(folder: Path, files: Mapping[Path, str | bytes]) -> None:
    staged = {file: folder / f".{file.name}{STAGED}" for file in files}
    try:
        for file, content in files.items():
            _fill(staged[file], [_bytes(content)], like=file)
        names = {file.name: so_far.name for file, so_far in staged.items()}
        _write(folder / JOURNAL, [json.dumps(names).encode()])
    except OSError:
        for so_far in staged.values():
            so_far.unlink(missing_ok=True)
        raise


def _write(path: Path, parts: Iterable[bytes]) -> None:
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            file.writelines(parts)
        return
    with alone(path):
        _replace(target, parts)


def _replace(target: Path, parts: Iterable[bytes]) -> None:
    for left in target.parent.glob(f".{_literal(target.name[:50])}.*{_PART}"):
        left.unlink(missing_ok=True)  # by a writer that was killed: no other writes to it now
    part = target.with_name(f".{target.name[:50]}.{secrets.token_hex(4)}{_PART}")
    try:
        _fill(part, parts, like=target)
        part.replace(target)
    except BaseException:  # also what making the parts raises, and Ctrl-C meanwhile
        part.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _fill(part: Path, parts: Iterable[bytes], like: Path) -> None:
    """Write a new file until it is on the disk; its permissions are those of the one replaced."""
    with part.open("wb") as file:
        file.writelines(parts)
        file.flush()
        if like.exists():
            part.chmod(stat.S_IMODE(like.stat().st_mode))
        os.fsync(file.fileno())


def _literal(name: str) -> str:
    """Return a name as a pattern that only itself matches."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def make_folder(path: Path) -> None:
    """Make a folder where there is none; StanceError with the reason where that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StanceError(f"cannot make {path}: {error.strerror}") from None


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _failed(target: Path, error: OSError) -> StanceError:
    return StanceError(f"cannot write {target}: {error.strerror}")
