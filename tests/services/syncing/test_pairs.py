"""The strangers' pairs by the way that users go: counted, asked, rehearsed, in forms that hold up nobody.

A few by default; DBSEP_PAIRS=all takes every pair. The engine alone is tried on all of them in tests/engine.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from pytest_django import Settings

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.errors import Refused
from migration_app.services.connecting import write_mark
from migration_app.services.syncing import Wanted, sync_schema
from tests import corpora, servers
from tests.engine import clearing, keeping, pairs, trial
from tests.engine.dumps import differences
from tests.engine.filling import Filled

EVERY = 90

FOUND = pairs.find(*corpora.named())
TRIED = corpora.sample(FOUND, EVERY)
WAYS = (("old", "new"), ("new", "old"))

pytestmark = [*corpora.marks(FOUND), pytest.mark.django_db(databases=["default"])]

ALLOWED = Wanted(allow=("all",), no_rename=True)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def whole(settings: Settings) -> None:
    """Take strangers' `test_` tables along: they are nobody's test environment."""
    settings.DBSEP = {"PREFIX": "no name begins so"}


@pytest.mark.parametrize("way", WAYS, ids=" to ".join)
@pytest.mark.parametrize("pair", TRIED, ids=lambda pair: pair.name)
def test_a_strangers_pair_is_synced_with_its_rows(pair: pairs.Pair, way: tuple[str, str], own_server: Cluster) -> None:
    if not pair.fits(own_server.version):
        pytest.skip("not for this server")
    with pairs.own_roles(own_server), trial.databases(own_server, 2) as (target, source):
        try:
            for side, url in zip(way, (target, source), strict=True):
                pair.load(side)(url)
        except trial.NotLoadable as error:
            pytest.skip(f"doesn't load: {error}")
        Filled()(target)
        with psycopg.connect(source, autocommit=True) as origin, psycopg.connect(target, autocommit=True) as copy:
            _sync(origin, copy)
        assert not differences(servers.pg_dump_schema(target), servers.pg_dump_schema(source))


def _sync(origin: Connection, copy: Connection) -> None:
    write_mark(copy, "test")
    shown = sync_schema(origin, copy, wanted=ALLOWED)
    current, desired = catalog.read(copy), catalog.read(origin)
    if shown.breaking:
        with pytest.raises(Refused, match="rows in the target don't fit"):
            sync_schema(origin, copy, wanted=ALLOWED, apply=True)
        clearing.clear(copy, trial.plan_of(copy, desired, current), current, desired)
    held = [(table, table.rows(copy, before=True)) for table in keeping.kept(current, desired)]
    sync_schema(origin, copy, wanted=ALLOWED, apply=True)
    assert not [text for text in (keeping.missing(copy, table, rows) for table, rows in held) if text]
