"""Schemas of other projects, which aren't part of this one: where `DBSEP_CORPORA` says, or in ../shared/corpora."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("DBSEP_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")
REASON = "no corpora: set DBSEP_CORPORA to the directory that holds them"
SUPABASE = ROOT / "supabase"


def schemas() -> list[Path]:
    """Give the files of whole schemas, none where they aren't here."""
    return sorted((ROOT / "schemas").glob("*.sql"))
