"""Networks equal those of Discourse Network Analyzer 3.0.11.5, one by one."""

from __future__ import annotations

import csv
import io
import sqlite3
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from stancegraph.measure.discourse import (
    Aggregation,
    Design,
    Network,
    Normalization,
    one_mode,
    two_mode,
)
from stancegraph.measure.discourse_design import ONE_MODE, TWO_MODE
from stancegraph.measure.discourse_kernels import (
    Kernel,
    Smoothing,
    smoothed_one_mode,
    smoothed_two_mode,
    to_unit_sum,
)
from stancegraph.measure.discourse_statements import (
    Column,
    Duplicates,
    Statements,
    boolean,
    integer,
    select,
    statements,
    text,
    without_duplicates,
)
from stancegraph.measure.discourse_windows import Unit, windows

Row = Mapping[str, str]
Cells = dict[tuple[str, str], float]

VARIABLES = """
    select s.ID, s.DocumentId, s.Start, d.Date,
      max(case v.Variable when 'person' then e.Value end),
      max(case v.Variable when 'organization' then e.Value end),
      max(case v.Variable when 'concept' then e.Value end),
      max(b.Value), d.Title, d.Author, d.Source, d.Section, d.Type
    from STATEMENTS s
    join STATEMENTTYPES t on t.ID = s.StatementTypeId and t.Label = 'DNA Statement'
    join DOCUMENTS d on d.ID = s.DocumentId
    join DATASHORTTEXT x on x.StatementId = s.ID
    join VARIABLES v on v.ID = x.VariableId
    join ENTITIES e on e.ID = x.Entity
    left join DATABOOLEAN b on b.StatementId = s.ID
    group by s.ID
"""


@pytest.fixture(scope="module")
def sample(shared: Path) -> Statements:
    """The statements of DNA's sample database."""
    file = shared / "reference/dna/sample.dna"
    with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as database:
        rows = database.execute(VARIABLES).fetchall()
    ids, documents, starts, dates, *values = zip(*rows, strict=True)
    names = ["person", "organization", "concept", "", "title", "author", "source", "section"]
    columns = {name: text(v) for name, v in zip(names, values, strict=False) if name}
    columns |= {
        "agreement": boolean(values[3]),
        "type": text(values[8]),
        "id": text([str(i) for i in documents]),
    }
    time = [datetime.fromtimestamp(date, UTC).replace(tzinfo=None) for date in dates]
    return statements(columns, time=time, document=documents, ids=ids, position=starts)


