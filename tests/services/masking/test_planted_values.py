"""Values planted in production are nowhere: not in the target, its logs, the history, an error, nor on a terminal."""

from __future__ import annotations

import json
import re
import traceback
from io import FileIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.engine.errors import CopyFailed, NoRoom
from migration_app.models import Run, Step
from migration_app.services.masking import Leak, checking, copy_masked
from migration_app.services.masking.secret import Secret
from migration_app.services.seeding import rebuilding
from tests import servers

from .conftest import KEY, MakeSides, Sides, one, rows

pytestmark = pytest.mark.django_db

SCHEMA = """
    create table people (
        id bigint generated always as identity primary key, email text not null unique, about text, aliases text[],
        document jsonb, born date, seen inet, boss bigint references people);
    create table letters (id int primary key, person bigint not null references people, body text);
"""
PLANTED = (
    "planted.person@corp.example",
    "Zebulon Quartzkeeper",
    "secret-alias-77",
    "the planted passage",
    "10.66.77.88",
)
DATA = f"""
    insert into people (email, about, aliases, document, born, seen) values
      ('{PLANTED[0]}', 'she wrote {PLANTED[3]}', array['{PLANTED[2]}', 'x'], jsonb_build_object('who',
       '{PLANTED[1]}', 'plan', 'basic-plan', 'old', jsonb_build_array(jsonb_build_object('mail', '{PLANTED[0]}'))),
       '1970-02-03', '{PLANTED[4]}'),
      ('other@corp.example', null, '{{}}', null, '1980-01-01', null);
    update people set boss = 1 where id = 2;
    insert into letters values (1, 1, 'nothing'), (2, 2, null);
"""
MASKS = {
    "people.id": '"key"',
    "people.email": '"email"',
    "people.about": '"text"',
    "people.aliases": '"text"',
    "people.document": '{ mask = "json", paths = { who = "name", plan = "keep" } }',
    "people.born": '{ mask = "date", by = "id" }',
    "people.seen": '"address"',
}


def log_of(server: Cluster) -> str:
    return (server.home / "server.log").read_text(encoding="utf-8")


def everywhere(both: Sides, server: Cluster) -> str:
    """Give all that is left of a run: the target's rows, the server's log, the history."""
    info = both.staging.info
    url = f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"
    history = [json.dumps(list(kind.objects.values()), default=str) for kind in (Run, Step)]
    return "\n".join((servers.pg_dump_data(url), log_of(server), *history))


