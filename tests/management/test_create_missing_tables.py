"""The command keeps the contract: what it prints, its JSON, its exit codes."""

from __future__ import annotations

import io
import json
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from migration_app.management.base import CommandFailed
from migration_app.management.commands.create_missing_tables import Command
from migration_app.services.connecting import fingerprint, session
from tests.fixtures.expected import load
from tests.shop import legacy, template

__all__ = ["legacy", "template"]

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.usefixtures("legacy")]
MISSING = set(load().created_tables)


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("create_missing_tables", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def document(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--format", "json", *arguments)[0])
    return found


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        Command(stdout=io.StringIO(), stderr=io.StringIO()).run_from_argv(
            ["manage.py", "create_missing_tables", *arguments]
        )
    assert isinstance(ended.value.code, int)
    return ended.value.code


def confirmation() -> str:
    with session("prod") as conn:
        return fingerprint(conn).confirmation


def test_the_document_holds_what_is_missing_and_how_it_is_created() -> None:
    found = document()

    assert set(found["missing"]) == MISSING
    assert found["applied"] is False
    assert {"sql", "address", "hazards", "transactional"} <= set(found["statements"][0])
    assert (found["incomplete"], found["differences"], found["breaking"]) == ({}, [], [])


def test_a_person_gets_a_script_to_paste_and_the_command_that_applies_it() -> None:
    text, told = run()

    assert "4 core tables missing in" in text
    assert "builds an index: every row is read" in text
    assert text.index("BEGIN;") < text.index("CREATE TABLE public.addresses") < text.index("COMMIT;")
    assert f"--apply --confirm '{confirmation()}'" in text
    assert told.startswith("run ")


def test_what_is_pasted_does_the_same_as_applying(legacy: str) -> None:
    script = run()[0].partition("BEGIN;")[2].partition("COMMIT;")[0]
    with psycopg.connect(legacy) as conn:
        conn.execute(script.encode())

    assert document()["missing"] == []


def test_applying_needs_the_right_confirmation_and_exits_3_without() -> None:
    assert code_of("--apply") == 3
    assert code_of("--apply", "--confirm", "shop@elsewhere") == 3
    assert set(document()["missing"]) == MISSING


def test_applied_it_says_so_and_then_has_nothing_to_do() -> None:
    assert document("--apply", "--confirm", confirmation())["applied"] is True
    assert "nothing to create" in run()[0]
    assert code_of("--check") == 0


def test_check_exits_1_where_a_table_is_missing() -> None:
    assert code_of("--check") == 1
    assert code_of() == 0
    with pytest.raises(CommandFailed, match="4 core tables are missing"):
        run("--check")


def test_an_unknown_alias_exits_2() -> None:
    assert code_of("--database", "nowhere") == 2


def test_a_table_that_lacks_a_column_is_listed_with_it(legacy: str) -> None:
    run("--apply", "--confirm", confirmation())
    with psycopg.connect(legacy) as conn:
        conn.execute("ALTER TABLE addresses DROP COLUMN phone, ALTER COLUMN city TYPE text")

    text, _ = run()
    assert "of public.addresses: column public.addresses.phone" in text
    assert "which stay as they are:\n  model field migration_app.Address.city differs" in text
    assert code_of("--check") == 1
