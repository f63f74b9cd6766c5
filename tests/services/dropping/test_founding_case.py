"""The founding case: the test tables go, all else stays, and the backup brings them back to the last byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from migration_app.services.restoring import restore_test_tables
from tests.fixtures.expected import load
from tests.servers import run_psql

if TYPE_CHECKING:
    from tests.services.dropping.conftest import Shop

pytestmark = pytest.mark.django_db

EXPECTED = load()


def test_a_dry_run_lists_what_goes_and_changes_nothing(legacy: Shop) -> None:
    before = legacy.dump()
    planned = legacy.plan()

    assert set(planned.tables) == set(EXPECTED.gone_tables)
    assert {each.name for each in planned.kept} == set(EXPECTED.look_alikes)
    assert planned.blocked == ()
    assert set(planned.objects) == {f"view {name}" for name in EXPECTED.gone_views}
    assert not any("CASCADE" in each.sql for each in planned.statements)
    assert planned.dropped == ()
    assert planned.backup is None
    assert legacy.dump() == before


def test_the_test_tables_go_and_everything_else_stays_with_its_rows(legacy: Shop) -> None:
    dropped = legacy.drop(digest=legacy.plan().digest)

    assert set(dropped.dropped) == set(EXPECTED.gone_tables)
    assert legacy.tables() == set(EXPECTED.kept_tables)
    assert {table: int(legacy.ask(f"SELECT count(*) FROM {table}")) for table in EXPECTED.kept_tables} == dict(
        EXPECTED.kept_tables
    )
    assert {view: int(legacy.ask(f"SELECT count(*) FROM {view}")) for view in EXPECTED.kept_views} == dict(
        EXPECTED.kept_views
    )
    assert dict(dropped.rows) == dict(EXPECTED.gone_tables)


def test_a_sequence_that_production_draws_from_is_handed_over_and_counts_on(legacy: Shop) -> None:
    (expected,) = EXPECTED.handed_over
    legacy.drop()

    owner = legacy.ask(
        "SELECT refobjid::regclass || '.' || attname FROM pg_depend JOIN pg_attribute"
        " ON attrelid = refobjid AND attnum = refobjsubid"
        f" WHERE deptype = 'a' AND objid = '{expected.sequence}'::regclass"
    )
    assert "public." + owner == ".".join(expected.used_by)
    assert int(legacy.ask(f"SELECT nextval('{expected.sequence}')")) == expected.last_value + 1


def test_the_backup_restores_to_a_state_that_pg_dump_cannot_tell_from_before(legacy: Shop) -> None:
    before = legacy.dump()
    dropped = legacy.drop()
    assert legacy.dump() != before
    assert dropped.run is not None

    planned = restore_test_tables(dropped.run)
    assert planned.restored == {}
    restored = restore_test_tables(dropped.run, apply=True, confirm=legacy.confirmation)

    assert dict(restored.restored) == dict(EXPECTED.gone_tables)
    assert legacy.dump() == before


def test_plain_psql_restores_the_backup_too(legacy: Shop) -> None:
    before = legacy.dump()
    dropped = legacy.drop()
    assert dropped.backup is not None
    run_psql(legacy.url, dropped.backup / "restore.sql")

    assert legacy.dump() == before


def test_the_backup_is_for_its_owner_only_and_lists_what_it_holds(legacy: Shop) -> None:
    dropped = legacy.drop()
    assert dropped.backup is not None
    manifest = json.loads((dropped.backup / "manifest.json").read_text())

    assert dropped.backup.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in dropped.backup.rglob("*") if path.is_file())
    assert set(manifest["names"]) == set(EXPECTED.gone_tables)
    assert {f"{table['rows']} {table['of']}" for table in manifest["tables"]} == {
        f"{rows} {name}" for name, rows in EXPECTED.gone_tables.items()
    }
