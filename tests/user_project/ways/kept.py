"""Tests that fail after they wrote something."""

from __future__ import annotations

import pytest
from library.models import Author


@pytest.mark.django_db(databases=["test"])
def test_that_rolls_back():
    Author.objects.using("test").create(name="what the test wrote")
    raise AssertionError


@pytest.mark.django_db(databases=["test"], transaction=True)
def test_that_commits():
    Author.objects.using("test").create(name="what the test wrote")
    raise AssertionError


@pytest.mark.django_db(databases=["test"])
def test_that_comes_next():
    assert Author.objects.using("test").count() == 1
