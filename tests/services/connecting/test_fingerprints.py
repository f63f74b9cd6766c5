"""Which database a connection is on, and the proof that two are two."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.services.connecting import Fingerprint, fingerprint, prove_distinct, session
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Aliases, NewDatabase


def test_a_fingerprint_says_database_host_and_port(prod_url: str, prod_server: Cluster) -> None:
    with psycopg.connect(prod_url) as conn:
        found = fingerprint(conn)
    assert str(found) == f"{prod_url.rpartition('/')[2]}@{prod_server.host}:{prod_server.port}"
    assert found.confirmation == f"{found.database}@{prod_server.host}"
    assert found.server_version // 10000 == servers.version()
    identifier = servers.ask(prod_url, "select system_identifier from pg_control_system()")
    oid = servers.ask(prod_url, "select oid from pg_database where datname = current_database()")
    assert found.identity == f"{identifier}/{oid}"


def test_different_clusters_are_proof_by_themselves(prod_url: str, test_url: str) -> None:
    with psycopg.connect(prod_url) as a, psycopg.connect(test_url) as b:
        proof = prove_distinct(a, b)
    assert (proof.distinct, proof.kind, proof.note) == (True, "different clusters", "")
    assert proof.source.system_identifier != proof.target.system_identifier


def spellings(server: Cluster, name: str) -> dict[str, str]:
    return {
        "itself": server.url(name),
        "host name": server.url(name).replace("@127.0.0.1:", "@localhost:"),
        "socket": server.socket_url(name),
        "user": server.url(name, user=f"u_{name}", password="some-password"),
    }


@pytest.fixture
def other_user(prod_server: Cluster, prod_url: str) -> Iterator[None]:
    user = f"u_{prod_url.rpartition('/')[2]}"
    servers.run_sql(prod_server.url("postgres"), f"create role {user} login password 'some-password'")
    yield
    servers.run_sql(prod_server.url("postgres"), f"drop role {user}")


@pytest.mark.usefixtures("other_user")
@pytest.mark.parametrize("spelling", ["itself", "host name", "socket", "user"])
def test_one_database_under_two_spellings_is_recognised(prod_url: str, prod_server: Cluster, spelling: str) -> None:
    other = spellings(prod_server, prod_url.rpartition("/")[2])[spelling]
    with psycopg.connect(prod_url) as a, psycopg.connect(other) as b:
        proof = prove_distinct(a, b)
        back = prove_distinct(b, a)
    assert not proof.distinct
    assert proof.kind == back.kind == "the same database"


def test_two_databases_of_one_cluster_are_distinct_with_a_note(new_database: NewDatabase) -> None:
    with psycopg.connect(new_database()) as a, psycopg.connect(new_database()) as b:
        proof = prove_distinct(a, b)
    assert (proof.distinct, proof.kind) == (True, "same cluster, different databases")
    assert "roles" in proof.note


def test_no_lock_stays_behind(new_database: NewDatabase, aliases: Aliases) -> None:
    with aliases(new_database(), new_database()), session("prod") as a, session("test") as b:
        prove_distinct(a, b)
        assert a.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)
        assert b.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


@pytest.fixture(scope="module")
def original_and_copy() -> Iterator[tuple[Cluster, Cluster]]:
    """A cluster and one whose files were copied from it: same system identifier, same oids, other locks."""
    root = Path(os.environ[servers.ROOT_VARIABLE])
    original, copied = (Cluster.start(root / f"{name}-{os.getpid()}", servers.version()) for name in ("one", "two"))
    try:
        original.stop()
        copied.stop()
        shutil.rmtree(copied.data)
        subprocess.run(["cp", "-a", original.data, copied.data], check=True)
        yield (
            Cluster.start(original.base, servers.version()),
            replace(Cluster.start(copied.base, servers.version()), password=original.password),
        )
    finally:
        original.remove()
        copied.remove()


def test_a_physical_copy_is_recognised(original_and_copy: tuple[Cluster, Cluster]) -> None:
    original, copied = original_and_copy
    with psycopg.connect(original.url("postgres")) as a, psycopg.connect(copied.url("postgres")) as b:
        proof = prove_distinct(a, b)
    assert proof.source.identity == proof.target.identity
    assert (proof.distinct, proof.kind) == (False, "physical copy")
    assert "standby" in proof.note


def test_a_role_that_may_not_ask_for_the_identifier_gets_the_lock_as_proof(
    new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database(prod_server)
    name = url.rpartition("/")[2]
    plain = f"plain_{name}"
    servers.run_sql(url, f"create role {plain} login password 'some-password'")
    servers.run_sql(url, "revoke execute on function pg_control_system() from public")
    try:
        as_plain = prod_server.url(name, user=plain, password="some-password")
        with psycopg.connect(as_plain) as a, psycopg.connect(url) as b:
            assert fingerprint(a).system_identifier == ""
            assert prove_distinct(a, b).kind == "the same database"
        with psycopg.connect(as_plain) as a, psycopg.connect(new_database(prod_server)) as b:
            assert prove_distinct(a, b).distinct
    finally:
        servers.run_sql(url, f"drop role {plain}")


def test_without_identifiers_two_clusters_are_not_proven(
    new_database: NewDatabase, prod_server: Cluster, test_url: str
) -> None:
    url = new_database(prod_server)
    name = url.rpartition("/")[2]
    servers.run_sql(url, f"create role r_{name} login password 'secret-word'")
    servers.run_sql(url, "revoke execute on function pg_control_system() from public")
    try:
        with (
            psycopg.connect(prod_server.url(name, user=f"r_{name}", password="secret-word")) as a,
            psycopg.connect(test_url) as b,
        ):
            proof = prove_distinct(a, b)
    finally:
        servers.run_sql(url, f"drop role r_{name}")
    assert (proof.distinct, proof.kind) == (False, "not proven")
    assert "pg_control_system()" in proof.note


def test_a_fingerprint_is_asked_for_once_a_session(aliases: Aliases, test_url: str) -> None:
    with aliases(None, test_url), session("test") as conn:
        first = fingerprint(conn)
        trips = conn.round_trips  # type: ignore[attr-defined]
        assert fingerprint(conn) is first
        assert conn.round_trips == trips == 1  # type: ignore[attr-defined]


def test_a_fingerprint_as_a_document_has_no_secret() -> None:
    found = Fingerprint("7", "d", "h", 5432, 180000, 5)
    assert found.document() == {
        "database": "d",
        "host": "h",
        "port": 5432,
        "system_identifier": "7",
        "database_oid": 5,
        "server_version": 180000,
    }
