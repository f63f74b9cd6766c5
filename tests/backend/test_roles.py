"""Templates made by a role that isn't a superuser, on servers of its own and on a hosting platform's."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import errors as pg

from migration_app.backend import runs, server, templates
from migration_app.backend.server import Server
from migration_app.backend.templates import Template
from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.errors import DbsepError, Refused
from migration_app.engine.kinds.owner import Owner
from tests import corpora, servers
from tests.backend.projects import SCHEMA, USER_PROJECT, Project
from tests.conftest import Aliases, NewDatabase
from tests.services.cloning.test_supabase import APP, Projects
from tests.services.connecting.delaying import delayed

ROWS = (
    "select id, name from authors order by id",
    "select id, title, on_loan from books order by id",
    "select id, reader from loans order by id",
    "select last_value, is_called from books_id_seq",
)
Place = Callable[..., Server]


@pytest.fixture
def shop(test_server: Cluster, new_database: NewDatabase) -> str:
    """Make the bookshop's schema with rows in every table, as the superuser; gives its URL."""
    url = new_database(test_server, SCHEMA)
    servers.run_sql(url, "insert into loans (book_id, reader) select id, 'Shevek' from books")
    return url


@pytest.fixture
def tester(shop: str) -> Iterator[str]:
    """Make a role that may make databases, and nothing else."""
    name = f"tester_{secrets.token_hex(4)}"
    servers.run_sql(shop, f"create role {name} login createdb password 'some-password'")
    yield name
    servers.run_sql(shop, f"reassign owned by {name} to postgres; drop owned by {name}; drop role {name}")


@pytest.fixture
def place(test_server: Cluster, shop: str, tester: str, aliases: Aliases) -> Iterator[Server]:
    """Give the shop's server, as the role reaches it."""
    name = shop.rpartition("/")[2]
    with aliases(test=test_server.url(name, tester, "some-password")):
        yield Server.of("test", name)
        runs.end("test")
    Project(USER_PROJECT, "", shop).clear()


def give(shop: str, role: str) -> None:
    """Make the role the owner of the database and of all that is in it."""
    name = shop.rpartition("/")[2]
    kinds = {"table": "authors, books, loans, tags, books_tags", "function": "count_loans"}
    owners = [
        f"alter {kind} {each.strip()} owner to {role}" for kind, names in kinds.items() for each in names.split(",")
    ]
    servers.run_sql(
        shop, "; ".join([*owners, f"alter database {name} owner to {role}", f"grant library_reader to {role}"])
    )


def copy_of(where: Server, template: Template) -> str:
    run = runs.current(where)
    name = f"copy_{template.name[-12:]}"
    server.copy(run.keeper, template.name, name, run.mark("worker", template.name))
    return name


@pytest.mark.parametrize("watched", [False, True], ids=["alone", "others connected"])
def test_an_owner_gets_an_exact_template(place: Server, shop: str, tester: str, watched: bool) -> None:
    give(shop, tester)
    with psycopg.connect(shop) as watcher:
        if not watched:
            watcher.close()
        template = templates.ready(place)
    assert template.lacks == ()
    with place.session(copy_of(place, template)) as copy, psycopg.connect(shop, autocommit=True) as original:
        assert catalog.read(copy).hash == catalog.read(original).hash
        for query in ROWS:
            assert copy.execute(query.encode()).fetchall() == original.execute(query.encode()).fetchall()


def test_who_owns_nothing_gets_what_it_may_read_under_its_own_name(place: Server, shop: str, tester: str) -> None:
    servers.run_sql(
        shop,
        f"grant select, update on authors, books to {tester};"
        f"grant select on all sequences in schema public to {tester};"
        "create table secrets (word text); insert into secrets values ('sesame');"
        "alter table loans force row level security; grant select on loans to public",
    )
    template = templates.ready(place)
    assert template.lacks == (
        *(f"rows of public.{table}" for table in ("books_tags", "loans", "secrets", "tags")),
        "owner postgres",
    )
    with place.session(copy_of(place, template)) as copy, psycopg.connect(shop, autocommit=True) as original:
        here, there = catalog.read(copy), catalog.read(original)
        differing = {
            address.kind
            for address in here.objects.keys() | there.objects.keys()
            if address.kind not in ("owner", "grant") and here.objects.get(address) != there.objects.get(address)
        }
        assert differing == set()
        assert {owner.role for owner in here.of_kind(Owner)} == {tester, "pg_database_owner"}
        for query in ROWS[:2]:
            assert copy.execute(query.encode()).fetchall() == original.execute(query.encode()).fetchall()
        copy.execute("delete from loans; delete from books; drop table secrets")
        with pytest.raises(pg.ForeignKeyViolation):
            copy.execute("insert into books (author_id, title, copies) values (99, 'x', 1)")


