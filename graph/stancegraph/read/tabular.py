"""Tables as rows of text, whatever file they come in: CSV, Excel or Parquet."""

from __future__ import annotations

import bz2
import codecs
import csv
import glob
import gzip
import io
import lzma
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from stancegraph.read.imported import InvalidFile

Progress = Callable[[int], None]
Row = tuple[int, list[str]]
"""Its number as a spreadsheet shows it, the header being 1, and its cells."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LONGEST_FIELD = 1_000_000
"""Characters; a longer one comes of a quote that is never closed."""
LARGEST_UNPACKED = 1_000_000_000
"""Bytes that an Excel file may unpack to."""
LARGEST_RATIO = 200
"""How many times its size a packed file may unpack to."""
_SMALLEST = 10_000
_BLOCK = 1 << 16
_STEP = 10_000
_SHOWN = 200
_LONGEST = 500
_FALLBACK = "cp1252"
_COMPRESSED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_DAMAGED = (EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError)
"""What comes of a compressed file that is cut, changed, encrypted or packed in another way."""
_EXCEL, _PARQUET = (".xlsx", ".xlsm"), (".parquet", ".pq")
_TEXT = (".csv", ".tsv", ".txt", ".tab")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table that was opened: its header is known, its rows are read as they are asked for."""

    path: Path
    header: tuple[str, ...]
    """The names of the columns, each once."""
    told: tuple[str, ...]
    """How it is read, in words for people."""
    read: Callable[[], Iterator[Row]]
    progress: Progress | None

    def rows(self) -> Iterator[Row]:
        """Yield the rows with their numbers; one can have more or fewer cells than the header.

        Rows without content are left out. Raises InvalidFile where the file ends in the middle or
        cannot be decoded.
        """
        since = 0
        for number, cells in self.read():
            if number - since >= _STEP and self.progress:
                self.progress(number - since)
                since = number
            if any(cells):
                yield number, cells

    def error(self, row: int, what: str) -> str:
        """Return the message about a row."""
        said = what if len(what) <= _LONGEST else f"{what[:_LONGEST]}..."
        return f"{self.path}, row {row}: {said}"


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Table:
    """Open a table and read its header.

    Delimiter and encoding of a text file are found out unless given; it may be compressed.
    Raises InvalidFile for what is no table.
    """
    suffixes = [s.lower() for s in path.suffixes]
    kind = suffixes[-1] if suffixes else ""
    if not path.is_file():
        raise InvalidFile(f"{path}: {'is a folder' if path.is_dir() else 'there is no such file'}")
    if not path.stat().st_size:
        raise InvalidFile(f"{path}: the file is empty")
    if kind in _EXCEL:
        read, told = _excel(path, sheet)
    elif kind in _PARQUET:
        read, told = _parquet(path), ()
    elif kind in _TEXT or (kind in (*_COMPRESSED, ".zip")):
        read, told = _text(path, encoding, delimiter)
    else:
        remedy = "save it as .xlsx" if kind == ".xls" else "give .csv, .xlsx or .parquet"
        raise InvalidFile(f"{path}: files of type {kind or 'none'!r} are not read; {remedy}")
    return Table(path, _header(path, read), told, lambda: _body(path, read), progress)


