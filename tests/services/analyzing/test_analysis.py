"""The founding case, analysed: the figures of its document, and every difference that the copies drifted by."""

from __future__ import annotations

import json
import secrets
from io import StringIO
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core.management import call_command

from migration_app.services.analyzing import Analysis, analyze_tables
from tests.fixtures.expected import LEGACY_PRODUCTION, load
from tests.servers import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

EXPECTED = load()


@pytest.fixture(scope="module")
def legacy_url(prod_server: Cluster) -> Iterator[str]:
    """The founding case, which an analysis leaves as it is."""
    name = f"analysed_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        run_sql(prod_server.url(name), LEGACY_PRODUCTION)
        yield prod_server.url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def analysis(aliases: Aliases, legacy_url: str) -> Analysis:
    with aliases(legacy_url):
        return analyze_tables("prod")


def test_the_figures_are_the_founding_documents(analysis: Analysis) -> None:
    figures = EXPECTED.figures

    assert analysis.counts["tables"] == figures.tables
    assert analysis.counts["paired"] == figures.paired
    assert set(analysis.test_only) == set(EXPECTED.test_only)
    assert set(analysis.production_only) == set(EXPECTED.production_only)
    assert set(analysis.core_missing) == set(EXPECTED.core_missing)
    assert {pair.table: pair.test_table for pair in analysis.paired} == {
        pair.table: pair.test_table for pair in EXPECTED.pairs
    }


def test_look_alikes_stay_and_say_why(analysis: Analysis) -> None:
    reasons = {each.table: each.reason for each in analysis.look_alikes}

    assert reasons.keys() == EXPECTED.look_alikes.keys()
    assert "lab_overview" in reasons["public.test_results"]
    assert "purchase_order_items_lab_result_fkey" in reasons["public.test_results"]


@pytest.mark.parametrize("expected", EXPECTED.pairs, ids=lambda pair: pair.table)
def test_a_pair_differs_as_the_list_says(analysis: Analysis, expected: Any) -> None:  # noqa: ANN401 - ids
    (pair,) = (each for each in analysis.paired if each.table == expected.table)
    found = {(each.kind, each.change, each.name) for each in pair.differences}
    columns = {change: {n for k, c, n in found if (k, c) == ("column", change)} for change in CHANGES}

    assert columns["missing"] == set(expected.missing_columns)
    assert columns["extra"] == set(expected.extra_columns)
    assert columns["changed"] == set(expected.changed_columns)
    assert set(expected.lost_checks) <= {n for k, c, n in found if k == "constraint" and c != "extra"}


CHANGES = ("missing", "extra", "changed")


def test_names_that_follow_the_prefix_are_no_difference(analysis: Analysis) -> None:
    (pair,) = (each for each in analysis.paired if each.table == "public.discount_products")
    (keys,) = (each for each in analysis.paired if each.table == "public.orders")

    assert [each.text for each in pair.differences if "pkey" in each.text] == []
    assert [each.text for each in keys.differences if each.name == "orders_pkey"] == []


def test_rows_are_counted_in_one_wait_whatever_their_number(analysis: Analysis) -> None:
    rows = {name: count.rows for name, count in analysis.tables.items()}

    assert rows == {**EXPECTED.kept_tables, **EXPECTED.gone_tables}
    assert not any(count.estimated for count in analysis.tables.values())
    assert all(count.bytes > 0 for count in analysis.tables.values())
    assert analysis.round_trips <= 6


def test_the_command_prints_the_contracts_document(aliases: Aliases, legacy_url: str) -> None:
    out = StringIO()
    with aliases(legacy_url):
        call_command("analyze_tables", database="prod", format="json", stdout=out, stderr=StringIO())
    document = json.loads(out.getvalue())

    assert {"paired", "test_only", "production_only", "core_missing", "look_alikes", "counts"} <= set(document)
    assert len(document["test_only"]) == 24
    assert all(set(pair) == {"table", "test_table", "differences"} for pair in document["paired"])


def test_the_text_is_for_a_person(aliases: Aliases, legacy_url: str) -> None:
    out = StringIO()
    with aliases(legacy_url):
        call_command("analyze_tables", stdout=out, stderr=StringIO())

    assert "column status: type public.order_status → text" in out.getvalue()
    assert 'public."test_o\'hara ""scratch"" 100%; drop"' in out.getvalue()


def test_a_role_that_may_not_read_a_table_gets_an_estimate(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database(prod_server, "CREATE TABLE orders (id int); CREATE TABLE test_orders (id int, x int);")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS only_looks")
        server.execute("CREATE ROLE only_looks LOGIN PASSWORD 'x'")
        server.execute("GRANT SELECT ON orders TO only_looks")
        try:
            with aliases(url.replace(url.split("//")[1].split("@")[0], "only_looks:x")):
                analysis = analyze_tables("prod")
        finally:
            server.execute("REVOKE ALL ON orders FROM only_looks")
            server.execute("DROP ROLE only_looks")

    assert [each.text for pair in analysis.paired for each in pair.differences] == [
        "column x is only in the test table"
    ]
    assert analysis.tables["public.orders"].readable
    assert analysis.tables["public.test_orders"].estimated
    assert not analysis.tables["public.test_orders"].readable
