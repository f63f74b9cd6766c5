"""Phase 2."""

from __future__ import annotations
