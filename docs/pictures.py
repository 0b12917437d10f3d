"""Make the pictures of the docs from the shipped debate. Run: python docs/pictures.py.

Needs Chromium (Debian's package chromium, or CHROMIUM naming another) and the extra "test".
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import stancegraph
from stancegraph.cli import main as main_command

IMAGES = Path(__file__).parent / "images"

PAGES = {
    "positions": ("positions", "#at=pol@allied-interception", 1440, 900),
    "matrix": ("matrix", "#at=pol@allied-interception", 1440, 800),
    "network": ("network", "#at=pol@allied-interception", 1440, 900),
    "timeline": ("timeline", "#at=usa@us-weapons-in-russia", 1440, 900),
    "story": ("story", "#story=3", 1440, 900),
    "phone": ("positions", "#at=pol@allied-interception", 390, 844),
}
"""What is shown of which kind, and how large the window is."""


ANSWERS = {
    "answer": (("gap", "allied-interception"), "", 1440, 900),
    "what-if": (("whatif", "usa supports allied-interception"), ".player .on", 1440, 900),
}
"""Which answers are shown as pages, on what is clicked, and how large the window is."""


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in PAGES:
            take(browser, name)
        for name in ANSWERS:
            take_answer(browser, name)
        browser.close()
    stancegraph.load().picture("positions").save(IMAGES / "positions.svg")


def take(browser: Browser, name: str) -> None:
    """Open one page and keep what is seen of it."""
    kind, at, width, height = PAGES[name]
    with tempfile.TemporaryDirectory() as folder:
        file = stancegraph.load().view(kind).save(Path(folder) / "view.html")
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.goto(f"{file.as_uri()}{at}")
        tab.wait_for_timeout(500)
        tab.screenshot(path=IMAGES / f"{name}.png")
        tab.close()


def take_answer(browser: Browser, name: str) -> None:
    """Ask a question, open the page of its answer and keep what is seen of it."""
    words, clicked, width, height = ANSWERS[name]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.html"
        main_command([*words, "-o", str(file)], standalone_mode=False)
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.goto(file.as_uri())
        if clicked:
            tab.locator(clicked).first.click()
        tab.wait_for_timeout(1000)
        tab.screenshot(path=IMAGES / f"{name}.png")
        tab.close()


if __name__ == "__main__":
    main()
