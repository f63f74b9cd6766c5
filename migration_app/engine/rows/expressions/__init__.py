"""Conditions as PostgreSQL prints them: read, and evaluated over rows that aren't written yet."""

from __future__ import annotations

from .columnwise import Columnwise, columnwise
from .evaluating import Evaluator, evaluator
from .nodes import Node, Opaque, columns_of, conjuncts
from .parsing import parse

__all__ = [
    "Columnwise",
    "Evaluator",
    "Node",
    "Opaque",
    "columns_of",
    "columnwise",
    "conjuncts",
    "evaluator",
    "parse",
]
