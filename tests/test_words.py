from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stancegraph.errors import UnknownName
from stancegraph.graph import Graph, load
from stancegraph.model import Actor, ActorKind
from stancegraph.view.content import Content, content_of
from stancegraph.view.pages import page_of
from stancegraph.view.shown import shown_of
from stancegraph.view.words import languages, words_of

ENGLISH = words_of("en")
OF_ONE_LANGUAGE = (".names", ".articles", ".ask_verbs", ".ask_words")
"""What has as much as a language needs: overrides, articles, and forms to ask with."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def french(graph: Graph) -> Content:
    return content_of(shown_of(graph), words_of("fr"))


def shape_of(value: Any, path: str = "") -> Any:
    """Reduce strings to their gaps, and lists to what they hold, so that languages compare."""
    if isinstance(value, dict) and not path.startswith(OF_ONE_LANGUAGE[:2]):
        return {k: shape_of(v, f"{path}.{k}") for k, v in value.items()}
    if isinstance(value, list) and not path.startswith(OF_ONE_LANGUAGE):
        return [shape_of(v, path) for v in value]
    if isinstance(value, str):
        return sorted(set(re.findall(r"\{\w*\}", value)))
    return type(value).__name__


def plain(text: str) -> str:
    """Write a text with the apostrophes and spaces of a keyboard."""
    return text.translate({0x2019: "'", 0x00A0: " ", 0x202F: " "})


def flat(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in flat(part)]


@pytest.mark.parametrize("language", languages())
def test_every_language_says_all_and_leaves_the_same_gaps(language: str) -> None:
    words = words_of(language)
    assert shape_of(words.strings) == shape_of(ENGLISH.strings)
    assert words.strings["language"] == language


def test_pages_speak_english_and_french() -> None:
    assert languages() == ("en", "fr")
    with pytest.raises(UnknownName, match=r"no page speaks 'de'.*; there are en, fr"):
        words_of("de")


def test_french_is_set_as_the_french_set_it() -> None:
    # Apostrophes are curved; a space that does not break stands before ; ! ? : and inside « ».
    for text in flat(words_of("fr").strings):
        assert "'" not in text
        assert not re.search(r"(?<![\u202f\u00a0]) ?[;!?](?=\s|$)|[^\u00a0]:(?=\s|$)", text), text
        assert not re.search("«(?!\u00a0)|(?<!\u00a0)»", text), text


def test_every_country_has_one_article_or_none() -> None:
    import pycountry

    entries = words_of("fr").strings["articles"]
    named = [actor for entry in entries for actor in entry["of"]]
    assert len(named) == len(set(named))
    countries = {c.alpha_3.lower() for c in pycountry.countries}
    assert set(named) - countries == {"nato", "european-union"}
    assert all(entry["of"] == sorted(entry["of"]) for entry in entries)


@pytest.mark.parametrize(
    ("slug", "kind", "english", "label", "name"),
    [
        ("usa", ActorKind.COUNTRY, "United States", "États-Unis", "les États-Unis"),
        ("pol", ActorKind.COUNTRY, "Poland", "Pologne", "la Pologne"),
        ("deu", ActorKind.COUNTRY, "Germany", "Allemagne", "l'Allemagne"),
        ("dnk", ActorKind.COUNTRY, "Denmark", "Danemark", "le Danemark"),
        ("cyp", ActorKind.COUNTRY, "Cyprus", "Chypre", "Chypre"),
        ("rus", ActorKind.COUNTRY, "Russia", "Russie", "la Russie"),
        ("nato", ActorKind.ALLIANCE, "NATO", "OTAN", "l'OTAN"),
        (
            "european-union",
            ActorKind.INSTITUTION,
            "European Union",
            "Union européenne",
            "l'Union européenne",
        ),
        ("nato", ActorKind.PERSON, "Nato", "Nato", "Nato"),
    ],
)
def test_french_names_countries_and_known_bodies_in_french(
    slug: str, kind: ActorKind, english: str, label: str, name: str
) -> None:
    actor = Actor(id=slug, kind=kind, name=english)
    assert words_of("fr").label(actor) == label
    assert plain(words_of("fr").name(actor)) == name
    assert ENGLISH.label(actor) == english


def test_french_writes_days_and_numbers_as_the_french_do() -> None:
    words = words_of("fr")
    assert words.day(date(2024, 6, 1)) == "1er juin 2024"
    assert words.number(870109) == "870\u202f109"
    assert words.listed(["la Pologne", "la Roumanie"]) == "la Pologne et la Roumanie"


def test_a_french_verdict_is_a_french_sentence(french: Content) -> None:
    texts = {o.id: o for o in french.options}
    assert plain(texts["allied-interception"].verdict) == (
        "La Roumanie y est plutôt favorable ; la Pologne n'a pas tranché ; l'Allemagne et les "
        "États-Unis s'y opposent. Aucun de ces acteurs ne s'est exprimé lui-même : la Pologne "
        "d'après Semafor seulement ; la Roumanie, l'Allemagne et les États-Unis d'après Kurt "
        "Volker (ex-responsable) seulement."
    )
    assert texts["us-weapons-in-russia"].verdict.startswith("Les États-Unis y sont favorables.")


@pytest.mark.parametrize("kind", ["positions", "matrix", "agreement", "timeline", "story"])
def test_a_french_page_names_countries_in_french(french: Content, kind: str) -> None:
    # Lithuania, Hungary and Spain are silent, and nobody's gist names them.
    html = page_of(french, kind).html
    assert '<html lang="fr">' in html
    for there, absent in (("Lituanie", "Lithuania"), ("Hongrie", "Hungary"), ("Espagne", "Spain")):
        assert there in html
        assert absent not in html
    assert "Allemagne" in html


def test_every_string_is_used_somewhere() -> None:
    package = Path(__file__).parents[1] / "graph" / "stancegraph"
    suffixes = (".py", ".js", ".html")
    used = "\n".join(
        file.read_text("utf-8")
        for folder in ("view", "cli")
        for file in sorted((package / folder).rglob("*"))
        if file.suffix in suffixes
    )
    spelled = set(re.findall(r"\bt\.(\w+)|[\"'](\w+)[\"']", used))
    named = {key for pair in spelled for key in pair}
    assert [key for key in words_of("en").strings if key not in named] == []
