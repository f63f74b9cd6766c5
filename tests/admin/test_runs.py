"""What the admin shows of runs, to whom, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from migration_app.admin.colouring import LONGEST, coloured
from migration_app.admin.sides import marked
from migration_app.admin.wording import duration
from migration_app.models import Finding, Run, StatementRecord, Step
from migration_app.services.history import recorded

from . import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    CountQueries = Callable[[int], AbstractContextManager[CaptureQueriesContext]]

pytestmark = pytest.mark.django_db
RUNS = "/admin/migration_app/run/"


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fifty_runs() -> None:
    parent = Run.objects.create(command="separate", outcome="done", finished=timezone.now())
    Run.objects.bulk_create(
        Run(command="check_drift", parent=parent, outcome="done", finished=timezone.now(), summary="fine")
        for _ in range(49)
    )


def test_a_list_of_fifty_runs_takes_as_many_queries_as_one_of_one(
    admin_client: Client, django_assert_max_num_queries: CountQueries
) -> None:
    Run.objects.create(command="separate", outcome="done")
    with django_assert_max_num_queries(12) as one:
        page(admin_client, RUNS)
    fifty_runs()
    with django_assert_max_num_queries(len(one.captured_queries)):
        page(admin_client, RUNS)


def test_a_run_of_200_statements_and_100_findings_takes_as_many_queries_as_a_small_one(
    admin_client: Client, django_assert_max_num_queries: CountQueries
) -> None:
    def run(size: int) -> int:
        with recorded("sync_schema", arguments={}) as made:
            for number in range(size):
                with made.step(f"step {number}"), recorded("check_drift", arguments={}) as inner, inner.step("read"):
                    pass
            made.statements(samples.statements(200 if size > 1 else 1))
            made.findings(samples.differences(100 if size > 1 else 1))
        assert made.number is not None
        return made.number

    small, large = run(1), run(10)
    with django_assert_max_num_queries(14) as one:
        page(admin_client, f"{RUNS}{small}/change/")
    with django_assert_max_num_queries(len(one.captured_queries)):
        page(admin_client, f"{RUNS}{large}/change/")


def test_a_run_of_5000_statements_shows_them_in_pages(admin_client: Client) -> None:
    run = samples.done_run(5000)
    first = page(admin_client, f"{RUNS}{run.pk}/change/")
    assert "Statements (5000)" in first
    assert 'id="statement-200"' in first
    assert 'id="statement-201"' not in first
    assert 'id="statement-5000"' in page(admin_client, f"{RUNS}{run.pk}/change/?statements=25")
    assert 'id="statement-5000"' in page(admin_client, f"{RUNS}{run.pk}/change/?statements=999")
    assert 'id="statement-1"' in page(admin_client, f"{RUNS}{run.pk}/change/?statements=nonsense")


def test_more_than_a_page_of_findings_is_shown_in_pages(admin_client: Client) -> None:
    run = samples.drift_run(120)
    assert 'id="finding-51"' not in page(admin_client, f"{RUNS}{run.pk}/change/")
    assert 'id="finding-120"' in page(admin_client, f"{RUNS}{run.pk}/change/?findings=3")


@pytest.mark.parametrize("where", ["add/", "{}/delete/"])
def test_nobody_adds_or_deletes_a_run_not_even_a_superuser(admin_client: Client, where: str) -> None:
    run = samples.done_run()
    assert admin_client.get(RUNS + where.format(run.pk)).status_code == 403
    assert admin_client.post(RUNS + where.format(run.pk), {"post": "yes"}).status_code == 403
    assert Run.objects.filter(pk=run.pk).exists()


def test_nobody_changes_a_run_not_even_a_superuser(admin_client: Client) -> None:
    run = samples.done_run()
    assert admin_client.post(f"{RUNS}{run.pk}/change/", {"summary": "all went well"}).status_code == 405
    data = {"action": "delete_selected", "_selected_action": [run.pk]}
    admin_client.post(RUNS, data)
    assert Run.objects.get(pk=run.pk).summary == run.summary


def test_who_may_not_view_runs_sees_neither_list_nor_page_nor_file(client: Client) -> None:
    run = samples.done_run()
    staff = User.objects.create_user("clerk", is_staff=True)
    client.force_login(staff)
    addresses = [RUNS, f"{RUNS}{run.pk}/change/", f"{RUNS}{run.pk}/json/"]
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    staff.user_permissions.add(Permission.objects.get(codename="view_run"))
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_who_is_not_logged_in_is_sent_to_the_login(client: Client) -> None:
    run = samples.done_run()
    for address in (RUNS, f"{RUNS}{run.pk}/change/", f"{RUNS}{run.pk}/json/"):
        assert "/login/" in client.get(address).headers["Location"]


def test_the_file_holds_all_that_is_recorded(admin_client: Client) -> None:
    run = samples.separation()
    document = admin_client.get(f"{RUNS}{run.pk}/json/").json()
    assert document["number"] == run.pk
    assert document["steps"][0]["name"] == "0 analyse"
    assert [one["command"] for one in document["runs_inside"]][-1] == "clone_schema"
    inner = admin_client.get(f"{RUNS}{document['runs_inside'][-1]['number']}/json/")
    assert inner.headers["Content-Disposition"].startswith("attachment")
    assert len(inner.json()["statements"]) == 3


def test_a_run_that_is_not_there_leads_back_to_the_list(admin_client: Client) -> None:
    for address in (f"{RUNS}77/change/", f"{RUNS}nonsense/change/", f"{RUNS}77/json/"):
        response = admin_client.get(address, follow=True)
        assert response.redirect_chain[0][0] == RUNS
        assert "There is no run" in response.content.decode()


def test_only_runs_are_registered_and_no_core_table() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "migration_app"}
    assert ours == {Run}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?outcome=interrupted", {"separate"}),
        ("?outcome=running", {"seed_testdata"}),
        ("?outcome=done", {"clone_schema"}),
        ("?by=person", {"separate", "seed_testdata", "check_drift", "clone_schema"}),
        ("?by=run", {"verify_isolation"}),
        ("?phase=3", {"clone_schema"}),
        ("?command=check_drift", {"check_drift"}),
        ("?q=differ", {"check_drift", "clone_schema"}),
    ],
)
def test_the_list_filters_and_searches(admin_client: Client, query: str, shown: set[str]) -> None:
    samples.interrupted_run()
    samples.drift_run()
    samples.done_run()
    with recorded("seed_testdata", arguments={}) as run:
        Run.objects.create(command="verify_isolation", outcome="refused", parent=run.run)
        response = admin_client.get(RUNS + query)
    assert {row.command for row in response.context["cl"].result_list} == shown


def test_a_number_finds_its_run(admin_client: Client) -> None:
    run = samples.drift_run()
    samples.done_run()
    for term in (f"{run.pk}", f"%23{run.pk}"):
        found = admin_client.get(f"{RUNS}?q={term}").context["cl"].result_list
        assert run.pk in {row.pk for row in found}
    assert admin_client.get(f"{RUNS}?q={'9' * 40}").status_code == 200


@pytest.mark.parametrize("column", range(1, 7))
def test_the_list_sorts_by_every_column(admin_client: Client, column: int) -> None:
    samples.done_run()
    samples.interrupted_run()
    page(admin_client, f"{RUNS}?o={column}")
    page(admin_client, f"{RUNS}?o=-{column}")


def test_what_was_recorded_is_never_taken_for_markup(admin_client: Client) -> None:
    evil = "<script>alert(1)</script>"
    with recorded(f"x{evil}", arguments={evil: evil}) as run:
        with run.step(evil) as step:
            step.detail(**{evil: evil}, more=[evil])
        run.statements([{"sql": f"SELECT '{evil}'", "address": evil, "verb": evil, "hazards": [evil]}])
        run.findings(
            [
                {
                    "kind": evil,
                    "address": evil,
                    "change": evil[:20],
                    "severity": evil[:20],
                    "attributes": {evil: {"source": evil, "target": f"{evil}2"}},
                },
            ]
        )
        run.outcome("done", evil)
    for address in (RUNS, f"{RUNS}{run.number}/change/"):
        assert "<script>alert" not in page(admin_client, address)


def test_a_page_asks_no_other_site_and_runs_no_inline_style(admin_client: Client) -> None:
    text = page(admin_client, f"{RUNS}{samples.done_run().pk}/change/")
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "style=" not in text


def test_the_texts_of_two_sides_are_whole_and_only_what_differs_is_marked() -> None:
    left, right = marked("a <b> c", "a <d> c")
    assert left == "a &lt;<del>b</del>&gt; c"
    assert right == "a &lt;<ins>d</ins>&gt; c"


def test_two_long_texts_are_compared_by_lines_and_two_endless_ones_not_at_all() -> None:
    lines = "\n".join(f"line {number} of many words that go on" for number in range(300))
    left, right = marked(lines, lines.replace("line 7 of", "line seven of"))
    assert left.count("<del>") == right.count("<ins>") == 1
    assert "<del>" not in marked("x\n" * 5000, "y\n" * 5000)[0]


def test_sql_too_long_to_colour_is_shown_as_it_is() -> None:
    assert coloured("x<" * LONGEST) == "x&lt;" * LONGEST
    assert '<span class="sql-k">' in coloured("SELECT 1")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.34, "340 ms"), (4.21, "4.2 s"), (125, "2 min 05 s"), (3725, "1 h 02 min"), (-1, "0 ms")],
)
def test_a_duration_reads_as_a_person_says_it(seconds: float, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


def test_a_failed_run_among_5000_statements_leads_to_the_page_of_the_statement(admin_client: Client) -> None:
    run = samples.done_run(450)
    StatementRecord.objects.filter(run=run, order=431).update(outcome="failed")
    Run.objects.filter(pk=run.pk).update(outcome="failed", error="statement 431 of 450 failed")
    assert "?statements=3#statement-431" in page(admin_client, f"{RUNS}{run.pk}/change/")


def test_an_empty_run_shows(admin_client: Client) -> None:
    run = Run.objects.create(command="")
    page(admin_client, RUNS)
    page(admin_client, f"{RUNS}{run.pk}/change/")
    Finding.objects.create(run=run, order=1, kind="", address="", change="changed")
    Step.objects.create(run=run, order=1, name="")
    page(admin_client, f"{RUNS}{run.pk}/change/")