def _header(path: Path, read: Callable[[], Iterator[Row]]) -> tuple[str, ...]:
    number, cells = next(_checked(path, read), (0, []))
    header = tuple(cell.strip() for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise InvalidFile(f"{path}: there is no header in its first row")
    for name, times in Counter(header).items():
        if not name:
            raise InvalidFile(f"{path}, row {number}: column {header.index('') + 1} has no name")
        if times > 1:
            raise InvalidFile(f"{path}, row {number}: {times} columns are called {name!r}")
    if next((r for r in _body(path, read) if any(r[1])), None) is None:
        raise InvalidFile(f"{path}: there are no rows below the header")
    return header


def _body(path: Path, read: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    rows = _checked(path, read)
    next(rows, None)
    return rows


def _checked(path: Path, read: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Yield rows, and say in our words what ended them before their end."""
    number = 0
    try:
        for number, cells in read():
            yield number, cells
    except UnicodeDecodeError as error:
        raise InvalidFile(
            f"{path}, after row {number}: byte {error.object[error.start]:#04x} is not "
            f"{error.encoding}; state the file's encoding with --encoding"
        ) from None
    except csv.Error as error:
        raise InvalidFile(f"{path}, after row {number}: {_csv_reason(error)}") from None
    except _DAMAGED as error:
        raise InvalidFile(
            f"{path}, after row {number}: the file is damaged or ends in the middle ({error}); "
            "fetch it again"
        ) from None


def _csv_reason(error: csv.Error) -> str:
    if "field larger" in str(error):
        return (
            f"a cell has more than {LONGEST_FIELD:,} characters; "
            "look for a quotation mark that is not closed"
        )
    return f"it is no table of text ({error})"


def _text(
    path: Path, encoding: str | None, delimiter: str | None
) -> tuple[Callable[[], Iterator[Row]], tuple[str, ...]]:
    found = encoding or _encoding(path)
    if encoding:
        _check_encoding(path, encoding)
    apart = delimiter or _delimiter(path, found)
    if len(apart) != 1:
        raise InvalidFile(f"{path}: a delimiter is one character, not {apart!r}")

    def read() -> Iterator[Row]:
        csv.field_size_limit(LONGEST_FIELD)
        with _unpacked(path) as file, io.TextIOWrapper(file, found, newline="") as text:
            reader = csv.reader(text, delimiter=apart)
            yield from enumerate(reader, 1)

    told = [] if encoding or found != _FALLBACK else [f"it is no UTF-8, so read as {found}"]
    told += [f"columns separated by {DELIMITERS.get(apart, repr(apart))}"] if apart != "," else []
    return read, tuple(f"{path.name}: {text}" for text in told)


def _check_encoding(path: Path, encoding: str) -> None:
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise InvalidFile(f"{path}: no encoding is called {encoding!r}; try utf-8") from None


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, or what is in a compressed one."""
    kind = path.suffix.lower()
    if kind == ".zip":
        with zipfile.ZipFile(path) as packed:
            names = [n for n in packed.namelist() if not n.endswith("/")]
            if len(names) != 1:
                raise InvalidFile(f"{path}: it holds {len(names)} files; unpack it and give one")
            with packed.open(names[0]) as file:
                yield io.BufferedReader(_Measured(file, path), _BLOCK)
    elif kind in _COMPRESSED:
        opened: Any = _COMPRESSED[kind](path, "rb")
        with opened:
            yield io.BufferedReader(_Measured(opened, path), _BLOCK)
    else:
        with path.open("rb") as file:
            yield file


class _Measured(io.RawIOBase):
    """What is in a compressed file, until it is more than any table of its size unpacks to."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._left = LARGEST_RATIO * max(path.stat().st_size, _SMALLEST)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        data = self._file.read(len(into))
        into[: len(data)] = data
        self._left -= len(data)
        if self._left < 0:
            raise InvalidFile(
                f"{self._path}: it unpacks to over {LARGEST_RATIO} times its size, which no table "
                "does; unpack it yourself if it is what you think"
            )
        return len(data)


def _encoding(path: Path) -> str:
    """Find out the encoding: by its mark, else UTF-8 if all of it is, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = b""
    try:
        with _unpacked(path) as file:
            while block := file.read(1 << 20):
                start = start or block[:4]
                if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    return "utf-16"
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _FALLBACK
    except _DAMAGED as error:
        raise InvalidFile(
            f"{path}: the file is damaged or ends in the middle ({error}); fetch it again"
        ) from None
    return "utf-8-sig"


def _delimiter(path: Path, encoding: str) -> str:
    """Take what separates the header, and the next rows, into equally many cells."""
    with _unpacked(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        try:
            lines = [text.readline(LONGEST_FIELD) for _ in range(20)]
        except UnicodeDecodeError as error:
            raise InvalidFile(f"{path}: byte {error.object[error.start]:#04x} is not {encoding}; "
                              "state the file's encoding with --encoding") from None  # fmt: skip
    return max(DELIMITERS, key=lambda d: _fit(lines, d))


def _fit(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Count the rows that are as wide as the header, and how wide that is."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(w == widths[0] for w in widths), widths[0]


def _excel(path: Path, sheet: str | None) -> tuple[Callable[[], Iterator[Row]], tuple[str, ...]]:
    _check_size(path)
    book = _workbook(path, values=True)
    names = [sheet.title for sheet in book.worksheets]
    if not names:
        raise InvalidFile(f"{path}: there is no sheet in it")
    if sheet is not None and sheet not in names:
        raise InvalidFile(f"{path}: no sheet is called {sheet!r}; there are {', '.join(names)}")
    name = sheet or names[0]
    first = f"{path.name}: read sheet {name!r}, the first of {len(names)}"
    told = (first,) if not sheet and names[1:] else ()

    return lambda: _excel_rows(path, name), told


def _excel_rows(path: Path, sheet: str) -> Iterator[Row]:
    try:
        values, formulas = (_workbook(path, values=v)[sheet].iter_rows() for v in (True, False))
        for number, (row, written) in enumerate(zip(values, formulas, strict=False), 1):
            yield number, [_cell(path, v, w) for v, w in zip(row, written, strict=False)]
    except InvalidFile:
        raise
    except Exception as error:  # as when a workbook is opened, for sheets are read later
        raise _no_workbook(path, error) from None


def _check_size(path: Path) -> None:
    """Refuse what would unpack to much more than it looks."""
    try:
        with zipfile.ZipFile(path) as packed:
            whole = sum(info.file_size for info in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise InvalidFile(f"{path}: it is no Excel file, or is damaged") from None
    if whole > LARGEST_UNPACKED or whole > LARGEST_RATIO * max(path.stat().st_size, _SMALLEST):
        raise InvalidFile(
            f"{path}: it would unpack to {whole / 1e6:,.0f} MB, which no table of this size does; "
            "save it as CSV if it is what you think"
        )


def _workbook(path: Path, *, values: bool) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(path, read_only=True, data_only=values)
    except Exception as error:  # openpyxl raises whatever its XML parser does
        raise _no_workbook(path, error) from None


def _no_workbook(path: Path, error: Exception) -> InvalidFile:
    why = str(error)[:_SHOWN] or error.__class__.__name__
    return InvalidFile(f"{path}: it is no Excel file, or is damaged ({why})")


def _cell(path: Path, value: Any, written: Any) -> str:
    content = value.value
    if content is None and isinstance(written.value, str) and written.value.startswith("="):
        raise InvalidFile(
            f"{path}, cell {written.coordinate}: the formula {written.value!r} has no value "
            "stored; open the file in a spreadsheet program and save it"
        )
    return _plain(content)


def _plain(content: Any) -> str:
    """Return the content of a cell as text."""
    if content is None:
        return ""
    if isinstance(content, bool):
        return "1" if content else "0"
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    if isinstance(content, datetime):
        text = content.isoformat(sep=" ")
        return text.removesuffix(" 00:00:00")
    return content.isoformat() if isinstance(content, date) else str(content)


def _parquet(path: Path) -> Callable[[], Iterator[Row]]:
    import duckdb

    from stancegraph.store.file import NO_EXTENSIONS, enclose

    def read() -> Iterator[Row]:
        try:
            with duckdb.connect(config=NO_EXTENSIONS) as connection:
                named = glob.escape(str(path))  # a name with a star in it would mean other files
                connection.execute("SET allowed_directories = ?", [[str(path.resolve().parent)]])
                enclose(connection)
                found = connection.execute("SELECT * FROM read_parquet(?)", [named])
                yield 1, [column[0] for column in found.description or ()]
                number = 1
                while rows := found.fetchmany(_STEP):
                    for number, row in enumerate(rows, number + 1):  # noqa: B020
                        yield number, [_plain(content) for content in row]
        except duckdb.Error as error:
            raise InvalidFile(f"{path}: it is no Parquet file, or is damaged ({error})") from None

    return read
