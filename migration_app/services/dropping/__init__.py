"""Phase 2: the test tables leave production, with a way back."""

from __future__ import annotations
