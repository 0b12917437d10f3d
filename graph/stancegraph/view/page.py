"""One self-contained HTML file from data: autoescaped, with a content security policy."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from stancegraph.view.phrases import strings
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

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" '
            'width="100%" height="760" style="border:1px solid #ccd2da" '
            'sandbox="allow-scripts allow-downloads allow-modals"></iframe>'
        )


def render(
    template: str,
    *,
    title: str,
    styles: Iterable[str],
    scripts: Iterable[str],
    libraries: Iterable[str] = (),
    data: Mapping[str, Any],
    **context: Any,
) -> Page:
    """Fill a template; styles and scripts are files beside it, libraries are whole scripts."""
    style = "\n".join(map(resource, styles))
    own = '(() => {\n"use strict";\n' + "\n".join(map(resource, scripts)) + "\n})();\n"
    code = [_contained(s) for s in (*libraries, own)]
    html = (
        _environment()
        .get_template(template)
        .render(
            title=title,
            policy=policy(style, code),
            style=Markup(style),
            scripts=[Markup(s) for s in code],
            data=data,
            t=strings(),
            **context,
        )
    )
    return Page(html=html, title=title)


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
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment
