"""The wrapper that Django gives for production's alias under test: it speaks PostgreSQL's SQL, and to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base as postgresql
from django.db.backends.postgresql.creation import DatabaseCreation as PostgresCreation

from .errors import refuse

if TYPE_CHECKING:
    from collections.abc import Callable


class Refusal:
    """A method of the wrapper that nobody can put another in the place of.

    Django's test cases replace such methods by failures of their own, whose advice is to allow the database.
    """

    def __get__(self, instance: DatabaseWrapper | None, _owner: type[DatabaseWrapper]) -> Callable[..., NoReturn]:
        alias = instance.alias if instance is not None else "prod"

        def refused(*_: object, **__: object) -> NoReturn:
            raise refuse(alias)

        refused.wrapped = refused  # type: ignore[attr-defined]  # what Django puts back
        return refused

    def __set__(self, instance: DatabaseWrapper, value: object) -> None:
        """Keep the refusal."""


class DatabaseCreation(PostgresCreation):
    """Makes nothing, so that a run that names production among others gets as far as the test that asks for it."""

    connection: DatabaseWrapper

    def create_test_db(self, *_: object, **__: object) -> str:
        """Make nothing."""
        return ""

    def clone_test_db(self, *_: object, **__: object) -> None:
        """Copy nothing."""

    def destroy_test_db(self, *_: object, **__: object) -> None:
        """Drop nothing."""

    def setup_worker_connection(self, _worker_id: int) -> None:
        """Point nowhere."""

    def set_as_test_mirror(self, primary_settings_dict: dict[str, Any]) -> None:
        """Stay out of reach: a mirror dials its own host, with the name of the other's database."""

    def test_db_signature(self) -> tuple[str, str, str, str]:
        """Be nobody's twin."""
        return ("refused under test", "", "", self.connection.alias)

    def serialize_db_to_string(self) -> str:
        """Give nothing."""
        return "[]"

    def deserialize_db_from_string(self, data: str) -> None:
        """Restore nothing."""


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """Production's alias, which refuses with the caller's line."""

    creation_class = DatabaseCreation

    connect = Refusal()
    ensure_connection = Refusal()
    get_new_connection = Refusal()
    get_connection_params = Refusal()
    cursor = Refusal()
    chunked_cursor = Refusal()
    temporary_connection = Refusal()
    _nodb_cursor = Refusal()

    refused: ClassVar[bool] = True

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        settings_dict.setdefault("TEST", {}).update(DEPENDENCIES=[], MIRROR=None)
        super().__init__(settings_dict, alias)
