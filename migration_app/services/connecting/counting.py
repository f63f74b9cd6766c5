"""A connection that counts its round trips: the waits for the server that distance makes longer.

Each statement outside a pipeline is one, each sync or fetch that a pipeline waits for is one; set-up and the
streaming of COPY data are none. Counted where psycopg waits, so that no service has to remember to count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from psycopg.abc import PQGen

    from migration_app.services.connecting.fingerprints import Fingerprint

T = TypeVar("T")

# Names of psycopg's own generators. These send through _exec_command, which counts each command.
_BY_COMMAND: Final = frozenset(
    {"_enter_gen", "_exit_gen", "_commit_gen", "_rollback_gen", "_close_gen", "_fetch_gen", "_scroll_gen"}
)
_ALSO_BY_COMMAND: Final = ("_set_", "_tpc_")
# Data that streams after its statement was answered, and waiting for what may never come.
_STREAMS: Final = frozenset(
    {"copy_to", "_read_gen", "_read_row_gen", "_end_copy_out_gen", "_stream_fetchone_gen", "notifies"}
)
_TWICE: Final = frozenset({"_declare_gen"})
"""A named cursor's DECLARE is followed by a DESCRIBE that is waited for as well."""


class CountingConnection(psycopg.Connection[Any]):
    """A psycopg connection that knows how often it waited for the server."""

    round_trips: int = 0
    known_fingerprint: Fingerprint | None = None
    """What `fingerprint` found on this connection; it can't change while the connection lives."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - psycopg's own keywords, passed on
        """Wait for the server as psycopg does, and count."""
        self.round_trips += self._waits(getattr(gen, "__qualname__", ""))
        return super().wait(gen, *args, **kwargs)

    def _exec_command(self, *args: Any, **kwargs: Any) -> PQGen[Any]:  # noqa: ANN401 - psycopg's own arguments
        if self._pipeline is None:
            self.round_trips += 1
        return super()._exec_command(*args, **kwargs)

    def _waits(self, qualname: str) -> int:
        name = qualname.rpartition(".")[2]
        if self._pipeline is not None:
            return self._waits_in_pipeline(qualname)
        if name in _STREAMS or name in _BY_COMMAND or name.startswith(_ALSO_BY_COMMAND):
            return 0
        return 2 if name in _TWICE else 1

    def _waits_in_pipeline(self, qualname: str) -> int:
        pipeline = self._pipeline
        if pipeline is None:
            return 0
        if qualname.endswith("Pipeline._enter_gen"):
            # A nested pipeline syncs what the outer one has under way before it begins.
            under_way = pipeline.command_queue or self.pgconn.transaction_status == TransactionStatus.ACTIVE
            return int(pipeline.level > 0 and bool(under_way))
        if qualname.endswith("Pipeline._fetch_gen"):
            return int(bool(pipeline.result_queue))
        return int(qualname.endswith(("Pipeline._sync_gen", "Pipeline._exit_gen")))