def test_a_role_that_may_not_make_databases_is_told(place: Server, shop: str, tester: str) -> None:
    servers.run_sql(shop, f"alter role {tester} nocreatedb")
    with pytest.raises(Refused, match="may not create databases") as caught:
        templates.ready(place)
    assert "CREATEDB" in caught.value.hint


def test_a_role_that_is_not_let_into_the_usual_database_works_from_its_own(
    place: Server, shop: str, tester: str
) -> None:
    give(shop, tester)
    servers.run_sql(shop, "revoke connect on database postgres from public")
    try:
        template = templates.ready(place)
        assert place.home == place.source
        assert template.lacks == ()
        with place.session(copy_of(place, template)) as copy:
            assert copy.execute(ROWS[0].encode()).fetchall() == [(1, "Ursula K. Le Guin")]
        runs.end("test")
    finally:
        server._homeless.clear()
        servers.run_sql(shop, "grant connect on database postgres to public")


def test_a_pooler_that_leads_elsewhere_is_refused(place: Server, shop: str) -> None:
    name = f"p_{secrets.token_hex(3)}"  # as long as the name it stands for
    servers.run_sql(shop, f"create database {name}")
    try:
        with delayed(int(place.params["port"]), 0, rewrite=(b"postgres\0", f"{name}\0".encode())) as port:
            through = Server("test", {**place.params, "port": port, "sslmode": "disable"}, place.source)
            with pytest.raises(Refused, match=f"led to database '{name}' where 'postgres' was asked for"):
                runs.current(through)
    finally:
        servers.run_sql(shop, f"drop database {name} with (force)")


def test_a_table_that_cannot_be_made_is_refused(
    contrib_server: Cluster, new_database: NewDatabase, aliases: Aliases
) -> None:
    schema = "create extension pg_stat_statements; create table shops (id int primary key, seen pg_stat_statements)"
    url = new_database(contrib_server, schema)
    name, role = url.rpartition("/")[2], f"tester_{secrets.token_hex(4)}"
    servers.run_sql(url, f"create role {role} login createdb password 'some-password'; grant select on shops to {role}")
    try:
        with aliases(test=contrib_server.url(name, role, "some-password")), pytest.raises(DbsepError) as caught:
            templates.ready(Server.of("test", name))
        assert Project(USER_PROJECT, "", url).databases() == {}
        assert "column public.shops.seen can't be in the tests' databases without extension pg_stat_statements" in str(
            caught.value
        )
    finally:
        Project(USER_PROJECT, "", url).clear()
        servers.run_sql(url, f"drop owned by {role}; drop role {role}")


@pytest.mark.corpora
@pytest.mark.skipif(not corpora.SUPABASE.is_dir(), reason=corpora.REASON)
def test_a_hosting_platforms_project_is_a_test_alias_as_well(contrib_server: Cluster, aliases: Aliases) -> None:
    url = Projects(contrib_server).make(legacy_grants=True, app=APP)
    name = url.rpartition("/")[2]
    try:
        with aliases(test=url), psycopg.connect(contrib_server.url(name), autocommit=True) as service:
            service.execute("set role supabase_admin")
            where = Server.of("test", name)
            template = templates.ready(where)
            service.execute("insert into auth.schema_migrations values ('1')")
            service.execute("select pg_stat_force_next_flush()")
            assert templates.ready(where) == template
            with where.session(copy_of(where, template)) as copy:
                check_copy(copy, service)
            runs.end("test")
        assert {"extension moddatetime", "event_trigger ensure_rls", "owner supabase_auth_admin"} < set(template.lacks)
    finally:
        Project(USER_PROJECT, "", contrib_server.url(name)).clear()
        with psycopg.connect(contrib_server.url("postgres"), autocommit=True) as admin:
            admin.execute(f'drop database "{name}" with (force)'.encode())


USERS_PART = (
    "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')",
    "select polrelid::regclass::text || polname from pg_policy",
    "select tgrelid::regclass::text || tgname from pg_trigger where not tgisinternal and tgname <> 'handle_updated_at'",
    "select table_name || privilege_type from information_schema.role_table_grants where grantee = 'authenticated'",
)


def check_copy(copy: psycopg.Connection[object], original: psycopg.Connection[object]) -> None:
    """Hold what users have made, on the platform's tables as well, against the original."""
    for query in USERS_PART:
        found = set(copy.execute(query.encode()).fetchall())
        assert found == set(original.execute(query.encode()).fetchall())
        assert found
