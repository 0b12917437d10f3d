from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stancegraph.graph import Graph, load
from stancegraph.view.kinds import KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

TEMPLATES = files("stancegraph.view").joinpath("templates")
RULES = Path(__file__).parent / "oxlintrc.json"


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return load()


def own_script(graph: Graph, kind: str) -> str:
    """Return a page's script without vis-network's."""
    return str(re.findall(r"^<script>\n?(.*?)</script>", graph.view(kind).html, re.S | re.M)[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_the_linter_finds_nothing(shipped: Graph, tmp_path: Path, kind: str) -> None:
    linter = shutil.which("oxlint", path=str(Path(sys.executable).parent))
    assert linter, "oxlint comes with the extra 'test'"
    script = tmp_path / f"{kind}.js"
    script.write_text(own_script(shipped, kind), encoding="utf-8")
    # A page of one kind may have functions that only others call; none may miss one.
    more = [] if kind == "explore" else ["-A", "no-unused-vars"]
    found = subprocess.run(
        [linter, "-c", str(RULES), *more, str(script)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_scripts_never_make_markup_of_text() -> None:
    for file in TEMPLATES.iterdir():
        if file.name.endswith(".js"):
            text = file.read_text("utf-8")
            assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
            assert not re.search(r"setAttribute\(\"(?:style|on\w+)\"", text)


@pytest.fixture(scope="module")
def tab(chromium: Browser, shipped: Graph, tmp_path_factory: pytest.TempPathFactory) -> Tab:
    """A tab in which the functions of a page's script can be called."""
    page = shipped.view("matrix").save(tmp_path_factory.mktemp("page") / "page.html")
    tab = chromium.new_page()
    tab.goto(page.as_uri())
    return tab


@pytest.fixture(scope="module")
def lib(shipped: Graph) -> str:
    """The page's script as a function that gives out its own functions."""
    body = own_script(shipped, "matrix").strip()
    inside = body.removeprefix("(() => {").removesuffix("})();")
    names = (
        "csvCell, toCsv, fold, questionIn, counted, grouped, listed, wrapped, fill, sideOf, "
        "isAkin, optionsNamed, isNamed, hasWordsFrom"
    )
    return f"(() => {{{inside}\nreturn {{ {names} }};\n}})()"


CELLS = [
    ("plain", '"plain"'),
    ('a "quoted" one', '"a ""quoted"" one"'),
    ("=1+1", '"\'=1+1"'),
    ("+1", '"\'+1"'),
    ("-1", '"\'-1"'),
    ("@cmd", '"\'@cmd"'),
    ("\t=1", '"\'\t=1"'),
]


@pytest.mark.parametrize(("text", "cell"), CELLS)
def test_a_cell_is_quoted_and_no_formula(tab: Tab, lib: str, text: str, cell: str) -> None:
    assert tab.evaluate(f"(text) => {lib}.csvCell(text)", text) == cell


def test_a_negative_number_stays_a_number(tab: Tab, lib: str) -> None:
    assert tab.evaluate(f"() => {lib}.csvCell(-1)") == '"-1"'


QUESTIONS = [
    ("Who opposes alerts?", "opposes", ["alerts"]),
    ("which countries support the coalition", "supports", ["coalition"]),
    ("who is against", "opposes", []),
    ("Poland", None, ["poland"]),
    ("Türkiye", None, ["turkiye"]),
]


@pytest.mark.parametrize(("asked", "side", "rest"), QUESTIONS)
def test_a_question_is_a_side_and_an_option(
    tab: Tab, lib: str, asked: str, side: str | None, rest: list[str]
) -> None:
    assert tab.evaluate(f"(asked) => {lib}.questionIn(asked)", asked) == {
        "side": side,
        "rest": rest,
    }


AKIN = [
    ("shooting", "shoot", True),
    ("alerting", "alerts", True),
    ("interception", "international", False),
    ("contest", "control", True),
    ("ban", "banning", False),
    ("street", "strike", False),
]


@pytest.mark.parametrize(("one", "other", "is_akin"), AKIN)
def test_words_with_a_common_beginning_are_akin(
    tab: Tab, lib: str, one: str, other: str, is_akin: bool
) -> None:
    assert tab.evaluate(f"([one, other]) => {lib}.isAkin(one, other)", [one, other]) is is_akin


def test_an_option_is_named_by_its_words_or_their_kin(tab: Tab, lib: str) -> None:
    assert tab.evaluate(f"() => {lib}.optionsNamed(['alerting'])") == ["alert-sharing"]
    assert tab.evaluate(f"() => {lib}.optionsNamed(['russian', 'alerts'])") == []
    assert tab.evaluate(f"() => {lib}.hasWordsFrom('shoot russian missiles', 'us')") is False
    assert tab.evaluate(f"() => {lib}.hasWordsFrom('shoot russian missiles', 'russ')") is True


NAMED = [
    ("germany", "does Germany support it", True),
    ("us", "does the US support it", True),
    ("us", "who would help us", False),
    ("it", "is it so", False),
    ("german", "does Germany support it", False),
]


@pytest.mark.parametrize(("form", "text", "is_named"), NAMED)
def test_short_names_count_in_capitals_only(
    tab: Tab, lib: str, form: str, text: str, is_named: bool
) -> None:
    words = text.lower().split()
    given = [form, words, text]
    assert tab.evaluate(f"(given) => {lib}.isNamed(...given)", given) is is_named


def test_numbers_and_lists_read_as_people_write_them(tab: Tab, lib: str) -> None:
    assert tab.evaluate(f"() => {lib}.grouped(870109)") == "870,109"
    assert tab.evaluate(f"() => {lib}.counted('n_records', 0)") == "no record"
    assert tab.evaluate(f"() => {lib}.counted('n_records', 1)") == "1 record"
    assert tab.evaluate(f"() => {lib}.counted('n_records', 1200)") == "1,200 records"
    assert tab.evaluate(f"() => {lib}.listed(['a', 'b', 'c'])") == "a, b and c"
    assert tab.evaluate(f"() => {lib}.wrapped('aa bb cc', 5)") == ["aa bb", "cc"]
    assert tab.evaluate(f"() => {lib}.fill('{{a}} {{b}}', {{ a: 1 }})") == "1 {b}"


SIDES = [
    ("supports", "leans-support", "side_same"),
    ("supports", "opposes", "side_opposite"),
    ("undecided", "undecided", "side_open"),
    ("not-disclosed", "supports", "side_open"),
]


@pytest.mark.parametrize(("one", "other", "side"), SIDES)
def test_undecided_together_is_no_agreement(
    tab: Tab, lib: str, one: str, other: str, side: str
) -> None:
    stances = ", ".join(f"{{ stance: '{s}', readings: [['none']] }}" for s in (one, other))
    assert tab.evaluate(f"() => {lib}.sideOf({stances})") == side
