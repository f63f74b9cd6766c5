"""database or file → Snapshot: reads."""

from __future__ import annotations

from .files import dump, load
from .reader import ask, read, snapshot_of
from .rows import Answer
from .sameness import same

__all__ = ["Answer", "ask", "dump", "load", "read", "same", "snapshot_of"]
