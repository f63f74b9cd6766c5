"""Schemas of other projects, which aren't part of this one: where `DBSEP_CORPORA` says, or in ../shared/corpora."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
import pytest

from tests import servers

if TYPE_CHECKING:
    from migration_app.embedded import Cluster
    from tests.conftest import NewDatabase

T = TypeVar("T")
ROOT = Path(os.environ.get("DBSEP_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")
REASON = "no corpora: set DBSEP_CORPORA to the directory that holds them"
SUPABASE = ROOT / "supabase"


def schemas() -> list[Path]:
    """Give the files of whole schemas, none where they aren't here."""
    return sorted((ROOT / "schemas").glob("*.sql"))


def loaded(new_database: NewDatabase, path: Path) -> tuple[str, Cluster]:
    """Load a schema into a server that takes it, the suite's or one that has contrib; gives its URL and the server."""
    try:
        server = servers.server("prod")
        return new_database(server, path), server
    except psycopg.Error:
        with_contrib = servers.with_extension("pgcrypto")
        if with_contrib is None:
            pytest.skip("no server here has contrib: run make servers, or install postgresql-contrib")
        try:
            return new_database(with_contrib, path), with_contrib
        except psycopg.Error as error:
            pytest.skip(f"doesn't load: {error}")


CHOSEN = os.environ.get("DBSEP_PAIRS", "")
"""``all``, or part of the names of those to be tried."""


def named() -> list[str]:
    """Give what the names of those to be tried have in them; nothing where all may be."""
    return [CHOSEN] if CHOSEN not in {"", "all"} else []


def sample(found: Sequence[T], every: int) -> Sequence[T]:
    """Give some of those found, or all where they were chosen."""
    return found if CHOSEN else found[::every]


def marks(found: Sequence[object]) -> list[pytest.MarkDecorator]:
    """Give the marks of a module that tries them."""
    skip = pytest.mark.skipif(not found, reason="no corpora: set DBSEP_CORPORA to the directory that holds pairs/")
    return [pytest.mark.corpora, skip]
