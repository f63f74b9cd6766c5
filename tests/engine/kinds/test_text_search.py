"""Dictionaries' options: SQL text in the catalog, in which only the names are looked for."""

from __future__ import annotations

import pytest

from migration_app.engine.kinds.text_search_configuration import TextSearchConfiguration
from migration_app.engine.kinds.text_search_dictionary import TextSearchDictionary, option_names


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (None, []),
        ("language = 'english', stopwords = 'english'", ["language", "stopwords"]),
        ("a = 'x, b = ''y''', \"Odd \"\"one\" = E'\\\\'', c = '", ["a", '"Odd ""one"']),
        ("size = 10, accept = 'false'", ["size", "accept"]),
    ],
)
def test_the_names_of_options_are_found_whatever_their_values_hold(options: str | None, names: list[str]) -> None:
    assert option_names(options) == names


def test_an_option_that_goes_is_named_without_a_value() -> None:
    old = TextSearchDictionary("public", "d", "pg_catalog", "snowball", "language = 'english', stopwords = 'english'")
    new = TextSearchDictionary("public", "d", "pg_catalog", "snowball", "language = 'german'")
    statements = old.ALTERS["options"].make(old, new)
    assert [ddl.sql for ddl in statements or ()] == [
        "ALTER TEXT SEARCH DICTIONARY public.d (stopwords, language = 'german')"
    ]


def test_mappings_are_dropped_altered_and_added() -> None:
    old = TextSearchConfiguration("public", "c", "pg_catalog", "default", ("url", "word"), ("a.b", "a.b"))
    new = TextSearchConfiguration("public", "c", "pg_catalog", "default", ("Odd", "word"), ("a.c", "a.c, a.b"))
    statements = old.ALTERS["tokens"].make(old, new)
    assert [ddl.sql for ddl in statements or ()] == [
        "ALTER TEXT SEARCH CONFIGURATION public.c DROP MAPPING FOR url",
        'ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR "Odd" WITH a.c',
        "ALTER TEXT SEARCH CONFIGURATION public.c ALTER MAPPING FOR word WITH a.c, a.b",
    ]
