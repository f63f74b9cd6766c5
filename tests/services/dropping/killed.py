"""A program that drops the test tables and brings them back, and is killed on the way: `python -m … URL BACKUPS AT`.

`AT` is `command: step, started` or `…, finished`, as the history names them.
"""

from __future__ import annotations

import os
import signal
import sys

import django
import psycopg


def main(url: str, backups: str, at: str) -> None:
    django.setup()
    from django.core.management import call_command

    from migration_app.services.connecting import fingerprint
    from migration_app.services.dropping import drop_test_tables
    from migration_app.services.history import Progress, listening
    from migration_app.services.restoring import restore_test_tables

    def told(progress: Progress) -> None:
        if f"{progress.command}: {progress.step}, {progress.state}" == at:
            os.kill(os.getpid(), signal.SIGKILL)

    call_command("migrate", verbosity=0)
    with psycopg.connect(url, autocommit=True) as conn, listening(told):
        confirm = fingerprint(conn).confirmation
        done = drop_test_tables(conn, apply=True, confirm=confirm, backup_dir=backups)
        assert done.run is not None
        restore_test_tables(done.run, database=conn, apply=True, confirm=confirm)


if __name__ == "__main__":
    main(*sys.argv[1:])
