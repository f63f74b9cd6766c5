"""The database wrapper that Django loads for the ENGINE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base as postgresql

from .creation import DatabaseCreation
from .introspection import DatabaseIntrospection
from .operations import DatabaseOperations

if TYPE_CHECKING:
    from .testing import Testing


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """PostgreSQL, with test databases that are copies of the real schema."""

    creation_class = DatabaseCreation
    creation: DatabaseCreation
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        # Without it Django wants `default` to be set up first, and calls its absence a circular dependency.
        settings_dict.setdefault("TEST", {}).setdefault("DEPENDENCIES", [])
        super().__init__(settings_dict, alias)
        self._generation = 0

    @property
    def testing(self) -> Testing | None:
        """What a test run knows of this alias; None outside of one."""
        found: Testing | None = self.settings_dict.get("DBSEP")
        return found

    def connect(self) -> None:
        """Connect, and remember to which of the worker's databases."""
        if self.testing is not None:
            self._generation = self.testing.generation
        super().connect()

    def ensure_connection(self) -> None:
        """Connect if need be; a session on a database that was replaced since is left."""
        testing = self.testing
        if testing is not None and self.connection is not None and self._generation != testing.generation:
            self.close()
        super().ensure_connection()
