"""What takes part: schemas chosen or left out, tables chosen with what they need, legacy tables left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migration_app.engine.model import Address, Snapshot

PLATFORM_SCHEMAS: Final = frozenset(
    """
    _analytics _realtime _supavisor auth cron dbdev etl extensions graphql graphql_public net pgbouncer pgmq
    pgmq_public pgroonga pgsodium pgsodium_masks pgtle realtime repack storage supabase_functions
    supabase_migrations supabase_subscription_mgmt tiger tiger_data topology vault
    """.split()
)
"""Schemas that a hosting platform keeps for itself."""

PLATFORM_PATTERN: Final = re.compile(r"_?timescaledb_.*")
