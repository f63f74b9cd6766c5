from __future__ import annotations

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import TestCase
from library.models import Author, Book, Loan


class SchemaTests(TestCase):
    databases = {"test"}

    def setUp(self):
        self.book = Book.objects.using("test").get(title="The Dispossessed")

    def test_the_trigger_counts(self):
        Loan.objects.using("test").create(book=self.book, reader="Shevek")
        self.book.refresh_from_db()
        self.assertEqual(self.book.on_loan, 1)

    def test_the_check_stops_what_is_too_much(self):
        with self.assertRaises(IntegrityError), transaction.atomic(using="test"):
            for _ in range(3):
                Loan.objects.using("test").create(book=self.book, reader="Shevek")

    def test_the_policy_hides_other_readers(self):
        Loan.objects.using("test").create(book=self.book, reader="Shevek")
        with connections["test"].cursor() as cursor:
            cursor.execute("set local role library_reader; set local library.reader = 'Takver'")
            cursor.execute("select count(*) from loans")
            self.assertEqual(cursor.fetchone(), (0,))


@pytest.mark.django_db(databases=["test"])
@pytest.mark.parametrize("number", range(4))
def test_rows_of_one_test_are_not_in_the_next(number):
    assert Author.objects.using("test").count() == 1
    Author.objects.using("test").create(name=f"Author {number}")


@pytest.mark.django_db(databases=["default", "test"])
def test_two_databases_side_by_side():
    from django.contrib.auth.models import User

    User.objects.create(username="shevek")
    assert Author.objects.using("test").count() == 1
