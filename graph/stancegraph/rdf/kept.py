"""An index in Oxigraph that is kept beside a graph's file: built once, and kept in step with it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph import __version__
from stancegraph.errors import StanceError
from stancegraph.positions import RULES
from stancegraph.rdf.in_step import Difference, difference
from stancegraph.rdf.oxigraph import load
from stancegraph.rdf.quads import nquads
from stancegraph.scope import Scope
from stancegraph.store.disk import sync_folder
from stancegraph.store.lock import alone, tell
from stancegraph.store.since import changes_since, place_in_log

if TYPE_CHECKING:
    from pyoxigraph import Store

    from stancegraph.stored import StoredGraph

SUFFIX = ".rdf"
_STAMP, _QUADS = "stamp.json", "quads"
_TOLD_EVERY = 5_000_000


def kept(graph: StoredGraph, as_of: date | None = None) -> Store:
    """Return the index of a graph's file for a day, opened to be read.

    It stands in a folder beside the file, one folder a day within: that of the last record, and
    perhaps one other, which goes when that of another day is built. Of an earlier state of the
    file, it is brought up to date where the log tells all that is other, and built again where it
    does not; either appears whole or not at all.
    """
    day = as_of or graph.last_day
    stamp = _stamp(graph, day)
    home = folder_of(graph.store.path)
    place = home / (day.isoformat() if day else "undated")
    if not _is_of(place, stamp):
        if why := _why_closed(home):
            return _opened(_temporary(graph, day, stamp, f"{home}: {why}"))
        with alone(home):
            if not _is_of(place, stamp):  # for another one may have built it meanwhile
                _drop(home, place, graph.last_day)
                _make(graph, day, place, stamp)
    return _opened(place)


def folder_of(path: Path) -> Path:
    """Return the folder in which the indexes of a graph's file are kept."""
    return path.with_name(path.name + SUFFIX)


def _why_closed(home: Path) -> str:
    """Make a folder to keep indexes in; say why none can be put there, if so."""
    try:
        home.mkdir(exist_ok=True)
    except OSError as error:
        return str(error.strerror)
    return "" if os.access(home, os.W_OK) else "Permission denied"


def _stamp(graph: StoredGraph, day: date | None) -> dict[str, Any]:
    """Return what an index was made of, and by what."""
    return {
        "state": list(graph.store.state),
        "log": place_in_log(graph.store),
        **_kind(graph, day),
    }


def _kind(graph: StoredGraph, day: date | None) -> dict[str, Any]:
    """Return what two indexes must have in common for one to become the other."""
    import pyoxigraph

    return {
        "day": str(day),
        "is undated counted": _counts_undated(graph, day),
        "rules": RULES.title,
        "version": __version__,
        "engine": pyoxigraph.__version__,
    }


def _counts_undated(graph: StoredGraph, day: date | None) -> bool:
    last = graph.store.undated_from(Scope())
    return day is None or last is None or last <= day


def _is_of(place: Path, stamp: dict[str, Any]) -> bool:
    return _stamp_in(place) == stamp


def _stamp_in(place: Path) -> dict[str, Any]:
    """Return the stamp of an index; an empty one where there is none."""
    try:
        found = json.loads((place / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _opened(place: Path) -> Store:
    from pyoxigraph import Store

    try:
        return Store.read_only(str(place / _QUADS))
    except (OSError, RuntimeError) as error:  # RuntimeError is what it raises for broken files
        raise StanceError(
            f"{place} cannot be read: {error}; remove it, and it is built again"
        ) from None


def _make(graph: StoredGraph, day: date | None, place: Path, stamp: dict[str, Any]) -> None:
    """Make an index beside its place and move it there; what a kill leaves is never opened."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    part.mkdir()
    try:
        other = _difference(graph, day, place, stamp)
        if other is None:
            _build(graph, day, part / _QUADS)
        else:
            tell.get()(f"{graph.name} was changed: its index for SPARQL is brought up to date")
            _bring_up_to_date(place / _QUADS, other, part / _QUADS)
        (part / _STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
        sync_folder(part)
        if place.exists():
            place.rename(place.with_name(f".{place.name}.{os.getpid()}.old"))
        part.rename(place)
    except (OSError, RuntimeError) as error:
        raise StanceError(f"{place} cannot be written: {error}; make room and try again") from None
    finally:
        for left in place.parent.glob(f".{place.name}.{os.getpid()}.*"):
            shutil.rmtree(left, ignore_errors=True)


def _difference(
    graph: StoredGraph, day: date | None, place: Path, stamp: dict[str, Any]
) -> Difference | None:
    """Return in what an index is other than it would be if built now; None where nothing tells."""
    found = _stamp_in(place)
    if found | {name: stamp[name] for name in ("state", "log")} != stamp:
        return None
    changes = changes_since(graph.store, found.get("log"))
    try:
        return difference(_opened(place), graph, day, changes) if changes else None
    except (OSError, RuntimeError, StanceError):  # a broken one is of no use to the next
        return None


def _bring_up_to_date(old: Path, other: Difference, folder: Path) -> None:
    """Make a new index of an old one, which stays as it is for those who read it."""
    from pyoxigraph import Store

    Store.read_only(str(old)).backup(str(folder))  # most files of both are the same, by links
    store = Store(folder)
    for quad in other.gone - other.new:
        store.remove(quad)
    store.extend(other.new - other.gone)
    store.flush()


def _build(graph: StoredGraph, day: date | None, folder: Path) -> None:
    from pyoxigraph import Store

    tell.get()(f"building the index of {graph.name} for SPARQL; later questions find it built")
    store = Store(folder)
    load(store, _told(nquads(graph, day)))
    tell.get()("sorting it")
    store.optimize()
    store.flush()


def _told(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Tell now and then how far it is."""
    count = 0
    for part in parts:
        before, count = count, count + part.count(b"\n")
        if count // _TOLD_EVERY > before // _TOLD_EVERY:
            tell.get()(f"{count / 1e6:.0f} million quads so far")
        yield part


def _drop(home: Path, place: Path, last_day: date | None) -> None:
    """Remove what a kill left, and before one of a new day is built those of the others."""
    for found in home.iterdir():
        is_other = not place.exists() and found.name != str(last_day)
        if found.is_dir() and (is_other or found.name.startswith(".")):
            shutil.rmtree(found, ignore_errors=True)


def _temporary(graph: StoredGraph, day: date | None, stamp: dict[str, Any], why: str) -> Path:
    """Build an index that is gone when this program ends."""
    folder = Path(tempfile.mkdtemp(prefix="stancegraph-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    tell.get()(f"no index can be kept ({why}); it is built in {folder} for this time only")
    place = folder / "once"
    _make(graph, day, place, stamp)
    return place
