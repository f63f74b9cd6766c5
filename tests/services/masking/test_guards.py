"""What a masked copy refuses before it reads a row."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.engine.errors import Refused, UsageError
from migration_app.services.connecting import write_mark
from migration_app.services.masking import copy_masked

from .conftest import MakeSides, one

pytestmark = pytest.mark.django_db

SCHEMA = "create table t (id int primary key, mail text not null unique)"
DATA = "insert into t values (1, 'a@x.example')"


def test_a_target_without_a_mark_is_refused(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    both.staging.execute(f"comment on database {both.staging.info.dbname} is null".encode())
    with pytest.raises(Refused, match="isn't marked as ours to change"):
        copy_masked("prod", "staging", policy=both.policy())


def test_production_is_never_a_target(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    with pytest.raises(Refused, match="'prod' is production and never a target"):
        copy_masked("staging", "prod", policy=both.policy())


def test_a_source_with_a_mark_is_refused(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    write_mark(both.prod, "test")
    with pytest.raises(Refused, match="is marked as a test database"):
        copy_masked("prod", "staging", policy=both.policy())


def test_one_database_under_two_names_is_refused(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    info = both.staging.info
    url = f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"
    with psycopg.connect(url, autocommit=True) as same, pytest.raises(Refused, match="are the same database"):
        copy_masked(same, "staging", policy=both.policy())


DIFFERENT = [
    ("alter table t alter mail type varchar(200)", r"t.mail is another column: character varying\(200\) not null"),
    ("alter table t add extra int", "t.extra is the target's only"),
    ("alter table t drop mail", "t.mail is missing"),
    ("alter table t drop constraint t_mail_key", "t lacks t_mail_key: CREATE UNIQUE INDEX"),
    ("alter table t add constraint c check (id > 0)", "t has c: CHECK"),
    ("drop table t", "t is missing"),
]


def test_schemas_that_differ_are_named(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    policy = both.policy()
    for change, words in DIFFERENT:
        both.staging.execute(f"drop table if exists t; {SCHEMA}; {change}".encode())
        with pytest.raises(Refused, match=words):
            copy_masked("prod", "staging", policy=policy)


def test_a_target_with_rows_is_refused_and_emptied_when_asked(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    both.staging.execute(b"insert into t values (5, 'old')")
    with pytest.raises(Refused, match="the target holds rows already: t"):
        copy_masked("prod", "staging", policy=both.policy())
    assert copy_masked("prod", "staging", policy=both.policy(), reset=True).emptied == ("t",)
    assert one(both.staging, "select id from t") == 1


def test_rows_that_a_policy_would_hide_are_said(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    both.both("alter table t enable row level security")
    info = both.prod.info
    role = f"reader_{info.dbname}"
    both.prod.execute(
        f"create role {role} login password 'for-a-minute'; grant select on t to {role}; "
        f"grant execute on function pg_control_system() to {role}".encode()
    )
    url = f"postgresql://{role}:for-a-minute@{info.host}:{info.port}/{info.dbname}"
    try:
        refused = pytest.raises(Refused, match="row security of the source hides rows of t")
        with psycopg.connect(url, autocommit=True) as reader, refused:
            copy_masked(reader, "staging", policy=both.policy())
    finally:
        both.prod.execute(f"drop owned by {role}; drop role {role}".encode())


def test_a_key_that_could_be_guessed_is_refused(sides: MakeSides, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sides(SCHEMA, DATA)
    monkeypatch.setenv("DBSEP_MASKING_KEY", "too short")
    with pytest.raises(UsageError, match="shorter than 16 characters") as caught:
        copy_masked("prod", "staging", policy=both.policy())
    assert "too short" not in str(caught.value)
