"""Options of what lies outside: how they are written, how they change, and which may hold a password."""

from __future__ import annotations

import pytest

from migration_app.engine.kinds.foreign_options import change_options_sql, may_hold_secret, options_sql


def test_names_and_values_are_quoted() -> None:
    assert options_sql(("host=a.example", "Odd\"one=it's \\ x=y")) == (
        " OPTIONS (host 'a.example', \"Odd\"\"one\" E'it''s \\\\ x=y')"
    )


def test_no_options_are_no_words() -> None:
    assert options_sql(()) == ""
    assert change_options_sql(("a=1",), ("a=1",)) == ""


def test_what_goes_is_dropped_what_differs_is_set_and_what_comes_is_added() -> None:
    changed = change_options_sql(("one=1", "three=3", "two=2"), ("four=4", "one=11", "three=3"))
    assert changed == " OPTIONS (DROP two, ADD four '4', SET one '11')"


@pytest.mark.parametrize("name", ["password", "PASSFILE", "api_key", "aws_secret", "access_token", "credentials_file"])
def test_an_option_that_is_named_as_a_password_is_secret(name: str) -> None:
    assert may_hold_secret(("host=a",), (f"{name}=x",))


def test_a_value_that_reads_as_a_password_makes_no_option_secret() -> None:
    assert not may_hold_secret(("host=password", "port=5432"))
