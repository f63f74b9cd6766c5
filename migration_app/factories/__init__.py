"""Rows for a test, prepared by model_bakery and written into one database, whatever its tables ask for.

    from migration_app.factories import make, make_recipe, write

    book = make(Book, _using="test", title="Emma", authors=[ann])
    order = make_recipe("migration_app.order", _using="test", _quantity=3)
    write(prepare(Book), prepare(Author), using="test")

Where ``_using`` is left out, ``DBSEP["ENVIRONMENT"]`` is meant. No other database is asked or written.
"""

from __future__ import annotations

from .baking import Baker
from .making import make, make_recipe, prepare, prepare_recipe
from .writing import write

__all__ = ["Baker", "make", "make_recipe", "prepare", "prepare_recipe", "write"]
