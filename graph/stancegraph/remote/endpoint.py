"""One server spoken to over HTTP: a kept connection, limits, and no half answer taken for whole."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from stancegraph.errors import StanceError
from stancegraph.remote.credentials import REMEDY, authorization, is_readable_by_others

TIMEOUT = "STANCEGRAPH_ENDPOINT_TIMEOUT"
"""The environment's name for how many seconds a server may be silent."""
_SECONDS = 60.0
_LARGEST = 1 << 36
"""Bytes that an answer may have when it is read as it comes."""
_LARGEST_WHOLE = 1 << 28
"""Bytes that an answer may have when it is read at once."""
_PIECE = 1 << 18
_REDIRECTS = 3
_SHOWN = 120


class Unanswered(StanceError):
    """A server that did not answer this time; it may the next."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server."""

    method: str = "GET"
    body: bytes | None = None
    content_type: str = ""
    accept: str = "*/*"

    def headers(self) -> dict[str, str]:
        """Return what says so in HTTP."""
        named = {"Accept": self.accept, "Accept-Encoding": "gzip"}
        return named | ({"Content-Type": self.content_type} if self.content_type else {})


class Endpoint:
    """A server, by its URL; every error names it, and no credentials."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._parts = parts_of(url)
        self._authorization = authorization(self._parts)
        self._seconds = _patience()
        self._kept = threading.local()
        """One connection a thread, for an answer must be read before the next is asked for."""

    def close(self) -> None:
        """Let go of the connection."""
        if connection := self._connection:
            connection.close()
            self._kept.connection = None

    @property
    def _connection(self) -> http.client.HTTPConnection | None:
        found: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        return found

    def whole(self, request: Request, target: str = "") -> tuple[str, bytes]:
        """Send a request; return the type and the bytes of the answer."""
        kind, pieces = self.answer(request, target)
        found = bytearray()
        for piece in pieces:
            found += piece
            if len(found) > _LARGEST_WHOLE:
                self.close()
                raise self.error(f"answers with more than {_LARGEST_WHOLE:,} bytes; ask for less")
        return kind, bytes(found)

    def answer(self, request: Request, target: str = "") -> tuple[str, Iterator[bytes]]:
        """Send a request, to the endpoint's path or another; return type and pieces of the answer.

        The pieces end with an error where the answer breaks off.
        """
        path = target or _path_of(self._parts)
        for _ in range(_REDIRECTS + 1):
            response = self._response(request, path)
            if response.status not in (301, 302, 307, 308):
                break
            path = self._elsewhere(response)
        else:
            raise self.error(f"redirects more than {_REDIRECTS} times")
        if response.status >= 300:
            raise self._refusal(response)
        return response.headers.get_content_type(), self._pieces(response)

    def error(self, what: str) -> StanceError:
        """Return an error that names the endpoint; what it may quote cannot move a cursor."""
        return StanceError(f"{self.url} {visible(what)}")

    def _response(self, request: Request, path: str) -> http.client.HTTPResponse:
        """Send once, or once more where the server has closed a connection that was kept."""
        is_kept = self._connection is not None
        try:
            return self._sent(request, path)
        except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError) as error:
            self.close()
            if not is_kept or isinstance(error, ConnectionRefusedError):
                raise self._trouble(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise self._trouble(error) from None
        try:
            return self._sent(request, path)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._trouble(error) from None

    def _sent(self, request: Request, path: str) -> http.client.HTTPResponse:
        connection = self._connection or _connection(self._parts, self._seconds)
        self._kept.connection = connection
        headers = {"User-Agent": "stancegraph", **request.headers()}
        if self._authorization:
            headers["Authorization"] = self._authorization
        connection.request(request.method, path, request.body, headers)
        return connection.getresponse()

    def _elsewhere(self, response: http.client.HTTPResponse) -> str:
        """Return the path that a redirect names; StanceError where it is another server's."""
        given = response.headers.get("Location") or ""
        self.close()
        try:
            there = urlsplit(urljoin(self.url, given))
            if given and _server(there) == _server(self._parts):
                return _path_of(there)
        except ValueError:
            pass  # what is no URL is no place on this server either
        raise self.error(
            f"redirects to {_one_line(given)!r}, another server; "
            "if that is meant, give its URL instead"
        )

    def _pieces(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """Yield the bytes of an answer, unpacked; an error where not all of them came."""
        unpack = _unpacking(response.headers.get("Content-Encoding") or "")
        if unpack is None:
            self.close()
            raise self.error("answers in an encoding that was not asked for; ask its operator")
        size, is_whole = 0, False
        try:
            while piece := response.read(_PIECE):
                for part in unpack.parts(piece):
                    size += len(part)
                    yield part
                if size > _LARGEST:
                    raise self.error(f"answers with more than {_LARGEST:,} bytes; ask for less")
            is_whole = not response.length and unpack.is_whole
        except zlib.error:
            raise self.error("answers with gzip that cannot be unpacked; ask again") from None
        except (OSError, http.client.HTTPException) as error:
            raise self._trouble(error, size) from None
        finally:
            if not is_whole:
                self.close()
        if not is_whole:
            raise self._broken_off(size)

    def _broken_off(self, size: int) -> Unanswered:
        return Unanswered(
            f"{self.url} broke off its answer after {size:,} bytes; "
            "nothing of it is used, ask again"
        )

    def _trouble(self, error: Exception, size: int = 0) -> StanceError:
        """Say in our words what kept a server from answering."""
        match error:
            case ssl.SSLCertVerificationError():
                what = f"shows a certificate that cannot be trusted: {error.verify_message}"
                return self.error(f"{what}; ask its operator")
            case TimeoutError():
                what = f"was silent for {self._seconds:g} seconds; try again, or set {TIMEOUT}"
                return Unanswered(f"{self.url} {what} to wait longer")
            case ConnectionRefusedError():
                return Unanswered(
                    f"{self.url} refuses the connection; is the server running there?"
                )
            case socket.gaierror():
                name = self._parts.hostname
                return self.error(
                    f"cannot be reached: no address is known of {name!r}; check the URL"
                )
            case http.client.IncompleteRead() | ConnectionError() | ssl.SSLEOFError():
                return self._broken_off(size)
            case http.client.HTTPException() | ValueError() | ssl.SSLError():
                said = _one_line(str(error) or type(error).__name__)
                return self.error(f"does not answer as a web server does: {said}; check the URL")
        return Unanswered(f"{self.url} cannot be reached: {error}; check the URL and the network")

    def _refusal(self, response: http.client.HTTPResponse) -> StanceError:
        """Say what a server answers that does not do what it is asked."""
        status = response.status
        try:
            said = _one_line(next(self._pieces(response), b"").decode("utf-8", "replace"))
        except StanceError:
            said = ""  # what it refuses is clear without its words
        self.close()
        text = f"{self.url} answers {status} {response.reason}".rstrip()
        text = f"{text}: {said}" if said else text
        if status in (401, 403):
            return StanceError(f"{text}; {self._sign_in()}")
        if status >= 500 or status in (408, 429):
            return Unanswered(f"{text}; try again later")
        return StanceError(f"{text}; {_REMEDIES.get(status, 'check the URL')}")

    def _sign_in(self) -> str:
        if self._authorization:
            return "the credentials that were sent are not enough there"
        if is_readable_by_others(self._parts):
            return "credentials are sent over https only; use that"
        return REMEDY


_REMEDIES: Mapping[int, str] = {
    400: "it does not understand what it is asked; is it a SPARQL 1.1 endpoint?",
    404: "check the URL; that of queries often ends in /query or /sparql",
    405: "check the URL; that of queries often ends in /query or /sparql",
    413: "send smaller batches with --batch",
    415: "is it a SPARQL 1.1 endpoint?",
}


def visible(text: str) -> str:
    """Return a text with every character that a terminal would obey written out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def parts_of(url: str) -> SplitResult:
    """Return the parts of an endpoint's URL; StanceError where it is none, or holds a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        name = (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise StanceError(f"{_without_user(url)!r} is no URL of an endpoint: {error}") from None
    if "@" in parts.netloc:
        raise StanceError(
            f"{_without_user(url)!r} holds a user or a password, which others may read; {REMEDY}"
        )
    if parts.scheme == "sparql" or parts.fragment:
        raise StanceError(
            f"{url!r} is no URL of an endpoint: sparql: and #DEBATE are for -g, leave them out"
        )
    if parts.scheme not in ("http", "https") or not name:
        raise StanceError(
            f"{url!r} is no URL of an endpoint; it begins with https:// or http:// and a host"
        )
    if not url.isprintable() or " " in url:
        raise StanceError(f"{url!r} holds a character that a URL cannot have")
    return parts


def _without_user(url: str) -> str:
    return re.sub(r"//[^/?#]*@", "//", url)


def _path_of(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path


def _server(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)


_PORTS = {"http": 80, "https": 443}


def _patience() -> float:
    given = os.environ.get(TIMEOUT)
    try:
        seconds = float(given) if given else _SECONDS
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86_400:
        raise StanceError(f"{TIMEOUT} is a number of seconds, up to a day, not {given!r}")
    return seconds


def _connection(parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
    # without a port the library takes the end of an IPv6 address for one
    scheme, host, port = _server(parts)
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host or "", port, timeout=seconds, context=context)
    return http.client.HTTPConnection(host or "", port, timeout=seconds)


class _Plain:
    """Bytes as they are."""

    is_whole = True

    def parts(self, piece: bytes) -> Iterator[bytes]:
        yield piece


class _Gzip:
    """Bytes that were packed; never more than a piece of them is unpacked at a time."""

    def __init__(self) -> None:
        self._packed = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def is_whole(self) -> bool:
        return self._packed.eof and not self._packed.unused_data

    def parts(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            yield self._packed.decompress(piece, _PIECE)
            piece = self._packed.unconsumed_tail


def _unpacking(encoding: str) -> _Plain | _Gzip | None:
    """Return what unpacks an encoding of HTTP; None for one that was not asked for."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Plain()
    return _Gzip() if name in ("gzip", "x-gzip") else None


def _one_line(text: str) -> str:
    """Return the beginning of a text or of an HTML page in one line that a screen can show."""
    page = re.sub(r"(?is)<(script|style)\b.*?(</\1>|\Z)|<[^>]*>", " ", text)
    words = unescape(page if "<" in text else text).split()
    line = "".join(c if c.isprintable() else " " for c in " ".join(words)).strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
