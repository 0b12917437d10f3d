"""How the pages look: compared with pictures kept in tests/screens, small and with a tolerance.

Made anew by STANCEGRAPH_REGENERATE=1 python -m pytest tests/test_screens.py: look at them.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from opened import DESKTOP, PHONE, opening
from stancegraph.graph import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCREENS = Path(__file__).parent / "screens"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
MEAN_AT_MOST = 5.0
"""Grey levels of 255 by which a picture may differ on average: other fonts do not reach it."""


def shot(browser: Browser, folder: Path, kind: str, size: str) -> NDArray[np.int16]:
    """Take a picture of a page and make it small and grey."""
    from PIL import Image

    page = load().view(kind)
    with opening(browser, page, folder, SIZES[size], reduced_motion="reduce") as opened:
        data = opened.go("#at=pol%40allied-interception").screenshot()
    image = Image.open(io.BytesIO(data)).convert("L")
    return np.asarray(image.resize((image.width // 3, image.height // 3)), dtype=np.int16)


def kept(kind: str, size: str) -> NDArray[np.int16]:
    from PIL import Image

    return np.asarray(Image.open(SCREENS / f"{kind}-{size}.png"), dtype=np.int16)


def difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean()) if one.shape == other.shape else 255.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["positions", "matrix", "agreement", "timeline", "network"])
def test_a_page_looks_as_it_did(chromium: Browser, tmp_path: Path, kind: str, size: str) -> None:
    found = shot(chromium, tmp_path, kind, size)
    if os.environ.get("STANCEGRAPH_REGENERATE") == "1":
        from PIL import Image

        SCREENS.mkdir(exist_ok=True)
        Image.fromarray(found.astype(np.uint8)).save(SCREENS / f"{kind}-{size}.png", optimize=True)
    assert difference(found, kept(kind, size)) < MEAN_AT_MOST


def test_the_tolerance_tells_views_apart() -> None:
    assert difference(kept("matrix", "desktop"), kept("agreement", "desktop")) > MEAN_AT_MOST
    assert difference(kept("positions", "phone"), kept("timeline", "phone")) > MEAN_AT_MOST
