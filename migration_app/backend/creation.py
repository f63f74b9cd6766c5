"""Test databases as Django asks for them, for every runner: each a copy of a template, none of them migrated."""

from __future__ import annotations

from multiprocessing.util import Finalize
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.backends.postgresql.creation import DatabaseCreation as PostgresCreation

from migration_app.engine.errors import Refused

from . import runs, server, spares, templates
from .refusing import ProductionRefused, closing
from .server import Server
from .testing import Testing, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from .base import DatabaseWrapper

_NAME_BYTES: Final = 63
_ROOM: Final = 20
"""Bytes for what is added to a name."""


class DatabaseCreation(PostgresCreation):
    """Makes, copies and drops the databases that tests run in."""

    connection: DatabaseWrapper
    _get_test_db_name: Callable[[], str]  # the stubs lack it

    def create_test_db(  # type: ignore[override]  # the stubs tell serialize=None apart
        self,
        verbosity: int = 1,
        autoclobber: bool = False,  # noqa: ARG002 - nothing is ever clobbered
        serialize: bool = True,  # noqa: ARG002 - a copy of the template brings the rows back
        keepdb: bool = False,
    ) -> str:
        """Make this process's database and point the alias at it; gives its name.

        Raises Refused where a database of that name exists that isn't ours.
        """
        closing.close_production()
        where = self.place()
        started = monotonic()
        template = templates.ready(where, self.connection.settings_dict["TEST"].get("SCHEMA"))
        built = monotonic()
        run = runs.current(where)
        name = self._name(keepdb=keepdb, run=run)
        if verbosity >= 1:
            self.log(f"Copying template {template.name} for alias '{self.connection.alias}' ('{name}')...")
        copying = monotonic()
        with run.lock:
            self._make(run, template.name, name, keepdb=keepdb)
        self.connection.close()
        testing = Testing(
            where.source, run.number, template.name, template.schema_hash, template.sequences, template.lacks
        )
        made.append(testing)
        testing.times += [("template", built - started), ("copy", monotonic() - copying)]
        self._point(name, testing)
        self.connection.ensure_connection()
        server.require_no_pooler(self.connection.connection, name)
        return name

    def _make(self, run: runs.Run, template: str, name: str, *, keepdb: bool) -> None:
        there = server.find(run.keeper, name)
        if there is not None and there.mark is not None and there.alive and there.mark.run != run.number:
            raise Refused(f"another test run uses database {name!r}", "Wait for it, or leave out --reuse-db/--keepdb.")
        server.drop(run.keeper, name)
        # A name that comes again is given to a database that bears its mark already: a killed run leaves none without.
        made_as = spares.other_name(name) if keepdb else name
        server.copy(run.keeper, template, made_as, run.mark("kept" if keepdb else "worker", template))
        if made_as != name:
            server.rename(run.keeper, (made_as, name))

    def _point(self, name: str, testing: Testing | None) -> None:
        entry: dict[str, Any] = settings.DATABASES[self.connection.alias]
        for place in (entry, self.connection.settings_dict):
            place["NAME"] = name
            if testing is None:
                place.pop("DBSEP", None)
            else:
                place["DBSEP"] = testing

    def place(self) -> Server:
        """Give the server and the database that the alias is on when no test runs."""
        testing = self.connection.testing
        source = testing.source if testing is not None else str(self.connection.settings_dict["NAME"])
        return Server.of(self.connection.alias, source)

    def _name(self, *, keepdb: bool, run: runs.Run) -> str:
        """Give the database's name: one of its own for each run, so that two runs never meet."""
        wanted = self._get_test_db_name().encode()[: _NAME_BYTES - _ROOM].decode(errors="ignore")
        return wanted if keepdb else f"{wanted}_{run.number:08x}"

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:  # noqa: ARG002 - Django's
        testing = self._testing()
        run = runs.current(self.place(), testing.run)
        with run.lock:
            self._make(run, testing.template, self.get_test_db_clone_settings(suffix)["NAME"], keepdb=keepdb)

    def setup_worker_connection(self, _worker_id: int) -> None:
        """Point a process of ``--parallel`` at its own database."""
        super().setup_worker_connection(_worker_id)
        testing = self._testing()
        runs.current(self.place(), testing.run)
        # A process of a pool ends without atexit.
        Finalize(None, runs.end, (self.connection.alias,), {"mine": True}, exitpriority=10)

    def destroy_test_db(
        self,
        old_database_name: str | None = None,
        verbosity: int = 1,
        keepdb: bool = False,
        suffix: str | None = None,
    ) -> None:
        """Drop the database, and with the last one what else the run left; the alias is itself again."""
        testing = self.connection.testing
        super().destroy_test_db(None, verbosity, keepdb, suffix)
        if suffix is None and testing is not None:
            runs.end(self.connection.alias)
            self._point(old_database_name or testing.source, None)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:  # noqa: ARG002 - Django's
        self.connection.close_pool()
        run = runs.current(self.place(), self._testing().run)
        with run.lock:
            server.drop(run.keeper, test_database_name)

    def set_as_test_mirror(self, primary_settings_dict: dict[str, Any]) -> None:
        """Become the other alias, address and all: Django would take its database's name only, and dial our host."""
        if primary_settings_dict["ENGINE"] == closing.ENGINE:
            raise ProductionRefused(
                f"TEST['MIRROR'] of {self.connection.alias!r} asks for an alias of production, out of reach under test",
                "Remove it: each worker gets a copy of the alias's own database.",
            )
        for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS", "DBSEP"):
            if key in primary_settings_dict:
                self.connection.settings_dict[key] = primary_settings_dict[key]

    def _testing(self) -> Testing:
        testing = self.connection.testing
        if testing is None:
            raise Refused(
                f"alias {self.connection.alias!r} isn't set up for tests", "Let the test runner call create_test_db."
            )
        return testing

    def serialize_db_to_string(self) -> str:
        """Give nothing to restore: the template holds the rows."""
        return "[]"

    def deserialize_db_from_string(self, data: str) -> None:
        """Restore nothing: the copy of the template did."""

    def get_test_db_clone_settings(self, suffix: str) -> dict[str, Any]:
        """Give the settings of the process with this number."""
        given: dict[str, Any] = super().get_test_db_clone_settings(suffix)
        return given
