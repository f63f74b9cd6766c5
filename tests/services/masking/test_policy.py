"""The policy file: drafted, added to, read; and what it says nothing of stops the copy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from migration_app.engine.errors import Undecided, UsageError
from migration_app.services.masking import copy_masked, suggest_policy
from migration_app.services.masking.policy import parse_policy, read_policy

from .conftest import MakeSides, one

pytestmark = pytest.mark.django_db

SCHEMA = """
    create table customers (
        id int generated always as identity primary key, login text, kind text check (kind in ('a', 'b')),
        contact text, mobile_number varchar(20), birthday date, extra jsonb, labels text[], misc text,
        "a ""quoted"" one" text, full_name text, twice int generated always as (1) stored);
    comment on column customers.misc is 'the customer''s e-mail, as he wrote it';
    create table shipments (id int primary key, customer int references customers, created_at timestamptz);
    create table "odd.name" (a int);
"""
DATA = """
    insert into customers (contact, extra, labels) select n || '@x.example', jsonb_build_object(
        'phone', '+49 30 123456', n || ' x', 'key',
        'items', jsonb_build_array(jsonb_build_object('to', n || '@x.example', 'n', n))), array['a']
    from generate_series(1, 20) n;
"""


def test_a_draft_proposes_by_name_type_comment_and_samples_and_decides_nothing(
    sides: MakeSides, tmp_path: Path
) -> None:
    sides(SCHEMA, DATA)
    path = tmp_path / "new" / "policy.toml"
    draft = suggest_policy("prod", policy=path)
    found = {column.removeprefix("customers."): made.mask for column, made in draft.added.items()}
    expected = {
        "contact": "email",
        "mobile_number": "phone",
        "birthday": "date",
        "extra": "json",
        "labels": "text",
        "misc": "email",
        "full_name": "name",
        "login": "name",
        "kind": "keep",
        "shipments.customer": "reference",
        "shipments.created_at": "keep",
        "odd.name.a": "keep",
    }
    assert {column: found.get(column) for column in expected} == expected
    assert dict(draft.added["customers.extra"].paths) == {
        "*": "text",
        "items[].n": "keep",
        "items[].to": "email",
        "phone": "phone",
    }
    assert len(draft.undecided) == len(draft.added) == 15
    assert read_policy(path).decisions == {}
    with pytest.raises(Undecided) as caught:
        copy_masked("prod", "staging", policy=path)
    assert caught.value.columns == draft.undecided


def test_what_is_proposed_can_be_used(sides: MakeSides, tmp_path: Path) -> None:
    both = sides(
        "create domain letters as text check (value ~ '^[A-Z]{3}$');"
        "create table places (id int primary key, code char(3) unique, short varchar(12) not null unique, "
        "currency letters not null, plate text check (plate ~ '^[A-Z]+$'), born date unique)",
        "insert into places values (1, 'ABC', 'a', 'EUR', 'XY', '2000-01-01'), (2, 'DEF', 'b', 'CHF', null, null)",
    )
    path = tmp_path / "policy.toml"
    suggest_policy("prod", policy=path)
    path.write_text(re.sub(r'\{ suggest = ("\w+")[^}]*\}', r"\1", path.read_text("utf-8")), "utf-8")
    copied = copy_masked("prod", "staging", policy=path)
    assert (dict(copied.tables), copied.undecided) == ({"places": 2}, ())
    assert one(both.staging, "select count(distinct code) from places") == 2


PARTITIONED = """
    create table orders (region text, city text, town text, born date) partition by list (region);
    create table orders_eu partition of orders for values in ('eu') partition by range (born);
    create table orders_eu_old partition of orders_eu for values from ('1900-01-01') to ('2000-01-01');
    create table orders_us partition of orders for values in ('us') partition by hash (city);
    create table orders_us_one partition of orders_us for values with (modulus 1, remainder 0);
    create table towns (town text, city text) partition by list (town);
    create table towns_all partition of towns default;
