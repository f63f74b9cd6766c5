"""What stops a drop or a restore before anything is lost: guards, locks, full disks, spoilt backups, other writers."""

from __future__ import annotations

import gzip
import json
import resource
import signal
import threading
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command

from migration_app.engine.errors import DatabaseFailed, DbsepError, Refused, StatementFailed, UsageError
from migration_app.management.base import CommandFailed
from migration_app.models import Run, StatementRecord
from migration_app.services.dropping import BackupFailed, Locked, drop_test_tables
from migration_app.services.restoring import restore_test_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases
    from tests.services.dropping.conftest import MakeShop, Shop

pytestmark = pytest.mark.django_db

SMALL = """
    CREATE TABLE orders (id int PRIMARY KEY);
    CREATE TABLE test_orders (id serial PRIMARY KEY, o int REFERENCES orders, note text);
    INSERT INTO test_orders (note) SELECT repeat(md5(n::text), 20) FROM generate_series(1, 200) AS n;
"""


@pytest.fixture
def small(shop: MakeShop) -> Shop:
    return shop(SMALL)


def nothing_left(shop: Shop) -> bool:
    """Whether the backups' directory holds no half-made backup."""
    return not shop.backups.exists() or not list(shop.backups.iterdir())


def command(name: str, **options: object) -> tuple[int, dict[str, object]]:
    out = StringIO()
    code = 0
    try:
        call_command(name, format="json", stdout=out, stderr=StringIO(), **options)
    except CommandFailed as error:
        code = error.returncode
    return code, json.loads(out.getvalue() or "{}")


@pytest.mark.parametrize("confirm", [None, "shop@elsewhere", ""])
def test_without_the_right_confirmation_nothing_happens(small: Shop, confirm: str | None) -> None:
    before = small.dump()

    code, document = command("drop_test_tables", apply=True, confirm=confirm, backup_dir=str(small.backups))

    assert code == 3
    assert document == {}
    assert small.dump() == before
    assert nothing_left(small)


def test_the_command_keeps_the_contract(small: Shop) -> None:
    code, planned = command("drop_test_tables")
    assert code == 0
    assert {"tables", "blocked", "kept", "backup", "digest", "dropped"} <= set(planned)
    assert command("drop_test_tables", check=True)[0] == 1

    given = {"apply": True, "confirm": small.confirmation}
    _, done = command("drop_test_tables", backup_dir=str(small.backups), digest=planned["digest"], **given)
    assert done["dropped"] == ["public.test_orders"]
    assert command("drop_test_tables", check=True)[0] == 0

    run = Run.objects.get(command="drop_test_tables", plan_digest=planned["digest"], summary__contains="dropped,")
    _, back = command("restore_test_tables", run=run.number, **given)
    assert back["restored"] == {"public.test_orders": 200}


def test_a_plan_that_went_stale_is_refused(small: Shop) -> None:
    digest = small.plan().digest
    small.run("CREATE TABLE test_later ()")

    with pytest.raises(Refused, match="not the one that was shown"):
        small.drop(digest=digest)
    assert {"public.test_orders", "public.test_later"} <= small.tables()


def test_a_lock_held_by_somebody_is_named_and_nothing_is_lost(small: Shop, settings: Settings) -> None:
    settings.DBSEP = {"LOCK_TIMEOUT": 0.3}
    with psycopg.connect(small.url, application_name="nightly report") as other:
        other.execute("SELECT * FROM test_orders")
        with pytest.raises(Locked) as stopped:
            small.drop()

    assert "nightly report" in stopped.value.message
    assert "public.test_orders" in stopped.value.message
    assert stopped.value.exit_code == 2
    assert "public.test_orders" in small.tables()
    assert nothing_left(small)


def test_a_lock_on_the_production_table_that_a_key_refers_to_stops_the_drop_as_well(
    small: Shop, settings: Settings
) -> None:
    settings.DBSEP = {"LOCK_TIMEOUT": 0.3}
    with psycopg.connect(small.url) as other:
        other.execute("SELECT * FROM orders")
        with pytest.raises(Locked, match=r"public\.orders"):
            small.drop()

    assert small.ask("SELECT count(*) FROM test_orders") == "200"


