"""``rochdale rules``: how the members decide, in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .client import connect
from .files import read_json
from .frame import Commands, Exit, Stop
from .show import answer, note, say, text

if TYPE_CHECKING:
    from rochdale_protocol.core.ruleset import Rules

__all__ = ["app", "chosen_rules", "rules_facts", "with_voting_time"]

app = Commands()

Name = Annotated[str, typer.Argument(help="standard, consortium, worker, circle or pact.")]


@app.command()
def show() -> None:
    """Show the rules that hold now."""
    from rochdale_protocol.core.ruleset import Rules

    with connect("rules show") as client:
        found: dict[str, Any] = client.get("/v1/rules")
    if not answer(found):
        _print(Rules.model_validate(found))


@app.command()
def example(name: Name) -> None:
    """Show a rule set to found with; with --json, to edit and found with."""
    from ..examples import example_rules

    found = example_rules(name)
    if not answer(found.model_dump()):
        _print(found)
        note(f"To change it: rochdale rules example {name} --json > rules.json, then check it.")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A rule set, as JSON.")]) -> None:
    """Check that members can govern themselves by a rule set, and say it in plain words."""
    found = chosen_rules(str(file))
    if answer({"title": found.title, "classes": sorted(found.classes)}):
        return
    _print(found)
    say("These rules can be founded with, or put to the members.")


def chosen_rules(word: str) -> Rules:
    """Return the rules of that name, or in that file.

    Raises:
        Stop: the file can't be read, or holds no rule set.
        Refused: RUL-n, by such rules members can't govern themselves.
    """
    from pydantic import ValidationError

    from rochdale_protocol.core.ruleset import Rules, check_rules

    from ..examples import EXAMPLES, example_rules

    path = Path(word)
    if word in EXAMPLES or (word != "-" and not path.exists()):
        return example_rules(word)
    value = read_json(path)
    try:
        rules = Rules.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "as a whole"
        raise Stop(
            Exit.USAGE,
            "API-11",
            f"{word} is not a rule set: {place}: {first['msg']}.",
            "Begin with one that is: rochdale rules example standard --json",
        ) from None
    check_rules(rules)
    return rules


def with_voting_time(rules: Rules, voting_ms_min: int) -> Rules:
    """Return the rules with every class's votes open for at least that long."""
    classes = {
        name: kind.model_copy(update={"voting_ms_min": voting_ms_min})
        for name, kind in rules.classes.items()
    }
    return rules.model_copy(update={"classes": classes})


def rules_facts(rules: Rules) -> list[tuple[str, str]]:
    """Return rules in short, one line a class."""
    from rochdale_protocol.governance.plain import class_line

    lines = [class_line(name, kind) for name, kind in rules.classes.items()]
    return [("Rules", rules.title), *(("", line) for line in lines)]


def _print(rules: Rules) -> None:
    from rochdale_protocol.governance.plain import rules_page

    for section in rules_page(rules):
        say(section.title)
        for line in section.lines:
            text(f"  {line}")
        say("")
