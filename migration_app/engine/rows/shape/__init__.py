"""What tables are made of, as a writer of rows needs it."""

from __future__ import annotations

from .model import Check, Column, ForeignKey, Name, Shape, Table, Type, Unique
from .ordering import filling_order, is_required, needed_by, referring_to
from .reading import read_shape

__all__ = [
    "Check",
    "Column",
    "ForeignKey",
    "Name",
    "Shape",
    "Table",
    "Type",
    "Unique",
    "filling_order",
    "is_required",
    "needed_by",
    "read_shape",
    "referring_to",
]
