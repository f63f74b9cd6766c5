"""Sessions: what they are like, and what is said when there is none to be had."""

from __future__ import annotations

import secrets
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors as pg

from migration_app.engine.errors import ConnectionFailed, DatabaseFailed, UsageError
from migration_app.services.connecting import connection_params, fingerprint, session
from tests import servers

if TYPE_CHECKING:
    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase

NAMES = [
    'with "quotes"',
    "with blanks",
    "100%",
    "semi;colon",
    "a'b",
    "%s",
    "Ünïcode",
    "sla/sh",
    "{brace}",
    "a?b#c",
]


@pytest.mark.usefixtures("two")
def test_a_session_is_in_autocommit_mode_and_prepares_nothing() -> None:
    with session("prod") as conn:
        assert conn.autocommit
        assert conn.prepare_threshold is None
        assert conn.info.parameter_status("application_name") == "dbsep"


@pytest.mark.usefixtures("two")
def test_a_transaction_of_a_session_is_read_only_unless_it_was_opened_writable() -> None:
    with (
        pytest.raises(DatabaseFailed, match="read-only transaction") as caught,
        session("test") as conn,
        conn.transaction(),
    ):
        conn.execute("create table t (a int)")
    assert caught.value.sqlstate == "25006"
    with session("test", writable=True) as conn, conn.transaction():
        conn.execute("create table t (a int)")


def test_an_open_connection_is_yielded_as_it_is_and_stays_open(prod_url: str) -> None:
    with psycopg.connect(prod_url) as conn:
        with session(conn) as given:
            assert given is conn
        assert not conn.closed


@pytest.mark.usefixtures("two")
def test_a_session_is_closed_after_the_block_also_when_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), session("test") as conn:
        1 / 0  # noqa: B018
    assert conn.closed


def test_an_unknown_alias_is_named_with_the_variable_to_set_and_the_aliases_there_are(
    aliases: Aliases, prod_url: str
) -> None:
    with aliases(prod_url), pytest.raises(UsageError) as caught, session("staging"):
        pass
    assert caught.value.message == "there is no database alias 'staging'"
    assert "STAGING_DATABASE_URL" in caught.value.hint
    assert "prod" in caught.value.hint


def test_the_control_database_is_no_source_or_target() -> None:
    with pytest.raises(UsageError, match="'default' is not a PostgreSQL database"), session("default"):
        pass


def test_a_wrong_password_names_the_alias_and_shows_no_secret(aliases: Aliases, prod_server: Cluster) -> None:
    with (
        aliases(prod_server.url("postgres", password="very-wrong")),
        pytest.raises(ConnectionFailed, match="cannot connect to 'prod': password authentication failed") as caught,
        session("prod"),
    ):
        pass
    assert "PROD_DATABASE_URL" in caught.value.hint
    assert "very-wrong" not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"
    assert caught.value.__cause__ is None


def _refuse(client: socket.socket, tls: ssl.SSLContext | None, asked: list[str]) -> None:
    text = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0'
    packet = client.recv(1024)
    if packet[4:8] == SSL_REQUEST:
        client.sendall(b"S" if tls else b"N")
        if tls:
            with suppress(OSError), tls.wrap_socket(client, server_side=True) as safe:
                _refuse(safe, None, asked)
            return
        packet = client.recv(1024)
    if packet:
        asked.append("asked")
        client.sendall(b"E" + (len(text) + 4).to_bytes(4, "big") + text)


SSL_REQUEST = b"\x04\xd2\x16\x2f"


