"""Distance: the number of waits for the server doesn't depend on the number of objects."""

from __future__ import annotations

import pytest

from migration_app.embedded import Cluster
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift
from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

DRIFT = 6
CLONE = 25


def schema(tables: int) -> str:
    """Give a schema of so many tables, each with a key, a reference, a check, an index, a trigger and a comment."""
    parts = ["CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"]
    for number in range(tables):
        name = f"t{number}"
        reference = f"REFERENCES t{number - 1}" if number else ""
        parts.append(
            f"CREATE TABLE {name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, other bigint {reference},"
            f" name text NOT NULL DEFAULT 'x', amount numeric CHECK (amount > 0));"
            f"CREATE INDEX ON {name} (name);"
            f"CREATE TRIGGER touched BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION touch();"
            f"COMMENT ON TABLE {name} IS 'table {number}';"
        )
    return "\n".join(parts)


@pytest.mark.parametrize("tables", [3, 300])
def test_a_clone_and_a_check_wait_as_often_for_300_tables_as_for_3(
    tables: int, new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    with aliases(new_database(prod_server, schema(tables)), new_database(test_server)):
        made = clone_schema("prod", "test")
        drift = check_drift("prod", "test")

    assert made.objects["table"] == tables
    assert drift.identical
    assert made.round_trips <= CLONE
    assert max(drift.round_trips.values()) <= DRIFT
    assert (made.round_trips, dict(drift.round_trips)) == FOUND.setdefault("all", (made.round_trips, drift.round_trips))


FOUND: dict[str, tuple[int, object]] = {}
"""What the first of the cases waited: the others wait the same."""


def test_a_check_that_finds_much_waits_no_longer(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    with aliases(new_database(prod_server, schema(100)), new_database(test_server)):
        drift = check_drift("prod", "test", sql=True)

    assert len(drift.differences) > 500
    assert max(drift.round_trips.values()) <= DRIFT
