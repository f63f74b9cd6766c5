"""Runs as they are recorded in practice, for the admin's tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from migration_app.engine.errors import StatementFailed
from migration_app.models import Run, Step
from migration_app.services.history import Recorder, recorded, run_number

CREATE_ORDERS = """CREATE TABLE public.orders (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    store_id uuid NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,  -- see order_status
    total numeric(12,2) DEFAULT 0.00 NOT NULL
)"""
CREATE_INDEX = "CREATE INDEX orders_open ON public.orders (store_id) WHERE status <> 'done'"
FUNCTION = """CREATE OR REPLACE FUNCTION public.touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$"""


@dataclass(frozen=True)
class Fingerprint:
    """A database's identity, as the services record it."""

    database: str
    host: str

    def __str__(self) -> str:
        return f"{self.database}@{self.host}:5432"


PROD = Fingerprint("shop", "db.shop.example")
TEST = Fingerprint("shop_test", "db.test.example")


def statements(number: int) -> list[dict[str, object]]:
    """Give statements of a clone: tables, indexes, functions in turn."""
    kinds: list[tuple[str, str, str, list[str]]] = [
        ("create", "table public.orders", CREATE_ORDERS, []),
        ("create", "index public.orders_open", CREATE_INDEX, ["takes a SHARE lock"]),
        ("create", "function public.touch()", FUNCTION, []),
    ]  # fmt: skip
    rows: list[dict[str, object]] = [
        {"verb": verb, "address": address, "sql": sql, "hazards": hazards} for verb, address, sql, hazards in kinds
    ]
    return [rows[order % 3] for order in range(number)]


_INDEX = "CREATE INDEX orders_open ON public.orders USING btree (store_id)"
_DIFFERENCES: list[dict[str, object]] = [
    {
        "kind": "index",
        "address": "public.orders_open",
        "change": "changed",
        "severity": "warning",
        "attributes": {
            "definition": {
                "source": f"{_INDEX} WHERE (status <> 'done'::text)",
                "target": f"{_INDEX} WHERE (status = 'open'::text)",
            }
        },
    },
    {
        "kind": "function",
        "address": "public.touch()",
        "change": "changed",
        "severity": "error",
        "attributes": {
            "definition": {"source": FUNCTION, "target": FUNCTION.replace("now", "clock_timestamp")},
            "security_definer": {"source": False, "target": True},
        },
    },
    {
        "kind": "table",
        "address": "public.addresses",
        "change": "removed",
        "severity": "error",
        "attributes": {
            "row_security": {"source": True, "target": None},
            "persistence": {"source": "p", "target": None},
        },
    },
    {
        "kind": "trigger",
        "address": "public.orders.notify",
        "change": "added",
        "severity": "error",
        "attributes": {
            "definition": {
                "source": None,
                "target": "CREATE TRIGGER notify AFTER INSERT ON "
                "public.orders FOR EACH ROW EXECUTE FUNCTION public.notify()",
            }
        },
    },
]


def differences(number: int) -> list[dict[str, object]]:
    """Give differences of every sort: changed in a word, changed in a line, on one side only."""
    return [_DIFFERENCES[order % 4] for order in range(number)]


def done_run(number_of_statements: int = 6) -> Run:
    """Record a clone that went well."""
    with recorded("clone_schema", arguments={"source": "prod", "target": "test", "core": False}) as run:
        clone(run, number_of_statements)
        run.outcome("done", f"{number_of_statements} objects cloned; read again, nothing differs")
    return _paced(run, 0.21, 0.04, 1.62, 0.33)


def clone(run: Recorder, number: int) -> None:
    """Record the steps of a clone."""
    planned(run, number)
    with run.step("apply") as step:
        run.applied(seconds={order: 0.0125 * (order % 7 + 1) for order in range(1, number + 1)})
        step.detail(round_trips=9)
    with run.step("read again and compare") as step:
        step.detail(differences=0, round_trips=6)


def planned(run: Recorder, number: int) -> None:
    """Record the steps before anything is applied."""
    run.databases(source=PROD, target=TEST)
    run.hashes(source="9f2c71d0", target="9f2c71d0", plan="41ab77e2")
    with run.step("read both catalogs") as step:
        step.detail(objects=812, skipped=["table public.test_addresses", "table public.test_orders"], round_trips=6)
    with run.step("plan") as step:
        step.detail(statements=number)
        run.statements(statements(number))


