"""A hosting platform's users that log in, and the rows that refer to them."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django import Settings

from migration_app.embedded import Cluster
from migration_app.models import Run
from migration_app.services.connecting import write_mark
from migration_app.services.seeding import seed_testdata
from tests import corpora
from tests.conftest import Aliases
from tests.services.cloning.test_supabase import APP, Projects

from .conftest import contents

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.corpora,
    pytest.mark.skipif(not corpora.SUPABASE.is_dir(), reason=corpora.REASON),
]

# The platform's own tables have more columns than the stand-in's; without these a login fails.
NEWER = """
    alter table auth.users add confirmation_token text, add recovery_token text, add email_change_token_new text,
        add email_change text, add phone_change_token text default '', add is_sso_user boolean not null default false,
        add confirmed_at timestamptz generated always as (email_confirmed_at) stored;
    alter table auth.identities add email text generated always as (lower(identity_data ->> 'email')) stored,
        add last_sign_in_at timestamptz, add created_at timestamptz, add updated_at timestamptz;
    grant all on all tables in schema auth, storage to sb_owner;
    truncate auth.users, storage.buckets cascade;
"""
TABLES = ["auth.users", "auth.identities", "storage.buckets", "storage.objects", "public.profiles"]


@pytest.fixture
def project(contrib_server: Cluster, aliases: Aliases) -> Iterator[psycopg.Connection]:
    """The alias `test` is a project with an application and without rows; gives a superuser's look at it."""
    projects = Projects(contrib_server)
    url = projects.make(legacy_grants=True, app=APP)
    with psycopg.connect(contrib_server.url(projects.made[0]), autocommit=True) as connection:
        connection.execute(NEWER.encode())
        write_mark(connection, "test")
        with aliases(test=url):
            yield connection
    with psycopg.connect(contrib_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {projects.made[0]} WITH (FORCE)".encode())


def test_users_log_in_and_profiles_are_theirs(project: psycopg.Connection, settings: Settings) -> None:
    settings.DBSEP = {"USER_PASSWORD": "let me in"}
    seeded = seed_testdata("test", rows=12, tables=("profiles",))
    assert {table: seeded.tables.get(table) for table in ("auth.users", "auth.identities", "profiles")} == {
        "auth.users": 12,
        "auth.identities": 12,
        "profiles": 12,
    }
    assert seeded.notes == ("users log in as user1@example.org and so on, with the password of DBSEP['USER_PASSWORD']",)
    assert Run.objects.latest("number").summary == "50 rows in 5 tables"
    assert project.execute("select email from auth.users where email like 'user12%'").fetchone() == (
        "user12@example.org",
    )
    login = """
        select count(*) from auth.users as u join auth.identities as i on i.user_id = u.id
        where encrypted_password = extensions.crypt('let me in', encrypted_password)
          and encrypted_password like '$2a$10$%' and email_confirmed_at is not null and aud = 'authenticated'
          and role = 'authenticated' and instance_id = '00000000-0000-0000-0000-000000000000'
          and confirmation_token = '' and recovery_token = '' and email_change = '' and email_change_token_new = ''
          and raw_app_meta_data ->> 'provider' = 'email' and i.provider = 'email' and i.provider_id = u.id::text
          and i.identity_data ->> 'sub' = u.id::text and i.email = u.email"""
    assert project.execute(login).fetchone() == (12,)
    assert project.execute("select count(*) from profiles join auth.users using (id)").fetchone() == (12,)
    assert project.execute("select count(*) from storage.objects where owner_id is not null").fetchone() == (12,)
    assert project.execute("select encrypted_password ~ 'let' from auth.users limit 1").fetchone() == (False,)


def test_the_same_seed_gives_the_same_rows_whether_the_users_were_there_or_not(project: psycopg.Connection) -> None:
    seed_testdata("test", rows=6, tables=("profiles",))
    first = contents(project, TABLES)
    seed_testdata("test", rows=6, tables=("profiles",), reset=True)
    assert contents(project, TABLES) == first
    assert len(first["auth.users"]) == 6


def test_users_are_not_written_where_nothing_refers_to_them(project: psycopg.Connection) -> None:
    project.execute("create table public.plain (id int primary key); grant all on public.plain to sb_owner")
    seeded = seed_testdata("test", rows=6, tables=("plain",))
    assert dict(seeded.tables) == {"plain": 6}
    assert project.execute("select count(*) from auth.users").fetchone() == (0,)


def test_without_pgcrypto_it_is_said_that_nobody_can_log_in(project: psycopg.Connection) -> None:
    project.execute("drop extension pgcrypto cascade")
    seeded = seed_testdata("test", rows=3, tables=("profiles",), seed=7)
    assert seeded.notes == ("users can't log in: without the extension pgcrypto they have no password",)
    assert project.execute("select email from auth.users order by 1 limit 1").fetchone() == ("user1.7@example.org",)
