"""What the history keeps: as the work goes, and in nested runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration_app.engine.errors import Refused, StatementFailed, UsageError
from migration_app.engine.model import Address, Hazard, Statement, Verb
from migration_app.models import Finding, Run, StatementRecord, Step
from migration_app.services.history import (
    Progress,
    last_run,
    listening,
    recorded,
    run_number,
    steps_done,
)

ROOT = Path(__file__).resolve().parents[2]


class Print:
    """A fingerprint, as far as the history looks at one."""

    def __init__(self, database: str) -> None:
        self.database = database

    def __str__(self) -> str:
        return f"{self.database}@localhost:5432"


def statements(number: int) -> list[dict[str, str]]:
    return [{"verb": "create", "address": f"table public.t{n}", "sql": f"CREATE TABLE t{n} ()"} for n in range(number)]


def outcomes(run: Run | None) -> list[str]:
    return list(StatementRecord.objects.filter(run=run).order_by("order").values_list("outcome", flat=True))


@pytest.mark.django_db
class TestARun:
    def test_that_ends_well_is_done_with_its_facts(self) -> None:
        arguments = {"source": "prod", "target": "test", "schema": ["public"], "output": Path("x.json")}
        with recorded("clone_schema", arguments=arguments) as run:
            run.databases(source=Print("shop"), target=Print("shop_test"))
            run.hashes(source="a", target="b", plan="c")
            run.outcome("done", "812 objects cloned")
        row = run_number(run.number or 0)
        assert (row.outcome, row.exit_code, row.summary, row.phase) == ("done", 0, "812 objects cloned", "3")
        assert (row.source, row.source_fingerprint) == ("prod", "shop@localhost:5432")
        assert (row.target, row.target_fingerprint) == ("test", "shop_test@localhost:5432")
        assert (row.source_hash, row.target_hash, row.plan_digest) == ("a", "b", "c")
        assert row.arguments == {"source": "prod", "target": "test", "schema": ["public"], "output": "x.json"}
        assert row.duration is not None

    def test_on_one_database_takes_its_name_from_the_argument_database(self) -> None:
        with recorded("analyze_tables", arguments={"database": "prod"}, source=Print("shop")) as run:
            pass
        assert run_number(run.number or 0).source == "prod"

    @pytest.mark.parametrize(
        ("error", "outcome", "code"),
        [
            (Refused("no mark", "Run init_environment."), "refused", 3),
            (UsageError("unknown alias"), "failed", 2),
            (ZeroDivisionError("division by zero"), "failed", 2),
            (KeyboardInterrupt(), "interrupted", 130),
        ],
    )
    def test_that_raises_records_it_and_raises_it_on(self, error: BaseException, outcome: str, code: int) -> None:
        with pytest.raises(type(error)) as raised, recorded("sync_schema", arguments={}) as run, run.step("apply"):
            raise error
        assert raised.value is error
        row = run_number(run.number or 0)
        assert (row.outcome, row.exit_code) == (outcome, code)
        assert row.error.endswith(str(error))
        assert row.hint == getattr(error, "hint", "")
        assert row.steps.get().outcome == outcome

    def test_inside_another_is_its_child_and_belongs_to_its_step(self) -> None:
        with recorded("separate", arguments={}) as outer:
            with outer.step("3 clone"), recorded("clone_schema", arguments={}) as inner:
                pass
            with recorded("check_drift", arguments={}) as last:
                pass
        with recorded("check_drift", arguments={}) as other:
            pass
        assert inner.run is not None
        assert inner.run.parent_id == outer.number
        assert inner.run.parent_step == Step.objects.get(name="3 clone")
        assert run_number(last.number or 0).parent_step is None
        assert run_number(other.number or 0).parent_id is None

    def test_may_be_given_its_parent(self) -> None:
        with recorded("separate", arguments={}) as first:
            pass
        with recorded("check_drift", arguments={}, parent=first.run, phase="3") as second:
            pass
        row = run_number(second.number or 0)
        assert (row.parent_id, row.phase) == (first.number, "3")

    def test_shows_its_steps_while_it_goes_on(self) -> None:
        with recorded("seed_testdata", arguments={}) as run:
            with run.step("one") as step:
                step.detail(rows=3, round_trips=2, path=Path("x"))
            with run.step("two"):
                seen = [(s.name, s.outcome, s.finished is None) for s in Step.objects.filter(run=run.run)]
                assert seen == [("one", "done", False), ("two", "running", True)]
                assert run_number(run.number or 0).state == "running"
        one = Step.objects.get(run=run.run, order=1)
        assert (one.detail, one.round_trips) == ({"rows": 3, "path": "x"}, 2)

    def test_whose_statements_were_applied_says_so_with_their_time(self) -> None:
        with recorded("clone_schema", arguments={}) as run:
            run.statements(statements(2))
            run.statements(statements(1))
            run.applied(through=2, seconds={1: 0.5})
        rows = StatementRecord.objects.filter(run=run.run).order_by("order")
        assert [(row.order, row.outcome, row.seconds) for row in rows] == [
            (1, "applied", 0.5), (2, "applied", None), (3, "planned", None),
        ]  # fmt: skip

    def test_whose_statement_fails_marks_it_and_what_was_rolled_back_before_it(self) -> None:
        with pytest.raises(StatementFailed), recorded("clone_schema", arguments={}) as run:  # noqa: PT012 - what came before counts
            run.statements(statements(4))
            raise StatementFailed(3, 4, "create", "table public.t2", "", "no")
        assert outcomes(run.run) == ["undone", "undone", "failed", "planned"]

    def test_keeps_what_an_earlier_segment_committed_when_a_later_statement_fails(self) -> None:
        with pytest.raises(StatementFailed), recorded("sync_schema", arguments={}) as run:  # noqa: PT012 - what came before counts
            run.statements(statements(4))
            run.applied(through=1)
            raise StatementFailed(3, 4, "create", "table public.t2", "", "no")
        assert outcomes(run.run) == ["applied", "undone", "failed", "planned"]

    def test_keeps_both_sides_of_what_differs(self) -> None:
        change = {"kind": "column", "address": "column public.a.b", "change": "changed", "severity": "error"}
        with recorded("check_drift", arguments={}) as run:
            run.findings([change | {"attributes": {"type": {"source": "text", "target": "citext"}}}])
            run.findings([change | {"attributes": {"default": ("1", None)}}])
        rows = Finding.objects.filter(run=run.run).order_by("order")
        assert [row.attributes for row in rows] == [
            {"type": {"source": "text", "target": "citext"}},
            {"default": {"source": "1", "target": None}},
        ]

    def test_of_an_engines_plan_names_each_statement_by_kind_and_shows_none_that_may_hold_a_password(self) -> None:
        address = Address("user_mapping", ("app",))
        options = Statement(Verb.CREATE, address, "CREATE USER MAPPING … 'hunter2'", secret=True)
        table = Statement(Verb.CREATE, Address("table", ("public", "t")), "CREATE TABLE t ()", (Hazard.MAY_FAIL,))
        with recorded("sync_schema", arguments={}) as run:
            run.statements([options, table])
        first, second = StatementRecord.objects.filter(run=run.run).order_by("order")
        assert "hunter2" not in first.sql
        assert first.sql.startswith("-- create user_mapping app")
        assert (second.verb, second.address, second.hazards) == ("create", "table public.t", [Hazard.MAY_FAIL.value])

    def test_hides_whole_the_attributes_that_are_named_as_secrets(self) -> None:
        row = {"kind": "server", "address": "s", "change": "changed", "secrets": {"options"}}
        with recorded("check_drift", arguments={}) as run:
            run.findings([row | {"attributes": {"options": (["user=a"], ["user=b"]), "type": (None, "x")}}])
        assert Finding.objects.get(run=run.run).attributes == {
            "options": {"source": "***", "target": "***", "secret": True},
            "type": {"source": None, "target": "x"},
        }

    def test_with_5000_statements_is_written_in_a_second_or_two(self) -> None:
        from time import monotonic

        began = monotonic()
        with recorded("clone_schema", arguments={}) as run:
            run.statements(statements(5000))
            run.applied()
        assert outcomes(run.run) == ["applied"] * 5000
        assert monotonic() - began < 10

    def test_is_found_again_by_command_and_facts(self) -> None:
        with recorded("check_drift", arguments={}) as first:
            first.outcome("differences", "3")
        with recorded("check_drift", arguments={}):
            pass
        assert last_run("check_drift", outcome="differences") == first.run
        assert last_run("clone_schema") is None

    def test_that_stopped_tells_what_needs_no_repeating(self) -> None:
        with pytest.raises(UsageError), recorded("separate", arguments={}) as run:  # noqa: PT012 - what came before counts
            with run.step("0 analyse") as step:
                step.detail(paired=6)
            with run.step("5 drift") as step:
                step.outcome("differences")
            with run.step("2 clean"):
                raise UsageError("no")
        assert steps_done(run_number(run.number or 0)) == {"0 analyse": {"paired": 6}, "5 drift": {}}

    def test_that_does_not_exist_is_a_usage_error(self) -> None:
        with pytest.raises(UsageError, match="there is no run 404"):
            run_number(404)


@pytest.mark.django_db
def test_listeners_hear_of_each_run_and_step_as_it_starts_and_ends() -> None:
    heard: list[Progress] = []
    steps: list[Progress] = []
    with (
        listening(heard.append),
        recorded("separate", arguments={}, on_step=steps.append) as outer,
        outer.step("clone"),
        recorded("clone_schema", arguments={}) as inner,
        inner.step("read"),
    ):
        pass
    with recorded("check_drift", arguments={}):
        pass
    assert [(one.command, one.step, one.state, one.depth) for one in heard] == [
        ("separate", "", "started", 0),
        ("separate", "clone", "started", 0),
        ("clone_schema", "", "started", 1),
        ("clone_schema", "read", "started", 1),
        ("clone_schema", "read", "finished", 1),
        ("clone_schema", "", "finished", 1),
        ("separate", "clone", "finished", 0),
        ("separate", "", "finished", 0),
    ]
    assert steps == heard
    assert heard[0].number == outer.number


@pytest.mark.django_db
def test_secrets_are_in_no_column_of_a_run() -> None:
    secret = "hunter2-and-more"
    url = f"postgresql://app:{secret}@db.example/shop"
    with pytest.raises(RuntimeError), recorded("copy_masked", arguments={"url": url, "api_key": secret}) as run:  # noqa: PT012 - what came before counts
        with run.step(f"connect to {url}") as step:
            step.detail(dsn=f"host=x password={secret}", nested={"urls": [url]})
        run.statements(
            [
                {"sql": f"ALTER ROLE app PASSWORD '{secret}'", "address": "role app"},
                {"sql": f"CREATE SUBSCRIPTION s CONNECTION 'host=x password={secret}'", "address": url},
            ]
        )
        run.findings(
            [{"address": "user mapping app", "change": "changed", "kind": "user_mapping",
              "attributes": {"options": {"source": f"password '{secret}'", "target": "password 'other'"},
                             "password": {"source": secret, "target": None}}}]
        )  # fmt: skip
        run.outcome("done", url)
        raise RuntimeError(f"could not reach {url}")
    for model in (Run, Step, StatementRecord, Finding):
        assert secret not in str(list(model.objects.values()))
    sides = Finding.objects.get().attributes["options"]
    assert sides["source"] == sides["target"]
    assert sides["secret"] is True
