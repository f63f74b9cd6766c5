"""The key on its way to the server, and the keyed hash that it is for.

COPY takes no parameters, so the key lies in settings of the transaction. It gets there as a bound parameter, and a
server that logs statements logs parameters, too: so it is sent under a one-time pad that the server has made and told
in a result, which no server logs.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import literal

if TYPE_CHECKING:
    from psycopg import Connection

_BLOCK: Final = 64
"""Bytes of SHA-256's block, to which HMAC pads its key (RFC 2104)."""
_KEY: Final = "dbsep.mask_key"
_SEED: Final = "dbsep.mask_seed"
_INNER, _OUTER = (
    f"(select pg_catalog.decode(pg_catalog.substr(pg_catalog.current_setting('{_KEY}'), {start}, 128), 'hex'))"
    for start in (1, 129)
)
SEED: Final = f"(select ('x' || pg_catalog.current_setting('{_SEED}'))::bit(64)::int8)"
"""The SQL of the seed that ``give_seed`` has given."""
# 1,024 random bits: two key blocks.
_PAD: Final = (
    "select pg_catalog.set_config('dbsep.mask_pad', (select pg_catalog.string_agg(pg_catalog.encode(pg_catalog.sha256("
    "pg_catalog.convert_to(pg_catalog.gen_random_uuid()::text || pg_catalog.gen_random_uuid()::text || n, 'UTF8')), "
    "'hex'), '') from pg_catalog.generate_series(1, 4) as n), true)"
)
_OPEN: Final = (
    "select pg_catalog.set_config('{setting}', k.text, true) is null, "
    "pg_catalog.set_config('dbsep.mask_pad', '', true) from (select pg_catalog.string_agg(pg_catalog.lpad("
    "pg_catalog.to_hex((('x' || pg_catalog.substr(p.pad, 1 + 8 * n, 8))::bit(32) # "
    "('x' || pg_catalog.substr(p.sent, 1 + 8 * n, 8))::bit(32))::int4), 8, '0'), '' order by n) as text "
    "from (select pg_catalog.current_setting('dbsep.mask_pad') as pad, %s::text as sent offset 0) as p, "
    "pg_catalog.generate_series(0, {words} - 1) as n) as k"
)
_TABLES: Final = 4
"""Rounds of the permutation of numbers, each with a table of 65,536 keyed numbers below 65,536."""


def give_key(connection: Connection[Any], key: bytes, *, tables: bool = False) -> None:
    """Give the open transaction the key: no log of the server, and no other session, sees it.

    ``tables`` also makes what numbers are permuted by (see ``permuting``).
    """
    _send(connection, _KEY, _blocks(key))
    give_seed(connection, keyed(key, "seed", ""))
    if tables:
        connection.execute(_made().encode(), prepare=False)


def give_seed(connection: Connection[Any], seed: bytes) -> None:
    """Give the open transaction a secret number for hashes that need no more than not to be guessed."""
    _send(connection, _SEED, seed[:8])


def _send(connection: Connection[Any], setting: str, secret: bytes) -> None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_PAD.encode(), prepare=False).fetchone()
        pad = bytes.fromhex(row[0]) if row else b""
        sent = bytes(one ^ other for one, other in zip(secret, pad, strict=False)).hex()
        cursor.execute(_OPEN.format(setting=setting, words=len(secret) // 4).encode(), (sent,), prepare=False)


def keyed(key: bytes, kind: str, text: str) -> bytes:
    """Give what ``hashed`` gives on the server."""
    return hmac.new(key, f"{kind}:{text}".encode(), sha256).digest()


def hashed(kind: str, text: str) -> str:
    """Give the SQL of the keyed hash, HMAC-SHA-256, of a text; ``kind`` keeps apart what is masked in another way."""
    message = f"pg_catalog.convert_to({literal(kind + ':')} || {text}, 'UTF8')"
    return f"pg_catalog.sha256({_OUTER} || pg_catalog.sha256({_INNER} || {message}))"


def coarse(text: str) -> str:
    """Give the SQL of a hash of 8 bytes that a secret seed keys: many times faster, for what shows a byte of it."""
    return f'pg_catalog.int8send(pg_catalog.hashtextextended({text} collate "C", {SEED}))'


def table(number: int) -> str:
    """Give the SQL of a round's table."""
    return f"(select pg_catalog.current_setting('dbsep.mask_round_{number:d}')::int4[])"


def _blocks(key: bytes) -> bytes:
    padded = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded) + bytes(byte ^ 0x5C for byte in padded)


def _made() -> str:
    number = "(pg_catalog.get_byte(h.hash, 2 * m) << 8) | pg_catalog.get_byte(h.hash, 2 * m + 1)"
    calls = (
        f"pg_catalog.set_config('dbsep.mask_round_{each}', "
        f"(select pg_catalog.array_agg({number} order by h.n, m)::text "
        f"from (select n, {hashed(f'round {each}', 'n::text')} as hash from pg_catalog.generate_series(1, 4096) as n "
        "offset 0) as h, pg_catalog.generate_series(0, 15) as m), true)"
        for each in range(_TABLES)
    )
    return f"select {', '.join(calls)}"
