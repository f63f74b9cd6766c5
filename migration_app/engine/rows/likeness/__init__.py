"""What a database's rows look like as a whole, by the server's statistics: shapes, never values."""

from __future__ import annotations

from .comparing import Compared, compare
from .model import ColumnLikeness, Likeness, TableLikeness
from .reading import read_likeness

__all__ = ["ColumnLikeness", "Compared", "Likeness", "TableLikeness", "compare", "read_likeness"]
