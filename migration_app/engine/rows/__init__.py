"""Rows: counted, and streamed out of a database and into one."""

from __future__ import annotations

from .counting import EXACT_BELOW, Count, count

__all__ = ["EXACT_BELOW", "Count", "count"]
