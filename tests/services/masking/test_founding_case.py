"""The founding case's rows come over masked: nobody is found in them, and every rule holds."""

from __future__ import annotations

import pytest

from migration_app.engine.errors import Undecided
from migration_app.services.masking import copy_masked
from tests.fixtures.expected import LEGACY_PRODUCTION

from .conftest import MakeSides, named, one, rows

pytestmark = pytest.mark.django_db

MASKS = {
    "profiles.id": '"key"',
    "profiles.email": '"email"',
    "profiles.full_name": '"name"',
    "profiles.phone": '"phone"',
    "profiles.created_at": '{ mask = "date", by = "id" }',
    "profiles.tags": '"text"',
    "orders.id": '"key"',
    "orders.note": '"text"',
    "orders.metadata": '{ mask = "json", paths = { channel = "keep" } }',
    "sessions.id": '"key"',
    "sessions.ip_address": '"address"',
    "sessions.token_hash": '"hash"',
    "sessions.user_agent": '"text"',
}


def test_rows_come_over_masked_and_consistent(sides: MakeSides) -> None:
    both = sides(LEGACY_PRODUCTION)
    copied = copy_masked("prod", "staging", policy=both.policy(MASKS))
    assert (copied.undecided, copied.leaks, copied.gone) == ((), (), ())
    counts = {table: one(both.prod, f"select count(*) from {named(table)}") for table in copied.tables}
    assert copied.tables == counts
    ours, theirs = (
        rows(side, "select p.email, o.number from orders o join profiles p on p.id = o.profile_id order by 2")
        for side in (both.prod, both.staging)
    )
    assert [number for _, number in ours] == [number for _, number in theirs]
    assert {email for email, _ in ours}.isdisjoint(email for email, _ in theirs)
    assert len({email for email, _ in ours}) == len({email for email, _ in theirs})


def test_the_same_key_gives_the_same_rows(sides: MakeSides) -> None:
    both = sides(LEGACY_PRODUCTION)
    policy = both.policy(MASKS)
    copy_masked("prod", "staging", policy=policy)
    first = rows(both.staging, "select p::text from profiles p order by 1")
    again = copy_masked("prod", "staging", policy=policy, reset=True)
    assert "profiles" in again.emptied
    assert rows(both.staging, "select p::text from profiles p order by 1") == first


def test_a_new_column_stops_the_copy_until_it_is_decided(sides: MakeSides) -> None:
    both = sides(LEGACY_PRODUCTION)
    policy = both.policy(MASKS)
    both.both("alter table profiles add column nickname text")
    with pytest.raises(Undecided) as caught:
        copy_masked("prod", "staging", policy=policy)
    assert caught.value.columns == ("profiles.nickname",)
    assert one(both.staging, "select count(*) from profiles") == 0
