"""A hosting platform's project as source and target, owned by a role that isn't a superuser."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from migration_app.embedded import Cluster
from migration_app.services.cloning import Engine, What, clone_schema
from migration_app.services.connecting import write_mark
from migration_app.services.drift import check_drift
from tests import corpora, servers
from tests.conftest import Aliases
from tests.services.privileges import matrix

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.corpora,
    pytest.mark.skipif(not corpora.SUPABASE.is_dir(), reason=corpora.REASON),
]

STUB = corpora.SUPABASE / "supabase_stub.sql"
APP = corpora.SUPABASE / "app_public.sql"
BEFORE = corpora.SUPABASE / "test_target_before.sql"
# Only a superuser may make one, but for the real platform's own arrangement.
SKIP = ("event_trigger ensure_rls",)
OURS = ("public", "private", "Reporting")
LEFT_OUT = re.compile(r'\w+ (private\.)?"?(test_(users|orders|events|Mixed|fixture_reset|kind\b)|notify_prod)')

WEBHOOKS = """
CREATE SCHEMA supabase_functions AUTHORIZATION supabase_admin;
CREATE FUNCTION supabase_functions.http_request() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
GRANT USAGE ON SCHEMA supabase_functions TO PUBLIC;
"""


class Projects:
    """Makes projects in databases of one server, each with the same owner."""

    def __init__(self, server: Cluster) -> None:
        self.server = server
        self.owner = "sb_owner"
        self.made: list[str] = []

    def make(self, *, legacy_grants: bool, app: Path | None = None, webhooks: bool = False) -> str:
        name = f"sb_{secrets.token_hex(4)}"
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        self.made.append(name)
        psql(self.server.url(name), STUB, owner=self.owner, legacy_grants=str(int(legacy_grants)))
        with psycopg.connect(self.server.url(name), autocommit=True) as admin:
            if webhooks:
                admin.execute(WEBHOOKS.encode())
            admin.execute("CREATE EXTENSION moddatetime SCHEMA extensions")
            admin.execute(sql.SQL("ALTER ROLE {} SUPERUSER PASSWORD 'pw'").format(sql.Identifier(self.owner)))
        url = make_conninfo(self.server.url(name), user=self.owner, password="pw")
        if app is not None:
            psql(url, app)
        with psycopg.connect(self.server.url(name), autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER ROLE {} NOSUPERUSER").format(sql.Identifier(self.owner)))
        host, port = self.server.host, self.server.port
        return f"postgresql://{self.owner}:pw@{host}:{port}/{name}"


def psql(url: str, path: Path, **variables: str) -> None:
    """Run a script that is written for psql, without psql: its conditions and variables, as far as these use them."""
    text = path.read_text(encoding="utf-8")
    known = {"platform_policies": "1", **variables}
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _statements(text, connection, known):
            connection.execute(statement.encode())


def _statements(text: str, connection: psycopg.Connection[tuple[object, ...]], known: dict[str, str]) -> Iterator[str]:
    gathered: list[str] = []
    taken = [True]
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["\\if"]:
            yield "\n".join(gathered)
            gathered = []
            taken.append(taken[-1] and _true(words[1], known))
        elif words[:1] == ["\\else"]:
            taken[-1] = taken[-2] and not taken[-1]
            yield "\n".join(gathered)
            gathered = []
        elif words[:1] == ["\\endif"]:
            yield "\n".join(gathered)
            gathered = []
            taken.pop()
        elif line.rstrip().endswith("\\gset") and taken[-1]:
            yield "\n".join(gathered)
            gathered = []
            cursor = connection.execute(_filled(line.rstrip().removesuffix("\\gset"), known).encode())
            row = cursor.fetchone()
            assert row is not None
            assert cursor.description is not None
            known |= {column.name: str(value) for column, value in zip(cursor.description, row, strict=True)}
        elif not line.startswith("\\") and taken[-1]:
            gathered.append(_filled(line, known))
    yield "\n".join(gathered)


def _true(word: str, known: dict[str, str]) -> bool:
    if word.startswith(":{?"):
        return word[3:-1] in known
    return known[word.removeprefix(":")].lower() in {"1", "t", "true", "on"}


def _filled(line: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        line = line.replace(f":'{name}'", f"'{value}'").replace(f':"{name}"', f'"{value}"')
    return line


@pytest.fixture
def projects(contrib_server: Cluster) -> Iterator[Projects]:
    """Make projects; their databases are dropped after the test."""
    found = Projects(servers.server("platform", contrib_server.version))
    yield found
    with psycopg.connect(found.server.url("postgres"), autocommit=True) as admin:
        for name in found.made:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize("engine", ["native", "pg_dump"])
def test_a_project_is_cloned_into_one_with_other_default_grants(
    engine: Engine, projects: Projects, aliases: Aliases
) -> None:
    source = projects.make(legacy_grants=True, app=APP)
    target = projects.make(legacy_grants=False)

    with aliases(source, target):
        made = clone_schema("prod", "test", what=What(skip=SKIP), engine=engine)
        drift = check_drift("prod", "test", skip=SKIP)

    assert drift.differences == ()
    assert drift.unmodelled == ()
    assert made.round_trips <= 25
    held = _kept(target)
    assert "trigger on auth.users" in held
    assert "policy on storage.objects" in held
    assert "policy on realtime.messages" in held
    assert "public.tasks in supabase_realtime" in held
    assert _privileges(target) == _privileges(source)


def test_a_project_with_wide_defaults_gets_no_wider_privileges_than_the_source_grants(
    projects: Projects, aliases: Aliases
) -> None:
    source = projects.make(legacy_grants=False, app=APP)
    target = projects.make(legacy_grants=True)

    with aliases(source, target):
        clone_schema("prod", "test", what=What(skip=SKIP))

    assert _privileges(target) == _privileges(source)


def test_a_drifted_project_is_recreated(projects: Projects, aliases: Aliases) -> None:
    source = projects.make(legacy_grants=True, app=APP)
    target = projects.make(legacy_grants=False, app=BEFORE)

    with aliases(source, target):
        with psycopg.connect(target, autocommit=True) as connection:
            write_mark(connection, "test")
            database = connection.info.dbname
        clone_schema("prod", "test", what=What(skip=SKIP), recreate=True, confirm=f"{database}@127.0.0.1")
        drift = check_drift("prod", "test", skip=SKIP)

    assert drift.differences == ()
    assert "scratch" not in servers.ask(target, "select string_agg(relname, ' ') from pg_class")


def test_what_reaches_out_to_production_is_left_out_and_named(projects: Projects, aliases: Aliases) -> None:
    source = projects.make(legacy_grants=True, app=APP, webhooks=True)
    target = projects.make(legacy_grants=False, webhooks=True)

    with aliases(source, target):
        made = clone_schema("prod", "test", what=What(skip=SKIP))
        drift = check_drift("prod", "test", skip=SKIP)

    skipped = {f"{each.address.kind} {each.address}": each.reason for each in made.skipped}
    webhooks = [name for name, reason in skipped.items() if "webhook" in reason]
    assert len(webhooks) == 1
    assert "supabase.co" in skipped["routine private.notify_prod()"]
    assert drift.differences == ()
    assert "supabase.co" not in servers.pg_dump_schema(target, "--schema=public", "--schema=private")


def test_legacy_tables_and_the_platforms_own_stay_out(projects: Projects, aliases: Aliases) -> None:
    source = projects.make(legacy_grants=True, app=APP)
    target = projects.make(legacy_grants=True)

    with aliases(source, target):
        made = clone_schema("prod", "test", what=What(skip=SKIP))

    reasons = {f"{each.address.kind} {each.address}": each.reason for each in made.skipped}
    assert reasons["table public.test_orders"] == "legacy test object"
    assert reasons["schema auth"] == "belongs to the platform"
    assert not any(name.startswith("table public.testimonials") for name in reasons)
    assert servers.ask(target, "select to_regclass('public.test_results') is not null") == "True"
    assert servers.ask(target, "select to_regclass('public.test_orders') is null") == "True"


def _kept(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select 'trigger on ' || tgrelid::regclass from pg_trigger where not tgisinternal"
            " union select 'policy on ' || polrelid::regclass from pg_policy"
            " union select prrelid::regclass || ' in ' || pubname from pg_publication_rel"
            " join pg_publication p on p.oid = prpubid"
        ).fetchall()
    return {re.sub(r"^tasks ", "public.tasks ", row[0]) for row in rows}


def _privileges(url: str) -> set[str]:
    """Give who may do what, but with the platform's own and with what no clone carries."""
    with psycopg.connect(url) as connection:
        roles = [row[0] for row in connection.execute("select rolname from pg_roles where rolname !~ '^pg_'")]
        platform = connection.execute("select nspname from pg_namespace where nspname <> all (%s)", [list(OURS)])
        found = matrix(url, roles, without=tuple(row[0] for row in platform))
    return {line for line in found if not LEFT_OUT.match(line)}
