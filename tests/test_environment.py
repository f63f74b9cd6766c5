"""Databases from URLs, the environment and .env files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from migration_app.engine.errors import UsageError
from migration_app.environment import databases_from_environment, legacy_prefix, parse_database_url, read_files

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_schemes_are_read(scheme: str) -> None:
    config = parse_database_url(f"{scheme}://ann:pw@db.example.org:6543/shop")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert [config[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ann",
        "pw",
        "db.example.org",
        "6543",
        "shop",
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///shop?host=/var/run/postgresql", {"HOST": "/var/run/postgresql", "PORT": "", "NAME": "shop"}),
        ("postgresql://ann@/shop?host=/tmp/A&port=6000", {"HOST": "/tmp/A", "PORT": "6000", "USER": "ann"}),
        ("postgresql://%2FVar%2FRun/shop", {"HOST": "/Var/Run", "NAME": "shop"}),
        ("postgresql://[::1]:5433/shop", {"HOST": "::1", "PORT": "5433"}),
        ("postgresql://[fe80::1]/shop", {"HOST": "fe80::1", "PORT": ""}),
        ("postgresql://a:1,b:2/shop", {"HOST": "a,b", "PORT": "1,2"}),
        ("postgresql://ann:p%40s%3As%2Fw%25d%23%3F@h/shop", {"PASSWORD": "p@s:s/w%d#?", "HOST": "h"}),
        ("postgresql://a%40b:c@h/shop", {"USER": "a@b"}),
        ("postgresql://postgres.ref:c@x.pooler.supabase.com:6543/postgres", {"USER": "postgres.ref", "PORT": "6543"}),
        ("postgresql://h/my%20shop%20%22x%22%3B%25", {"NAME": 'my shop "x";%'}),
        (
            "postgresql://h/shop?user=ann&password=p%26w&dbname=other",
            {"USER": "ann", "PASSWORD": "p&w", "NAME": "other"},
        ),
        ("postgresql://h/", {"NAME": ""}),
        ("  postgresql://h/shop\n", {"NAME": "shop"}),
    ],
)
def test_a_url_is_read_as_libpq_reads_it(url: str, expected: dict[str, str]) -> None:
    config = parse_database_url(url)
    assert {key: config[key] for key in expected} == expected
    assert not {"host", "port", "user", "password", "dbname"} & set(config.get("OPTIONS", {}))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("sslmode=verify-full&sslrootcert=/etc/ca.pem", {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}),
        ("connect_timeout=3&keepalives=1", {"connect_timeout": "3", "keepalives": "1"}),
        ("application_name=true", {"application_name": "true"}),
        ("sslmode=disable&sslmode=require", {"sslmode": "require"}),
        ("options=-c%20statement_timeout%3D5s", {"options": "-c statement_timeout=5s"}),
        ("currentSchema=shop", {"options": "-c search_path=shop"}),
        (
            "target_session_attrs=read-write&channel_binding=prefer",
            {"target_session_attrs": "read-write", "channel_binding": "prefer"},
        ),
        ("", None),
    ],
)
def test_libpqs_other_parameters_stay_text(query: str, options: dict[str, Any] | None) -> None:
    assert parse_database_url(f"postgresql://h/shop?{query}").get("OPTIONS") == options


@pytest.mark.parametrize("host", ["db.abc.supabase.co", "aws-0-eu.pooler.supabase.com"])
def test_supabase_is_reached_over_tls_unless_the_url_says_otherwise(host: str) -> None:
    assert parse_database_url(f"postgresql://{host}/postgres")["OPTIONS"] == {"sslmode": "require"}
    assert (
        parse_database_url(f"postgresql://{host}/postgres?sslmode=verify-full")["OPTIONS"]["sslmode"] == "verify-full"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop",
        "postgresql://ann:topsecret@h:port/shop",
        "postgresql://ann:topsecret@h:99999999/shop",
        "postgresql://ann:top secret@h/shop",
        "postgresql://ann:topsecret/x@h/shop",
        "postgresql://ann:topsecret@[::1/shop",
        "oracle9://ann:topsecret@h/shop",
        "postgresql:ann:topsecret@h/shop",
    ],
)
def test_what_is_no_url_is_refused_by_its_variables_name_without_showing_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_database_url(url, variable="PROD_DATABASE_URL")
    assert "PROD_DATABASE_URL" in caught.value.message
    assert "topsecret" not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__}"
    assert "postgresql://" in caught.value.hint + caught.value.message


def test_each_variable_becomes_an_alias(tmp_path: Path) -> None:
    variables = {
        "PROD_DATABASE_URL": "postgresql://p/shop",
        "PROD_OWNER_DATABASE_URL": "postgresql://owner@p/shop",
        "TEST_DATABASE_URL": "postgresql://t/shop",
        "STAGING_DATABASE_URL": "postgres://s/shop",
        "CONTROL_DATABASE_URL": "sqlite:////tmp/control.sqlite3",
        "DATABASE_URL": "postgresql://x/y",
        "EMPTY_DATABASE_URL": "",
        "JAVA_DATABASE_URL": "jdbc:postgresql://h/x",
        "LEGACY_DATABASE_URL": "mysql://h/x",
    }
    databases = databases_from_environment(tmp_path, variables=variables)
    assert set(databases) == {"default", "prod", "prod_owner", "test", "staging"}
    assert databases["prod_owner"]["USER"] == "owner"
    assert databases["default"]["ENGINE"] == "django.db.backends.sqlite3"


def test_the_control_database_defaults_to_what_the_settings_give(tmp_path: Path) -> None:
    assert databases_from_environment(tmp_path, variables={}) == {}
    found = databases_from_environment(tmp_path, control="sqlite:////tmp/a%20b.sqlite3", variables={})
    assert found["default"]["NAME"] == "/tmp/a b.sqlite3"


def test_the_environment_wins_over_env_and_env_over_env_test(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PROD_DATABASE_URL=postgresql://file/a\nTEST_DATABASE_URL='postgresql://file/b'\n")
    (tmp_path / ".env.test").write_text(
        '# a comment\n\nTEST_DATABASE_URL="postgresql://late/c"\nexport X_DATABASE_URL=postgresql://late/x\n'
    )
    found = databases_from_environment(tmp_path, variables={"PROD_DATABASE_URL": "postgresql://environment/a"})
    assert {alias: config["HOST"] for alias, config in found.items()} == {
        "prod": "environment",
        "test": "file",
        "x": "late",
    }


def test_what_the_files_hold_stays_out_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_FROM_THE_FILE=postgresql://file/a\n")
    assert read_files(tmp_path) == {"SECRET_FROM_THE_FILE": "postgresql://file/a"}
    assert "SECRET_FROM_THE_FILE" not in os.environ


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"A=1\nno assignment topsecret\n", ".env:2 won't parse"),
        (b"A = topsecret\n", ".env:1 won't parse"),
        (b"\n\n<<<<<<< topsecret\n", ".env:3 won't parse"),
        (b"A=\xff\xfe\n", ".env can't be read: it isn't UTF-8 text"),
    ],
)
def test_a_file_that_will_not_parse_is_named_with_its_line(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / ".env").write_bytes(text)
    with pytest.raises(UsageError) as caught:
        databases_from_environment(tmp_path, variables={})
    assert caught.value.message == said
    assert "topsecret" not in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_directory_called_env_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(UsageError, match=r"\.env can't be read"):
        read_files(tmp_path)


def test_the_legacy_prefix_is_found_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("A=1\n# DATABASE_TABLE_PREFIX=no\nDATABASE_TABLE_PREFIX='test_'\n")
    (tmp_path / ".env.test").write_text("export DATABASE_TABLE_PREFIX=test_\n")
    monkeypatch.setenv("DATABASE_TABLE_PREFIX", "t_")
    found = [(each.place, each.value) for each in legacy_prefix(tmp_path)]
    assert found == [("the environment", "t_"), (".env:3", "test_"), (".env.test:1", "test_")]


def run_manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the host project as a user would, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE_URL")}
    environment |= {"DJANGO_SETTINGS_MODULE": "dbsep_project.settings", **variables}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def test_a_url_that_is_none_ends_manage_py_with_2_and_no_traceback() -> None:
    done = run_manage("check", PROD_DATABASE_URL="postgresql://ann:topsecret@h:port/shop")
    assert done.returncode == 2
    assert done.stderr.startswith("error: PROD_DATABASE_URL is not a database URL\nhint: ")
    assert "Traceback" not in done.stderr
    assert "topsecret" not in done.stderr + done.stdout


def test_with_format_json_a_wrong_setting_is_a_document_on_stdout() -> None:
    done = run_manage("init_environment", "--role", "test", "--format", "json", TEST_DATABASE_URL="postgresql://h:x/d")
    assert done.returncode == 2
    assert '"exit_code": 2' in done.stdout
