"""Rows for a test database: a small shop, a lively one, or as many as you like, the same ones for the same seed."""

from __future__ import annotations

from .overriding import Row
from .reporting import write_report
from .resembling import Resemblance
from .result import Seeded
from .seeding import PROFILES, ROWS, seed_testdata

__all__ = ["PROFILES", "ROWS", "Resemblance", "Row", "Seeded", "seed_testdata", "write_report"]
