"""Schemas of strangers are filled, or say what makes that impossible.

A sample by default; DBSEP_PAIRS=all takes every one, DBSEP_PAIRS=part/of/a/name those that bear it.
"""

from __future__ import annotations

import pytest

from migration_app.embedded import Cluster
from tests import corpora
from tests.engine import trial

from . import strangers

EVERY = 40

FOUND = strangers.find(*corpora.named())
TRIED = corpora.sample(FOUND, EVERY)

pytestmark = [*corpora.marks(FOUND), pytest.mark.django_db]


@pytest.mark.parametrize("stranger", TRIED, ids=lambda stranger: stranger.name)
def test_a_strangers_schema_is_filled(stranger: strangers.Stranger, own_server: Cluster) -> None:
    if stranger.name in strangers.OUT_OF_REACH:
        pytest.skip(strangers.OUT_OF_REACH[stranger.name])
    try:
        unfilled = strangers.judge(own_server, stranger)
    except trial.NotLoadable as error:
        pytest.skip(f"doesn't load: {error}")
    assert all(unfilled.values())
