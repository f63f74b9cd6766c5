"""Privileges on what an extension brought: carried to a superuser, left out by name for any other role."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from migration_app.embedded import Cluster
from migration_app.services.cloning import Engine, clone_schema
from migration_app.services.connecting import fingerprint, session, write_mark
from migration_app.services.drift import check_drift
from migration_app.services.leaving_out import NOT_OURS
from migration_app.services.snapshots import snapshot_schema
from migration_app.services.syncing import Wanted, sync_schema
from tests import servers
from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

SOURCE = """
CREATE EXTENSION pgcrypto;
REVOKE EXECUTE ON FUNCTION digest(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION digest(text, text) TO pg_monitor;
"""
DIGEST = """
SELECT coalesce(proacl, acldefault('f', proowner))::text FROM pg_proc WHERE oid = 'digest(text, text)'::regprocedure
"""


@pytest.fixture
def owner(contrib_server: Cluster) -> Iterator[str]:
    """Make a role that is no superuser."""
    name = f"owner_{secrets.token_hex(4)}"
    with psycopg.connect(contrib_server.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pw'").format(sql.Identifier(name)))
        yield name
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def given_to(owner: str, url: str) -> str:
    """Give a database to the role; give the role's way there."""
    with psycopg.connect(url, autocommit=True) as admin:
        for words in ("ALTER DATABASE {} OWNER TO {}", "ALTER SCHEMA public OWNER TO {1}"):
            admin.execute(sql.SQL(words).format(sql.Identifier(admin.info.dbname), sql.Identifier(owner)))
    return urlsplit(url)._replace(netloc=f"{owner}:pw@{urlsplit(url).netloc.rpartition('@')[2]}").geturl()


@pytest.mark.parametrize("engine", ["native", "pg_dump"])
def test_an_ordinary_role_is_told_what_it_cannot_grant(
    engine: Engine, owner: str, contrib_server: Cluster, new_database: NewDatabase
) -> None:
    source, whole = new_database(contrib_server, SOURCE), new_database(contrib_server)
    target = given_to(owner, whole)
    with (
        psycopg.connect(source, autocommit=True) as ours,
        psycopg.connect(target, autocommit=True) as theirs,
        psycopg.connect(whole, autocommit=True) as superuser,
    ):
        made = clone_schema(ours, theirs, engine=engine)
        left_out = {str(each.address) for each in made.skipped if each.reason == NOT_OURS}
        drift = check_drift(ours, theirs)
        seen = check_drift(ours, superuser)

    assert {name.rsplit(".", 1)[1] for name in left_out} == {"public", "pg_monitor"}
    assert "pg_monitor" not in servers.ask(whole, DIGEST)
    assert drift.differences == ()
    assert {str(each.address) for each in drift.skipped if each.reason == NOT_OURS} == left_out
    assert {each.address for each in seen.differences if each.kind == "member_grant"} == left_out


def test_a_superuser_carries_what_an_ordinary_role_read(
    owner: str, contrib_server: Cluster, new_database: NewDatabase
) -> None:
    source = new_database(contrib_server, SOURCE)
    target = new_database(contrib_server)
    with (
        psycopg.connect(given_to(owner, source), autocommit=True) as ours,
        psycopg.connect(target, autocommit=True) as theirs,
    ):
        made = clone_schema(ours, theirs)
        drift = check_drift(ours, theirs)

    assert NOT_OURS not in {each.reason for each in made.skipped}
    assert drift.differences == ()
    assert servers.ask(target, DIGEST) == servers.ask(source, DIGEST)


def test_what_default_privileges_grant_on_members_is_taken_back_by_a_clone_and_a_sync(
    contrib_server: Cluster, new_database: NewDatabase
) -> None:
    widening = "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO pg_monitor WITH GRANT OPTION;"
    source = new_database(contrib_server, "CREATE EXTENSION pgcrypto;" + widening)
    for act in (clone_schema, sync_schema):
        target = new_database(contrib_server, widening)
        with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
            if act is sync_schema:
                write_mark(theirs, "test")
                assert sync_schema(ours, theirs, apply=True).verified
            else:
                clone_schema(ours, theirs)
            assert check_drift(ours, theirs).differences == ()
        assert servers.ask(target, DIGEST) == servers.ask(source, DIGEST)


@pytest.mark.parametrize("tried_as", ["owner", "superuser"])
@pytest.mark.parametrize("by", ["clone", "sync"])
def test_production_takes_what_was_tried_whichever_role_tried_it(
    tried_as: str,
    by: str,
    owner: str,
    contrib_server: Cluster,
    new_database: NewDatabase,
    aliases: Aliases,
    tmp_path: Path,
) -> None:
    source, prod, test = (new_database(contrib_server, sql) for sql in (SOURCE, "", ""))
    with psycopg.connect(source, autocommit=True) as wanted:
        snapshot_schema(wanted, output=tmp_path / "wanted.json")
    file, all_of_it = f"snapshot:{tmp_path / 'wanted.json'}", Wanted(allow=("all",))
    usual = {"owner": (prod, given_to(owner, test)), "superuser": (given_to(owner, prod), test)}
    with aliases(*usual[tried_as]):
        with session("test", writable=True) as connection:
            write_mark(connection, "test")
        if by == "clone":
            clone_schema(file, "test")
        else:
            sync_schema(file, "test", apply=True, wanted=all_of_it)
        with session("prod") as connection:
            confirm = fingerprint(connection).confirmation

        done = sync_schema(file, "prod", apply=True, confirm=confirm, wanted=all_of_it)

    assert done.applied