def test_nothing_planted_is_found_anywhere(
    sides: MakeSides, test_server: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    both = sides(SCHEMA, DATA)
    both.staging.execute(f"alter database {both.staging.info.dbname} set log_statement = 'all'".encode())
    call_command("copy_masked", policy=str(both.policy(MASKS)), format="json")
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert (document["tables"], document["leaks"], document["undecided"]) == ({"people": 2, "letters": 2}, [], [])
    left = everywhere(both, test_server) + told.out + told.err
    assert [value for value in PLANTED if value in left] == []
    assert one(both.staging, "select document - 'who' from people where boss is null") == {"plan": "basic-plan"}
    joined = "select count(*) from letters l join people p on p.id = l.person join people b on b.id = p.boss"
    assert one(both.staging, joined) == 1


@pytest.mark.parametrize(
    ("kept", "found_in"),
    [("people.email", "people.email"), ("letters.body", "letters.body"), ("people.document", "people.document")],
)
def test_a_masked_value_that_stays_elsewhere_is_a_leak_and_nothing_is_kept(
    sides: MakeSides, kept: str, found_in: str
) -> None:
    both = sides(SCHEMA, DATA)
    both.prod.execute(f"update letters set body = 'write to {PLANTED[0]}, please'".encode())
    masks = {**MASKS, "people.email": '"email"', "letters.body": '"text"', kept: '"keep"'}
    if kept == "people.email":
        both.prod.execute(b"update people set about = email")
    copied = copy_masked("prod", "staging", policy=both.policy(masks))
    assert found_in in {leak.found_in for leak in copied.leaks}
    assert all(isinstance(leak, Leak) for leak in copied.leaks)
    assert (copied.tables, one(both.staging, "select count(*) from people")) == ({}, 0)
    with pytest.raises(CommandError) as caught:
        call_command("copy_masked", policy=str(both.policy(masks)), format="json")
    assert caught.value.returncode == 1


@pytest.mark.parametrize("text", ["6C84FB90-12C4-11E1-840D-7B25C5EE775A", "a text of thirty-six characters that's"])
def test_a_uuid_that_a_text_masks_and_a_column_keeps_is_a_leak(sides: MakeSides, text: str) -> None:
    both = sides(
        "create table people (id uuid primary key, account text);",
        f"insert into people values ('6c84fb90-12c4-11e1-840d-7b25c5ee775a', $${text}$$)",
    )
    copied = copy_masked("prod", "staging", policy=both.policy({"people.account": '"text"'}))
    assert copied.checked == 1
    assert [(leak.column, leak.found_in) for leak in copied.leaks] == (
        [("people.account", "people.id")] if text.startswith("6C") else []
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
def test_no_room_for_the_hashes_is_said(sides: MakeSides, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sides(SCHEMA, DATA)
    monkeypatch.setattr(checking, "SpooledTemporaryFile", lambda **_: FileIO("/dev/full", "r+"))
    with pytest.raises(NoRoom, match=r"no temporary file can be written in .*: No space left on device"):
        copy_masked("prod", "staging", policy=both.policy(MASKS))
    assert one(both.staging, "select count(*) from people") == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("alter table people add constraint short check (length(email) < 5) not valid", "people.short"),
        ("alter table people add constraint calm check (about !~ 'planted') not valid", "people.calm"),
        ("insert into people (email) select upper(email) from people", "people.people_email_key"),
    ],
)
def test_an_error_names_the_rule_and_no_value(
    sides: MakeSides, test_server: Cluster, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    both = sides(SCHEMA, DATA)
    both.both(change)
    with pytest.raises(CopyFailed) as caught:
        copy_masked("prod", "staging", policy=both.policy({**MASKS, "people.about": '"keep"'}))
    shown = "".join(traceback.format_exception(caught.value))
    assert words in shown
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    told = capsys.readouterr()
    # What the policy keeps is the target's to log.
    said = shown + told.out + told.err + everywhere(both, test_server)
    assert [value for value in PLANTED if value in said and "passage" not in value] == []
    assert PLANTED[3] not in shown + told.out + told.err
    assert one(both.staging, "select count(*) from people") == 0


def test_a_key_that_cannot_be_built_is_named_without_a_value(
    sides: MakeSides, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    both = sides(SCHEMA, DATA)
    monkeypatch.setattr(rebuilding, "WORTH", 1)
    both.prod.execute(b"insert into people (email) select upper(email) from people")
    with pytest.raises(CopyFailed, match=r"two rows are alike under people\.people_email_key") as caught:
        copy_masked("prod", "staging", policy=both.policy(MASKS))
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "Key (" not in shown
    assert one(both.staging, "select count(*) from people") == 0
    assert (
        one(both.staging, "select count(*) from pg_constraint where conrelid = 'people'::regclass and contype <> 'n'")
        == 3
    )


def test_no_server_logs_the_key(sides: MakeSides, prod_server: Cluster, test_server: Cluster) -> None:
    both = sides(SCHEMA, DATA)
    for side in (both.prod, both.staging):
        side.execute(f"alter database {side.info.dbname} set log_statement = 'all'".encode())
    copy_masked("prod", "staging", policy=both.policy(MASKS))
    key = Secret.of(KEY, "the test").key
    logged = log_of(prod_server) + log_of(test_server)
    assert "dbsep.mask_key" in logged  # the statements are there
    padded = bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0"))
    assert [form for form in (KEY, key.hex(), padded.hex()) if form in logged] == []
    record = json.dumps([list(kind.objects.values()) for kind in (Run, Step)], default=str)
    assert KEY not in record


def test_the_key_file_is_made_for_its_owner_alone(
    sides: MakeSides, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path
) -> None:
    both = sides(SCHEMA, DATA)
    monkeypatch.delenv("DBSEP_MASKING_KEY")
    path = tmp_path / "keys" / "masking.key"
    settings.DBSEP = {"MASKING": {"key_file": str(path)}}  # type: ignore[attr-defined]
    copy_masked("prod", "staging", policy=both.policy(MASKS))
    assert path.stat().st_mode & 0o777 == 0o600
    first = rows(both.staging, "select email from people order by 1")
    copy_masked("prod", "staging", policy=both.policy(MASKS), reset=True)
    assert rows(both.staging, "select email from people order by 1") == first
    assert re.fullmatch(r"[\w-]{40,}\n", path.read_text(encoding="utf-8"))
    assert isinstance(both.prod, psycopg.Connection)
