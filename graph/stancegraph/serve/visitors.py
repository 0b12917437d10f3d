"""Who may ask: what a browser says of where it is and for whom it asks."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stancegraph.serve.refusal import Refused

if TYPE_CHECKING:
    from werkzeug import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """Under which names the server is asked, and from pages of which other sites."""

    names: frozenset[str] = frozenset()
    """Names of the server beside its own; an address in numbers is always one."""
    origins: frozenset[str] = frozenset()
    """Sites whose pages may read the answers."""

    def check(self, request: Request) -> None:
        """Refuse what a page of another site makes a browser ask.

        Such a page can have its own name lead to this machine, and would then read the answers as
        if they were its own; so the Host header has to name this server. A page of another site
        that asks openly says so by Origin or Sec-Fetch-Site.
        """
        self._check_host(request.headers.get("Host", ""))
        origin = request.headers.get("Origin")
        if origin in self.origins:
            return
        if origin is not None and origin != f"{request.scheme}://{request.headers.get('Host')}":
            raise _foreign(origin)
        is_foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        if is_foreign and request.headers.get("Sec-Fetch-Mode") != "navigate":
            raise _foreign("another site")

    def _check_host(self, host: str) -> None:
        name = _name_in(host)
        if not (_is_address(name) or name in _own_names() or name in self.names):
            raise Refused(
                421,
                f"this server is not called {name!r}; ask it by its address, or start it with "
                f"--name {name or 'NAME'}",
            )

    def sharing(self, request: Request) -> Collection[tuple[str, str]]:
        """Return the headers that let a page of an allowed site read an answer."""
        if not self.origins:
            return ()
        origin = request.headers.get("Origin")
        varies = ("Vary", "Origin")
        if origin is None or origin not in self.origins:
            return (varies,)
        return (("Access-Control-Allow-Origin", origin), varies)


def _foreign(origin: str) -> Refused:
    return Refused(
        403,
        f"pages of {origin} may not ask this server; start it with --allow-origin to let them",
    )


def _name_in(host: str) -> str:
    """Return the name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _own_names() -> frozenset[str]:
    return frozenset({"localhost", socket.gethostname().lower()})
