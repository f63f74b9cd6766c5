"""Connections and the guards in front of them.

`session` opens one; `fingerprint` says which database it is on; `prove_distinct` and the `require_…` guards
decide whether work may go on. The queries here are about the server and the session, so they stay out of the
engine.
"""

from __future__ import annotations

from migration_app.services.connecting.counting import CountingConnection
from migration_app.services.connecting.failures import map_errors, scrub
from migration_app.services.connecting.fingerprints import Fingerprint, Proof, fingerprint, prove_distinct
from migration_app.services.connecting.guards import (
    claim,
    read_only_transaction,
    require_confirmation,
    require_distinct,
    require_target,
    require_unclaimed,
    write_transaction,
)
from migration_app.services.connecting.marks import (
    Mark,
    is_empty,
    mark_and_objects,
    objects_found,
    read_mark,
    write_mark,
)
from migration_app.services.connecting.sessions import connection_params, owner_alias, session, session_as

__all__ = [
    "CountingConnection",
    "Fingerprint",
    "Mark",
    "Proof",
    "claim",
    "connection_params",
    "fingerprint",
    "is_empty",
    "map_errors",
    "mark_and_objects",
    "objects_found",
    "owner_alias",
    "prove_distinct",
    "read_mark",
    "read_only_transaction",
    "require_confirmation",
    "require_distinct",
    "require_target",
    "require_unclaimed",
    "scrub",
    "session",
    "session_as",
    "write_mark",
    "write_transaction",
]
