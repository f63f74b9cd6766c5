"""Rows of a hosting platform's users that can log in, and of its storage: what the platform itself would have written.

Only columns that are there are written: the platform's tables grow with its versions.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.sql import ident, idents, literal

from .shape import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

    from .shape import Shape

USERS: Final = Name("auth", "users")
IDENTITIES: Final = Name("auth", "identities")
BUCKETS: Final = Name("storage", "buckets")
OBJECTS: Final = Name("storage", "objects")

_MOMENT: Final = "'2026-01-01 00:00+00'::pg_catalog.timestamptz"
# NULL in one of these makes the platform's server fail at every login ("converting NULL to string is unsupported").
_TOKENS: Final = (
    "confirmation_token",
    "recovery_token",
    "email_change",
    "email_change_token_new",
    "email_change_token_current",
    "phone_change",
    "phone_change_token",
    "reauthentication_token",
)
_IDENTITIES: Final[Mapping[str, str]] = {
    "id": "pg_catalog.md5('identity ' || u.id)",
    "provider_id": "u.id::pg_catalog.text",
    "user_id": "u.id",
    "provider": "'email'",
    "identity_data": "pg_catalog.jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true, "
    "'phone_verified', false)",
    "last_sign_in_at": _MOMENT,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_BUCKETS: Final[Mapping[str, str]] = {
    "id": "b.name",
    "name": "b.name",
    "public": "b.public",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_OBJECTS: Final[Mapping[str, str]] = {
    "id": "pg_catalog.md5('object ' || u.id)::pg_catalog.uuid",
    "bucket_id": "'avatars'",
    "name": "u.id || '/avatar.png'",
    "owner": "u.id",
    "owner_id": "u.id::pg_catalog.text",
    "metadata": """'{"mimetype": "image/png", "size": 2048, "cacheControl": "max-age=3600"}'::pg_catalog.jsonb""",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "last_accessed_at": _MOMENT,
}
_META: Final = '{"provider": "email", "providers": ["email"], "seeded_by": "dbsep"}'
_OURS: Final = "u.raw_app_meta_data ->> 'seeded_by' = 'dbsep'"
"""What tells seeded users from others."""


def hashed(connection: Connection[Any], password: str, seed: int) -> str | None:
    """Give the password as pgcrypto's bcrypt hashes it, the same one for the same seed; None without pgcrypto."""
    found = connection.execute(
        "select n.nspname from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace "
        "where p.proname = 'crypt' and pg_catalog.oidvectortypes(p.proargtypes) = 'text, text'",
        prepare=False,
    ).fetchone()
    if found is None:
        return None
    digest = blake2b(f"users/{seed}".encode(), digest_size=16).digest()
    salt = b64encode(digest).decode().replace("+", ".")[:21] + "u"
    made = connection.execute(
        f"select {ident(found[0])}.crypt(%s, %s)".encode(), [password, f"$2a$10${salt}"], prepare=False
    ).fetchone()
    return None if made is None else str(made[0])


def address(number: int | str, seed: int) -> str:
    """Give a seeded user's e-mail address."""
    return f"user{number}@example.org" if seed == 1 else f"user{number}.{seed:d}@example.org"


def write_users(connection: Connection[Any], shape: Shape, number: int, seed: int, password: str | None) -> int:
    """Write users that aren't there yet, with what a login by e-mail and password needs; give how many were written."""
    given = "pg_catalog.initcap(x.first) || ' ' || pg_catalog.initcap(x.last)"
    users = {
        "instance_id": "'00000000-0000-0000-0000-000000000000'::pg_catalog.uuid",
        "id": f"pg_catalog.md5('user {seed:d}/' || g)::pg_catalog.uuid",
        "aud": "'authenticated'",
        "role": "'authenticated'",
        "email": f"pg_catalog.replace({literal(address('#', seed))}, '#', g::text)",
        "encrypted_password": literal(password or ""),
        "email_confirmed_at": _MOMENT,
        **dict.fromkeys(_TOKENS, "''"),
        "raw_app_meta_data": f"{literal(_META)}::pg_catalog.jsonb",
        "raw_user_meta_data": f"pg_catalog.jsonb_build_object('full_name', {given}, 'email_verified', true)",
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
    }
    names = (
        f"pg_catalog.generate_series(1, {number:d}) as g cross join lateral (select "
        "('{ada,bruno,chiara,emil,fatima,hana,jun,lena}'::pg_catalog.text[])[1 + g % 8] as first, "
        "('{larsen,okafor,rossi,novak,nakamura}'::pg_catalog.text[])[1 + g % 5] as last) as x order by g"
    )
    return _insert(connection, shape, USERS, users, names)


def write_identities(connection: Connection[Any], shape: Shape) -> int:
    """Write each seeded user's identity for e-mail; give how many were written."""
    there = shape.tables[IDENTITIES].by_name
    made = dict(_IDENTITIES)
    if "provider_id" in there:
        made["id"] += "::pg_catalog.uuid"
    else:
        made["id"] = "u.id::pg_catalog.text"  # before 2023 it was the provider's own
    return _insert(connection, shape, IDENTITIES, made, f"{USERS} as u where {_OURS} order by u.id")


def write_buckets(connection: Connection[Any], shape: Shape) -> int:
    """Write two buckets, one of them public; give how many were written."""
    buckets = "(values ('avatars', true), ('documents', false)) as b (name, public)"
    return _insert(connection, shape, BUCKETS, _BUCKETS, buckets)


def write_objects(connection: Connection[Any], shape: Shape) -> int:
    """Write an object for each of the first fifty seeded users; give how many were written. There are no files."""
    some = f"(select * from {USERS} as u where {_OURS} order by u.id limit 50) as u"
    return _insert(connection, shape, OBJECTS, _OBJECTS, some)


def delete_rows(connection: Connection[Any], names: Sequence[Name]) -> None:
    """Delete all rows of the tables, the last one's first, within the open transaction."""
    for name in reversed(names):
        connection.execute(f"delete from {name}".encode(), prepare=False)


def _insert(connection: Connection[Any], shape: Shape, name: Name, values: Mapping[str, str], source: str) -> int:
    there = {column.name for column in shape.tables[name].writable}
    wanted = {column: value for column, value in values.items() if column in there}
    statement = (
        f"insert into {name} ({idents(tuple(wanted))}) select {', '.join(wanted.values())} from {source} "
        "on conflict do nothing"
    )
    return connection.execute(statement.encode(), prepare=False).rowcount
