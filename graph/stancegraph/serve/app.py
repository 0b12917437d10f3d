"""What the server answers at each address: the graph's page, queries, its description."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.wsgi import wrap_file

from stancegraph.serve.forms import (
    PAGE,
    SOLUTIONS,
    TRIPLES,
    chosen,
    chosen_or_refused,
    content_type,
)
from stancegraph.serve.home import Home, State
from stancegraph.serve.limits import Limits
from stancegraph.serve.pool import Pool, Replied
from stancegraph.serve.protocol import METHODS, question_of
from stancegraph.serve.question import (
    Answer,
    Counted,
    Exploration,
    Figures,
    Question,
    Shown,
    Sketch,
)
from stancegraph.serve.refusal import Refused
from stancegraph.serve.visitors import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from stancegraph.serve.page import Desk

SPARQL, VOID = "/sparql", "/.well-known/void"

_PATIENT = 20
"""How many times longer than a query may what is made once of each state of the graph."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}


class App:
    """The server as the web's gateway interface (WSGI) has it."""

    def __init__(
        self, pool: Pool, home: Home, limits: Limits, visitors: Visitors, *, answers_queries: bool
    ) -> None:
        self._pool = pool
        self._home = home
        self._limits = limits
        self._visitors = visitors
        self._kept: dict[str, tuple[State, Any]] = {}
        self._making = threading.Lock()
        self._pages: dict[str, Callable[[Request], Response]] = {
            "/": self._exploration,
            "/favicon.ico": lambda _: Response(status=204),
        }
        if answers_queries:
            self._pages |= {SPARQL: self._sparql, VOID: self._void}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        response = self._response(request)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _response(self, request: Request) -> Response:
        try:
            self._visitors.check(request)
            response = self._page_at(request)
        except Refused as refused:
            response = self._refusal(request, refused)
        for name, value in self._visitors.sharing(request):
            response.headers.add(name, value)
        if response.headers.get("Access-Control-Allow-Origin"):
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _page_at(self, request: Request) -> Response:
        found = self._pages.get(request.path)
        if found is None:
            here = ", ".join(p for p in self._pages if p != "/favicon.ico")
            raise Refused(404, f"there is nothing at {request.path!r}; there is {here}")
        methods = METHODS if request.path == SPARQL else tuple(m for m in METHODS if m != "POST")
        allow = (("Allow", ", ".join(methods)),)
        if request.method not in methods:
            raise Refused(405, f"{request.method} is not possible here", allow)
        if request.method == "OPTIONS":
            return Response(status=204, headers=[*allow, *self._preflight(methods)])
        return found(request)

    def _preflight(self, methods: Iterable[str]) -> Iterable[tuple[str, str]]:
        if not self._visitors.origins:
            return ()
        return (
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Allow-Headers", "Accept, Content-Type"),
        )

    # what is asked

    def _sparql(self, request: Request) -> Response:
        question = question_of(request, self._limits.query_length)
        if question is None:
            return self._description(request)
        offers = (*SOLUTIONS, PAGE, *TRIPLES)
        if chosen(question.accept, offers) == PAGE:
            return self._sketched(request, question)
        tag = _tag(question, self._pool.state())
        if request.if_none_match.contains_weak(tag):
            return Response(status=304, headers=[("ETag", f'W/"{tag}"'), ("Vary", "Accept")])
        return self._answered(request, question)

    def _answered(self, request: Request, question: Question) -> Response:
        replied = self._pool.ask(question)
        response = _sent(request, replied)
        response.headers["Vary"] = "Accept"
        if isinstance(replied.reply, Answer) and replied.reply.is_steady:
            response.set_etag(_tag(question, replied.state), weak=True)
        return response

    def _sketched(self, request: Request, question: Question) -> Response:
        from stancegraph.serve.page import ROWS

        replied = self._pool.ask(Sketch(question, ROWS))
        assert isinstance(replied.reply, Shown)
        return self._desk_page(request, question.text, replied.reply)

    def _description(self, request: Request) -> Response:
        """Describe the endpoint: to a browser as a page with a box for a query."""
        accept = request.headers.get("Accept", "*/*")
        media = chosen_or_refused(accept, (*TRIPLES, PAGE))
        if media == PAGE:
            return self._desk_page(request)
        from stancegraph.serve.describe import service_description, written

        endpoint = request.root_url.rstrip("/") + SPARQL
        return _described(written(service_description(endpoint, self._counted()), media), media)

    def _void(self, request: Request) -> Response:
        from stancegraph.serve.describe import void, written

        media = chosen_or_refused(request.headers.get("Accept", "*/*"), tuple(TRIPLES))
        root = request.root_url.rstrip("/")
        return _described(written(void(root + VOID, root + SPARQL, self._counted()), media), media)

    def _counted(self) -> Counted:
        counted = self._made("counts", Figures())
        assert isinstance(counted, Counted)
        return counted

    def _exploration(self, request: Request) -> Response:
        html = self._made("page", Exploration())
        policy = "frame-ancestors 'none'"  # the page has a policy of its own beside
        return Response(html, mimetype=PAGE, headers={"Content-Security-Policy": policy})

    def _made(self, name: str, task: Figures | Exploration) -> Any:
        """Return what is made once of each state of the graph; the last, while it cannot be."""
        with self._making:
            state, made = self._kept.get(name, ((), None))
            if made is not None and state == self._pool.state():
                return made
            try:
                replied = self._pool.ask(task, seconds=self._limits.seconds * _PATIENT)
            except Refused:
                if made is None:
                    raise
                return made
            made = _read(replied) if isinstance(replied.reply, Answer) else replied.reply
            self._kept[name] = (replied.state, made)
            return made

    # what is shown

    def _desk_page(
        self, request: Request, text: str | None = None, shown: Shown | Refused | None = None
    ) -> Response:
        from stancegraph.serve.page import headers, page

        html = page(self._desk(request), text, shown)
        return Response(html, mimetype=PAGE, headers={**headers(), "Vary": "Accept"})

    def _desk(self, request: Request) -> Desk:
        from stancegraph.serve.page import Desk

        return Desk(
            name=self._home.name,
            address=request.root_url.rstrip("/") + SPARQL,
            path=request.script_root + SPARQL,
            home=request.script_root + "/",
            void=request.script_root + VOID,
            limits=self._limits,
        )

    def _refusal(self, request: Request, refused: Refused) -> Response:
        """Say why there is no answer, to a browser on the page."""
        accept = request.headers.get("Accept", "*/*")
        if request.path == SPARQL and SPARQL in self._pages and self._is_browser(accept, refused):
            response = self._desk_page(request, request.values.get("query"), refused)
        else:
            response = Response(f"{refused}\n", mimetype="text/plain")
        response.status_code = refused.status
        response.headers.extend(refused.headers)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _is_browser(self, accept: str, refused: Refused) -> bool:
        return refused.status != 421 and chosen(accept, ("text/plain", PAGE)) == PAGE


def _tag(question: Question, state: State) -> str:
    """Return what is the same for the same question to the same state of a graph, and only then."""
    return sha256(repr((question, state)).encode()).hexdigest()[:32]


def _sent(request: Request, replied: Replied) -> Response:
    """Send the file that holds an answer, in parts; it is gone when that is done."""
    answer = replied.reply
    assert isinstance(answer, Answer)
    file = replied.file.open("rb")
    replied.file.unlink()
    response = Response(
        wrap_file(request.environ, file),
        content_type=content_type(answer.media),
        direct_passthrough=True,
    )
    response.content_length = answer.size
    response.call_on_close(file.close)
    return response


def _read(replied: Replied) -> bytes:
    read = replied.file.read_bytes()
    replied.file.unlink()
    return read


def _described(written: bytes, media: str) -> Response:
    return Response(written, content_type=content_type(media), headers={"Vary": "Accept"})
