"""database or file → Snapshot: reads."""

from __future__ import annotations

from .files import dump, load
from .reader import read

__all__ = ["dump", "load", "read"]
