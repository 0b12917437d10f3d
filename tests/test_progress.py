"""Long work says how far it is; short work says nothing."""

from __future__ import annotations

import io
import sys

import pytest

from stancegraph import progress
from stancegraph.cli import progress as shown


class Screen(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        return True


def test_without_a_command_line_nobody_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress.followed("abc", "drawing again", 3)) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_short_work_says_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(shown.shown("abc", "drawing again", 3)) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    assert list(shown.shown("abc", "drawing again", 3)) == ["a", "b", "c"]
    assert "drawing again" not in screen.getvalue()


def test_long_work_says_into_a_file_how_many_steps_are_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PATIENCE", 0)
    monkeypatch.setattr(shown, "OFTEN", 0)
    assert list(shown.shown("ab", "drawing again", 2)) == ["a", "b"]
    out, err = capsys.readouterr()
    assert (out, err) == ("", "drawing again: 1 of 2\ndrawing again: 2 of 2\n")


def test_long_work_has_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(shown, "PATIENCE", 0)
    assert list(shown.shown("ab", "drawing again", 2)) == ["a", "b"]
    assert "drawing again" in screen.getvalue()
    assert "100%" in screen.getvalue()
