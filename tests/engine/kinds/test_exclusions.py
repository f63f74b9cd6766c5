"""Exclusions and temporal keys of partitioned tables, which no server attaches: refused by name, first."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.engine.errors import RequirementsMissing
from migration_app.services.cloning import What, clone_schema
from tests import servers
from tests.conftest import NewDatabase

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(servers.version() < 18, reason="temporal keys and exclusions over a part: PostgreSQL 18"),
]

SCHEMA = """
CREATE TABLE p (
    a int4range NOT NULL, v daterange NOT NULL, CONSTRAINT pk PRIMARY KEY (a, v WITHOUT OVERLAPS)
) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('[1,2)');
CREATE TABLE q (a int4range, v daterange, CONSTRAINT fk FOREIGN KEY (a, PERIOD v) REFERENCES p (a, PERIOD v));
"""


def test_a_key_that_cannot_be_attached_is_named_and_can_be_skipped(new_database: NewDatabase) -> None:
    source, target = new_database(sql=SCHEMA), new_database()
    with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
        with pytest.raises(RequirementsMissing, match=r"attach an exclusion to constraint public\.p\.pk"):
            clone_schema(ours, theirs)
        made = clone_schema(ours, theirs, what=What(skip=("constraint public.p.pk",)))

    assert {str(each.address) for each in made.skipped} == {"public.p.pk", "public.p1.p1_pkey", "public.q.fk"}
    keys = "SELECT count(*) FROM pg_constraint WHERE conrelid >= 16384 AND contype IN ('p', 'f')"
    assert servers.ask(target, keys) == "0"
    assert servers.ask(target, "SELECT count(*) FROM pg_inherits") == "1"
