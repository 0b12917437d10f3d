"""The page of methods lists every measure, with the source that its function names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
MEASURES = ROOT / "graph/stancegraph/measure"
DOI = re.compile(r"https://doi\.org/[^\s,;|]+")


def sourced() -> dict[str, str]:
    """Return the docstring of each public measure that names a source, by module and name."""
    found = {}
    for path in sorted(MEASURES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                text = ast.get_docstring(node) or ""
                if "Source:" in text:
                    found[f"{path.stem}.{node.name}"] = text
    return found


def rows() -> dict[str, list[str]]:
    """Return the cells of the page's rows after the first, by the measure that the first names."""
    found: dict[str, list[str]] = {}
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            first, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
            found[first.strip("` ")] = rest
    return found


SOURCED, ROWS = sourced(), rows()


def test_every_measure_is_on_the_page_and_nothing_else() -> None:
    assert len(SOURCED) > 40
    assert set(ROWS) == set(SOURCED)


@pytest.mark.parametrize("measure", sorted(SOURCED))
def test_a_row_has_formula_source_reference_and_test(measure: str) -> None:
    formula, source, reference, tests = ROWS[measure]
    assert formula
    assert re.search(r"\d{4}|Discourse Network Analyzer|as the measure", source)
    assert reference
    assert "::" in tests


@pytest.mark.parametrize("measure", sorted(SOURCED))
def test_the_source_is_the_one_that_the_function_names(measure: str) -> None:
    docstring = " ".join(SOURCED[measure].split())
    assert [doi for doi in DOI.findall(ROWS[measure][1]) if doi not in docstring] == []


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py::\w+)`", PAGE))))
def test_the_test_of_a_row_exists(named: str) -> None:
    file, name = named.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
