"""Rows: counted, locked, streamed out of a database and into one."""

from __future__ import annotations

from .copying import SETTINGS, Rows, copy_in, copy_out, settle
from .counting import EXACT_BELOW, Count, count
from .locking import Holder, holders, lock
from .positions import Position, positions, set_positions, setting
from .publishing import published

__all__ = [
    "EXACT_BELOW",
    "SETTINGS",
    "Count",
    "Holder",
    "Position",
    "Rows",
    "copy_in",
    "copy_out",
    "count",
    "holders",
    "lock",
    "positions",
    "published",
    "set_positions",
    "setting",
    "settle",
]
