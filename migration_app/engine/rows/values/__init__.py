"""Values for rows that keep all rules of their tables, the same ones for the same seed."""

from __future__ import annotations

from .batch import Batch, Maker
from .design import CHUNK, Design, Standing, Unsatisfiable
from .designing import Draft, Unfillable, design

__all__ = ["CHUNK", "Batch", "Design", "Draft", "Maker", "Standing", "Unfillable", "Unsatisfiable", "design"]
