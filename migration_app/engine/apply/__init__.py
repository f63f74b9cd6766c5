"""ordered Statements → database: writes."""

from __future__ import annotations

from .applying import Limits, Pause, apply

__all__ = ["Limits", "Pause", "apply"]
