"""Ways to production that tests have been seen to take. Each of these would write there; none may pass."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import psycopg2
import pytest
from django.conf import settings
from django.db import connections
from django.test import TestCase, TransactionTestCase
from library.models import Author, Book
from model_bakery import baker

INSERT = "insert into authors (name) values ('a leak')"

pytestmark = pytest.mark.django_db(databases=["default", "test"])


@pytest.fixture(scope="session")
def unblocked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        Author.objects.using("prod").create(name="a leak")


def test_the_alias():
    Author(name="a leak").save(using="prod")


def test_using():
    Author.objects.using("prod").create(name="a leak")


def test_connections():
    with connections["prod"].cursor() as cursor:
        cursor.execute(INSERT)


def test_a_session_fixture_that_unblocks(unblocked):
    pass


def test_raw_psycopg_with_the_environments_address():
    with psycopg.connect(os.environ["PROD_DATABASE_URL"]) as connection:
        connection.execute(INSERT)


def test_raw_psycopg_with_a_remembered_address():
    with psycopg.connect(Path(os.environ["REMEMBERED"]).read_text()) as connection:
        connection.execute(INSERT)


def test_psycopg2_with_a_remembered_address():
    with psycopg2.connect(Path(os.environ["REMEMBERED"]).read_text()) as connection:
        connection.cursor().execute(INSERT)


def test_psycopg2_with_the_environments_address():
    with psycopg2.connect(os.environ["PROD_DATABASE_URL"]) as connection:
        connection.cursor().execute(INSERT)


def test_a_subprocess_with_the_password_file():
    host, port, database, user = Path(os.environ["WITHOUT_PASSWORD"]).read_text().split()
    code = (
        f"import psycopg; psycopg.connect(host={host!r}, port={port!r}, dbname={database!r}, user={user!r})"
        f".execute({INSERT!r}).connection.commit()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_raw_psycopg_with_the_settings():
    entry = settings.DATABASES["prod"]
    with psycopg.connect(
        host=entry["HOST"], user=entry["USER"], password=entry["PASSWORD"], dbname=entry["NAME"] or "books"
    ) as connection:
        connection.execute(INSERT)


def test_bakery():
    baker.make(Book, _using="prod")


def test_bakery_in_bulk():
    baker.make(Book, _using="prod", _bulk_create=True, _quantity=2)


def test_a_thread():
    failures = []

    def work():
        try:
            Author.objects.using("prod").create(name="a leak")
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    raise failures[0]


def test_asyncio_to_thread():
    asyncio.run(asyncio.to_thread(Author.objects.using("prod").create, name="a leak"))


def test_an_async_connection_with_a_remembered_address():
    async def work():
        async with await psycopg.AsyncConnection.connect(Path(os.environ["REMEMBERED"]).read_text()) as connection:
            await connection.execute(INSERT)

    asyncio.run(work())


def test_a_forked_process():
    queue = multiprocessing.get_context("fork").SimpleQueue()

    def work():
        try:
            Author.objects.using("prod").create(name="a leak")
        except BaseException as error:
            queue.put(str(error))
        else:
            queue.put("")

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    raise AssertionError(queue.get())


def test_libpqs_own_variables():
    with psycopg.connect(f"dbname={os.environ['NAME_OF_PROD']} user=postgres") as connection:
        connection.execute(INSERT)


def test_a_subprocess():
    code = "from library.models import Author; Author.objects.using('prod').create(name='a leak')"
    done = subprocess.run([sys.executable, "manage.py", "shell", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_subprocess_with_the_environments_address():
    code = (
        f"import os, psycopg; psycopg.connect(os.environ['PROD_DATABASE_URL']).execute({INSERT!r}).connection.commit()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db(databases="__all__")
def test_all_databases():
    Author.objects.using("prod").create(name="a leak")


class AllTests(TestCase):
    databases = "__all__"

    def test_all_databases_of_a_test_case(self):
        Author.objects.using("prod").create(name="a leak")


class CommitTests(TransactionTestCase):
    databases = {"default", "test"}

    def test_a_transactional_test_case(self):
        Author.objects.using("prod").create(name="a leak")
