"""The independent check: nothing that was to be masked stands in the target."""

from __future__ import annotations

import hmac
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from hashlib import sha256
from itertools import groupby, islice
from tempfile import SpooledTemporaryFile
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows import copy_in
from migration_app.engine.rows.masking import invented, read_blocks
from migration_app.engine.rows.masking.keying import give_seed
from migration_app.engine.rows.masking.sketching import (
    SKETCH,
    close_sketch,
    constants,
    found,
    masked_columns,
    open_sketch,
    source_hashes,
    target_values,
    text_columns,
)
from migration_app.engine.rows.masking.streaming import see_out
from migration_app.engine.temporary import writing_temporary

from .failing import blocks_without_values, without_values
from .result import Leak

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from migration_app.engine.rows.masking import Reading
    from migration_app.engine.rows.shape import Name, Shape

    from .secret import Secret

_AT_ONCE: Final = 64
"""Columns that one statement looks into: the server prepares the hashes once for each."""
_IN_MEMORY: Final = 1024 * 1024
"""Bytes of hashes that are held in memory; more lie in a temporary file."""
_WHAT: Final = "hashes for the leak check"
_BLOCK: Final = 1024 * 1024


class LeakCheck:
    """Looks in the target for the source's masked values, by hashes that the source gives while the target is busy.

    ``start`` once the source is read, ``look`` when the target is complete, ``close`` in any case. The source's
    transaction ends as soon as the hashes are taken.
    """

    def __init__(self, source: Connection[Any], shape: Shape, readings: Mapping[Name, Reading], secret: Secret) -> None:
        self._source, self._shape, self._readings = source, shape, readings
        # Derived from the key for this alone: the target's server never learns what masks are made with.
        self._seed = hmac.new(secret.key, b"leak check", sha256).digest()
        self._columns = [
            one
            for name, reading in readings.items()
            for one in masked_columns(shape, shape.tables[name], reading.choices, readings)
        ]
        self._hashes = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - ``close`` closes it
        self._stop = Event()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._taken: Future[None] | None = None

    def start(self) -> Future[None]:
        """Let the source hash its values, in a thread of its own; nobody else may use its session from here on."""
        self._taken = self._thread.submit(self._take)
        return self._taken

    def look(
        self, target: Connection[Any], written: Mapping[Name, int], accepted: frozenset[str]
    ) -> tuple[tuple[Leak, ...], int]:
        """Give where masked values are found, within the open transaction, and how many were looked for.

        Raises:
            CopyFailed: what either server said.
            NoRoom: the hashes found no room on this machine.

        """
        (self._taken or self.start()).result()
        if not self._columns:
            return (), 0
        give_seed(target, self._seed)
        without_values(_WHAT, "target", partial(self._bring, target))
        choices = (choice for reading in self._readings.values() for choice in reading.choices.values())
        harmless = (*invented(), *constants(choices))
        checked, uuids = without_values(_WHAT, "target", partial(close_sketch, target, harmless))
        leaks: list[Leak] = []
        looked = (
            one
            for name in self._readings
            if written.get(name)
            for one in text_columns(self._shape, self._shape.tables[name], uuids=uuids)
            if str(one) not in accepted
        )
        while some := dict(enumerate(islice(looked, _AT_ONCE))):
            statement = target_values(self._shape, some)
            hits = without_values(_WHAT, "target", partial(found, target, statement))
            leaks += [Leak(str(self._columns[origin]), str(some[place]), n) for place, origin, n in sorted(hits)]
        return tuple(leaks), checked

    def close(self) -> None:
        """Stop the source, if it is still at it."""
        self._stop.set()
        if self._taken is not None:
            see_out(self._source, self._taken)
        self._thread.shutdown()
        self._hashes.close()

    def _take(self) -> None:
        """Write the hashes down, as COPY text."""
        if self._columns:
            without_values(_WHAT, "source", partial(give_seed, self._source, self._seed))
        for name, statement in self._statements():
            with closing(blocks_without_values(name.short, read_blocks(self._source, statement))) as blocks:
                for block in blocks:
                    if self._stop.is_set():
                        return
                    with writing_temporary():
                        self._hashes.write(block)
        without_values(_WHAT, "source", self._source.rollback)

    def _statements(self) -> Iterator[tuple[Name, str]]:
        """Give the SELECT of each table's hashes; the columns of a table follow one another."""
        for name, some in groupby(enumerate(self._columns), key=lambda numbered: numbered[1].table):
            reading, numbers = self._readings[name], {one.column: number for number, one in some}
            yield (
                name,
                source_hashes(self._shape, self._shape.tables[name], reading.choices, numbers, reading.condition),
            )

    def _bring(self, target: Connection[Any]) -> None:
        open_sketch(target)
        self._hashes.seek(0)
        copy_in(target, SKETCH, iter(partial(self._hashes.read, _BLOCK), b""))
