"""Make the pictures of the docs from the shipped debate. Run: python docs/pictures.py.

Needs Chromium (Debian's package chromium, or CHROMIUM naming another) and the extra "test".
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import stancegraph

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "view.html"
        stancegraph.load().view().save(page_file)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{page_file.as_uri()}#option=allied-interception&at=pol@allied-interception")
        page.wait_for_timeout(500)
        page.screenshot(path=IMAGES / "view.png")
        browser.close()


if __name__ == "__main__":
    main()
