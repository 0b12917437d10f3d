"""What became of the text of files, and how it is taken back to the byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from stancegraph.change.layout import Piece, replaced
from stancegraph.change.log import Entry, Patch, is_cancelled


def patches_of(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Patch]:
    """Yield, file by file, the lines that became others."""
    for file, old in before.items():
        if after[file] != old:
            yield from _patches(file, old, after[file])


def _patches(file: str, old: str, new: str) -> Iterator[Patch]:
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for tag, a, b, c, d in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Patch(file, starts[a], "".join(lines[a:b]), "".join(others[c:d]))


def without(texts: Mapping[str, str], log: Sequence[Entry], n: int) -> dict[str, str] | None:
    """Return texts with what a change made of them taken back; None where that cannot be found.

    Later changes are followed, so that a piece is looked for where it is now.
    """
    entry = next(e for e in log if e.n == n)
    later = [e for e in log if e.n > n and not is_cancelled(log, e, n)]
    if not entry.patches:
        return None
    found = dict(texts)
    for file in dict.fromkeys(p.file for p in entry.patches):
        pieces = [_taken_back(p, at, later) for p, at in _standing(entry, file)]
        kept = [p for p in pieces if p is not None]
        text = texts.get(file)
        if (
            text is None
            or len(kept) < len(pieces)
            or not all(
                text[p.start : p.end] == was.after
                for p, (was, _) in zip(kept, _standing(entry, file), strict=True)
            )
        ):
            return None
        found[file] = replaced(text, kept)
    return found


def _standing(entry: Entry, file: str) -> Iterator[tuple[Patch, int]]:
    """Yield the patches of a file and where each stands once all of them are made."""
    shift = 0
    for patch in sorted((p for p in entry.patches if p.file == file), key=lambda p: p.at):
        yield patch, patch.at + shift
        shift += len(patch.after) - len(patch.before)


def _taken_back(patch: Patch, at: int, later: Sequence[Entry]) -> Piece | None:
    """Return the piece that takes a patch back where later changes have moved it."""
    for entry in later:
        shift = 0
        for other in (p for p in entry.patches if p.file == patch.file):
            if other.at + len(other.before) <= at:
                shift += len(other.after) - len(other.before)
            elif other.at < at + len(patch.after):
                return None
        at += shift
    return Piece(at, at + len(patch.after), patch.before)
