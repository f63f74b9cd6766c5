from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction
from django.test import TransactionTestCase
from library.models import Author, Book, Loan


class CommitTests(TransactionTestCase):
    databases = {"test"}

    def check_and_write(self):
        self.assertEqual(list(Author.objects.using("test").values_list("name", flat=True)), ["Ursula K. Le Guin"])
        self.assertEqual(Loan.objects.using("test").count(), 0)
        Author.objects.using("test").create(name="Somebody")

    def test_one(self):
        self.check_and_write()

    def test_two(self):
        self.check_and_write()

    def test_three_reads_only(self):
        self.assertEqual(Author.objects.using("test").count(), 1)

    def test_on_commit_runs(self):
        seen = []
        with transaction.atomic(using="test"):
            transaction.on_commit(lambda: seen.append(1), using="test")
            self.check_and_write()
        self.assertEqual(seen, [1])

    def test_a_thread_commits_too(self):
        def work():
            Author.objects.using("test").create(name="A thread")
            connections["test"].close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        self.assertEqual(Author.objects.using("test").count(), 2)

    def test_truncate_is_mended(self):
        with connections["test"].cursor() as cursor:
            cursor.execute("truncate authors cascade")

    def test_ddl_is_mended(self):
        with connections["test"].cursor() as cursor:
            cursor.execute("drop trigger loans_counted on loans")


class ResetTests(TransactionTestCase):
    databases = {"test"}
    reset_sequences = True

    def test_numbers_begin_behind_the_rows_that_are_there(self):
        self.assertEqual(Author.objects.using("test").create(name="Somebody").pk, 2)
        book = Book.objects.using("test").create(author_id=1, title="The Lathe of Heaven", copies=1)
        self.assertEqual(book.pk, 101)

    def test_and_again(self):
        self.test_numbers_begin_behind_the_rows_that_are_there()
        self.assertEqual(Loan.objects.using("test").create(book_id=101, reader="George").pk, 1)


class SerializedTests(TransactionTestCase):
    databases = {"test"}
    serialized_rollback = True

    def test_rows_are_there(self):
        self.assertEqual(Book.objects.using("test").get().title, "The Dispossessed")
        Book.objects.using("test").all().delete()

    def test_rows_are_there_again(self):
        self.test_rows_are_there()


@pytest.mark.django_db(transaction=True, databases=["test"])
@pytest.mark.parametrize("number", range(3))
def test_commits_do_not_leak(number):
    assert Author.objects.using("test").count() == 1
    Author.objects.using("test").create(name=f"Author {number}")


@pytest.mark.django_db(transaction=True, databases=["test"], reset_sequences=True)
def test_reset_sequences():
    assert Author.objects.using("test").create(name="Somebody").pk == 2


@pytest.mark.django_db(transaction=True, databases=["test"], serialized_rollback=True)
def test_serialized_rollback():
    assert Author.objects.using("test").count() == 1


@pytest.mark.fresh_db
@pytest.mark.django_db(databases=["test"])
def test_a_fresh_database_has_unused_sequences():
    assert Author.objects.using("test").create(name="Somebody").pk == 2
