"""Django's own words for a model's types and expressions, without a connection of Django's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.utils import ConnectionHandler

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from psycopg import Connection


class _Wrapper(DatabaseWrapper):
    """Django's wrapper around a connection that somebody else opened, or around none."""

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Give a cursor as it is; Django's own would expect its adapters on the connection."""
        del name
        return self.connection.cursor()


@dataclass(frozen=True)
class Compiler:
    """What turns fields and expressions into PostgreSQL's words."""

    connection: BaseDatabaseWrapper
    live: Connection[Any] | None

    @classmethod
    def offline(cls) -> Self:
        """Give one that has no server to ask."""
        return cls(_wrapper(180000), None)

    @classmethod
    def on(cls, conn: Connection[Any], alias: str | None) -> Self:
        """Give one for an open connection; types are as the alias's own backend says, PostGIS's for one."""
        wrapper = _wrapper(conn.info.server_version)
        wrapper.connection = conn
        own = connections[alias] if alias is not None else None
        if isinstance(own, DatabaseWrapper):
            wrapper.ops = type(own.ops)(wrapper)
        return cls(wrapper, conn)


def _wrapper(version: int) -> _Wrapper:
    settings = {"ENGINE": "django.db.backends.postgresql", "NAME": ""}
    wrapper = _Wrapper(ConnectionHandler({"default": settings}).settings["default"], alias="dbsep")
    vars(wrapper)["pg_version"] = version
    return wrapper
