"""The trial by strangers: schemas that other tools were tried on, old to new and new to old, full of rows.

A sample by default; DBSEP_PAIRS=all takes every pair, DBSEP_PAIRS=part/of/a/name those that bear it.
"""

from __future__ import annotations

import pytest

from migration_app.embedded import Cluster
from tests import corpora
from tests.engine import pairs, trial

EVERY = 20

FOUND = pairs.find(*corpora.named())
TRIED = corpora.sample(FOUND, EVERY)

pytestmark = corpora.marks(FOUND)


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
    assert corpora.CHOSEN not in {"", "all"} or peers == {"apgdiff", "migra", "pgquarrel", "pgschema"}
