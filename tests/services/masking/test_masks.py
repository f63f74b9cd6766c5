"""What masks make of every type: formats, lengths and rules are kept, and like values become alike everywhere."""

from __future__ import annotations

import pytest

from migration_app.embedded import Cluster
from migration_app.engine.errors import UsageError
from migration_app.services.masking import copy_masked

from .conftest import MakeSides, one, rows

pytestmark = pytest.mark.django_db

SCHEMA = """
    create domain mail as varchar(60) check (value ~ '^[^@]+@[^@]+$');
    create type mood as enum ('good', 'bad');
    create table "Odd People" (
        id int generated always as identity primary key, key uuid not null unique, "E-Mail" mail unique, first text,
        last varchar(12), town char(20), street text, post varchar(10), phone varchar(20) unique, bio text,
        tags text[], mails mail[], born date, seen timestamptz, left_at timestamp, ip inet, net cidr, mac macaddr,
        small smallint, big bigint, price numeric(10, 2) check (price >= 0), ratio double precision, raw bytea,
        feels mood, doc json, docs jsonb, code varchar(40) collate "C", nick varchar(30) unique,
        twice int generated always as (small * 2) stored, check (left_at is null or left_at >= born));
    create table visits (id bigint primary key, person uuid references "Odd People" (key), mail text, at timestamptz,
        unique (person, at));
"""
DATA = """
    insert into "Odd People" (key, "E-Mail", first, last, town, street, post, phone, bio, tags, mails, born, seen,
        left_at, ip, net, mac, small, big, price, ratio, raw, feels, doc, docs, code, nick)
    select md5(n::text)::uuid, 'P' || n || '@x.example', 'First' || n, 'Last' || n, 'Town' || n, n || ' Real Road',
        'AB' || n || ' 2cd', '+49 (0)30-' || 100000 + n, E'line\\tone\\n\\\\two ' || n, array['tag ' || n, null, 'b"c'],
        array['a' || n || '@x.example']::mail[], date '1980-01-01' + n,
        timestamptz '2020-01-01 12:00+00' + n * interval '1 hour', timestamp '1990-01-01' + n * interval '1 day',
        ('10.0.' || n % 250 || '.1/24')::inet, '2001:dead::/48', '08:00:2b:01:02:03',
        n % 100, 1000000000000 + n, n, n / 3.0, decode(md5(n::text), 'hex'), 'good', '{"a": 1, "b": "secret"}',
        jsonb_build_object('mail', 'p' || n || '@X.example', 'a.b', 'x', 'list', jsonb_build_array('one', n, null),
        'n', n, 'free', jsonb_build_object('k1', 'secret one', 'k2', jsonb_build_array(1))), 'code ' || n, 'nick' || n
    from generate_series(1, 200) n;
    insert into "Odd People" (key, town) values (gen_random_uuid(), null);
    insert into visits select n, md5((1 + n % 200)::text)::uuid, 'P' || 1 + n % 200 || '@x.example',
        timestamptz '2020-01-01 12:00+00' + n * interval '1 hour' from generate_series(1, 400) n;
"""
PEOPLE = {
    "key": '"key"',
    "E-Mail": '"email"',
    "first": '"first_name"',
    "last": '"last_name"',
    "town": '"city"',
    "street": '"street"',
    "post": '"postcode"',
    "phone": '"phone"',
    "bio": '"text"',
    "tags": '"text"',
    "mails": '"email"',
    "born": '{ mask = "date", by = "key", days = 30 }',
    "seen": '{ mask = "date", by = "key", days = 30 }',
    "left_at": '{ mask = "date", by = "key", days = 30 }',
    "ip": '"address"',
    "net": '"address"',
    "mac": '"address"',
    "small": '{ mask = "number", percent = 50, max = 99 }',
    "big": '"number"',
    "price": '"number"',
    "ratio": '"number"',
    "raw": '"hash"',
    "feels": '{ mask = "constant", value = "bad" }',
    "doc": '{ mask = "json", paths = { a = "keep" } }',
    "docs": '{ mask = "json", paths = { mail = "email", \'a\\.b\' = "hash", "list[]" = "text", n = "number", '
    '"free.*" = "text" } }',
    "code": '"hash"',
    "nick": '"name"',
}
MASKS = {
    **{f"Odd People.{column}": mask for column, mask in PEOPLE.items()},
    "visits.person": '"reference"',
    "visits.mail": '"email"',
    "visits.at": '{ mask = "date", by = "person", days = 30 }',
}
FORMATS = {
    '"E-Mail"': r"^[a-z]+\.[0-9a-f]{16}@example\.com$",
    "first": r"^[A-Z][a-z]+$",
    "last": r"^[A-Z][a-z]{9}$",
    "street": r"^[A-Z][a-z]+ Street \d+$",
    "post": r"^[A-Z]{2}\d+ \d[a-z]{2}$",
    "phone": r"^\+999\d{16}$",
    "ip": r"^2[45]\d\.\d+\.\d+\.\d+/24$",
    "net": r"^2001:db8:0?.*::/48$|^2001:db8::/48$",
    "mac": r"^02(:[0-9a-f]{2}){5}$",
    "code": r"^[0-9a-f]{16}$",
    "feels": "^bad$",
    "nick": r"^[A-Z][a-z]+.* [0-9a-f]{16}$",
    "doc": r'^\{"a": 1\}$',
}


