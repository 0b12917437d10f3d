"""Discourse networks as files: CSV, GraphML, GEXF, DL, JSON and Parquet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancegraph.discourse import Made
from stancegraph.errors import StanceError
from stancegraph.measure.discourse import Network
from stancegraph.write.files import write_file
from stancegraph.write.table import cells_csv

if TYPE_CHECKING:
    import networkx

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_networks(made: Sequence[Made], path: Path) -> tuple[Path, ...]:
    """Write networks in the format that the file's name ends in; return the files.

    JSON and Parquet hold those of all windows in one file; the others take one file a window, with
    its time in the name. Raises StanceError for an ending that is none of these.
    """
    suffix = path.suffix.lower()
    if suffix in _ALL_IN_ONE:
        _ALL_IN_ONE[suffix](made, path)
        return (path,)
    if suffix not in _ONE_EACH:
        known = ", ".join((*_ONE_EACH, *_ALL_IN_ONE))
        raise StanceError(f"{path}: networks are written as {known}, not as {suffix!r}")
    write = _ONE_EACH[suffix]
    if len(made) == 1 and made[0].centre is None:
        write_file(path, write(made[0].network))
        return (path,)
    names = _names([m.centre for m in made])
    files = tuple(path.with_name(f"{path.stem}-{name}{path.suffix}") for name in names)
    for file, m in zip(files, made, strict=True):
        write_file(file, write(m.network))
    return files


def _names(times: Sequence[np.datetime64 | None]) -> list[str]:
    """Return days as names, with the time, and then a number, where days are not apart."""
    days = [str(t)[:10] for t in times]
    if len({*days}) == len(days):
        return days
    moments = [str(t).replace(":", "") for t in times]
    if len({*moments}) == len(moments):
        return moments
    return [f"{at:04}-{day}" for at, day in enumerate(days, 1)]


def network_csv(network: Network) -> str:
    """Return a network as a matrix whose first row and column are labels."""
    cells = (map(_number, values) for values in network.matrix.tolist())
    rows: list[list[Any]] = [["", *network.columns]]
    rows += ([row, *values] for row, values in zip(network.rows, cells, strict=True))
    return cells_csv(rows)


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def to_networkx(network: Network) -> networkx.Graph[str]:
    """Return a network whose ties are the cells that are not 0; labels without ties stay.

    Of two modes, every node says which it is of, and one label in both is two nodes.
    """
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    is_one_mode = network.rows is network.columns or network.rows == network.columns
    rows = [_clean(label) for label in network.rows]
    columns = rows if is_one_mode else [f"column: {_clean(c)}" if _clean(c) in rows else _clean(c)
                                        for c in network.columns]  # fmt: skip
    for labels, names, mode in (
        (network.rows, rows, "row"),
        *([] if is_one_mode else [(network.columns, columns, "column")]),
    ):
        for label, name in zip(labels, names, strict=True):
            graph.add_node(name, label=_clean(label), mode=mode)
    for i, j in np.argwhere(network.matrix != 0).tolist():
        if not is_one_mode or i <= j:
            value = float(network.matrix[i, j])
            graph.add_edge(rows[i], columns[j], weight=value, sign=1 if value > 0 else -1)
    return graph


def _clean(label: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", label)


def network_graphml(network: Network) -> str:
    """Return a network as GraphML, for Gephi, visone, yEd and others."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(network), named_key_ids=True)) + "\n"


def network_gexf(network: Network) -> str:
    """Return a network as GEXF, for Gephi; without the day on which it was written."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_gexf(to_networkx(network), out)
    return re.sub(r' lastmodifieddate="[^"]*"', "", out.getvalue().decode())


def network_dl(network: Network) -> str:
    """Return a network as UCINET's DL, a full matrix with labels."""
    is_one_mode = network.rows == network.columns
    size = f"n={len(network.rows)}" if is_one_mode else (
        f"nr={len(network.rows)} nc={len(network.columns)}"
    )  # fmt: skip
    lines = [f"dl {size} format=fullmatrix"]
    if is_one_mode:
        lines += ["labels:", ",".join(map(_quoted, network.rows))]
    else:
        lines += ["row labels:", ",".join(map(_quoted, network.rows))]
        lines += ["column labels:", ",".join(map(_quoted, network.columns))]
    lines.append("data:")
    lines += [" ".join(repr(_number(x)) for x in row) for row in network.matrix.tolist()]
    return "\n".join(lines) + "\n"


def _quoted(label: str) -> str:
    """Return a label in quotes; DL knows no quotes inside them and no line breaks."""
    return '"' + " ".join(label.replace('"', "'").split()) + '"'


def _write_json(made: Sequence[Made], path: Path) -> None:
    content = [
        {
            **({} if m.centre is None else {"time": str(m.centre)}),
            "rows": m.network.rows,
            "columns": m.network.columns,
            "matrix": m.network.matrix.tolist(),
        }
        for m in made
    ]
    has_windows = len(content) != 1 or "time" in content[0]
    whole: Any = {"windows": content} if has_windows else content[0]
    write_file(path, json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n")


def _write_parquet(made: Sequence[Made], path: Path) -> None:
    """Write a table of ties: row, column, value and, of windows, time."""
    ties = [
        {
            "row": m.network.rows[i],
            "column": m.network.columns[j],
            "value": float(m.network.matrix[i, j]),
            **({} if m.centre is None else {"time": str(m.centre)}),
        }
        for m in made
        for i, j in np.argwhere(m.network.matrix != 0).tolist()
    ]
    header = ["row", "column", "value", *(["time"] if made[0].centre is not None else [])]
    write_file(path, rows_parquet(ties, header))


def rows_parquet(rows: Sequence[Mapping[str, Any]], header: Sequence[str]) -> bytes:
    """Return rows as a Parquet file; numbers stay numbers, all else is text."""
    import tempfile

    import duckdb

    columns: dict[str, Any] = {}
    for at, name in enumerate(header):
        values = [row[name] for row in rows]
        is_number = bool(values) and all(isinstance(v, float) for v in values)
        texts = [None if v is None else v if is_number else str(v) for v in values]
        columns[f"c{at}"] = np.array(texts, dtype=float if is_number else object)
    names = ", ".join(
        f"c{at}{'' if columns[f'c{at}'].dtype.kind == 'f' else '::VARCHAR'} AS {_identifier(name)}"
        for at, name in enumerate(header)
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder) / "rows.parquet"
        connection.register("given", columns)
        connection.sql(f"SELECT {names} FROM given").write_parquet(str(file))
        return file.read_bytes()


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_ONE_EACH: dict[str, Callable[[Network], str]] = {
    ".csv": network_csv,
    ".graphml": network_graphml,
    ".gexf": network_gexf,
    ".dl": network_dl,
}
_ALL_IN_ONE: dict[str, Callable[[Sequence[Made], Path], None]] = {
    ".json": _write_json,
    ".parquet": _write_parquet,
}
