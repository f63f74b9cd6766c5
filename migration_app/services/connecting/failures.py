"""From the driver's errors to our family: what, which alias, what now. No message holds a secret."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import ConnectionFailed, DatabaseFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The server's own answer to a connection attempt: "FATAL:  password …". The two blanks are in every language.
_ANSWERED: Final = re.compile(r"failed: [^\s:]+:  ", re.MULTILINE)
_PREFIX: Final = re.compile(r"^(connection failed: )?(connection to server (at|on) .*? failed: )?", re.DOTALL)
_SEVERITY: Final = re.compile(r"^[^\s:]+:  ")

_ADVICE: Final[tuple[tuple[str, str], ...]] = (
    (
        r"password authentication failed|no password supplied|SASL authentication failed|wrong password",
        (
            "Check the user name and password in {variable}; characters such as @ : / % must be "
            "percent-encoded. There was no second try: some platforms ban an address after wrong passwords."
        ),
    ),
    (r"Tenant or user not found", "Behind the shared pooler the user name is postgres.<project ref>."),
    (r'database ".*" does not exist', "Create the database, or correct the name at the end of {variable}."),
    (r'role ".*" does not exist', "Create the role, or correct the user name in {variable}."),
    (
        r"no pg_hba.conf entry",
        "The server doesn't accept this user from here; see its pg_hba.conf, or sslmode.",
    ),
    (
        r"Connection refused|No such file or directory",
        "Is the server running there? Check host and port in {variable}.",
    ),
    (
        r"Network is unreachable|No route to host",
        "The host may be reachable over IPv6 only: use the pooler's address.",
    ),
    (r"failed to resolve host|could not translate host name", "Check the host name in {variable}."),
    (
        r"timeout expired|timed out",
        "Check host, port and firewall; connect_timeout in {variable} sets the patience.",
    ),
    (
        r"does not support SSL",
        "Set sslmode in {variable} to what the server offers, sslmode=disable on this machine only.",
    ),
    (r"certificate", "Check sslmode and sslrootcert in {variable}."),
    (
        r"too many clients|remaining connection slots|max clients reached",
        "Close other sessions, or try again later.",
    ),
    (r"is not currently accepting connections", "The database was closed to connections by its owner."),
    (r"starting up|shutting down|recovery mode", "Wait until the server is up, then run the command again."),
    (r"invalid connection option|invalid URI query parameter", "Remove the parameter from {variable}."),
)

_BY_CLASS: Final[tuple[tuple[type[psycopg.Error], str], ...]] = (
    (pg.InsufficientPrivilege, "Grant the privilege to the role, or connect as the owner of the object."),
    (
        pg.ReadOnlySqlTransaction,
        "The session is read-only: production is opened for reading unless --apply is given.",
    ),
    (
        pg.LockNotAvailable,
        "Another session holds the lock; try again in a quiet moment, or raise DBSEP['LOCK_TIMEOUT'].",
    ),
    (pg.QueryCanceled, "Raise DBSEP['STATEMENT_TIMEOUT'] if the statement needs longer."),
    (pg.DiskFull, "Free space on the server, then run the command again."),
    (pg.OutOfMemory, "The server ran out of memory; see max_locks_per_transaction and its memory settings."),
    (pg.DeadlockDetected, "Run the command again; another session wanted the same objects in another order."),
    (pg.SerializationFailure, "Run the command again; another session changed the same rows."),
    (
        pg.CharacterNotInRepertoire,
        "The database holds bytes that aren't UTF-8; convert it, or clean the text named.",
    ),
    (
        pg.UntranslatableCharacter,
        "One database's encoding lacks the character; create both with ENCODING 'UTF8'.",
    ),
    (pg.AdminShutdown, "The session was ended by the server's administrator; nothing half done was kept."),
    (pg.ObjectInUse, "Close the other sessions on the object, then run the command again."),
)


def scrub(text: str, params: Mapping[str, object]) -> str:
    """Give the text without the connection's secrets, raw or percent-encoded."""
    for key in ("password", "sslpassword"):
        secret = str(params.get(key) or "")
        if secret:
            for form in sorted({secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]:
                text = text.replace(form, "***")
    return text


def server_answered(error: psycopg.Error) -> bool:
    """Tell whether a server refused the connection itself, so that another address must not be tried."""
    return bool(_ANSWERED.search(str(error)))


def tls_refused(error: psycopg.Error) -> bool:
    """Tell whether the server doesn't want TLS, for anybody or for this user (hostnossl in pg_hba.conf)."""
    return "server does not support SSL" in str(error) or "no pg_hba.conf entry" in str(error)


def connection_failed(alias: str, error: Exception, params: Mapping[str, object]) -> ConnectionFailed:
    """Give our error for a connection that could not be had."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = _SEVERITY.sub("", _PREFIX.sub("", lines[0]).strip()).strip()
    where = "" if "host" in text else _where(params)
    advice = next((advice for pattern, advice in _ADVICE if re.search(pattern, str(error))), "")
    variable = f"{alias.upper()}_DATABASE_URL"
    return ConnectionFailed(alias, scrub(text, params) + where, advice.format(variable=variable))


def _where(params: Mapping[str, object]) -> str:
    host, port = params.get("host"), params.get("port")
    return f" ({host}{f':{port}' if port else ''})" if host else ""


@contextmanager
def map_errors(alias: str, params: Mapping[str, object] | None = None) -> Iterator[None]:
    """Turn the driver's errors in the block into DatabaseFailed or ConnectionFailed; ours pass through."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(alias, error, params or {}) from error


def explain(alias: str, error: psycopg.Error, params: Mapping[str, object]) -> ConnectionFailed | DatabaseFailed:
    """Give our error for a failure on an open connection."""
    primary = error.diag.message_primary or (str(error).strip().splitlines() or [type(error).__name__])[0]
    reason = scrub(primary, params)
    advice = next((advice for kind, advice in _BY_CLASS if isinstance(error, kind)), "")
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        lost = advice or "Run the command again; what was not committed was rolled back by the server."
        return ConnectionFailed(alias, f"the connection was lost: {reason}", lost)
    if isinstance(error, pg.UndefinedFile):
        advice = "The server lacks files of the extension; install its package on the server."
    return DatabaseFailed(alias, reason, error.sqlstate, advice)
