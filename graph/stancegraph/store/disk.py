"""What has to be on the disk before it counts: files copied, names changed."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path


def copy_file(source: Path, target: Path) -> None:
    """Copy a file with its permissions; on file systems that can, it shares the source's blocks."""
    with source.open("rb") as old, target.open("wb") as new:
        if not _cloned(old.fileno(), new.fileno()):
            old.seek(0)
            new.seek(0)
            new.truncate()
            shutil.copyfileobj(old, new, _PIECE)
        if hasattr(os, "fchmod"):
            os.fchmod(new.fileno(), stat.S_IMODE(os.fstat(old.fileno()).st_mode))


_PIECE = 1 << 20


def _cloned(old: int, new: int) -> bool:
    """Let the kernel copy; tell whether it could."""
    if not hasattr(os, "copy_file_range"):
        return False
    left = os.fstat(old).st_size
    with suppress(OSError):  # not between such file systems; what is wrong for all comes again
        while left > 0 and (copied := os.copy_file_range(old, new, left)):
            left -= copied
    return left == 0


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name, in one step that lasts."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can say so."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
