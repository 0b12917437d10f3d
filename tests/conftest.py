"""Fixtures that several test files share."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from servers import absent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("stancegraph", deadline=None)  # a busy machine is no finding
settings.load_profile("stancegraph")

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the Chromium that is installed on this machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        absent("no chromium on the path")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data and reference values that lies beside the project."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "reference").is_dir():
        absent("the folder ../shared with real data and reference values is absent")
    return folder


IMPORTED = {
    "un": ("unvotes", "unga_votes_voeten", ("unga_votes", "unga_roll_calls", "unga_issues")),
    "dna": ("dna", "dna_sample", ("sample.dna",)),
    "iraq": ("table", "iraq2003", ("iraq2003_statements.csv",)),
}
"""What the fixtures below import: the kind, the folder of the data, the files."""


@pytest.fixture(scope="session")
def imported(
    shared: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str], str]:
    """Give the path of a graph's file made of real data, made once for all workers; not changed."""
    own = tmp_path_factory.getbasetemp()
    base = own if worker_id == "master" else own.parent

    def path_of(name: str) -> str:
        from click.testing import CliRunner

        from stancegraph.cli import main

        kind, folder, files = IMPORTED[name]
        path = base / f"imported-{name}.duckdb"
        with (base / f"imported-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                found = [str(next((shared / "data" / folder).glob(f"{f}*"))) for f in files]
                done = CliRunner().invoke(main, ["import", kind, *found, "-o", str(path)])
                assert done.exit_code == 0, done.output
        return str(path)

    return path_of


@pytest.fixture(scope="session")
def un(imported: Callable[[str], str]) -> str:
    """Give the path of all votes of the United Nations as a graph's file."""
    return imported("un")


@pytest.fixture(scope="session")
def dna(imported: Callable[[str], str]) -> str:
    """Give the path of the sample of Discourse Network Analyzer as a graph's file."""
    return imported("dna")


@pytest.fixture(scope="session")
def iraq(imported: Callable[[str], str]) -> str:
    """Give the path of the debate on the war in Iraq as a graph's file."""
    return imported("iraq")
