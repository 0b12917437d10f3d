from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from debates import graph_of, said
from opened import PHONE, Opened, opening
from stancegraph.graph import Graph, load
from stancegraph.read.debate import shipped_debates
from stancegraph.view.content import Content, content_of
from stancegraph.view.page import Page
from stancegraph.view.pages import page_of
from stancegraph.view.shown import shown_of
from stancegraph.view.story import InvalidStory, Story, check_story, load_story, shipped_story
from stancegraph.view.words import words_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS = ("positions", "matrix", "agreement", "network", "timeline")
MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</script><script>document.title='owned'</script>"

YAML_STORY = """\
title: Two steps
steps:
  - title: First
    text: >-
      One paragraph,
      on two lines.

      Another one.
    show: {view: matrix, option: alert-sharing, hide: ["kind:person", "word:hearsay"]}
  - title: Second
    text: [Short.]
    show: {at: pol@allied-interception}
    ask: Who says so?
    answer: |
      Semafor, in
      its own voice.

      And Kurt Volker.
"""
MARKDOWN_STORY = """\
# Two steps

## First
One paragraph,
on two lines.

Another one.

show: view=matrix option=alert-sharing hide=kind:person,word:hearsay

## Second
Short.
show: at=pol@allied-interception
ask: Who says so?
answer: Semafor, in
its own voice.

answer: And Kurt Volker.
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def content(graph: Graph) -> Content:
    return content_of(shown_of(graph), words_of("en"))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return file

    return write


Write = Callable[[str, str], Path]


def told(story: Story) -> list[tuple[object, ...]]:
    """What a story tells and shows, without the places in its file."""
    return [
        (s.title, s.text, {k: w.value for k, w in s.show.items()}, s.ask, s.answer)
        for s in story.steps
    ]


def test_both_formats_tell_the_same_story(written: Write) -> None:
    from_yaml = load_story(written("story.yaml", YAML_STORY))
    from_markdown = load_story(written("story.md", MARKDOWN_STORY))
    assert from_yaml.title == from_markdown.title == "Two steps"
    assert told(from_yaml) == told(from_markdown)
    assert told(from_yaml) == [
        (
            "First",
            ("One paragraph, on two lines.", "Another one."),
            {"view": "matrix", "option": "alert-sharing", "hide": "kind:person,word:hearsay"},
            (),
            (),
        ),
        (
            "Second",
            ("Short.",),
            {"at": "pol@allied-interception"},
            ("Who says so?",),
            ("Semafor, in its own voice.", "And Kurt Volker."),
        ),
    ]
    assert from_yaml.views == ("matrix", "positions")


def test_a_file_of_another_system_reads_the_same(written: Write) -> None:
    plain = load_story(written("plain.md", MARKDOWN_STORY))
    other = load_story(written("other.md", "\ufeff" + MARKDOWN_STORY.replace("\n", "\r\n")))
    assert told(plain) == told(other)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("s.yaml", "", r"s\.yaml:1:1: a story is a mapping with title, steps, language"),
        ("s.yaml", "title: x\n", r"1:1: a story needs 'steps'"),
        ("s.yaml", "title: x\nsteps: []\n", r"2:8: a story needs at least one step"),
        ("s.yaml", "title: x\nsteps: y\n", r"2:8: 'steps' takes a list of steps, not 'y'"),
        ("s.yaml", "title: x\nsteps:\n  - text: y\n", r"3:5: a step needs 'title'"),
        (
            "s.yaml",
            "title: x\nsteps:\n  - {title: a, shows: {}}\n",
            r"3:16: unknown key 'shows'; did you mean 'show'\?",
        ),
        (
            "s.yaml",
            "title: x\nsteps:\n  - title: a\n    show: {views: matrix}\n",
            r"4:12: unknown key 'views'; did you mean 'view'\?",
        ),
        (
            "s.yaml",
            "title: x\nsteps:\n  - {title: a, answer: b}\n",
            r"3:24: an answer without a question; add 'ask'",
        ),
        ("s.yaml", "title: x\nsteps: [{title: [a]}]\n", r"2:17: takes a text, not a list"),
        ("s.yaml", "title: *x\n", r"1:8: alias '\*x'"),
        ("s.yaml", "language: '<b>'\ntitle: x\nsteps: [{title: a}]\n", r"1:11: language '<b>' is"),
        ("s.md", "", r"s\.md:1:1: a story is a mapping"),
        ("s.md", "# a\nhello\n## b\n", r"2:1: 'hello' stands in no step; a step begins with '## "),
        ("s.md", "# a\n# b\n", r"2:1: a second '# ' title; a step begins with '## '"),
        ("s.md", "## b\n", r"1:1: a story needs 'title'"),
        ("s.md", "# a\n## b\nshow: matrix\n", r"3:7: 'matrix' shows nothing; write key=value"),
        ("s.md", "# a\n## b\nshow: at=x at=y\n", r"3:12: 'at' again on one line"),
        ("s.md", "# a\n## b\nshow: day=x\n\nshow: at=x\n", r"5:1: 'show' again; .* line 3"),
        ("s.md", "# a\n## b\nshow: vew=matrix\n", r"3:7: unknown key 'vew'; did you mean 'view'"),
        ("s.txt", "# a\n", r"s\.txt:1:1: not a story's file by its name"),
        ("s.md", "x" * 500_001, r"500001 bytes; a story has at most 500000"),
    ],
)
def test_what_is_no_story_is_said_with_its_place(
    written: Write, name: str, text: str, message: str
) -> None:
    with pytest.raises(InvalidStory, match=message):
        load_story(written(name, text))


def test_a_story_of_very_many_steps_is_refused(written: Write) -> None:
    text = "# a\n" + "## b\n" * 101
    with pytest.raises(InvalidStory, match=r"2:1: 101 steps; a story has at most 100"):
        load_story(written("s.md", text))


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidStory, match=r"absent\.md: cannot be read: No such file"):
        load_story(tmp_path / "absent.md")
    (tmp_path / "odd.md").write_bytes(b"# a\n\xff\n")
    with pytest.raises(InvalidStory, match=r"odd\.md:2:1: byte 0xff is not UTF-8"):
        load_story(tmp_path / "odd.md")


@pytest.mark.parametrize(
    ("shows", "message"),
    [
        ("view=story", r"3:12: view 'story' is not known; there are agreement, matrix, network"),
        ("view=matirx", r"3:12: view 'matirx' is not known; did you mean 'matrix'\?"),
        ("option=f16-in-rusia", r"3:14: .* not known; did you mean 'f16-in-russia'\?"),
        ("at=@f16", r"3:10: option 'f16' is not known"),
        ("at=poland@", r"3:10: actor 'poland' is not known; did you mean 'pol'\?"),
        ("at=pol@alert-sharing", r"3:10: position 'pol@alert-sharing' is not known"),
        ("at=s99|pol@allied-interception", r"record 's99' is not known; there are s06, s13"),
        ("at=deu~pol~fra", r"actor 'pol~fra' is not known"),
        ("at=deu~deu", r"pair 'deu~deu' is one actor; name two"),
        ("at=^kurt-voker", r"speaker 'kurt-voker' is not known; did you mean 'kurt-volker'\?"),
        ("at=!summit", r"event 'summit' is not known"),
        ("at=deu@allied-interception day=2024-05-22", r"not known by 2024-05-22; choose a later"),
        ("day=2024-05-28", r"day '2024-05-28' is not known; did you mean '2024-05-2"),
        ("hide=stances:supports", r"filter 'stances:supports' is not known; write stance:"),
        ("hide=stance:support", r"'stance:support' is not known; did you mean 'supports'"),
        ("bloc=natoo", r"bloc 'natoo' is not known; did you mean 'nato'\?"),
        ("mode=all", r"mode 'all' is not known"),
        ("actor=poland", r"actor 'poland' is not known"),
    ],
)
def test_what_the_graph_does_not_have_is_said_with_its_place(
    written: Write, content: Content, shows: str, message: str
) -> None:
    story = load_story(written("s.md", f"# a\n## b\nshow: {shows}\n"))
    with pytest.raises(InvalidStory, match=message):
        check_story(story, content, KINDS)


@pytest.mark.parametrize(
    "shows",
    [
        "view=network mode=actor actor=pol bloc=nato",
        "at=s06|pol@allied-interception hide=word:own,sure:possible",
        "at=usa@us-weapons-in-russia day=2024-05-29",
        "at=deu~usa view=agreement",
        "at=^kurt-volker option=allied-interception",
        "at=!us-eases-weapons-limits view=timeline",
        "at=pol@",
    ],
)
def test_whatever_an_address_can_say_can_be_shown(
    written: Write, content: Content, shows: str
) -> None:
    check_story(load_story(written("s.md", f"# a\n## b\nshow: {shows}\n")), content, KINDS)


def test_all_problems_are_said_at_once(written: Write, content: Content) -> None:
    story = load_story(written("s.md", "# a\n## b\nshow: view=x\n## c\nshow: option=y\n"))
    with pytest.raises(InvalidStory) as raised:
        check_story(story, content, KINDS)
    assert len(raised.value.problems) == 2


def test_an_option_that_is_left_out_of_the_page_is_told_from_an_unknown_one(
    written: Write, graph: Graph
) -> None:
    part = content_of(shown_of(graph, options=["alert-sharing"]), words_of("en"))
    story = load_story(written("s.md", "# a\n## b\nshow: option=f16-in-russia\n"))
    with pytest.raises(InvalidStory, match=r"'f16-in-russia' is not on this page; leave it out"):
        check_story(story, part, KINDS)


def test_the_shipped_story_is_one_of_the_shipped_debate(content: Content) -> None:
    story = shipped_story(content.shown.graph.debate.id)
    assert story
    check_story(story, content, KINDS)
    assert all(s.ask and s.answer for s in story.steps)
    assert "stories" not in shipped_debates()


def test_a_debate_without_a_story_says_what_to_do() -> None:
    graph = graph_of(said("e1", "pol", "opt", "supports"))
    mine = content_of(shown_of(graph), words_of("en"))
    assert shipped_story(graph.debate.id) is None
    with pytest.raises(InvalidStory, match=r"no story comes with the debate '.*'; write one"):
        page_of(mine, "story")


def test_a_shipped_story_that_does_not_fit_is_left_out_but_not_one_that_is_named(
    written: Write, graph: Graph
) -> None:
    part = content_of(shown_of(graph, options=["alert-sharing"]), words_of("en"))
    story = shipped_story("ukraine-skies")
    assert 'id="tab-story"' not in page_of(part, "explore", story=story).html
    named = load_story(written("s.md", "# a\n## b\nshow: option=f16-in-russia\n"))
    with pytest.raises(InvalidStory, match="not on this page"):
        page_of(part, "explore", story=named)
    with pytest.raises(InvalidStory, match="comes with 'ukraine-skies' does not fit"):
        page_of(part, "story", story=story)


# What the answers of the shipped story say; were a record to change, they would have to.
CLAIMS = {
    "rou@allied-interception": ("leans-support", True),
    "pol@allied-interception": ("undecided", True),
    "deu@allied-interception": ("opposes", True),
    "usa@allied-interception": ("opposes", True),
    "yehor-cherniev@allied-interception": ("supports", False),
    "nato@nato-interception": ("leans-oppose", False),
    "nato@near-border-interception": ("undecided", True),
    "usa@us-weapons-in-russia": ("supports", False),
    "dnk@f16-in-russia": ("supports", False),
}


def test_the_shipped_story_says_what_the_graph_says(graph: Graph, content: Content) -> None:
    positions = content.shown.positions
    found = {
        f"{holder}@{option}": (p.polarity.value, p.is_hearsay)
        for (holder, option), p in positions.items()
    }
    assert {key: found[key] for key in CLAIMS} == CLAIMS
    assert {h for h, o in positions if o == "allied-interception"} == {
        key.partition("@")[0] for key in CLAIMS if key.endswith("@allied-interception")
    }
    assert [h for h, o in positions if o == "f16-in-russia"] == ["dnk"]
    assert [o for h, o in positions if h == "nato"] == [
        "nato-interception",
        "near-border-interception",
    ]
    assert len(graph.silent("f16-in-russia", content.shown.as_of)) > 30
    before = next(s for s in content.shown.steps if str(s.day) == "2024-05-29")
    assert before.positions["usa", "us-weapons-in-russia"].polarity.value == "opposes"
    change = positions["usa", "us-weapons-in-russia"].change
    assert change
    assert change.is_own
    pair = content.pairs.of("deu", "usa")
    assert (pair.same, pair.shared) == (1, 1)
    assert "Insufficient" in content.summaries["agreement"]


def data_of(page: Page) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_page_has_the_scripts_of_the_views_that_its_story_shows(
    written: Write, content: Content
) -> None:
    story = load_story(written("s.md", "# Mine\n## b\nshow: view=timeline\n"))
    page = page_of(content, "story", story=story)
    assert page.title == "Mine"
    assert "views.timeline" in page.html
    assert "views.matrix" not in page.html
    assert data_of(page)["kinds"] == ["story"]


def test_explore_has_a_tab_for_the_story(content: Content) -> None:
    story = shipped_story("ukraine-skies")
    assert 'id="tab-story"' in page_of(content, "explore", story=story).html


def test_the_address_of_a_page_can_be_pasted(written: Write) -> None:
    address = "#option=allied-interception&at=s06%7Cpol%40allied-interception&day=2024-06-02"
    pasted = load_story(written("a.md", f"# a\n## b\nshow: {address}\n"))
    spelled = "option=allied-interception at=s06|pol@allied-interception day=2024-06-02"
    typed = load_story(written("b.md", f"# a\n## b\nshow: {spelled}\n"))
    assert {k: w.value for k, w in pasted.steps[0].show.items()} == {
        k: w.value for k, w in typed.steps[0].show.items()
    }


def test_the_same_story_gives_the_same_bytes(content: Content) -> None:
    assert page_of(content, "story").html == page_of(content, "story").html


def title(opened: Opened) -> str:
    """Return the title of the step that is shown."""
    return opened.tab.locator("#step h2").inner_text()


@pytest.fixture
def briefing(chromium: Browser, content: Content, tmp_path: Path) -> Iterator[Opened]:
    with opening(chromium, page_of(content, "story"), tmp_path) as opened:
        yield opened


@pytest.fixture
def lesson(chromium: Browser, content: Content, tmp_path: Path) -> Iterator[Opened]:
    with opening(chromium, page_of(content, "story", for_class=True), tmp_path) as opened:
        yield opened


@pytest.fixture
def exploring(chromium: Browser, content: Content, tmp_path: Path) -> Iterator[Opened]:
    page = page_of(content, "explore", story=shipped_story("ukraine-skies"))
    with opening(chromium, page, tmp_path) as opened:
        yield opened


def test_next_and_back_turn_the_steps(briefing: Opened) -> None:
    tab = briefing.go()
    assert title(briefing) == "Who stands where"
    assert tab.locator("#step .count").inner_text() == "Step 1 of 8"
    tab.locator("#step-back").click(force=True)
    assert title(briefing) == "Who stands where"
    tab.locator("#step-next").click()
    assert title(briefing) == "On whose word"
    assert "Germany" in tab.locator("#panel h2").inner_text()
    assert tab.evaluate("document.activeElement.id") == "step-next"
    tab.locator("#step-back").click()
    assert title(briefing) == "Who stands where"
    tab.locator(".steps button").nth(7).click()
    assert tab.locator("#view table.agreement").count() == 1
    tab.locator("#step-next").click(force=True)
    assert tab.locator("#step .count").inner_text() == "Step 8 of 8"


def test_the_keys_turn_the_steps_while_the_panel_has_the_focus(briefing: Opened) -> None:
    tab = briefing.go()
    tab.keyboard.press("ArrowRight")
    assert title(briefing) == "Who stands where"
    tab.locator("#story").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("PageDown")
    assert tab.locator("#step .count").inner_text() == "Step 3 of 8"
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("PageUp")
    assert title(briefing) == "Who stands where"
    assert tab.locator("#step").get_attribute("aria-live") == "polite"


def test_a_step_shows_its_day(briefing: Opened) -> None:
    tab = briefing.go("#story=5")
    assert tab.locator("#day-label").inner_text() == "29 May 2024"
    assert "opposes it" in tab.locator("#panel .says").inner_text()
    tab.locator("#step-next").click()
    assert tab.locator("#day-label").inner_text() == "2 June 2024"
    assert tab.locator("#view .timeline").count() == 1


def test_a_briefing_has_its_answers_open(briefing: Opened) -> None:
    tab = briefing.go("#story=3")
    assert "weighing the idea" in tab.locator("#answer").inner_text()
    assert not tab.locator("#answer-button").is_visible()
    assert tab.locator("#verdict").inner_text()
    assert tab.locator("#panel").is_visible()


def test_a_class_sees_the_answer_when_it_asks(lesson: Opened) -> None:
    tab = lesson.go("#story=3")
    kept_back = ("#verdict", "#voices", "#panel", "#tables", "#moves", ".finder")
    assert "weighing the idea" not in tab.locator("body").inner_text()
    assert not any(tab.locator(part).is_visible() for part in kept_back)
    assert tab.locator("#verdict").inner_text() == ""
    tab.locator("#answer-button").click()
    assert "weighing the idea" in tab.locator("#answer").inner_text()
    assert "Poland is undecided" in tab.locator("#panel .says").inner_text()
    assert "Poland is undecided" in tab.locator("#verdict").inner_text()
    assert tab.locator("#tables").is_visible()
    tab.locator("#step-next").click()
    assert not tab.locator("#panel").is_visible()
    tab.locator("#step-back").click()
    assert tab.locator("#panel").is_visible()
    tab.locator("#answer-button").click()
    assert not tab.locator("#panel").is_visible()


def test_a_click_in_the_picture_does_not_give_the_answer_away(lesson: Opened) -> None:
    tab = lesson.go("#story=2")
    tab.locator('#view [data-at="rou@allied-interception"]').click()
    assert not tab.locator("#panel").is_visible()
    tab.locator("#answer-button").click()
    assert "Romania" in tab.locator("#panel h2").inner_text()


def test_a_link_restores_the_step_and_what_was_chosen_since(briefing: Opened) -> None:
    tab = briefing.go()
    tab.locator("#step-next").click()
    tab.locator('#view [data-at="rou@allied-interception"]').click()
    link = tab.url.removeprefix(briefing.address)
    assert "story=2" in link
    tab = briefing.go(link)
    assert title(briefing) == "On whose word"
    assert "Romania" in tab.locator("#panel h2").inner_text()
    tab.locator("#reset").click()
    assert title(briefing) == "On whose word"
    assert "Germany" in tab.locator("#panel h2").inner_text()


@pytest.mark.parametrize(
    "at", ["#story=0", "#story=9", "#story=__proto__", "#story=1.5", "#story="]
)
def test_a_strange_link_opens_the_first_step(briefing: Opened, at: str) -> None:
    briefing.go(at)
    assert title(briefing) == "Who stands where"


def test_a_picture_of_a_step_has_its_words_and_only_those_that_are_told(lesson: Opened) -> None:
    tab = lesson.go("#story=3")
    for asked, says in ((False, "Step 3 of 8"), (True, "weighing the idea")):
        if asked:
            tab.locator("#answer-button").click()
        with tab.expect_download() as download:
            tab.locator("#svg").click()
        text = Path(download.value.path()).read_text("utf-8")
        assert says in re.sub(r"</text><text[^>]*>", " ", text)
        assert ("weighing" in text) is asked


def test_one_page_has_the_story_beside_the_other_views(exploring: Opened) -> None:
    tab = exploring.tab
    tab.goto(exploring.address)
    assert not tab.locator("#story").is_visible()
    tab.locator("#tab-story").click()
    assert title(exploring) == "Who stands where"
    tab.locator(".steps button").nth(6).click()
    assert tab.locator("#view table.matrix").count() == 1
    tab.locator("#look").click()
    assert tab.locator("#tab-matrix").get_attribute("aria-selected") == "true"
    assert not tab.locator("#story").is_visible()
    assert tab.locator("#option").input_value() == "f16-in-russia"
    assert "view=matrix" in tab.url
    assert "story=" not in tab.url
    tab.locator("#tab-story").click()
    assert title(exploring) == "Silence"


def test_a_phone_reads_the_story_first(chromium: Browser, content: Content, tmp_path: Path) -> None:
    page = page_of(content, "story")
    with opening(chromium, page, tmp_path, PHONE) as opened:
        tab = opened.go("#story=3")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.locator("#panel").evaluate("p => getComputedStyle(p).position") == "static"
        box = tab.locator("#story").bounding_box()
        assert box
        assert box["y"] < 300
        tab.locator('#view [data-at="deu@allied-interception"]').click()
        assert tab.locator("#panel").evaluate("p => getComputedStyle(p).position") == "fixed"


def test_a_hostile_story_does_nothing_and_shows_as_text(
    chromium: Browser, content: Content, written: Write, tmp_path: Path
) -> None:
    text = "\n".join(
        (
            f"# {BREAKOUT}",
            f"## {MARKUP}",
            "W" * 10_000,
            "",
            "\u202eesrever {{ 7*7 }}",
            f"ask: {BREAKOUT}",
            f"answer: {MARKUP}",
        )
    )
    page = page_of(content, "story", story=load_story(written("s.md", text)), for_class=True)
    assert "<img" not in page.html
    assert "\u202e" not in page.html
    with opening(chromium, page, tmp_path, PHONE) as opened:
        tab = opened.go()
        assert title(opened) == MARKUP
        tab.locator("#answer-button").click()
        assert tab.locator("#answer").inner_text() == MARKUP
        assert "{{ 7*7 }}" in tab.locator("#step").inner_text()
        assert tab.locator("img").count() == 0
        assert tab.title() == BREAKOUT
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_script_the_story_is_told_in_full(
    chromium: Browser, content: Content, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    page = page_of(content, "story", for_class=True)
    tab.goto(page.save(tmp_path / "page.html").as_uri())
    assert tab.locator(".told-in-full").count() == 8
    answer = tab.locator(".told-in-full details p", has_text="weighing the idea")
    assert not answer.is_visible()
    tab.locator(".told-in-full summary").nth(2).click()
    assert answer.is_visible()
    context.close()


PAGE = Path(__file__).parents[1] / "docs" / "stories.md"


def test_the_examples_of_the_manual_are_one_story(written: Write, content: Content) -> None:
    examples = dict(
        re.findall(r"^```(markdown|yaml)\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    )
    from_markdown = load_story(written("story.md", examples["markdown"]))
    assert told(from_markdown) == told(load_story(written("story.yaml", examples["yaml"])))
    check_story(from_markdown, content, KINDS)


def test_the_message_of_the_manual_is_what_is_said(written: Write, content: Content) -> None:
    lines = ["# a", "", "## b", "show: view=matrix option=f16-in-rusia"]
    with pytest.raises(InvalidStory) as raised:
        check_story(load_story(written("story.md", "\n".join(lines))), content, KINDS)
    (problem,) = raised.value.problems
    assert f"`{problem[problem.index('story.md') :]}`" in PAGE.read_text("utf-8")


def test_a_step_can_show_the_network(
    chromium: Browser, content: Content, written: Write, tmp_path: Path
) -> None:
    text = "# Net\n## One\nshow: view=network mode=actor actor=usa\n## Two\nshow: view=matrix\n"
    page = page_of(content, "story", story=load_story(written("s.md", text)))
    with opening(chromium, page, tmp_path) as opened:
        tab = opened.go()
        tab.locator("#view canvas").wait_for()
        assert "mode=actor" in tab.url
        tab.locator("#step-next").click()
        assert tab.locator("#view table.matrix").count() == 1
        tab.locator("#step-back").click()
        tab.locator("#view canvas").wait_for()
