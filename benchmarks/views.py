"""What the network of a large graph costs in the browser, against stock pyvis on the same graph.

Needs playwright and Chromium. Run: python benchmarks/views.py
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from stancegraph.graph import Graph
from stancegraph.model import (
    Actor,
    ActorKind,
    Bounds,
    Capacity,
    Certainty,
    Debate,
    Evidence,
    EvidenceKind,
    Issue,
    Mode,
    Option,
    Paragraph,
    Polarity,
    Source,
    Stance,
)
from stancegraph.view.pages import view

SIZES = ((1_500, 500, 4), (7_500, 2_500, 4))
DAY = Bounds(not_before=date(2024, 6, 1), not_after=date(2024, 6, 1))
MOST_SECONDS = 60
HEAD = f"{'page':32} {'MB':>6} {'opens, s':>9} {'times':>7} {'frames/s':>9} {'times':>7}"
DRAG_SECONDS = 3.0
OURS = "() => window.stancegraph?.picture?.state.scene && stancegraph.picture.network"
STOCK = "() => typeof network !== 'undefined' && network.body && network"
COUNTER = """(network) => {
  window.framesDrawn = 0;
  network.on("afterDrawing", () => { window.framesDrawn += 1; });
}"""
FIRST = """const seen = () => {
  let found = null;
  try { found = (%s)(); } catch { /* It is declared, and not there yet. */ }
  if (!found) return requestAnimationFrame(seen);
  const done = () => requestAnimationFrame(() => { window.firstDrawn ||= performance.now(); });
  if (!found.physics.physicsEnabled) return done();
  found.once("stabilizationIterationsDone", () => found.once("afterDrawing", done));
};
requestAnimationFrame(seen);"""


@dataclass(frozen=True)
class Opened:
    """What a page cost: its size, seconds to the first whole drawing, frames a second."""

    megabytes: float
    seconds: float | None
    frames: float | None


def graph_of(actors: int, options: int, each: int, seed: int = 1) -> Graph:
    """Make a graph of two camps; every actor has so many stances, always the same."""
    chance = random.Random(seed)
    evidence = []
    for a in range(actors):
        for o in sorted(chance.sample(range(options), each)):
            agrees = (a * 2 < actors) == (o % 2 == 0)
            supports = agrees if chance.random() < 0.85 else not agrees
            evidence.append(_statement(a, o, Polarity.SUPPORTS if supports else Polarity.OPPOSES))
    debate = Debate(
        id="large",
        title="A large debate",
        actors=tuple(
            Actor(id=_actor(a), kind=ActorKind.PERSON, name=f"Speaker {a}") for a in range(actors)
        ),
        issues=(Issue(id="issue", name="Issue", definition="One."),),
        options=tuple(
            Option(id=_option(o), name=f"Proposal number {o}", definition="One.", issue="issue")
            for o in range(options)
        ),
        sources=(
            Source(
                id="report", title="Report", when=DAY, paragraphs=(Paragraph(n=1, digest="0" * 64),)
            ),
        ),
        evidence=tuple(evidence),
    )
    return Graph(debate, Debate(id="reference", title="None"))


def _actor(a: int) -> str:
    return f"speaker-{a}"


def _option(o: int) -> str:
    return f"proposal-{o}"


def _statement(a: int, o: int, polarity: Polarity) -> Evidence:
    stance = Stance(
        holder=_actor(a), option=_option(o), polarity=polarity, certainty=Certainty.CERTAIN
    )
    return Evidence(
        id=f"s-{a}-{o}",
        kind=EvidenceKind.STATEMENT,
        source="report",
        paragraph=1,
        speaker=_actor(a),
        capacity=Capacity.OWN,
        mode=Mode.DIRECT,
        gist="Says so.",
        when=DAY,
        stances=(stance,),
    )


def stock_page(graph: Graph, places: dict[str, tuple[int, int]] | None) -> str:
    """Make the page that pyvis makes: as it comes, or as light as its settings make it.

    Light means physics off, places given, and no lines that need hidden nodes of their own.
    """
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    nodes = [(f"{a.id}@", a.name) for a in graph.debate.actors]
    nodes += [(f"@{o.id}", o.name) for o in graph.debate.options]
    for node, label in nodes:
        x, y = places[node] if places else (None, None)
        net.add_node(node, label=label, x=x, y=y)
    for e in graph.debate.evidence:
        for s in e.stances:
            net.add_edge(f"{s.holder}@", f"@{s.option}")
    if places:
        net.toggle_physics(False)
        net.set_edge_smooth("continuous")
    return str(net.generate_html())


def opened(browser: Browser, file: Path, network: str, at: str = "") -> Opened:
    """Open a page and drag it about."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    tab = context.new_page()
    tab.add_init_script(FIRST % network)
    megabytes = file.stat().st_size / 1e6
    tab.goto(file.as_uri() + at, wait_until="commit")
    seconds = _first_drawing(tab)
    if seconds is None:
        context.close()
        return Opened(megabytes, None, None)
    tab.evaluate(f"({COUNTER})(({network})())")
    box = tab.locator("canvas").first.bounding_box()
    assert box
    x, y = box["x"] + 30, min(box["y"] + 30, 800)
    tab.mouse.move(x, y)
    tab.mouse.down()
    start = time.perf_counter()
    for step in _steps():
        tab.mouse.move(x + step, y + step / 2)
    frames = tab.evaluate("window.framesDrawn") / (time.perf_counter() - start)
    tab.mouse.up()
    context.close()
    return Opened(megabytes, seconds, frames)


