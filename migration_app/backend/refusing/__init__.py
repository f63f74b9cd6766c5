"""``migration_app.backend.refusing``: production under test. No address, no password, no dial."""

from __future__ import annotations

from .errors import ProductionRefused

__all__ = ["ProductionRefused"]
