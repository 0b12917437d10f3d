"""One self-contained HTML file from data: autoescaped, with a content security policy."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from rcssmin import cssmin
from rjsmin import jsmin

from stancegraph.view import looks
from stancegraph.view.words import Words
from stancegraph.write.files import write_file

_BREAKS_OUT = re.compile(r"<(?=/script|/style|!--)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page: one file, which needs no network."""

    html: str
    title: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, all of it or nothing, and return the file's path."""
        write_file(path, self.html)
        return Path(path)

    def embed(self, address: str, *, height: int = 760) -> str:
        """Return what to paste into a web page: a frame that shows this page's file."""
        return _frame("src", address, self.title, height)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        return _frame("srcdoc", self.html, self.title, 760)


def _frame(attribute: str, value: str, title: str, height: int) -> str:
    return (
        f'<iframe {attribute}="{escape(value)}" title="{escape(title)}" '
        f'width="100%" height="{height}" style="border:1px solid #ccd2da" '
        'sandbox="allow-scripts allow-downloads allow-modals allow-popups"></iframe>'
    )


def render(
    template: str,
    *,
    words: Words,
    title: str,
    styles: Iterable[str],
    scripts: Iterable[str],
    libraries: Iterable[str] = (),
    data: dict[str, Any],
    **context: Any,
) -> Page:
    """Fill a template; styles and scripts are files beside it, libraries are whole scripts."""
    style = str(cssmin("\n".join([looks.style(), *map(resource, styles)])))
    own = _own_script(scripts)
    code = [_contained(s) for s in (*libraries, own) if s]
    html = (
        _environment()
        .get_template(template)
        .render(
            title=title,
            policy=policy(style, code),
            style=Markup(style),
            scripts=[Markup(_place(i)) for i in range(len(code))],
            data=data | {"t": _spelled(words, own)} if own else {},
            t=words.strings,
            **context,
        )
    )
    lines = (line.strip() for line in html.split("\n"))
    html = "\n".join(line for line in lines if line) + "\n"
    # Scripts come in last and as they are, for the policy names them by their digests.
    for i, script in enumerate(code):
        html = html.replace(_place(i), script, 1)
    return Page(html=html, title=title)


def _place(script: int) -> str:
    """Return what holds a script's place; no text has control characters."""
    return f"\x00{script}\x00"


def _own_script(names: Iterable[str]) -> str:
    """Join scripts into one that leaves nothing behind; empty where there is none."""
    joined = "\n".join(map(resource, names))
    return f'(() => {{\n"use strict";\n{jsmin(joined)}\n}})();\n' if joined else ""


def _spelled(words: Words, script: str) -> dict[str, Any]:
    """Return the words that a script can ask for: it has to spell their keys somewhere."""
    keys = set(re.findall(r'\bt\.(\w+)|"(\w+)"', script))
    named = {key for pair in keys for key in pair}
    return {key: text for key, text in words.strings.items() if key in named}


def resource(name: str) -> str:
    """Return a template file's text."""
    return files("stancegraph.view").joinpath("templates", name).read_text("utf-8")


def policy(style: str, scripts: Iterable[str]) -> str:
    """Return a policy under which nothing but these very texts runs and nothing is loaded."""
    allowed = " ".join(f"'{_digest(s)}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _contained(script: str) -> str:
    """Escape what would end a script element early; inside strings it means the same."""
    return _BREAKS_OUT.sub(r"\\x3c", script)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return environment