@contextmanager
def refusing_server(tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A server that counts who asks and refuses each as PostgreSQL refuses a wrong password."""
    asked: list[str] = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                _refuse(client, tls, asked)

    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        port = one.getsockname()[1]
        both = [one]
        if socket.has_ipv6:
            with suppress(OSError):
                both.append(socket.create_server(("::1", port), family=socket.AF_INET6))
        for listener in both:
            threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield port, asked
        for listener in both:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def test_a_wrong_password_is_tried_once_though_the_host_has_two_addresses(aliases: Aliases) -> None:
    with (
        refusing_server() as (port, asked),
        aliases(f"postgresql://u:wrong@localhost:{port}/d"),
        pytest.raises(ConnectionFailed, match="password authentication failed"),
        session("prod"),
    ):
        pass
    assert asked == ["asked"]


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl to make a certificate with")
    made = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    files = ["-out", str(tmp_path / "crt"), "-keyout", str(tmp_path / "key")]
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    return context


def test_a_wrong_password_refused_over_tls_is_not_sent_again_without(
    aliases: Aliases, certificate: ssl.SSLContext
) -> None:
    with (
        refusing_server(certificate) as (port, asked),
        aliases(f"postgresql://u:wrong@127.0.0.1:{port}/d"),
        pytest.raises(ConnectionFailed, match="password authentication failed"),
        session("prod"),
    ):
        pass
    assert asked == ["asked"]


def test_a_database_that_is_not_there_is_named(aliases: Aliases, prod_server: Cluster) -> None:
    with (
        aliases(prod_server.url("no_such_database")),
        pytest.raises(ConnectionFailed, match='database "no_such_database" does not exist') as caught,
        session("prod"),
    ):
        pass
    assert "PROD_DATABASE_URL" in caught.value.hint


def test_a_closed_port_is_named(aliases: Aliases) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with (
        aliases(f"postgresql://u:secret-word@127.0.0.1:{port}/d"),
        pytest.raises(ConnectionFailed, match=f"Connection refused.*127.0.0.1:{port}") as caught,
        session("prod"),
    ):
        pass
    assert "secret-word" not in str(caught.value)


def test_a_host_that_does_not_resolve_is_named(aliases: Aliases) -> None:
    with (
        aliases("postgresql://u:p@no-such-host.invalid/d"),
        pytest.raises(ConnectionFailed, match=r"no-such-host\.invalid") as caught,
        session("prod"),
    ):
        pass
    assert "host name" in caught.value.hint


def test_a_server_that_never_answers_is_given_up_after_connect_timeout(aliases: Aliases) -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        aliases(f"postgresql://u:p@127.0.0.1:{server.getsockname()[1]}/d?connect_timeout=2"),
        pytest.raises(ConnectionFailed, match="timeout") as caught,
        session("prod"),
    ):
        pass
    assert "connect_timeout" in caught.value.hint


def test_an_unknown_parameter_in_the_url_is_named(aliases: Aliases, prod_url: str) -> None:
    with (
        aliases(f"{prod_url}?no_such_thing=1"),
        pytest.raises(ConnectionFailed, match="no_such_thing") as caught,
        session("prod"),
    ):
        pass
    assert "parameter" in caught.value.hint


@pytest.mark.usefixtures("two")
def test_a_lost_connection_is_told_and_not_blamed_on_the_statement(prod_url: str) -> None:
    def cut_off() -> None:
        with session("prod") as conn:
            servers.ask(prod_url, f"select pg_terminate_backend({conn.info.backend_pid})")
            conn.execute("select 1")

    with pytest.raises((ConnectionFailed, DatabaseFailed)) as caught:
        cut_off()
    assert "terminat" in caught.value.message
    assert caught.value.hint


def test_a_missing_privilege_is_the_servers_word_with_a_hint(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database(prod_server, "create table t (a int)")
    name = url.rpartition("/")[2]
    servers.run_sql(url, f"create role r_{name} login password 'some-password'")
    try:
        with (
            aliases(prod_server.url(name, user=f"r_{name}", password="some-password")),
            pytest.raises(DatabaseFailed, match="permission denied for table t") as caught,
            session("prod") as conn,
        ):
            conn.execute("select * from t")
        assert caught.value.hint
        assert isinstance(caught.value.__cause__, pg.InsufficientPrivilege)
    finally:
        servers.run_sql(url, f"drop role r_{name}")


@pytest.mark.parametrize("name", NAMES)
def test_a_databases_name_may_hold_any_character(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster, name: str
) -> None:
    with aliases(new_database(prod_server, name=name)), session("prod") as conn:
        assert fingerprint(conn).database == name


def test_the_socket_and_the_pooler_safe_settings_reach_the_driver(aliases: Aliases, prod_server: Cluster) -> None:
    with aliases(prod_server.socket_url("postgres")), session("prod") as conn:
        assert conn.info.host == str(prod_server.socket_dir)
        assert conn.info.get_parameters()["connect_timeout"] == "10"
        assert connection_params("prod")["gssencmode"] == "disable"


def test_a_writable_session_on_production_uses_the_owners_alias(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database(prod_server)
    name = url.rpartition("/")[2]
    servers.run_sql(url, f"create role o_{name} superuser login password 'some-password'")
    try:
        owner = prod_server.url(name, user=f"o_{name}", password="some-password")
        with aliases(url, None, prod_owner=owner):
            with session("prod") as conn:
                assert conn.info.user == "postgres"
            with session("prod", writable=True) as conn:
                assert conn.info.user == f"o_{name}"
    finally:
        servers.run_sql(url, f"drop role o_{name}")


@pytest.fixture
def encoded(prod_server: Cluster) -> Iterator[Callable[[str], str]]:
    """Make databases in another encoding; give their URLs."""
    made = []

    def make(encoding: str) -> str:
        name = f"enc_{secrets.token_hex(6)}"
        made.append(name)
        how = f"template template0 encoding '{encoding}' locale_provider libc lc_collate 'C' lc_ctype 'C'"
        servers.run_sql(prod_server.url("postgres"), f"create database {name} {how}")
        return prod_server.url(name)

    yield make
    for name in made:
        servers.run_sql(prod_server.url("postgres"), f"drop database {name}")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "EUC_JP"])
def test_a_database_in_another_encoding_is_read_as_text(
    aliases: Aliases, encoded: Callable[[str], str], encoding: str
) -> None:
    with aliases(None, encoded(encoding)), session("test", writable=True) as conn:
        assert fingerprint(conn).database == conn.info.dbname
        conn.execute("create table t (a text)")
        conn.execute("insert into t values (%s)", ("é",))
        assert conn.execute("select a from t").fetchone() == ("é",)


def test_a_character_that_the_database_cannot_hold_is_told_with_a_hint(
    aliases: Aliases, encoded: Callable[[str], str]
) -> None:
    with (
        aliases(None, encoded("LATIN1")),
        pytest.raises(DatabaseFailed, match="no equivalent") as caught,
        session("test") as conn,
    ):
        conn.execute("select %s", ("語",))
    assert "UTF8" in caught.value.hint


def test_bytes_that_are_not_utf8_are_told_with_a_hint(aliases: Aliases, encoded: Callable[[str], str]) -> None:
    with (
        aliases(None, encoded("SQL_ASCII")),
        pytest.raises(DatabaseFailed, match="invalid byte sequence") as caught,
        session("test") as conn,
    ):
        conn.execute(r"select convert_from('\xe9'::bytea, 'SQL_ASCII')")
    assert "UTF-8" in caught.value.hint
