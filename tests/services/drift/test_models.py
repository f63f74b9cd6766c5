"""`--models`: the unmanaged models beside the schema."""

from __future__ import annotations

import json
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.engine.model import Verdict
from migration_app.services.differences import Difference
from migration_app.services.model_drift import check_models
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION, load

pytestmark = pytest.mark.django_db


def found(url: str, *changes: str) -> dict[str, Difference]:
    with psycopg.connect(url, autocommit=True) as connection:
        for change in changes:
            connection.execute(change.encode())
        return {each.address: each for each in check_models(connection).findings}


def test_the_core_models_fit_the_founding_case_but_for_the_missing_tables(
    new_database: NewDatabase, prod_server: Cluster
) -> None:
    differences = found(new_database(prod_server, LEGACY_PRODUCTION))

    tables = (each.attributes["table"][1] for each in differences.values() if each.kind == "model_table")
    missing = {f"public.{table}" for table in tables}
    assert missing == set(load().core_missing)
    assert {each.change for each in differences.values()} == {Verdict.ADDED}
    assert {each.kind for each in differences.values()} == {"model_table"}


def test_a_column_that_a_model_lacks_comes_with_the_line_to_add(
    new_database: NewDatabase, prod_server: Cluster
) -> None:
    differences = found(
        new_database(prod_server, LEGACY_PRODUCTION),
        "TRUNCATE real_time_metrics",
        "ALTER TABLE real_time_metrics ADD zone varchar(40) NOT NULL, ADD weight numeric(8,3)",
        "ALTER TABLE real_time_metrics ALTER store_id DROP NOT NULL",
        "ALTER TABLE stores DROP COLUMN timezone",
        "ALTER TABLE stores ALTER settings TYPE json",
        "ALTER TABLE gift_cards DROP CONSTRAINT gift_cards_code_key",
    )

    zone = differences["migration_app.RealTimeMetric.zone"]
    assert (zone.change, zone.severity, zone.fix) == (
        Verdict.REMOVED,
        "error",
        "zone = models.CharField(max_length=40)",
    )
    weight = differences["migration_app.RealTimeMetric.weight"]
    assert weight.severity == "warning"
    assert weight.fix == "weight = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)"
    assert differences["migration_app.RealTimeMetric.store"].attributes == {"null": (True, False)}
    assert differences["migration_app.Store.timezone"].change is Verdict.ADDED
    assert differences["migration_app.Store.settings"].attributes == {"type": ("json", "jsonb")}
    assert differences["migration_app.GiftCard: code"].kind == "model_unique"


def test_models_that_differ_end_the_check_with_exit_code_1(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    out = StringIO()
    with aliases(new_database(prod_server), new_database(test_server)), pytest.raises(CommandError) as caught:
        call_command("check_drift", "--models", "--format=json", stdout=out, stderr=StringIO())

    document = json.loads(out.getvalue())
    assert caught.value.returncode == 1
    assert {each["kind"] for each in document["drift"]} == {"model_table"}
    assert document["source_hash"] == document["target_hash"]