"""


def test_what_decides_the_partition_is_proposed_to_stay(sides: MakeSides, tmp_path: Path) -> None:
    sides(PARTITIONED, "insert into orders values ('eu', 'Bonn', 'Bonn', '1950-01-01')")
    draft = suggest_policy("prod", policy=tmp_path / "policy.toml")
    assert {column: made.mask for column, made in draft.added.items()} == {
        "orders.region": "keep",
        "orders.born": "keep",
        "orders.city": "city",
        "orders.town": "city",
        "towns.town": "city",
        "towns.city": "city",
    }


def test_no_value_is_in_a_draft_or_in_what_is_said(
    sides: MakeSides, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides(SCHEMA, DATA)
    path = tmp_path / "policy.toml"
    call_command("copy_masked", policy=str(path), suggest=True)
    told = capsys.readouterr()
    assert "x.example" not in path.read_text(encoding="utf-8") + told.out + told.err
    assert "15 columns are undecided" in told.out


def test_a_new_column_is_added_and_the_rest_of_the_file_stays(sides: MakeSides, tmp_path: Path) -> None:
    both = sides("create table t (id int primary key, mail text)")
    path = tmp_path / "policy.toml"
    before = '# ours\n[tables."t".columns]  # the only one\nid = "keep"\n\n# the end\n[leaks]\naccept = ["t.mail"]\n'
    path.write_text(before, encoding="utf-8")
    both.both("alter table t add phone text; create table u (a int)")
    draft = suggest_policy("prod", policy=path)
    assert list(draft.added) == ["t.mail", "t.phone", "u.a"]
    after = path.read_text(encoding="utf-8")
    kept = [line for line in before.splitlines() if line]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert 'phone = { suggest = "phone" }  # text: its name' in after
    assert parse_policy(after, "it").decisions == parse_policy(before, "it").decisions
    assert suggest_policy("prod", policy=path).added == {}
    assert path.read_text(encoding="utf-8") == after


def test_undecided_columns_are_one_json_document_and_exit_3(
    sides: MakeSides, capsys: pytest.CaptureFixture[str]
) -> None:
    both = sides("create table t (id int primary key, mail text)")
    policy = both.policy()
    both.both("alter table t add phone text")
    with pytest.raises(CommandError) as caught:
        call_command("copy_masked", policy=str(policy), format="json")
    assert caught.value.returncode == 3
    assert json.loads(capsys.readouterr().out) == {"tables": {}, "undecided": ["t.phone"], "leaks": []}


def test_what_the_policy_names_in_vain_is_said(sides: MakeSides) -> None:
    both = sides("create table t (id int primary key, mail text); create table u (a int)", "insert into t values (1)")
    policy = both.policy()
    both.both("alter table t drop mail; drop table u")
    copied = copy_masked("prod", "staging", policy=policy)
    assert copied.gone == ("u", "t.mail")
    assert one(both.staging, "select count(*) from t") == 1


def test_a_leak_that_is_accepted_is_none(sides: MakeSides) -> None:
    both = sides(
        "create table t (id int primary key, brand text, maker text)", "insert into t values (1, 'Wagner', 'Wagner')"
    )
    policy = both.policy({"t.maker": '"text"'})
    assert [str(leak) for leak in copy_masked("prod", "staging", policy=policy).leaks] == ["1 of t.maker in t.brand"]
    policy.write_text(policy.read_text(encoding="utf-8") + '\n[leaks]\naccept = ["t.brand"]\n', encoding="utf-8")
    assert copy_masked("prod", "staging", policy=policy).leaks == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tables = 3", "tables is not a table"),
        ("[tables.t]\nrows = 'some'", "t.rows is 'some'"),
        ("[tables.t]\ncolumn = 'keep'", "t is not a table's policy"),
        ("[other]", "other is not part of a policy"),
        ("[leaks]\naccept = 'x'", "leaks.accept is not a list"),
        ("= 1", "is not TOML"),
    ],
)
def test_a_file_that_is_no_policy_is_told_where(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_policy(text, "policy.toml")


def test_no_policy_and_no_file(sides: MakeSides, tmp_path: Path) -> None:
    sides("create table t (id int)")
    with pytest.raises(UsageError, match="there is no policy"):
        copy_masked("prod", "staging")
    with pytest.raises(UsageError, match="cannot read the policy"):
        copy_masked("prod", "staging", policy=tmp_path / "none.toml")
