"""A drift check as Markdown: for a pull request's comment or a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.model import Verdict
from migration_app.management import statements

from .values import is_long, readable, unified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.services.drift import Difference, Drift


def markdown(result: Drift) -> str:
    """Give the result as Markdown."""
    return "\n".join(_lines(result))


def _lines(result: Drift) -> Iterator[str]:
    outermost = [each for each in result.differences if not each.part_of]
    verdict = "identical" if result.identical else f"{len(outermost)} objects differ"
    yield f"## Schema drift: {verdict}"
    yield ""
    yield f"`{result.source}` → `{result.target}`, {result.objects} objects compared"
    if outermost:
        yield ""
        yield "| severity | object | change | attribute | source | target |"
        yield "|---|---|---|---|---|---|"
        for each in outermost:
            yield from _rows(each)
        yield from _details(outermost)
    for sighting in result.unmodelled:
        yield f"\n> not compared: {_cell(str(sighting))}"
    if result.judge is not None:
        yield ""
        agreed = f"disagrees in {len(result.judge.disagreements)} objects"
        yield f"pg_dump {'agrees' if result.judge.agrees else agreed}."
        for said in result.judge.disagreements:
            yield f"- {_cell(said.object)}: the engine says {said.engine}, pg_dump {said.pg_dump}"
    if result.statements:
        yield from (
            "",
            "<details><summary>SQL that mends the target</summary>",
            "",
            *_fenced("sql", result),
            "</details>",
        )


def _rows(each: Difference) -> Iterator[str]:
    start = f"| {each.severity} | {each.kind} {_cell(each.address)} | {each.words} |"
    if each.change is not Verdict.CHANGED:
        yield f"{start} | | |"
        return
    for name, (source, target) in each.shown().items():
        values = ("see below", "see below") if is_long(source, target) else (readable(source), readable(target))
        yield f"{start} {name} | {_cell(values[0])} | {_cell(values[1])} |"


def _details(found: list[Difference]) -> Iterator[str]:
    for each in found:
        for name, (source, target) in each.shown().items():
            if each.change is Verdict.CHANGED and is_long(source, target):
                yield from (
                    "",
                    f"{each.kind} {_cell(each.address)}: {name}",
                    "",
                    *_fence("diff", unified(source, target)),
                )


def _fenced(language: str, result: Drift) -> Iterator[str]:
    yield from _fence(language, statements.script(result.statements).rstrip())


def _fence(language: str, text: str) -> Iterator[str]:
    """Fence the text by more backticks than it holds in a row."""
    longest = max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}{language}", text, fence, "")


def _cell(text: str) -> str:
    """Give the text so that it can't leave its cell or become markup."""
    for character in "\\`*_<>[]|":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
