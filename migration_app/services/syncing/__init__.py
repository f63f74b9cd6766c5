"""Brings a database to another's schema without losing a row that it can keep."""

from __future__ import annotations

from .options import Wanted, Writing
from .result import Breaking, Planned, Rehearsal, Synced
from .sync import sync_schema

__all__ = ["Breaking", "Planned", "Rehearsal", "Synced", "Wanted", "Writing", "sync_schema"]
