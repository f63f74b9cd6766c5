"""Values for rows that keep all rules of their tables, the same ones for the same seed."""

from __future__ import annotations

from .design import CHUNK, Design, Standing, Unsatisfiable
from .designing import Draft, Unfillable, design

__all__ = ["CHUNK", "Design", "Draft", "Standing", "Unfillable", "Unsatisfiable", "design"]
