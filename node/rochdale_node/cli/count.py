"""``rochdale count``: count a ballot file, with no home, no network and no keys."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .files import read_bytes
from .frame import Commands, settings
from .show import answer, facts, say, table, text

if TYPE_CHECKING:
    from rochdale_protocol.governance.counting.report import Count, Event, Round

__all__ = ["app", "count", "print_count"]

app = Commands()

WIDTH: Final = 80
"""Columns of a terminal that everyone has."""

STAGES: Final = 4
"""Stages beside each other: with the names they fit ``WIDTH``."""

NAME_WIDTH: Final = 18
"""Columns of a name beside the stages; the sentences have the whole of it."""

VOTES_WIDTH: Final = 12
"""Columns of a number of votes: six digits, a point and five places."""

REASONS: Final = {
    "quota": "with the quota",
    "majority": "with more than half of the votes",
    "last": "as no more candidates than seats are left",
    "most": "with the most",
    "path": "as nobody left beats them",
}


@app.command()
def count(
    file: Annotated[Path, typer.Argument(help="A ballot file, NAME.blt.")],
    method: Annotated[
        str, typer.Option(help="scottish-stv, irv, schulze, approval or score.")
    ] = "scottish-stv",
    seats: Annotated[
        int | None, typer.Option(help="How many to elect; else as the file says, one by IRV.")
    ] = None,
    lot_seed: Annotated[
        str | None,
        typer.Option(help="What the lot is drawn from; else the SHA-256 of the file."),
    ] = None,
    reopen: Annotated[
        int | None, typer.Option(help='The number of the candidate "Re-open nominations".')
    ] = None,
) -> None:
    """Count an election's ballots, stage by stage, offline."""
    from rochdale_protocol.governance.counting import methods
    from rochdale_protocol.governance.counting.blt import BLT_SIZE_MAX, decode_blt

    data = read_bytes(file, BLT_SIZE_MAX)
    election = decode_blt(data)
    seed = sha256(data).digest() if lot_seed is None else lot_seed.encode("utf-8", "replace")
    found = methods.count(
        method,
        election,
        seats=seats,
        seed=seed,
        reopen=None if reopen is None else reopen - 1,
    )
    if not answer(_named(found, election.title)):
        print_count(found, election.title)


def _named(found: Count, title: str) -> dict[str, Any]:
    """Return a count as JSON that has names where the protocol's has numbers."""
    from rochdale_protocol.governance.counting.report import count_json, decimal

    names = found.names
    plain: dict[str, Any] = count_json(found)
    plain["title"] = title
    for key in ("elected", "withdrawn", "ranking"):
        if key in plain:
            plain[key] = [names[number - 1] for number in plain[key]]
    if "lot" in plain:
        plain["lot"]["order"] = [names[number - 1] for number in plain["lot"]["order"]]
    rounds = zip(found.rounds, plain["rounds"], strict=True)
    for number, (each, shown) in enumerate(rounds, 1):
        shown["round"] = number
        shown["quota"] = plain["quota"]
        shown["votes"] = {
            name: decimal(votes)
            for at, (name, votes) in enumerate(zip(names, each.votes, strict=True))
            if at not in found.withdrawn
        }
        for event in shown["events"]:
            event["candidates"] = [names[number - 1] for number in event["candidates"]]
            if "chosen" in event:
                event["chosen"] = names[event["chosen"] - 1]
            if "to" in event:
                event["to"] = {names[number - 1]: votes for number, votes in event["to"]}
        shown["what"] = _sentences(each.events, names)
    return plain


def _sentences(events: Sequence[Event], names: Sequence[str]) -> list[str]:
    return [_sentence(event, names) for event in events]


def _sentence(event: Event, names: Sequence[str]) -> str:
    from rochdale_protocol.governance.counting.report import decimal

    who = " and ".join(names[each] for each in event.candidates)
    match event.kind:
        case "elected":
            return f"{who} is elected {REASONS[event.reason]}."
        case "excluded":
            return f"{who} is excluded with the fewest votes."
        case "transferred":
            to = ", ".join(f"{decimal(votes)} to {names[each]}" for each, votes in event.to)
            return (
                f"{decimal(event.amount)} votes leave {who}: {to or 'none to others'}; "
                f"{decimal(event.exhausted)} not transferable, {decimal(event.loss)} cut off."
            )
        case "tie":
            how = f"by stage {event.stage}" if event.reason == "stage" else "by lot"
            return f"{who} are tied; {how} it is {names[event.chosen]}."
        case "reopened":
            return f"{who} would be elected {REASONS[event.reason]}: the seats left stay empty."
        case _:
            return "No ballot is valid: nobody is elected."


def print_count(found: Count, title: str) -> None:
    """Print a count stage by stage, and who is elected."""
    from rochdale_protocol.governance.counting.report import decimal

    names = found.names
    facts(
        [
            *([("Election", title)] if title else []),
            ("Method", f"{found.method}, {found.seats} to elect"),
            ("Ballots", f"{found.valid} valid, {found.invalid} invalid"),
            *([("Quota", decimal(found.quota))] if found.quota is not None else []),
        ]
    )
    for first in range(0, len(found.rounds), STAGES):
        say("")
        _print_stages(found, first)
    say("")
    for number, stage in enumerate(found.rounds, 1):
        for sentence in _sentences(stage.events, names):
            _say_wrapped(f"Stage {number}: {sentence}")
    if found.lot:
        say("")
        say(f"A lot decided. Seed {found.seed.hex()}, order:")
        _say_wrapped("  " + ", ".join(names[each] for each in found.lot))
    say("")
    for place, candidate in enumerate(found.elected, 1):
        say(f"Elected {place}: {names[candidate]}")
    if found.unfilled:
        again = "; nominations are re-opened" if found.reopened else ""
        say(f"Unfilled: {found.unfilled}{again}")


def _say_wrapped(sentence: str) -> None:
    from .safe import harmless

    wrapped = wrap(harmless(sentence), WIDTH, subsequent_indent="  ", break_long_words=False)
    text("\n".join(wrapped))


def _print_stages(found: Count, first: int) -> None:
    stages: Sequence[Round] = found.rounds[first : first + STAGES]
    standing = [at for at in range(len(found.names)) if at not in found.withdrawn]
    rows = [
        {"name": _short(found.names[at]), **_cells([each.votes[at] for each in stages])}
        for at in standing
    ]
    if any(each.exhausted or each.loss for each in found.rounds):
        rows.append({"name": "not transferable", **_cells([each.exhausted for each in stages])})
        rows.append({"name": "cut off", **_cells([each.loss for each in stages])})
    headings = [(f"stage {first + at}", str(at)) for at in range(1, len(stages) + 1)]
    table(rows, [("candidate", "name"), *headings], "There are no candidates.")


def _cells(votes: Sequence[int]) -> dict[str, str]:
    from rochdale_protocol.governance.counting.report import decimal

    width = 0 if settings().plain else VOTES_WIDTH
    return {str(at): decimal(each).rjust(width) for at, each in enumerate(votes, 1)}


def _short(name: str) -> str:
    from .safe import harmless

    shown = harmless(name)
    return shown if settings().plain or len(shown) <= NAME_WIDTH else shown[: NAME_WIDTH - 1] + "…"
