"""Generated models tried on many schemas in one process: they load, check, fit their tables, and read a row of each.

    python -m tests.services.generating.trial [part of a name] …      tries all corpora, and lists what went wrong

The corpora lie where the environment variable DBSEP_CORPORA says, or in ../shared/corpora.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import django
import psycopg
from django.conf import settings

APP = "tests.services.generating.written"
LIVE = "live"


class NotLoadable(Exception):
    """The schema's script isn't SQL that this server takes: nothing to try."""


def set_up() -> None:
    """Make this process a Django project with an empty app for the models."""
    settings.configure(
        SECRET_KEY="x",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in ("contenttypes", "auth", "postgres")),
            "migration_app",
            APP,
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@contextmanager
def database(server: str, load: Callable[[str], None]) -> Iterator[str]:
    """Make a database with a schema on the server of a URL, and point the alias at it; its new roles go with it."""
    from django.core.signals import setting_changed
    from django.db import connections

    from migration_app.conf import parse_database_url

    name = f"models_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        roles = set(admin.execute("select rolname from pg_roles").fetchall())
        admin.execute(f"create database {name} template template0".encode())
        url = f"{server.rpartition('/')[0]}/{name}"
        try:
            try:
                load(url)
            except psycopg.Error as error:
                raise NotLoadable(str(error).splitlines()[0]) from error
            cast("dict[str, Any]", settings.DATABASES)[LIVE] = parse_database_url(url)
            vars(connections).pop("settings", None)
            setting_changed.send(sender=database, setting="DBSEP", value=None, enter=True)
            yield url
        finally:
            if LIVE in connections.settings:
                connections[LIVE].close()
                del connections[LIVE]
            admin.execute(f"drop database {name} with (force)".encode())
            for (role,) in set(admin.execute("select rolname from pg_roles").fetchall()) - roles:
                admin.execute(f'drop role "{role}"'.encode())


def problems(url: str) -> tuple[int, int, list[str]]:
    """Write models for the database, load them, hold them to it; gives models, rows read, and all that is wrong."""
    from migration_app.services import check_models
    from migration_app.services.generating import generate_models

    models = loaded(generate_models(LIVE).text)
    said = list(complaints())
    found = check_models(LIVE, models=models) if models else None
    said += [f"{each.address}: {each.hint or each.kind}" for each in found.findings] if found else []
    seeded(url)
    rows = 0
    for model in models:
        try:
            rows += len(list(model._default_manager.using(LIVE)[:2]))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong with a row is a finding
            said.append(f"{model.__name__} can't be read: {type(error).__name__}: {error}".splitlines()[0])
    return len(models), rows, said


def loaded(text: str) -> list[Any]:
    """Give the models of a module's text, in the place of those that were loaded before."""
    from django.apps import apps

    label = APP.rpartition(".")[2]
    apps.all_models[label].clear()
    apps.clear_cache()
    module = ModuleType(f"{APP}.models")
    sys.modules[module.__name__] = module
    exec(compile(text, "models.py", "exec"), vars(module))
    apps.clear_cache()
    return list(apps.get_app_config(label).get_models())


def complaints() -> Iterator[str]:
    """Give what Django's own checks say of the models."""
    from django.apps import apps
    from django.core.checks import run_checks

    config = apps.get_app_config(APP.rpartition(".")[2])
    yield from (str(each) for each in run_checks([config]) if "migration_app." not in str(each))


def seeded(url: str) -> None:
    """Write a few rows to each table, where our own generator can."""
    from migration_app.engine.errors import DbsepError
    from migration_app.services import seed_testdata
    from migration_app.services.connecting import session, write_mark

    with psycopg.connect(url, autocommit=True) as conn:
        write_mark(conn, "test")
    with session(LIVE, writable=True) as writing:
        try:
            seed_testdata(writing, rows=2)
        except (DbsepError, psycopg.Error, NotImplementedError):
            return


def scripts() -> Iterator[tuple[str, list[Path]]]:
    """Give name → files to load, of every schema that is here."""
    from tests import corpora
    from tests.engine.pairs import find

    yield from ((file.stem, [file]) for file in corpora.schemas())
    yield from ((pair.name, [pair.directory / "setup.sql", pair.directory / "new.sql"]) for pair in find())


def try_all(server: str, parts: Iterable[str], every: int = 1) -> int:
    """Try the schemas whose names contain one of the parts, each or every so many; gives how many went wrong."""
    from tests import servers

    parts, counts = tuple(parts), Counter[str]()
    wanted = [each for each in scripts() if not parts or any(part in each[0] for part in parts)]
    for name, files in wanted[::every]:

        def load(url: str, files: list[Path] = files) -> None:
            for file in files:
                if file.exists():
                    servers.run_sql(url, file)

        try:
            with database(server, load) as url:
                models, rows, said = problems(url)
        except NotLoadable as error:
            counts["unloaded"] += 1
            sys.stdout.write(f"unloaded {name}: {error}\n")
            continue
        except Exception as error:  # noqa: BLE001 - so is whatever goes wrong with a schema
            models, rows, said = 0, 0, [f"{type(error).__name__}: {error}"]
        counts["wrong" if said else "right"] += 1
        counts["models"] += models
        counts["rows"] += rows
        sys.stdout.writelines(f"wrong {name}: {each}\n" for each in said)
    sys.stdout.write(f"{dict(counts)}\n")
    return counts["wrong"]


if __name__ == "__main__":
    set_up()
    sys.exit(min(1, try_all(os.environ["SERVER"], sys.argv[1:], int(os.environ.get("EVERY", "1")))))
