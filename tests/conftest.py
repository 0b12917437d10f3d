"""Fixtures that several test files share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
        _absent("no chromium on the path")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data and reference values that lies beside the project."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "reference").is_dir():
        _absent("the folder ../shared with real data and reference values is absent")
    return folder


def _absent(why: str) -> NoReturn:
    """Skip, or fail where everything is required."""
    if os.environ.get("STANCEGRAPH_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)
