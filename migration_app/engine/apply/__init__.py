"""ordered Statements → database: writes."""

from __future__ import annotations

from .applying import Limits, Pause, apply, within

__all__ = ["Limits", "Pause", "apply", "within"]
