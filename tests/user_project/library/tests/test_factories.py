from __future__ import annotations

import pytest
from django.test import TestCase
from library.models import Author, Book, Loan, Tag
from migration_app.factories import make, prepare, write


class FactoryTests(TestCase):
    databases = {"test"}

    def test_values_keep_the_check_of_the_real_table(self):
        for book in make(Book, _quantity=20):
            book.refresh_from_db(using="test")
            self.assertLessEqual(book.on_loan, book.copies)

    def test_a_book_brings_its_author_and_its_tags(self):
        book = make(Book, title="Lavinia", copies=3, tags=[prepare(Tag), prepare(Tag)])
        self.assertEqual(Book.objects.using("test").get(author=book.author), book)
        self.assertEqual(Tag.objects.using("test").filter(book=book).count(), 2)

    def test_the_trigger_sees_the_rows(self):
        loan = make(Loan, book__copies=2, reader="Shevek")
        loan.book.refresh_from_db(using="test")
        self.assertEqual(loan.book.on_loan, 1)


@pytest.mark.django_db(databases=["test"])
def test_prepared_objects_are_written_in_the_order_of_their_references():
    author = prepare(Author)
    write(*prepare(Book, _quantity=2, author=author, copies=1), using="test")
    assert Book.objects.using("test").filter(author=author).count() == 2


@pytest.mark.django_db(databases=["default", "test"])
def test_nothing_of_it_reaches_the_other_databases():
    from django.contrib.contenttypes.models import ContentType

    before = ContentType.objects.count()
    make(Book, tags=[prepare(Tag)])
    assert ContentType.objects.count() == before
