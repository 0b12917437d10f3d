"""Fixtures that several test files share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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