def test_a_backup_directory_that_cannot_be_made_stops_the_drop(small: Shop, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    with pytest.raises(BackupFailed) as stopped:
        small.drop(backup_dir=in_the_way / "backups")
    assert "Nothing was dropped" in stopped.value.hint
    assert "public.test_orders" in small.tables()


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let the system refuse to write longer files, as a full disk would."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_that_runs_full_stops_the_drop_and_leaves_no_half_backup(small: Shop) -> None:
    with files_up_to(2_000), pytest.raises(BackupFailed):
        small.drop()

    assert small.ask("SELECT count(*) FROM test_orders") == "200"
    assert nothing_left(small)


def test_rows_written_up_to_the_last_moment_are_in_the_backup(small: Shop) -> None:
    written, stop = 200, threading.Event()

    def write() -> None:
        nonlocal written
        with psycopg.connect(small.url, autocommit=True) as other:
            while not stop.is_set():
                try:
                    other.execute("INSERT INTO test_orders (note) VALUES ('late')")
                except psycopg.errors.UndefinedTable:
                    return
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        dropped = small.drop()
    finally:
        stop.set()
        writer.join()

    assert written > 200
    assert dropped.rows == {"public.test_orders": written}


def test_rows_that_a_policy_hides_from_the_owner_are_not_lost(
    small: Shop, aliases: Aliases, prod_server: Cluster
) -> None:
    database = small.confirmation.partition("@")[0]
    small.run(
        "CREATE ROLE hides_rows LOGIN PASSWORD 'x'; ALTER TABLE test_orders OWNER TO hides_rows;"
        "ALTER TABLE orders OWNER TO hides_rows; GRANT ALL ON SCHEMA public TO hides_rows;"
        "ALTER TABLE test_orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY none ON test_orders USING (false)"
    )
    url = f"postgresql://hides_rows:x@{prod_server.host}:{prod_server.port}/{database}"
    try:
        with aliases(url), pytest.raises(DatabaseFailed, match="row-level security"):
            small.drop()
        assert small.ask("SELECT count(*) FROM test_orders") == "200"
        assert nothing_left(small)
    finally:
        small.run("REASSIGN OWNED BY hides_rows TO CURRENT_USER; DROP OWNED BY hides_rows; DROP ROLE hides_rows")


def test_a_role_that_owns_nothing_cannot_drop(small: Shop, aliases: Aliases, prod_server: Cluster) -> None:
    database = small.confirmation.partition("@")[0]
    small.run("CREATE ROLE owns_nothing LOGIN PASSWORD 'x'")
    url = f"postgresql://owns_nothing:x@{prod_server.host}:{prod_server.port}/{database}"
    try:
        with aliases(url), pytest.raises((DatabaseFailed, StatementFailed), match=r"permission denied|must be owner"):
            small.drop()
    finally:
        small.run("DROP ROLE owns_nothing")
    assert nothing_left(small)


def test_the_owner_alias_does_the_work_when_there_is_one(small: Shop, aliases: Aliases, prod_server: Cluster) -> None:
    database = small.confirmation.partition("@")[0]
    small.run("CREATE ROLE only_reads LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reads")
    url = f"postgresql://only_reads:x@{prod_server.host}:{prod_server.port}/{database}"
    try:
        with aliases(url, prod_owner=small.url):
            assert small.plan().tables == ("public.test_orders",)
            assert small.drop().dropped == ("public.test_orders",)
    finally:
        small.run("DROP OWNED BY only_reads; DROP ROLE only_reads")


def test_every_statement_and_step_is_recorded(small: Shop) -> None:
    dropped = small.drop()
    assert dropped.run is not None
    run = Run.objects.get(pk=dropped.run)

    names = [step.name for step in run.steps.order_by("order")]
    assert names[:2] == ["read the catalog", "decide what goes and what stays"]
    assert {step.outcome for step in run.steps.all()} == {"done"}
    assert list(StatementRecord.objects.filter(run=run).values_list("sql", "outcome")) == [
        ("DROP TABLE public.test_orders", "applied")
    ]


def test_a_spoilt_backup_is_not_restored(small: Shop) -> None:
    dropped = small.drop()
    assert dropped.backup is not None
    assert dropped.run is not None
    (path,) = (dropped.backup / "rows").iterdir()
    content = gzip.decompress(path.read_bytes()).replace(b"1", b"2", 1)
    path.write_bytes(gzip.compress(content))

    with pytest.raises(BackupFailed, match="checksum"):
        restore_test_tables(dropped.run, apply=True, confirm=small.confirmation)
    path.unlink()
    with pytest.raises(BackupFailed, match="No such file"):
        restore_test_tables(dropped.run)


def test_a_name_that_is_taken_by_now_is_not_overwritten(small: Shop) -> None:
    dropped = small.drop()
    assert dropped.run is not None
    small.run("CREATE VIEW test_orders AS SELECT 1 AS mine")

    with pytest.raises(Refused, match=r"view public\.test_orders"):
        restore_test_tables(dropped.run, apply=True, confirm=small.confirmation)
    assert small.ask("SELECT mine FROM test_orders") == "1"


@pytest.mark.parametrize("confirm", [None, "shop@elsewhere"])
def test_a_restore_needs_the_confirmation_too(small: Shop, confirm: str | None) -> None:
    dropped = small.drop()
    assert dropped.run is not None

    with pytest.raises(Refused):
        restore_test_tables(dropped.run, apply=True, confirm=confirm)
    assert small.tables() == {"public.orders"}


def test_a_second_restore_is_refused(small: Shop) -> None:
    dropped = small.drop()
    assert dropped.run is not None
    restore_test_tables(dropped.run, apply=True, confirm=small.confirmation)

    with pytest.raises(Refused, match="taken"):
        restore_test_tables(dropped.run, apply=True, confirm=small.confirmation)
    assert small.ask("SELECT count(*) FROM test_orders") == "200"


def test_a_run_that_dropped_nothing_has_no_way_back(small: Shop) -> None:
    planned = small.plan()
    assert planned.run is not None

    with pytest.raises(UsageError, match="no backup"):
        restore_test_tables(planned.run)
    with pytest.raises(UsageError, match="no run 987654"):
        restore_test_tables(987654)


def test_production_may_have_moved_on_between_drop_and_restore(small: Shop) -> None:
    dropped = small.drop()
    assert dropped.run is not None
    small.run("CREATE TABLE addresses (id int); ALTER TABLE orders ADD COLUMN paid boolean")
    restore_test_tables(dropped.run, apply=True, confirm=small.confirmation)

    assert small.tables() == {"public.orders", "public.addresses", "public.test_orders"}
    assert small.ask("SELECT nextval('test_orders_id_seq')") == "201"


def test_nothing_to_drop_is_no_error(shop: MakeShop) -> None:
    here = shop("CREATE TABLE orders ()")
    dropped = here.drop()

    assert dropped.dropped == ()
    assert dropped.backup is None
    assert nothing_left(here)


def test_an_open_connection_serves_as_well_as_an_alias(small: Shop) -> None:
    with psycopg.connect(small.url, autocommit=True) as conn:
        assert drop_test_tables(conn).tables == ("public.test_orders",)
        with pytest.raises(DbsepError):
            drop_test_tables(conn, apply=True)