def test_every_type_keeps_its_form_and_no_value(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    copied = copy_masked("prod", "staging", policy=both.policy(MASKS))
    assert (copied.leaks, dict(copied.tables)) == ((), {"Odd People": 201, "visits": 400})
    odd = {
        column: rows(
            both.staging, f"select {column}::text from \"Odd People\" where {column}::text !~ '{form}' limit 2"
        )
        for column, form in FORMATS.items()
    }
    assert {column: found for column, found in odd.items() if found} == {}
    for column in ("key", '"E-Mail"', "phone", "nick", "bio", "mails", "raw", "code", "docs"):
        ours, theirs = (rows(side, f'select {column}::text from "Odd People"') for side in (both.prod, both.staging))
        assert not {each for each in ours if each != (None,)} & set(theirs), column
        assert len(ours) == len(theirs)
    assert one(both.staging, 'select min(length(bio)) = 15 and bool_and(length(last) <= 12) from "Odd People"') is True
    assert (
        one(both.staging, "select bool_and(docs ?& array['mail', 'a.b', 'list', 'n', 'free']) from \"Odd People\"")
        is True
    )


def test_what_belongs_together_stays_together(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    copy_masked("prod", "staging", policy=both.policy(MASKS))
    joined = 'from visits v join "Odd People" p on p.key = v.person'
    # One shift a person, whatever the table and the type; natural keys and the document's address agree.
    same = f"select count(*) {joined} where v.mail = p.\"E-Mail\" and p.docs ->> 'mail' = v.mail"
    assert one(both.staging, same) == 400
    gaps = f"select array_agg(v.at - p.seen order by v.id) {joined}"
    assert one(both.prod, gaps) == one(both.staging, gaps)
    ages = 'select array_agg(left_at - born order by id) from "Odd People"'
    assert one(both.prod, ages) == one(both.staging, ages)
    # Sequences go on behind the rows.
    both.staging.execute(b'insert into "Odd People" (key) values (gen_random_uuid())')


def test_another_server_version_gives_the_same(sides: MakeSides, test_server: Cluster) -> None:
    both = sides(SCHEMA, DATA)
    policy = both.policy(MASKS)
    copy_masked("prod", "staging", policy=policy)
    hashed = "select md5(string_agg(md5(p::text), '' order by id)) from \"Odd People\" p"
    first = one(both.staging, hashed)
    # Roles change sides: what was copied on one server's masks is copied again from the other.
    copy_masked("prod", "staging", policy=policy, reset=True)
    assert one(both.staging, hashed) == first
    assert test_server.running


MISFITS = [
    ("Odd People.big", '"email"', "its type is bigint"),
    ("visits.id", '"null"', "it can't be null"),
    ("Odd People.last", '"email"', "12 characters are too few, it needs 35"),
    ("Odd People.nick", '"nonsense"', "the mask 'nonsense'"),
    ("Odd People.born", '{ mask = "date", by = "nobody" }', "there is no column nobody to go by"),
    ("visits.person", '"hash"', "must be what Odd People.key is"),
    ("Odd People.key", '{ mask = "constant", value = "x" }', "the mask may make two values one"),
    ("Odd People.docs", '{ mask = "json", paths = { a = "address" } }', "the path a can't be address"),
    ("Odd People.bio", '"reference"', "refers to nothing"),
    ("Odd People.bio", '{ mask = "text", lenght = 3 }', "has the option 'lenght'"),
    ("Odd People.bio", '{ mask = "constant" }', "is a constant without a value"),
    ("Odd People.bio", "3", "names no mask"),
]


def test_a_mask_that_does_not_fit_is_said_before_anything_is_read(sides: MakeSides) -> None:
    both = sides(SCHEMA)
    for place, mask, words in MISFITS:
        with pytest.raises(UsageError, match=words):
            copy_masked("prod", "staging", policy=both.policy({**MASKS, place: mask}))


def test_what_refers_to_a_masked_text_becomes_the_same(sides: MakeSides) -> None:
    both = sides(
        "create table towns (name varchar(60) primary key); "
        "create table people (id int primary key, town text references towns); "
        "create table stays (person int references people, town varchar(80) references towns)",
        "insert into towns select 'Town ' || n from generate_series(1, 600) n; "
        "insert into people select n, 'Town ' || n from generate_series(1, 600) n; "
        "insert into stays select id, town from people",
    )
    copied = copy_masked("prod", "staging", policy=both.policy({"towns.name": '"city"', "people.town": '"reference"'}))
    assert dict(copied.tables) == {"towns": 600, "people": 600, "stays": 600}
    assert one(both.staging, "select count(*) from stays s join people p on p.id = person and p.town = s.town") == 600


def test_a_masked_integer_key_takes_its_references_along(sides: MakeSides) -> None:
    both = sides(
        "create table a (id smallint primary key); create table b (id int primary key references a, "
        "other bigint); create table c (b int references b, a smallint references a)",
        "insert into a select generate_series(-200, 200); insert into b select id, id from a; "
        "insert into c select id, id from a",
    )
    copy_masked("prod", "staging", policy=both.policy({"a.id": '"key"'}))
    assert one(both.staging, "select count(*) from c join b on b.id = c.b join a on a.id = c.a and a.id = b.id") == 401
    assert one(both.staging, "select count(*) from b where id = other") == 1
    assert one(both.staging, "select count(*) from a where id = 0") == 1
