"""A page opened in a browser from a file, without network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

DESKTOP, PHONE, PROJECTOR = (1440, 900), (390, 844), (1920, 1080)
READY = "document.documentElement.classList.contains('on')"


class Opened:
    """A page in a tab, and what it asked for and complained of."""

    def __init__(self, tab: Tab, file: Path) -> None:
        self.tab = tab
        self.file = file
        self.address = file.as_uri()
        self.requests: list[str] = []
        self.messages: list[str] = []
        tab.on("request", lambda r: self.requests.append(r.url))
        tab.on("console", lambda m: self.messages.append(m.text))
        tab.on("pageerror", lambda e: self.messages.append(str(e)))

    def go(self, at: str = "") -> Tab:
        """Open the page at an address within it."""
        self.tab.goto("about:blank")
        self.tab.goto(self.address + at)
        self.tab.wait_for_function(READY)
        return self.tab

    def saved(self, button: str) -> bytes:
        """Press a button that saves a file, and return what was saved."""
        with self.tab.expect_download() as download:
            self.tab.locator(f"#{button}").click()
        return Path(download.value.path()).read_bytes()

    def panel(self) -> str:
        """Return what the evidence panel says."""
        return self.tab.locator("#panel").inner_text()

    @property
    def is_wider_than_the_screen(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        found: bool = self.tab.evaluate("document.documentElement.scrollWidth > innerWidth")
        return found


@contextmanager
def opening(
    browser: Browser, page: Page, folder: Path, size: tuple[int, int] = DESKTOP, **more: Any
) -> Iterator[Opened]:
    """Open a page; afterwards it must have loaded nothing and complained of nothing."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **more)
    opened = Opened(context.new_page(), page.save(folder / "page.html"))
    yield opened
    context.close()
    assert opened.messages == []
    asked = {r.partition("#")[0] for r in opened.requests if not r.startswith(("data:", "blob:"))}
    assert asked <= {opened.address, "about:blank"}


def overlapping(tab: Tab, selector: str) -> list[str]:
    """Return the texts of those of the visible elements that lie on each other."""
    found: list[str] = tab.evaluate(
        """(selector) => {
            const shown = [...document.querySelectorAll(selector)]
                .map((e) => ({ e, boxes: [...e.getClientRects()] }))
                .map(({ e, boxes }) => ({ e, boxes: boxes.filter((b) => b.width && b.height) }));
            const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
                || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
            const found = [];
            shown.forEach((one, i) => shown.slice(i + 1).forEach((other) => {
                if (one.boxes.some((a) => other.boxes.some((b) => !apart(a, b))))
                    found.push(`${one.e.innerText} | ${other.e.innerText}`);
            }));
            return found;
        }""",
        selector,
    )
    return found


def clipped(tab: Tab, selector: str) -> list[str]:
    """Return the texts of those of the elements that are larger than their place."""
    found: list[str] = tab.evaluate(
        """(selector) => [...document.querySelectorAll(selector)]
            .filter((e) => e.clientWidth && e.clientHeight)
            .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
            .map((e) => e.innerText)""",
        selector,
    )
    return found
