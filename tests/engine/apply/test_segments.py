"""Where a plan is cut, and what stays when a segment fails."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.engine.apply import apply
from migration_app.engine.apply.segments import Segment, segments
from migration_app.engine.errors import StatementFailed
from migration_app.engine.model import Address, Statement, Verb
from tests import servers
from tests.conftest import NewDatabase


def statement(sql: str, *, transactional: bool = True, settles: bool = False) -> Statement:
    return Statement(Verb.ALTER, Address("table", ("t",)), sql, transactional=transactional, settles=settles)


def test_a_plan_without_statements_is_one_empty_transaction() -> None:
    assert segments([]) == (Segment(0, 0),)


def test_ordinary_statements_are_one_transaction() -> None:
    assert segments([statement("a"), statement("b")]) == (Segment(0, 2),)


def test_what_must_settle_is_committed_before_the_rest() -> None:
    plan = [statement("a", settles=True), statement("b", settles=True), statement("c"), statement("d")]
    assert segments(plan) == (Segment(0, 2), Segment(2, 4))


def test_what_can_be_in_no_transaction_is_alone() -> None:
    plan = [statement("a"), statement("b", transactional=False), statement("c", transactional=False), statement("d")]
    outside = (Segment(1, 2, transactional=False), Segment(2, 3, transactional=False))
    assert segments(plan) == (Segment(0, 1), *outside, Segment(3, 4))


def test_a_failure_says_which_statements_stay(new_database: NewDatabase) -> None:
    url = new_database(sql="CREATE TYPE e AS ENUM ('a')")
    plan = [
        statement("ALTER TYPE public.e ADD VALUE 'b'", settles=True),
        statement("CREATE TABLE public.t (m public.e DEFAULT 'b')"),
        statement("CREATE TABLE public.t ()"),
    ]
    with psycopg.connect(url, autocommit=True) as connection, pytest.raises(StatementFailed) as caught:
        apply(connection, plan)
    assert caught.value.number == 3
    assert "statements 1 to 1 stay done" in caught.value.hint.lower()
    assert servers.ask(url, "SELECT count(*) FROM pg_enum") == "2"
    assert servers.ask(url, "SELECT to_regclass('public.t') IS NULL") == "True"


def test_the_checks_run_first_and_last_also_around_what_is_in_no_transaction(new_database: NewDatabase) -> None:
    url = new_database(sql="CREATE TABLE t (a integer)")
    seen: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:

        def note(word: str) -> None:
            row = connection.execute("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'").fetchone()
            assert row is not None
            seen.append(f"{word} {row[0]}")

        plan = [statement("CREATE INDEX CONCURRENTLY i ON public.t (a)", transactional=False)]
        apply(connection, plan, before=lambda: note("before"), verify=lambda: note("verify"))
        lock_timeout = connection.execute("SHOW lock_timeout").fetchone()
    assert seen == ["before 0", "verify 1"]
    assert lock_timeout == ("0",)


def test_progress_counts_over_all_segments(new_database: NewDatabase) -> None:
    url = new_database()
    plan = [
        statement("CREATE TABLE public.a ()", settles=True),
        statement("CREATE TABLE public.b ()"),
        statement("VACUUM public.a", transactional=False),
        statement("CREATE TABLE public.c ()"),
    ]
    seen: list[int] = []
    with psycopg.connect(url, autocommit=True) as connection:
        apply(connection, plan, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 4


def test_a_failure_amid_many_statements_is_told_once(
    new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    plan = [statement("SELECT 1"), statement("SELECT 1 / 0"), *[statement("SELECT 1")] * 2000]
    with psycopg.connect(new_database(), autocommit=True) as connection:
        with pytest.raises(StatementFailed, match="statement 2 of 2002"):
            apply(connection, plan)
        assert connection.execute("SELECT 5").fetchone() == (5,)
    assert not caplog.records
