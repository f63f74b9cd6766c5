"""Schemas of strangers are filled, or say what makes that impossible.

A sample by default; DBSEP_PAIRS=all takes every one, DBSEP_PAIRS=part/of/a/name those that bear it.
"""

from __future__ import annotations

import os

import pytest

from migration_app.embedded import Cluster
from tests import servers
from tests.engine import trial

from . import strangers

CHOSEN = os.environ.get("DBSEP_PAIRS", "")
EVERY = 40

FOUND = strangers.find(*([CHOSEN] if CHOSEN not in {"", "all"} else []))
TRIED = FOUND if CHOSEN else FOUND[::EVERY]

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.django_db,
    pytest.mark.skipif(not FOUND, reason="no corpora: set DBSEP_CORPORA to the directory that holds pairs/"),
]


@pytest.fixture(scope="session")
def own_server(contrib_server: Cluster, worker_id: str) -> Cluster:
    """A server of this worker's alone: the scripts make roles, which all databases of a server share."""
    return servers.server(f"pairs-{worker_id}", contrib_server.version)


@pytest.mark.parametrize("stranger", TRIED, ids=lambda stranger: stranger.name)
def test_a_strangers_schema_is_filled(stranger: strangers.Stranger, own_server: Cluster) -> None:
    if stranger.name in strangers.OUT_OF_REACH:
        pytest.skip(strangers.OUT_OF_REACH[stranger.name])
    try:
        unfilled = strangers.judge(own_server, stranger)
    except trial.NotLoadable as error:
        pytest.skip(f"doesn't load: {error}")
    assert all(unfilled.values())
