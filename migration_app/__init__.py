"""Separates test tables from a production PostgreSQL: an importable Django app with a command a phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migration_app.backend.refusing import ProductionRefused

__all__ = ["ProductionRefused"]


def __getattr__(name: str) -> object:
    """Load what the package gives by name when it is asked for: Django imports the package before it is set up."""
    if name == "ProductionRefused":
        from migration_app.backend.refusing import ProductionRefused

        return ProductionRefused
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
