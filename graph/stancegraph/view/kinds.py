"""The kinds of view that there are."""

from __future__ import annotations

KINDS = ("positions", "matrix", "agreement", "network", "timeline", "story", "explore")
"""Every kind of view; the last has all others as tabs."""

PAGES_ONLY = ("story", "explore")
"""Those to click through, of which there is no single picture."""