@pytest.fixture(scope="module")
def index(shared: Path) -> list[Row]:
    with (shared / "reference/dna/index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def results(shared: Path) -> dict[str, str]:
    with tarfile.open(shared / "reference/dna/matrices.tar.xz") as archive:
        files = ((member.name, archive.extractfile(member)) for member in archive)
        return {name.removeprefix("./"): file.read().decode() for name, file in files if file}


def needs_dna_compatible(row: Row) -> bool:
    """Whether only `dna_compatible` gives this result: where DNA is wrong, or is not asked well."""
    legal = ONE_MODE if row["type"] == "onemode" else TWO_MODE
    falls_back = not {row["agg"], row["norm"]} <= legal
    is_no_cosine = row["type"] == "onemode" and row["norm"] == "cosine"
    counts_one_sided_names = row["q"] == "author" and row["agg"] in {"conflict", "subtract"}
    is_smoothed_one_mode = row["kernel"] != "no" and row["type"] == "onemode"
    is_wrong_kernel = row["kernel"] in {"triangular", "epanechnikov"}
    return (
        falls_back
        or is_no_cosine
        or counts_one_sided_names
        or is_smoothed_one_mode
        or is_wrong_kernel
    )


def design_of(row: Row) -> Design:
    return Design(
        row["v1"],
        row["v2"],
        None if row["q"] == "null" else row["q"],
        Aggregation(row["agg"]),
        Normalization(row["norm"]),
    )


def moment(row: Row, end: str) -> np.datetime64:
    day, month, year = row[f"{end}date"].split(".")
    return np.datetime64(f"{year}-{month}-{day}T{row[f'{end}time']}", "s")


def ranged(sample: Statements, row: Row) -> Statements:
    """Apply DNA's filters on time and on documents, those from which it takes its isolates."""
    table = select(sample, since=moment(row, "start"), until=moment(row, "stop"))
    for field in ("authors", "sources", "sections", "types"):
        if row[f"ex{field}"]:
            column = field.removesuffix("s")
            # An inverted document filter excludes nothing but the others.
            is_only = row[f"inv{field}"] == "true"
            table = filtered(table, {column: [row[f"ex{field}"]]}, is_only=is_only)
    return table


def filtered(table: Statements, labels: dict[str, list[str]], *, is_only: bool) -> Statements:
    return select(table, only=labels) if is_only else select(table, without=labels)


def kept(table: Statements, row: Row) -> Statements:
    """Apply DNA's filters on values and duplicates."""
    labels = defaultdict(list)
    if row["exvar"]:
        for variable, value in zip(row["exvar"].split("|"), row["exval"].split("|"), strict=True):
            labels[variable].append(value)
    table = filtered(table, labels, is_only=row["invvalues"] == "true")
    by = [row["v1"], row["v2"]]
    if row["agg"] != "ignore":
        by.append(row["q"])
    return without_duplicates(table, Duplicates(row["dup"]), by)


def network_of(sample: Statements, row: Row, *, dna_compatible: bool) -> Network:
    table = ranged(sample, row)
    build = one_mode if row["type"] == "onemode" else two_mode
    return build(
        kept(table, row),
        design_of(row),
        isolates=table if row["iso"] == "true" else None,
        dna_compatible=dna_compatible,
    )


def series_of(sample: Statements, row: Row, *, dna_compatible: bool) -> Iterator[Network]:
    unit, width, table = Unit(row["window"]), int(row["wsize"]), kept(sample, row)
    if row["kernel"] == "no":
        build = one_mode if row["type"] == "onemode" else two_mode
        isolates = table if row["iso"] == "true" else None
        for window in windows(table, width, unit):
            yield build(
                window.statements,
                design_of(row),
                isolates=isolates,
                dna_compatible=dna_compatible,
            )
        return
    smooth = smoothed_one_mode if row["type"] == "onemode" else smoothed_two_mode
    smoothing = Smoothing(Kernel(row["kernel"]), width, unit, is_indented=row["indent"] == "true")
    for part in smooth(table, design_of(row), smoothing, dna_compatible=dna_compatible):
        yield to_unit_sum(part.network) if row["normone"] == "true" else part.network


def cells_of(network: Network) -> Cells:
    return {
        (row, column): float(network.matrix[i, j])
        for i, row in enumerate(network.rows)
        for j, column in enumerate(network.columns)
    }


def reference_network(content: str) -> tuple[list[str], list[str], Cells]:
    header, *lines = csv.reader(io.StringIO(content))
    columns = [name for name in header[1:] if name]
    cells = {
        (line[0], column): float(value)
        for line in lines
        for column, value in zip(columns, line[1:], strict=True)
    }
    return [line[0] for line in lines], columns, cells


def is_equal(found: Cells, wanted: Cells) -> bool:
    return found.keys() >= wanted.keys() and all(
        value == pytest.approx(wanted.get(cell, 0.0), rel=1e-9, abs=1e-9)
        for cell, value in found.items()
    )


def is_network_reproduced(
    sample: Statements, row: Row, content: str, *, dna_compatible: bool
) -> bool:
    network = network_of(sample, row, dna_compatible=dna_compatible)
    rows, columns, cells = reference_network(content)
    return (list(network.rows), list(network.columns)) == (rows, columns) and is_equal(
        cells_of(network), cells
    )


def is_series_reproduced(
    sample: Statements, row: Row, content: str, *, dna_compatible: bool
) -> bool:
    """Compare all networks; the file leaves out zeros, but for windows with their own labels."""
    wanted: dict[int, Cells] = defaultdict(dict)
    for line in csv.DictReader(io.StringIO(content)):
        wanted[int(line["window"])][line["row"], line["col"]] = float(line["value"])
    networks = dict(enumerate(series_of(sample, row, dna_compatible=dna_compatible), start=1))
    has_own_labels = row["kernel"] == "no" and row["iso"] == "false"
    return wanted.keys() <= networks.keys() and all(
        is_equal(cells_of(network), wanted[number])
        and (not has_own_labels or cells_of(network).keys() == wanted[number].keys())
        for number, network in networks.items()
    )


def is_reproduced(
    sample: Statements, row: Row, results: dict[str, str], *, dna_compatible: bool
) -> bool:
    compare = is_network_reproduced if row["window"] == "no" else is_series_reproduced
    return compare(sample, row, results[row["file"]], dna_compatible=dna_compatible)


def test_all_results_of_dna_are_reproduced(
    sample: Statements, index: list[Row], results: dict[str, str]
) -> None:
    assert len(index) == 1257
    failed = [
        row["file"]
        for row in index
        if not is_reproduced(sample, row, results, dna_compatible=needs_dna_compatible(row))
    ]
    assert failed == []


def test_the_switch_also_gives_what_needs_none(
    sample: Statements, index: list[Row], results: dict[str, str]
) -> None:
    others = [row for row in index if not needs_dna_compatible(row)]
    assert len(others) == 1011
    assert all(is_reproduced(sample, row, results, dna_compatible=True) for row in others)


def test_the_switch_is_needed_where_it_is_used(
    sample: Statements, index: list[Row], results: dict[str, str]
) -> None:
    """But for illegal options, which raise, and networks of nothing but zeros."""
    legal = [
        row
        for row in index
        if needs_dna_compatible(row)
        and not row["file"].startswith("sample/fallback")
        and has_ties(row, results[row["file"]])
    ]
    assert len(legal) == 206
    assert not any(is_reproduced(sample, row, results, dna_compatible=False) for row in legal)


def has_ties(row: Row, content: str) -> bool:
    return row["window"] != "no" or any(reference_network(content)[2].values())


def tab_separated(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]


def of_one_day(columns: dict[str, Column]) -> Statements:
    count = len(next(iter(columns.values())).codes)
    return statements(columns, time=["2024-07-01"] * count)


def test_networks_of_an_integer_scale_equal_those_of_dna(shared: Path) -> None:
    who, what, stance = zip(
        *tab_separated(shared / "reference/dna_integer_statements.tsv"), strict=True
    )
    table = of_one_day(
        {
            "who": text(who),
            "what": text(what),
            "stance": integer([int(value) for value in stance], span=(-1, 1)),
        }
    )
    wanted: dict[tuple[str, str, str], Cells] = defaultdict(dict)
    for mode, agg, norm, row, column, value in tab_separated(
        shared / "reference/dna_integer_networks.tsv"
    )[1:]:
        wanted[mode, agg, norm][row, column] = float(value)
    assert len(wanted) == 22
    for (mode, agg, norm), cells in wanted.items():
        design = Design("who", "what", "stance", Aggregation(agg), Normalization(norm))
        build = one_mode if mode == "onemode" else two_mode
        network = build(table, design, dna_compatible=norm == "cosine")
        assert is_equal(cells_of(network), cells), (mode, agg, norm)


def test_three_against_three_come_out_as_two_camps(shared: Path) -> None:
    """DNA's own polarization mixes these camps; its networks do not."""
    actors = ["A1", "A2", "A3", "B1", "B2", "B3"]
    said = [(actor, option) for actor in actors for option in "pqrs"]
    table = of_one_day(
        {
            "who": text([actor for actor, _ in said]),
            "what": text([option for _, option in said]),
            "agrees": boolean([(actor[0] == "A") == (option in "pq") for actor, option in said]),
        }
    )
    for aggregation in (Aggregation.CONGRUENCE, Aggregation.CONFLICT):
        file = shared / f"reference/dna_camps/1m_camps_{aggregation}_average.csv"
        design = Design("who", "what", "agrees", aggregation, Normalization.AVERAGE)
        rows, _, cells = reference_network(file.read_text(encoding="utf-8"))
        assert rows == actors
        assert is_equal(cells_of(one_mode(table, design)), cells)

    subtract = Design("who", "what", "agrees", Aggregation.SUBTRACT)
    signs = cells_of(one_mode(table, subtract))
    camps = {frozenset(b for b in actors if a == b or signs[a, b] > 0) for a in actors}
    assert camps == {frozenset(actors[:3]), frozenset(actors[3:])}
