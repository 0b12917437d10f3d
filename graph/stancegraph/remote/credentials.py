"""Who we are to an endpoint: from the environment or netrc, for its host alone."""

from __future__ import annotations

import base64
import netrc
import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult

from stancegraph.errors import StanceError

USER, PASSWORD = "STANCEGRAPH_ENDPOINT_USER", "STANCEGRAPH_ENDPOINT_PASSWORD"
TOKEN = "STANCEGRAPH_ENDPOINT_TOKEN"
REMEDY = f"set {USER} and {PASSWORD}, or {TOKEN}, or add the host to ~/.netrc"


def authorization(url: SplitResult) -> str | None:
    """Return what proves who we are to a URL's host; None where nothing is set for it.

    StanceError where the environment asks to send it unencrypted to another machine.
    """
    found = _of_environment()
    if found is None:
        return None if is_readable_by_others(url) else _of_netrc(url.hostname or "")
    if is_readable_by_others(url):
        raise StanceError(
            f"credentials would travel to {url.hostname!r} unencrypted; "
            f"use https, or unset {USER}, {PASSWORD} and {TOKEN}"
        )
    return found


def is_readable_by_others(url: SplitResult) -> bool:
    """Tell whether what is sent to a URL crosses a network unencrypted."""
    return url.scheme == "http" and not is_loopback(url.hostname or "")


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _of_environment() -> str | None:
    token, user = os.environ.get(TOKEN), os.environ.get(USER)
    password = os.environ.get(PASSWORD)
    if token:
        return _legible(f"Bearer {token}", TOKEN)
    if bool(user) != bool(password):
        given, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
        raise StanceError(f"{given} is set and {missing} is not; set both or neither")
    return _basic(user, password) if user and password else None


def _legible(header: str, name: str) -> str:
    if not (header.isascii() and header.isprintable()):
        raise StanceError(f"{name} holds a line end or another character that no header can carry")
    return header


def _basic(user: str, password: str) -> str:
    # a user with a colon cannot be told from the password, RFC 7617 section 2
    if ":" in user:
        raise StanceError("the user of an endpoint cannot have a colon in it")
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _of_netrc(host: str) -> str | None:
    """Return the entry of exactly this host; a netrc's default entry is for no endpoint."""
    file = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    if not file.is_file():
        return None
    try:
        entry = netrc.netrc(file).hosts.get(host)
    except netrc.NetrcParseError as error:
        # what the parser says may quote a password
        raise StanceError(
            f"{file}, line {error.lineno}: this is not as a netrc is; mend it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StanceError(f"{file} cannot be read: {error}") from None
    return _basic(entry[0], entry[2]) if entry and entry[2] else None
