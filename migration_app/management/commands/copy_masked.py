"""Copy production's rows into a marked database, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import Undecided
from migration_app.engine.wording import several
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.outcome import REFUSED
from migration_app.management.rows import document, show_rows
from migration_app.services.masking import Draft, Masked, Wish, copy_masked, suggest_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py copy_masked --source prod --target staging --policy masking.toml`."""

    help = "Copy production's rows into a marked database, every column masked or kept as a policy file says."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add both sides, the policy, and which rows."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="prod", help="the alias to read (default: prod)")
        parser.add_argument("--target", default="staging", help="the alias to fill (default: staging)")
        parser.add_argument(
            "--policy", metavar="FILE", help="what becomes of each column (default: DBSEP['MASKING']['policy'])"
        )
        parser.add_argument(
            "--suggest",
            action="store_true",
            help="copy nothing; write suggestions into FILE for the columns that it doesn't decide on",
        )
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="'T: CONDITION'",
            help="of table T only such rows, and of others none that can't do without the rest (may be given again)",
        )
        parser.add_argument(
            "--subset",
            action="append",
            default=[],
            metavar="'T: CONDITION|N'",
            help="begin with such rows of T, or N of them; copy what they need and what belongs to them, nothing else",
        )
        parser.add_argument(
            "--children", type=int, metavar="N", help="with --subset: a row takes along N rows at most by a foreign key"
        )
        parser.add_argument(
            "--streams", type=int, metavar="N", help="sessions that read production at the same time (default: 2 to 4)"
        )
        parser.add_argument("--reset", action="store_true", help="empty the target's tables first")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Copy, or draft the policy."""
        if options["suggest"]:
            draft = suggest_policy(options["source"], policy=options["policy"])
            return Outcome(_of_draft(draft), run=draft.run, result=draft)
        try:
            result = copy_masked(
                options["source"],
                options["target"],
                policy=options["policy"],
                wish=Wish(tuple(options["where"]), tuple(options["subset"]), options["children"], options["streams"]),
                reset=options["reset"],
                told=self.progress.part,
            )
        except Undecided as error:
            empty = {"tables": {}, "undecided": list(error.columns), "leaks": []}
            return Outcome(empty, REFUSED, result=error, summary=error.message, hint=error.hint)
        summary = several(len(result.leaks), "leak")
        return Outcome(
            _document(result), exit_code=1 if result.leaks else 0, run=result.run, result=result, summary=summary
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what was copied."""
        if isinstance(outcome.result, Undecided):
            for column in outcome.result.columns:
                console.print(column, highlight=False, markup=False)
            return
        if isinstance(outcome.result, Draft):
            _tell_draft(console, outcome.result)
            return
        result: Masked = outcome.result
        show_rows(console, result)
        for note in _notes(result):
            console.print(note, highlight=False, markup=False)
        console.print(
            f"{result.summary} of {result.target}, masked; "
            f"{several(result.checked, 'value')} looked for, {result.seconds:.1f} s",
            highlight=False,
        )


def _notes(result: Masked) -> Iterator[str]:
    yield from (f"{name} was left out, as the policy says" for name in result.left_out)
    for name, made in result.stood_in.items():
        yield f"{name} isn't copied: {several(made, 'row')} made of the keys that others refer to"
    if result.not_owned:
        yield f"keys were kept up row by row, which takes longer: this role doesn't own {', '.join(result.not_owned)}"
    yield from (f"{name} could not be filled" for name in result.unfilled)
    yield from (f"the policy names {name}, which the source hasn't" for name in result.gone)
    yield from (f"leak: {leak}" for leak in result.leaks)


def _tell_draft(console: Console, draft: Draft) -> None:
    for column, suggestion in draft.added.items():
        console.print(f"{column}: {suggestion.mask} ({suggestion.why})", highlight=False, markup=False)
    console.print(
        f"{several(len(draft.added), 'suggestion')} added to {draft.policy}; "
        f"{several(len(draft.undecided), 'column is', 'columns are')} undecided",
        highlight=False,
    )


def _of_draft(draft: Draft) -> dict[str, object]:
    return {
        "policy": str(draft.policy),
        "tables": {},
        "suggested": {
            column: {"mask": made.mask, "why": made.why, "paths": dict(made.paths)}
            for column, made in draft.added.items()
        },
        "undecided": list(draft.undecided),
        "leaks": [],
        "run": draft.run,
    }


def _document(result: Masked) -> dict[str, object]:
    return {
        **document(result),
        "source": result.source.document(),
        "policy": str(result.policy),
        "left_out": list(result.left_out),
        "stood_in": dict(result.stood_in),
        "not_owned": list(result.not_owned),
        "unfilled": list(result.unfilled),
        "undecided": list(result.undecided),
        "gone": list(result.gone),
        "leaks": [{"column": leak.column, "found_in": leak.found_in, "values": leak.values} for leak in result.leaks],
        "checked": result.checked,
    }
