"""What is hidden before anything is recorded, and what is left as it was."""

from __future__ import annotations

import pytest
from django.conf import settings

from migration_app.services.redacting import redact, redact_mapping, redact_sql


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgresql://app:s3cret@db/shop", "postgresql://app:***@db/shop"),
        ("postgres://app:s@3/c:ret@db:5432/shop?x=1", "postgres://app:***@db:5432/shop?x=1"),
        ("no route to postgresql://:s3cret@db", "no route to postgresql://:***@db"),
        ("https://example.com:8080/path", "https://example.com:8080/path"),
        ("postgresql://app@db/shop?password=s3cret&sslmode=require", "postgresql://app@db/shop?password=***&sslmode=require"),
        ("host=db user=app password=s3cret dbname=shop", "host=db user=app password=*** dbname=shop"),
        ("password = 's3 c\\'ret' dbname=x", "password = *** dbname=x"),
        ("sslpassword=s3cret scram_client_key=s3cret", "sslpassword=*** scram_client_key=***"),
        ("PGPASSWORD=s3cret psql", "PGPASSWORD=*** psql"),
        ('{"password": "s3cret", "user": "app"}', '{"password": ***, "user": "app"}'),
        ("{'PASSWORD': 's3cret'}", "{'PASSWORD': ***}"),
        ("Authorization: Bearer s3cret-s3cret", "Authorization: ***"),
        ("sent Bearer s3cret-s3cret along", "sent Bearer *** along"),
        ("key eyJhbGciOi.eyJzdWIi.s3cret here", "key *** here"),
        ('password authentication failed for user "app"', 'password authentication failed for user "app"'),
        ("column users.password_hash is missing", "column users.password_hash is missing"),
        ("public.tokens: 12 rows", "public.tokens: *** rows"),
        ("nothing to hide", "nothing to hide"),
        ("a\x00b", "ab"),
    ],
)  # fmt: skip
def test_a_text_loses_its_secrets_and_nothing_that_a_reader_needs(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("sql", "redacted"),
    [
        ("ALTER ROLE a PASSWORD 's3''cret' VALID UNTIL '2030'", "ALTER ROLE a PASSWORD '***' VALID UNTIL '2030'"),
        ("CREATE USER a ENCRYPTED PASSWORD E's3\\'cret'", "CREATE USER a ENCRYPTED PASSWORD '***'"),
        ("ALTER ROLE a PASSWORD $x$s3cret$x$", "ALTER ROLE a PASSWORD '***'"),
        (
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'app', password 's3cret', \"api_key\" 's3cret')",
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'app', password '***', \"api_key\" '***')",
        ),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=db password=''s3 cret'' user=app' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'host=db password=*** user=app' PUBLICATION p",
        ),
        (
            "SELECT dblink('postgresql://app:s3cret@db/shop', 'select 1')",
            "SELECT dblink('postgresql://app:***@db/shop', 'select 1')",
        ),
        (
            "CREATE FUNCTION f() RETURNS text AS $$ SELECT dblink('password=s3cret') $$ LANGUAGE sql",
            "CREATE FUNCTION f() RETURNS text AS $$ SELECT dblink('password=***') $$ LANGUAGE sql",
        ),
        ("SELECT 1 -- password=s3cret\n, 2", "SELECT 1 -- password=***\n, 2"),
        ("SELECT 'it ends in \\', password 'x'", "SELECT 'it ends in \\', password '***'"),
    ],
)
def test_a_statement_loses_its_secrets(sql: str, redacted: str) -> None:
    assert redact_sql(sql) == redacted
    assert "s3" not in redacted


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE users (password text NOT NULL, token uuid DEFAULT gen_random_uuid(), CHECK (password <> ''))",
        "UPDATE users SET password = crypt(new.password, gen_salt('bf'))",
        "COMMENT ON COLUMN users.password IS 'hashed'",
        "SELECT date'2020-01-01', E'a\\'b', 'it''s', \"odd 'name\", $1",
        "CREATE FUNCTION f() AS $body$ begin v_token := g(); end $body$ LANGUAGE plpgsql",
    ],
)
def test_a_statement_without_secrets_reads_as_it_was(sql: str) -> None:
    assert redact_sql(sql) == sql


def test_a_password_of_the_settings_is_hidden_wherever_it_turns_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "extra", {"NAME": "shop", "PASSWORD": "open sesame/1"})
    assert redact("tried open sesame/1, and open%20sesame%2F1") == "tried ***, and ***"
    assert redact_sql("SELECT 'open sesame/1'") == "SELECT '***'"


def test_a_password_of_a_connection_variable_is_hidden_wherever_it_turns_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROD_OWNER_DATABASE_URL", "postgresql://owner:open%20sesame/1@db/shop")
    assert redact("tried open sesame/1") == "tried ***"


def test_a_password_that_is_also_the_user_or_a_short_word_does_not_blot_out_every_mention(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(settings.DATABASES, "extra", {"USER": "orders", "PASSWORD": "orders"})
    monkeypatch.setitem(settings.DATABASES, "other", {"PASSWORD": "id"})
    assert redact("table orders, column id") == "table orders, column id"


def test_arguments_under_a_secrets_name_are_hidden_whole_and_numbers_stay() -> None:
    given = {"password": "x", "nested": {"API_KEY": "y", "rows": 3}, "tokens": 12, "empty_secret": ""}
    assert redact_mapping(given) == {
        "password": "***", "nested": {"API_KEY": "***", "rows": 3}, "tokens": 12, "empty_secret": "",
    }  # fmt: skip


def test_a_long_text_is_redacted_in_no_time() -> None:
    from time import process_time

    began = process_time()
    redact_sql("SELECT " + "a-" * 50_000 + "'" + "password-" * 20_000 + "'")
    assert process_time() - began < 2
