"""Why a request gets no answer, and with which status of HTTP."""

from __future__ import annotations

from stancegraph.errors import StanceError


class Refused(StanceError):
    """A request that gets no answer; `status` is that of HTTP, `headers` go with it."""

    def __init__(self, status: int, why: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        # all of it are arguments, or the error would not come through a pipe
        super().__init__(status, why, headers)
        self.status = status
        self.headers = headers
        self._why = why

    def __str__(self) -> str:
        return self._why