def _first_drawing(tab: Page) -> float | None:
    """Return after how many seconds all was drawn; None where it takes too long."""
    end = time.perf_counter() + MOST_SECONDS
    while time.perf_counter() < end:
        drawn = tab.evaluate("window.firstDrawn || 0")
        if drawn:
            return float(drawn) / 1000
        time.sleep(0.05)
    return None


def _steps() -> Iterator[int]:
    """Yield how far the pointer is, there and back, until the time is over."""
    end, at = time.perf_counter() + DRAG_SECONDS, 0
    while time.perf_counter() < end:
        at += 4
        yield at % 400 if at // 400 % 2 == 0 else 400 - at % 400


def pages(graph: Graph, folder: Path) -> Iterator[tuple[str, Path, str, str]]:
    """Yield what is compared: a title, a file, how to find its network, and the address."""
    ours, placed, stock = folder / "ours.html", folder / "placed.html", folder / "stock.html"
    start = time.perf_counter()
    view(graph, "network", limit=40_000).save(ours)
    print(f"  (made in {time.perf_counter() - start:.1f} s)")
    yield "ours, everything at once", ours, OURS, "#mode=whole"
    yield "ours, as it opens: one option", ours, OURS, ""
    placed.write_text(stock_page(graph, _places(ours)), "utf-8")
    yield "pyvis at its lightest", placed, STOCK, ""
    stock.write_text(stock_page(graph, None), "utf-8")
    yield "pyvis as it comes", stock, STOCK, ""


def _places(page: Path) -> dict[str, tuple[int, int]]:
    """Read off our page where it has the nodes."""
    found = re.search(r'id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    spots = json.loads(found[1])["network"]["whole"]["crowd"]["spots"]
    return {node: (x, y) for node, (x, y) in spots.items()}


def line(title: str, cost: Opened, base: Opened) -> str:
    """Return a row of the table; ratios are to our page with everything at once."""
    if cost.seconds is None or cost.frames is None:
        late = f"over {MOST_SECONDS}"
        return f"{title:32} {cost.megabytes:6.1f} {late:>9} {'-':>7} {'-':>9} {'-':>7}"
    times = cost.seconds / (base.seconds or 1)
    start = f"{title:32} {cost.megabytes:6.1f} {cost.seconds:9.2f} {times:7.2f}"
    if cost.frames < 1:  # A picture that is seen as a whole is not dragged.
        return f"{start} {'-':>9} {'-':>7}"
    return f"{start} {cost.frames:9.1f} {cost.frames / (base.frames or 1):7.2f}"


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    chromium = parser.parse_args().chromium
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless", "--disable-gpu"]
        )
        for actors, options, each in SIZES:
            print(f"{actors + options:,} nodes, {actors * each:,} edges")
            print(HEAD)
            base: Opened | None = None
            for title, file, network, at in pages(graph_of(actors, options, each), Path(folder)):
                cost = opened(browser, file, network, at)
                base = base or cost
                print(line(title, cost, base), flush=True)
            print()
        browser.close()


if __name__ == "__main__":
    main()
