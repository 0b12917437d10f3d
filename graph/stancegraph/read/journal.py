"""Files of a folder that change as one: which are committed, but not yet in their place."""

from __future__ import annotations

import json
from pathlib import Path

from stancegraph.errors import StanceError

JOURNAL = ".stancegraph-journal"
"""The file that commits a change of several files: names, and the names that they have so far."""
STAGED = ".staged"
"""How the names of files end that are not in their place yet."""


def pending(folder: Path) -> dict[Path, Path]:
    """Return, by file, where its committed content lies as long as it is not in its place."""
    journal = folder / JOURNAL
    try:
        entries = json.loads(journal.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise StanceError(f"{journal}: cannot be read: {error.strerror}") from None
    except ValueError:
        entries = None
    if not isinstance(entries, dict) or not all(map(_is_entry, entries, entries.values())):
        raise StanceError(f"{journal}: not what stancegraph writes there; remove it")
    staged = {folder / name: folder / so_far for name, so_far in entries.items()}
    return {file: so_far for file, so_far in staged.items() if so_far.exists()}


def _is_entry(name: object, so_far: object) -> bool:
    """Tell whether an entry names two files of the folder itself, and nothing elsewhere."""
    return (
        isinstance(name, str)
        and isinstance(so_far, str)
        and all(n and Path(n).name == n and "\0" not in n for n in (name, so_far))
        and so_far.startswith(".")
        and so_far.endswith(STAGED)
    )
