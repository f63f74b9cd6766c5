"""Strangers' schemas, seeded, are copied masked by the policy that is proposed for them: all rows arrive, no leak.

A sample by default; DBSEP_PAIRS=all takes every one, DBSEP_PAIRS=part/of/a/name those that bear it.
"""

from __future__ import annotations

import pytest

from migration_app.embedded import Cluster
from tests import corpora
from tests.engine import trial
from tests.services.seeding.strangers import OUT_OF_REACH, Stranger, find

from . import strangers

EVERY = 120
FOUND = find(*corpora.named())

pytestmark = [*corpora.marks(FOUND), pytest.mark.django_db]


@pytest.mark.parametrize("stranger", corpora.sample(FOUND, EVERY), ids=lambda stranger: stranger.name)
def test_a_strangers_rows_are_copied_masked(stranger: Stranger, own_server: Cluster) -> None:
    if stranger.name in OUT_OF_REACH:
        pytest.skip(OUT_OF_REACH[stranger.name])
    try:
        strangers.judge(own_server, stranger)
    except trial.NotLoadable as error:
        pytest.skip(f"doesn't load: {error}")