def seeding_run() -> Run:
    """Record a seeding of nine tables, one of which kept nothing."""
    tables = {
        "currencies": 3, "stores": 4, "profiles": 50_000, "products": 20_000, "product_variants": 40_000,
        "orders": 100_000, "order_items": 300_000, "reporting.a_table_whose_name_is_as_long_as_names_may_be": 12,
        "bookings": 0,
    }  # fmt: skip
    with recorded("seed_testdata", arguments={"target": "test", "profile": "volume", "rows": 100_000}) as run:
        run.databases(target=TEST)
        with run.step("design the rows") as step:
            step.detail(tables=len(tables), unfilled=0)
        for table, rows in tables.items():
            with run.step(f"write {table}") as step:
                step.detail(rows=rows)
                if not rows:
                    step.detail(reason='conflicting key value violates exclusion constraint "bookings_never_overlap"')
                    step.outcome("differences")
        with run.step("bring statistics up to date"):
            pass
        run.outcome("differences", "510,019 rows in 8 tables; 1 could not be filled")
    return _paced(run, 0.3, 0.004, 0.003, 0.41, 0.3, 0.52, 1.6, 3.4, 0.01, 0.2, 0.31)


def failed_run() -> Run:
    """Record a clone whose second statement failed; the error names a password, as servers' messages may."""
    arguments = {"source": "prod", "target": "test"}
    with pytest.raises(StatementFailed), recorded("clone_schema", arguments=arguments) as run:  # noqa: PT012 - what came before counts
        planned(run, 4)
        with run.step("apply"):
            reason = 'data type "citext" does not exist (connection was postgresql://app:hunter2@db.test.example/shop)'
            raise StatementFailed(2, 4, "create", "index public.orders_open", "", reason,
                                  advice="Install the extension citext in the target first.")  # fmt: skip
    return _paced(run, 0.2, 0.05, 0.9)


def drift_run(number: int = 4) -> Run:
    """Record a drift check that found differences."""
    with recorded("check_drift", arguments={"source": "prod", "target": "test", "sql": True}) as run:
        run.databases(source=PROD, target=TEST)
        with run.step("read both catalogs") as step:
            step.detail(round_trips=6)
        with run.step("compare") as step:
            run.findings(differences(number))
            step.detail(differences=number)
            step.outcome("differences")
        run.outcome("differences", f"{number} objects differ")
    return _paced(run, 0.24, 0.02)


def separation() -> Run:
    """Record a whole separation: phases as steps, the commands as runs inside them."""
    with recorded("separate", arguments={"demo": True, "source": "prod", "target": "test"}) as run:
        for phase, command in (
            ("0 analyse", "analyze_tables"),
            ("1 separate environments", "init_environment"),
            ("2 clean production", "drop_test_tables"),
            ("3 clone", "clone_schema"),
        ):
            with run.step(phase), recorded(command, arguments={"source": "prod", "target": "test"}) as inner:
                if command == "clone_schema":
                    clone(inner, 3)
                inner.outcome("done", "as expected")
            _paced(inner, 0.3, 0.1, 0.9, 0.2)
        run.databases(source=PROD, target=TEST)
        run.outcome("done", "production is clean; the test database has its schema")
    return _paced(run, 0.5, 0.4, 2.1, 1.6)


def interrupted_run() -> Run:
    """Record a run whose process was killed in its second step."""
    with recorded("separate", arguments={}) as run:
        with run.step("0 analyse"):
            pass
        with run.step("2 clean production"):
            pass
    row = _paced(run, 0.4, 1.2)
    Run.objects.filter(pk=row.pk).update(outcome="running", finished=None, exit_code=None, pid=2**22 + 1)
    Step.objects.filter(run=row, order=2).update(outcome="running", finished=None)
    return run_number(row.pk)


def _paced(run: Recorder, *seconds: float) -> Run:
    """Give the recorded run the times of a real one, for a page is to be looked at."""
    assert run.number is not None
    row = run_number(run.number)
    at = start = datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(minutes=row.pk)
    for step, length in zip(row.steps.order_by("order"), seconds, strict=False):
        for inner in Run.objects.filter(parent_step=step):
            shift = at - inner.started
            for part in inner.steps.all():
                Step.objects.filter(pk=part.pk).update(
                    started=part.started + shift, finished=(part.finished or at) + shift
                )
            Run.objects.filter(pk=inner.pk).update(started=at, finished=at + timedelta(seconds=length * 0.97))
        Step.objects.filter(pk=step.pk).update(started=at, finished=at + timedelta(seconds=length))
        at += timedelta(seconds=length)
    Run.objects.filter(pk=row.pk).update(started=start, finished=at, heartbeat=at)
    return run_number(row.pk)
