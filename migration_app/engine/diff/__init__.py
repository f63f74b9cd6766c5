"""Two Snapshots → Changes: pure, and knows no kind."""

from __future__ import annotations

from .comparing import compare


__all__ = ["compare"]
