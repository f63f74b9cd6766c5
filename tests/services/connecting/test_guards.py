"""The guards refuse what they are for, and let the rest pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from migration_app.engine.errors import DatabaseFailed, Refused
from migration_app.services.connecting import (
    CountingConnection,
    claim,
    fingerprint,
    read_only_transaction,
    require_confirmation,
    require_distinct,
    require_target,
    require_unclaimed,
    session,
    write_mark,
    write_transaction,
)
from tests import servers

if TYPE_CHECKING:
    from pytest_django import Settings

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase


@pytest.mark.usefixtures("two")
def test_what_went_wrong_is_told_although_the_server_went_away_meanwhile() -> None:
    def fail() -> None:
        with session("prod") as conn, session("prod") as other, read_only_transaction(conn):
            other.execute("select pg_terminate_backend(%s, 10000)", (conn.info.backend_pid,))
            raise ValueError("the first thing")

    with pytest.raises(ValueError, match="the first thing"):
        fail()


@pytest.mark.usefixtures("two")
def test_a_read_only_transaction_writes_nothing_and_its_settings_end_with_it() -> None:
    with session("test", writable=True) as conn:
        before = conn.execute("select current_setting('TimeZone'), current_setting('lock_timeout')").fetchone()
        with read_only_transaction(conn):
            inside = conn.execute(
                "select current_setting('TimeZone'), current_setting('lock_timeout'),"
                " current_setting('transaction_read_only'), current_setting('transaction_isolation')"
            ).fetchone()
        after = conn.execute("select current_setting('TimeZone'), current_setting('lock_timeout')").fetchone()
    assert inside == ("UTC", "5s", "on", "repeatable read")
    assert after == before


@pytest.mark.usefixtures("two")
def test_a_write_in_a_read_only_transaction_fails_and_rolls_back() -> None:
    def write() -> None:
        with session("test", writable=True) as conn, read_only_transaction(conn):
            conn.execute("create table t (a int)")

    with pytest.raises(DatabaseFailed, match="read-only transaction"):
        write()


@pytest.mark.usefixtures("two")
def test_a_write_transaction_commits_at_its_end_and_rolls_back_on_an_error(test_url: str) -> None:
    with session("test", writable=True) as conn:
        with write_transaction(conn):
            conn.execute("create table kept (a int)")
        with pytest.raises(ZeroDivisionError):  # noqa: SIM117, PT012 - the table comes before the error
            with write_transaction(conn):
                conn.execute("create table gone (a int)")
                1 / 0  # noqa: B018
    assert (
        servers.ask(test_url, "select string_agg(relname, ',') from pg_class where relname in ('kept', 'gone')")
        == "kept"
    )


def test_a_database_that_accepts_no_writes_is_refused_before_any(aliases: Aliases, test_url: str) -> None:
    with aliases(None, test_url), session("test", writable=True) as conn:
        conn.execute("set default_transaction_read_only = on")
        # BEGIN READ WRITE overrules the setting: only a standby can't be overruled, and there is none here.
        with write_transaction(conn):
            conn.execute("create table t (a int)")


def test_a_lock_that_another_session_holds_is_given_up_after_the_timeout(
    aliases: Aliases, new_database: NewDatabase, settings: Settings
) -> None:
    url = new_database(None, "create table t (a int)")
    settings.DBSEP = {"LOCK_TIMEOUT": 0.2}

    def wait() -> None:
        with aliases(None, url), session("test", writable=True) as conn, write_transaction(conn):
            conn.execute("drop table t")

    with psycopg.connect(url) as other:
        other.execute("lock table t")
        with pytest.raises(DatabaseFailed, match="lock timeout") as caught:
            wait()
    assert "LOCK_TIMEOUT" in caught.value.hint


def test_a_database_that_another_run_is_changing_is_refused_until_that_ends(aliases: Aliases, test_url: str) -> None:
    with (
        aliases(None, test_url),
        session("test", writable=True) as one,
        session("test", writable=True) as other,
    ):
        with write_transaction(one):
            claim(one)
            with pytest.raises(Refused, match="another run of dbsep is changing"), write_transaction(other):
                claim(other)
            with pytest.raises(Refused, match="another run of dbsep is changing"):
                require_unclaimed(other)
        require_unclaimed(one)
        require_unclaimed(other)
        with write_transaction(other):
            claim(other)


@pytest.mark.usefixtures("two")
def test_a_claim_outside_a_transaction_is_a_mistake_of_the_callers() -> None:
    with session("test", writable=True) as conn, pytest.raises(ValueError, match="transaction"):
        claim(conn)
    with (
        session("test", writable=True) as conn,
        write_transaction(conn),
        pytest.raises(ValueError, match="inside a transaction"),
    ):
        require_unclaimed(conn)


def test_the_same_database_twice_is_refused_with_exit_code_3(
    aliases: Aliases, prod_url: str, prod_server: Cluster
) -> None:
    socket = prod_server.socket_url(prod_url.rpartition("/")[2])
    with (
        aliases(prod_url, socket),
        session("prod") as a,
        session("test") as b,
        pytest.raises(Refused, match="are the same database") as caught,
    ):
        require_distinct(a, b)
    assert caught.value.exit_code == 3
    assert str(prod_server.port) in caught.value.message


@pytest.mark.usefixtures("two")
def test_two_databases_pass_with_their_proof() -> None:
    with session("prod") as a, session("test") as b:
        assert require_distinct(a, b).distinct


@pytest.mark.usefixtures("two")
def test_an_empty_target_needs_no_mark_and_a_marked_one_may_hold_objects() -> None:
    with session("test", writable=True) as conn:
        assert require_target(conn, "test") is None
        mark = write_mark(conn, "test")
        conn.execute("create table t (a int)")
        assert require_target(conn, "test") == mark


@pytest.mark.usefixtures("two")
def test_an_unmarked_target_with_objects_is_refused_with_the_command_that_adopts_it() -> None:
    with session("test", writable=True) as conn:
        conn.execute("create table precious (a int)")
        with pytest.raises(Refused, match=r"isn't marked.*public\.precious") as caught:
            require_target(conn, "test")
        assert f"--adopt '{fingerprint(conn).confirmation}'" in caught.value.hint


def test_the_mark_of_another_database_does_not_count(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database(None, "create table t (a int)")
    with aliases(None, url), session("test", writable=True) as conn:
        mark = write_mark(conn, "test")
        servers.run_sql(
            url,
            "do $$ declare c text := shobj_description(oid, 'pg_database')"
            " from pg_database where datname = current_database();"
            f" begin c := replace(c, '{mark.fingerprint}', '1/2');"
            " execute format('comment on database %I is %L', current_database(), c); end $$",
        )
        with pytest.raises(Refused, match="mark of another database"):
            require_target(conn, "test")


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("marked", [True, False])
def test_fingerprints_and_guards_take_two_round_trips_a_side_on_two_clusters(marked: bool) -> None:
    if marked:
        with session("test", writable=True) as conn:
            write_mark(conn, "test")
    with session("prod") as a, session("test", writable=True) as b:
        require_distinct(a, b)
        require_target(b, "test")
        assert isinstance(a, CountingConnection)
        assert isinstance(b, CountingConnection)
        assert a.round_trips <= 2
        assert b.round_trips <= 2


@pytest.mark.usefixtures("two")
def test_production_is_never_a_target_even_when_it_is_empty() -> None:
    with session("prod") as conn, pytest.raises(Refused, match="never a target"):
        require_target(conn, "prod")


@pytest.mark.usefixtures("two")
def test_a_change_needs_the_database_and_host_typed_exactly() -> None:
    with session("prod") as conn:
        wanted = fingerprint(conn).confirmation
        require_confirmation(conn, wanted)
        for wrong in (None, "", "yes", wanted.upper(), f"{wanted} ", wanted.partition("@")[0]):
            with pytest.raises(Refused) as caught:
                require_confirmation(conn, wrong)
            assert wanted in f"{caught.value.message} {caught.value.hint}"
