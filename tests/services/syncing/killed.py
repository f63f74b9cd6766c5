"""A program that begins a sync and is killed at a statement: `python -m … SOURCE TARGET NUMBER [rehearsal]`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django
import psycopg


def main(source: str, target: str, number: int, *, rehearse: bool) -> None:
    django.setup()
    from django.core.management import call_command

    from migration_app.services.syncing import Wanted, sync_schema

    call_command("migrate", verbosity=0)
    with psycopg.connect(source, autocommit=True) as origin, psycopg.connect(target, autocommit=True) as copy:
        planned = {
            statement.sql.encode(): position
            for position, statement in enumerate(sync_schema(origin, copy).statements, 1)
        }
        execute = psycopg.Cursor.execute

        def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - psycopg's own
            if planned.get(query) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(self, query, *args, **kwargs)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign]
        sync_schema(origin, copy, apply=True, wanted=Wanted(allow=("all",)), rehearse=rehearse)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), rehearse="rehearsal" in sys.argv)
