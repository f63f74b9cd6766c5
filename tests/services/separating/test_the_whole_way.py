from __future__ import annotations

import json
import sys
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.engine.errors import Refused, UsageError
from migration_app.services.connecting import fingerprint, session
from migration_app.services.restoring import restore_test_tables
from migration_app.services.separating import PHASES, Part, separate
from migration_app.services.status import migration_status
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import load
from tests.servers import pg_dump_schema
from tests.shop import legacy, template

__all__ = ["legacy", "template"]  # fixtures

pytestmark = pytest.mark.django_db

PASSES = (sys.executable, "-c", "pass")
TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'reporting')
"""


@pytest.fixture
def test_database(legacy: str, new_database: NewDatabase, aliases: Aliases) -> object:
    """An empty database, known as ``test`` beside the founding case as ``prod``."""
    with aliases(legacy, new_database()) as both:
        yield both


def confirmation() -> str:
    with session("prod") as conn:
        return fingerprint(conn).confirmation


def tables(url: str) -> dict[str, int]:
    with psycopg.connect(url) as conn:
        names = [row[0] for row in conn.execute(TABLES.encode())]
        return {name: conn.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0] for name in names}  # type: ignore[index]


@pytest.mark.usefixtures("test_database")
def test_without_apply_every_phase_is_planned_and_nothing_changes(legacy: str) -> None:
    before, schema = tables(legacy), pg_dump_schema(legacy)

    separation = separate(command=PASSES)

    assert [phase.name for phase in separation.phases] == list(PHASES)
    assert {phase.outcome for phase in separation.phases[1:]} == {"planned"}
    assert tables(legacy) == before
    assert pg_dump_schema(legacy) == schema


@pytest.mark.usefixtures("test_database")
def test_apply_leaves_exactly_what_the_list_says_and_the_backup_brings_the_rest_back(legacy: str) -> None:
    expected = load()
    before = tables(legacy)

    separation = separate(apply=True, confirm=confirmation(), command=PASSES)

    after = tables(legacy)
    assert separation.met, separation
    assert {name: after[name] for name in expected.kept_tables} == dict(expected.kept_tables)
    assert set(after) == set(expected.kept_tables) | set(expected.created_tables)
    assert not set(after) & set(expected.gone_tables)
    with psycopg.connect(legacy) as conn:
        for view, rows in expected.kept_views.items():
            assert conn.execute(f"SELECT count(*) FROM {view}".encode()).fetchone() == (rows,)
    assert [metric.met for metric in separation.metrics] == [True] * 5
    assert separation.run is not None
    restored = restore_test_tables(separation.run, apply=True, confirm=confirmation())
    assert set(restored.restored) == set(expected.gone_tables)
    assert {name: tables(legacy)[name] for name in before} == before


@pytest.mark.usefixtures("test_database")
def test_production_is_changed_only_with_its_name_typed_out(legacy: str) -> None:
    before = tables(legacy)

    for confirm in (None, "somebody@else"):
        with pytest.raises(Refused):
            separate(apply=True, confirm=confirm, command=PASSES)

    assert tables(legacy) == before


@pytest.mark.usefixtures("test_database")
def test_a_run_that_stopped_is_taken_up_where_it_stopped() -> None:
    confirm = confirmation()
    first = separate(apply=True, confirm=confirm, part=Part(last="clean"), command=PASSES)
    assert first.run is not None

    second = separate(apply=True, confirm=confirm, part=Part(resume=first.run), command=PASSES)

    assert [phase.outcome for phase in second.phases] == ["skipped"] * 3 + ["done"] * 3


@pytest.mark.usefixtures("test_database")
def test_a_second_separation_finds_everything_done() -> None:
    confirm = confirmation()
    separate(apply=True, confirm=confirm, command=PASSES)

    again = separate(apply=True, confirm=confirm, command=PASSES)

    assert again.met, again
    assert "none differs" in " ".join(again.phases[3].found)


@pytest.mark.usefixtures("test_database")
def test_a_failing_test_run_leaves_two_metrics_unmet() -> None:
    fails = (sys.executable, "-c", "raise SystemExit(1)")

    separation = separate(apply=True, confirm=confirmation(), command=fails)

    assert [metric.met for metric in separation.metrics] == [False, True, True, True, False]
    assert not separation.met


@pytest.mark.usefixtures("test_database")
def test_the_status_of_a_tangle_names_the_test_tables_that_are_left() -> None:
    status = migration_status()

    assert not status.met
    assert "left" in status.metrics[1].evidence


@pytest.mark.parametrize("part", [Part(first="nowhere"), Part(last="9"), Part(first="after", last="clean")])
def test_phases_that_there_are_not_are_bad_usage(part: Part) -> None:
    with pytest.raises(UsageError):
        separate(part=part)


def test_only_a_run_of_separate_can_be_resumed() -> None:
    with pytest.raises(UsageError, match="there is no run"):
        separate(part=Part(resume=987654))


@pytest.mark.usefixtures("test_database")
def test_the_command_prints_one_json_document() -> None:
    out = StringIO()

    call_command("separate", "--format=json", stdout=out, stderr=StringIO())

    document = json.loads(out.getvalue())
    assert [phase["name"] for phase in document["phases"]] == list(PHASES)
    assert {"name", "outcome", "seconds"} <= document["phases"][0].keys()
    assert document["metrics"] == []


@pytest.mark.usefixtures("test_database")
def test_migration_status_exits_1_where_a_metric_is_unmet() -> None:
    out = StringIO()

    with pytest.raises(CommandError) as stopped:
        call_command("migration_status", "--format=json", stdout=out, stderr=StringIO())

    assert stopped.value.returncode == 1
    assert {"name", "met", "evidence"} == json.loads(out.getvalue())["metrics"][0].keys()
