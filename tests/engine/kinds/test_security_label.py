"""Security labels: no provider is at hand, so statements are held as text, and reading by rows of our own."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.engine import catalog
from migration_app.engine.kinds.security_label import SecurityLabel
from migration_app.engine.model import Address
from tests.conftest import NewDatabase

COLUMN = SecurityLabel(
    Address("column", ("public", "item", "Price")), 'COLUMN public.item."Price"', "selinux", "Price", "it's \\ top"
)
OF_VIEW = SecurityLabel(Address("view", ("public", "Shown all")), 'VIEW public."Shown all"', "anon", "id", "x")
TABLE = SecurityLabel(Address("table", ("public", "item")), "TABLE public.item", "anon", None, "x")


@pytest.mark.parametrize(
    ("label", "path", "sql"),
    [
        (TABLE, ("anon",), "SECURITY LABEL FOR anon ON TABLE public.item IS 'x'"),
        (
            COLUMN,
            ("selinux",),
            "SECURITY LABEL FOR selinux ON COLUMN public.item.\"Price\" IS E'it''s \\\\ top'",
        ),
        (OF_VIEW, ("id", "anon"), "SECURITY LABEL FOR anon ON COLUMN public.\"Shown all\".id IS 'x'"),
    ],
)
def test_a_label_is_written_on_what_bears_it(label: SecurityLabel, path: tuple[str, ...], sql: str) -> None:
    assert label.path == path
    assert [ddl.sql for ddl in label.create(())] == [sql]


def test_a_label_is_taken_off_with_null() -> None:
    assert [ddl.sql for ddl in TABLE.drop()] == ["SECURITY LABEL FOR anon ON TABLE public.item IS NULL"]


def test_labels_are_read(new_database: NewDatabase) -> None:
    url = new_database(
        sql="""
        CREATE TABLE public.item (id integer);
        SET allow_system_table_mods = on;
        INSERT INTO pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
        VALUES ('public.item'::regclass, 'pg_class'::regclass, 0, 'anon', 'of the table'),
               ('public.item'::regclass, 'pg_class'::regclass, 1, 'anon', 'of the column');
        """
    )
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        found = {str(label.address): label.label for label in catalog.read(connection).of_kind(SecurityLabel)}
    assert found == {
        "table public.item: anon": "of the table",
        "column public.item.id: anon": "of the column",
    }
