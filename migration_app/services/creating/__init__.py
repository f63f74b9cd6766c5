"""Phase 2: production gets the core tables, and the parts of core tables, that it lacks."""

from __future__ import annotations

from migration_app.services.creating.creation import Created, create_missing_tables

__all__ = ["Created", "create_missing_tables"]
