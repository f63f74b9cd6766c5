"""ordered Statements → database: writes."""

from __future__ import annotations

from .applying import Limits, apply

__all__ = ["Limits", "apply"]
