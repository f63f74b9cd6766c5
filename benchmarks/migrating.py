"""``python -m benchmarks.migrating``: Django's own way to a test database, the peer of `benchmarks.workers`.

A process of its own, whose settings know nothing of dbsep. It takes a number of rounds; the environment's BENCHMARK_URL
says where the server is, and BENCHMARK_SCRIPT which schema to migrate to.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import dj_database_url
import django
from django.conf import settings

from migration_app.engine.sql import ident

from .workers import tell, timed

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def main(rounds: int) -> None:
    """Measure a new database with its migration, and the flush after a transactional test."""
    database = dj_database_url.parse(os.environ["BENCHMARK_URL"])
    settings.configure(INSTALLED_APPS=["benchmarks.migrated"], DATABASES={"default": database})
    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]

    def ready() -> None:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)

    def gone() -> None:
        connection.creation.destroy_test_db(name, verbosity=0)

    tell("Django: new database, schema migrated", [timed(ready, gone) for _ in range(rounds)])
    ready()
    tell("Django: flush of every table", [timed(lambda: flush(connection)) for _ in range(rounds)])
    gone()


def flush(connection: BaseDatabaseWrapper) -> None:
    """Do what Django's flush does, if all tables had managed models."""
    from django.core.management.color import no_style

    # Django leaves a name that is quoted as it is, and doesn't double quotes within.
    tables = [ident(name) for name in connection.introspection.table_names()]
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


if __name__ == "__main__":
    main(int(sys.argv[1]))
