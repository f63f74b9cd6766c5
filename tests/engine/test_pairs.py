"""The trial by strangers: schemas that other tools were tried on, old to new and new to old, full of rows.

A sample by default; DBSEP_PAIRS=all takes every pair, DBSEP_PAIRS=part/of/a/name those that bear it.
"""

from __future__ import annotations

import os

import pytest

from migration_app.embedded import Cluster
from tests import servers
from tests.engine import pairs, trial

CHOSEN = os.environ.get("DBSEP_PAIRS", "")
EVERY = 20

FOUND = pairs.find(*([CHOSEN] if CHOSEN not in {"", "all"} else []))
TRIED = FOUND if CHOSEN else FOUND[::EVERY]

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not FOUND, reason="no corpora: set DBSEP_CORPORA to the directory that holds pairs/"),
]


@pytest.fixture(scope="session")
def own_server(contrib_server: Cluster, worker_id: str) -> Cluster:
    """A server of this worker's alone: the pairs' scripts make roles, which all databases of a server share."""
    return servers.server(f"pairs-{worker_id}", contrib_server.version)


@pytest.mark.parametrize("pair", TRIED, ids=lambda pair: pair.name)
def test_a_strangers_pair_is_led_there_and_back_with_its_rows(pair: pairs.Pair, own_server: Cluster) -> None:
    if not pair.fits(own_server.version):
        pytest.skip(f"not for PostgreSQL {own_server.version}")
    try:
        pairs.judge_with_rows(own_server, pair)
    except trial.NotLoadable as error:
        pytest.skip(f"doesn't load: {error}")


def test_there_are_pairs_of_every_peer() -> None:
    peers = {pair.directory.parent.name for pair in FOUND}
    assert CHOSEN not in {"", "all"} or peers == {"apgdiff", "migra", "pgquarrel", "pgschema"}
