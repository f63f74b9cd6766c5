"""Changes → ordered Statements: pure, and knows no kind."""

from __future__ import annotations

from .planning import plan

__all__ = ["plan"]
