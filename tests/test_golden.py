"""Whole answers as they print, compared as text.

STANCEGRAPH_REGENERATE=1 python -m pytest tests/test_golden.py writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from stancegraph.cli import main

GOLDEN = Path(__file__).parent / "golden"
ANSWERS = {
    "who": "who allied-interception",
    "who-roll-up": "who allied-interception --roll-up",
    "who-own-words": "who allied-interception --own-words",
    "who-nobody": "who joint-air-defence",
    "align": "align pol",
    "align-roll-up": "align ukr --roll-up",
    "compare": "compare deu usa",
    "position": "position usa",
    "position-france": "position France",
    "evidence": "evidence --actor pol",
    "dissent": "dissent",
    "options": "options",
    "trace": "trace pol allied-interception",
    "trace-nothing": "trace fra allied-interception",
    "who-markdown": "who allied-interception --format markdown",
    "compare-json": "compare deu usa --format json",
    "who-csv": "who allied-interception --format csv",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_prints_as_it_did(name: str) -> None:
    result = CliRunner(env={"COLUMNS": "100"}).invoke(main, ANSWERS[name].split())
    assert result.exit_code == 0, result.output
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("STANCEGRAPH_REGENERATE"):
        file.write_bytes(result.stdout_bytes)
    assert result.stdout_bytes == file.read_bytes()
