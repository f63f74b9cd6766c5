"""Nobody may do more in a copy than in its source, or less, whatever the two sides grant by default."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.services.cloning import clone_schema
from migration_app.services.connecting import session, write_mark
from migration_app.services.syncing import Wanted, sync_schema
from tests.conftest import Aliases, NewDatabase
from tests.services.privileges import matrix

pytestmark = pytest.mark.django_db

ROLES = ("priv_reader", "priv_writer", "priv_member")
OWNER = "priv_owner"
"""No superuser."""
EVERYBODY = (*ROLES, OWNER)
SOURCE = """
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO priv_reader;
REVOKE USAGE ON SCHEMA public FROM public;
CREATE TYPE shop.mood AS ENUM ('a');
CREATE DOMAIN shop.code AS text;
REVOKE USAGE ON TYPE shop.mood FROM public;
CREATE TABLE shop.customers (id serial PRIMARY KEY, name text, secret text);
CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood shop.mood);
CREATE VIEW shop.names AS SELECT name FROM shop.customers;
CREATE MATERIALIZED VIEW shop.counted AS SELECT count(*) FROM shop.orders;
CREATE SEQUENCE shop.tickets;
CREATE FUNCTION shop.secret() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION shop.open() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE shop.tidy() LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION shop.secret() FROM public;
GRANT EXECUTE ON FUNCTION shop.secret() TO priv_writer WITH GRANT OPTION;
GRANT SELECT (id, name), UPDATE (name) ON shop.customers TO priv_reader;
GRANT SELECT, INSERT ON shop.orders TO priv_writer WITH GRANT OPTION;
GRANT SELECT ON shop.names TO public;
GRANT USAGE ON SEQUENCE shop.tickets TO priv_writer;
ALTER TABLE shop.orders OWNER TO priv_writer;
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
GRANT USAGE ON FOREIGN SERVER far TO priv_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER elsewhere TO priv_writer WITH GRANT OPTION;
"""
# An ordinary role makes no foreign data wrapper, and gives a table to whom the schema lets in only.
ORDINARY = SOURCE.partition("CREATE FOREIGN DATA WRAPPER")[0].replace(
    "CREATE TABLE", "GRANT CREATE, USAGE ON SCHEMA shop TO priv_writer; CREATE TABLE", 1
)
OPEN = """
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO public, priv_reader;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO priv_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO priv_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO priv_reader;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO priv_member;
"""
CLOSED = """
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM public;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM public;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO priv_member;
"""
LATER = """
CREATE TABLE shop.returns (id serial PRIMARY KEY, customer int REFERENCES shop.customers);
GRANT SELECT (customer) ON shop.returns TO priv_reader;
CREATE FUNCTION shop.later() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE TYPE shop.size AS ENUM ('s');
REVOKE INSERT ON shop.orders FROM priv_writer;
GRANT TRUNCATE ON shop.customers TO priv_member;
REVOKE UPDATE (name) ON shop.customers FROM priv_reader;
"""


@pytest.fixture
def roles(prod_server: Cluster, test_server: Cluster) -> Iterator[None]:
    """Make the roles in both clusters, one of them a member of another, and drop them afterwards."""
    servers = (prod_server, test_server)
    for server in servers:
        _run(
            server.url("postgres"),
            *(f"CREATE ROLE {role}" for role in ROLES),
            f"CREATE ROLE {OWNER} LOGIN PASSWORD 'pw'",
            f"GRANT priv_writer TO priv_member, {OWNER}",
        )
    yield
    for server in servers:
        _run(server.url("postgres"), *(f"DROP ROLE {role}" for role in EVERYBODY))


@pytest.mark.parametrize(
    ("source", "target"),
    [(SOURCE, OPEN), (OPEN + SOURCE, ""), (SOURCE, CLOSED), (CLOSED + SOURCE, OPEN), (OPEN + SOURCE, CLOSED)],
    ids=["an open target", "an open source", "a closed target", "closed to open", "open to closed"],
)
@pytest.mark.usefixtures("roles")
def test_a_copy_grants_what_its_source_grants(
    source: str, target: str, new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    urls = new_database(prod_server, source), new_database(test_server, target)
    outbound = ("server far", "foreign_data_wrapper elsewhere")
    with aliases(*urls), session("test", writable=True) as connection:
        write_mark(connection, "test")
        clone_schema("prod", "test")
        assert _but_for(outbound, matrix(urls[0], ROLES)) == _but_for(outbound, matrix(urls[1], ROLES))

        _run(urls[0], LATER)
        _run(urls[1], "GRANT ALL ON ALL TABLES IN SCHEMA shop TO public", "ALTER TABLE shop.customers ADD extra int")
        synced = sync_schema("prod", "test", wanted=Wanted(allow=("all",)), apply=True)

    assert synced.statements
    assert _but_for(outbound, matrix(urls[0], ROLES)) == _but_for(outbound, matrix(urls[1], ROLES))


@pytest.mark.parametrize(
    ("source", "target"),
    [("", OPEN), (OPEN, ""), ("", CLOSED), (CLOSED, OPEN), (OPEN, CLOSED)],
    ids=["an open target", "an open source", "a closed target", "closed to open", "open to closed"],
)
@pytest.mark.usefixtures("roles")
def test_a_copy_that_an_ordinary_role_makes_grants_what_its_source_grants(
    source: str, target: str, new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    whole = new_database(prod_server), new_database(test_server)
    urls = _owned(whole[0], source + ORDINARY), _owned(whole[1], target)
    with aliases(*urls), session("test", writable=True) as connection:
        write_mark(connection, "test")
        clone_schema("prod", "test")
        assert matrix(whole[0], EVERYBODY) == matrix(whole[1], EVERYBODY)

        _run(urls[0], LATER)
        _run(urls[1], "GRANT ALL ON ALL TABLES IN SCHEMA shop TO public", "ALTER TABLE shop.customers ADD extra int")
        synced = sync_schema("prod", "test", wanted=Wanted(allow=("all",)), apply=True)

    assert synced.statements
    assert matrix(whole[0], EVERYBODY) == matrix(whole[1], EVERYBODY)


def _owned(url: str, *statements: str) -> str:
    """Give the database to an ordinary role, run the statements as that; give its way there."""
    with psycopg.connect(url) as connection:
        _run(
            url,
            f'ALTER DATABASE "{connection.info.dbname}" OWNER TO {OWNER}',
            f"ALTER SCHEMA public OWNER TO {OWNER}",
        )
    theirs = urlsplit(url)._replace(netloc=f"{OWNER}:pw@{urlsplit(url).netloc.rpartition('@')[2]}").geturl()
    _run(theirs, *statements)
    return theirs


def _but_for(outbound: tuple[str, ...], found: frozenset[str]) -> set[str]:
    """Foreign servers aren't carried unless asked for, and then nothing is granted on them."""
    return {line for line in found if not line.startswith(tuple(f"{name}:" for name in outbound))}


def _run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
