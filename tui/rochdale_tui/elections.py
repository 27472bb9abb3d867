"""The forms of elections: call one, stand, stand down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from rochdale_protocol.core.fields import Name, Note
from rochdale_protocol.core.limits import ELECTION_MAX, NOTE_MAX
from rochdale_protocol.core.ruleset import Office, Rules
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.typed import opening_after

from .actions import elections
from .actions.governance import proposal_label
from .actions.review import FormError, Review
from .dialogs.form import Field, Form
from .forms import checked, deadline, deadline_hint

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["open_candidacy", "open_election", "open_standing_down"]

OPTIONS_MAX = 4_000
"""Characters of a list of options."""


def open_election(book: RochdaleApp) -> None:
    """Ask for an election, of a class of business that the rules know."""

    async def make() -> Form:
        return _election_form(book, await book.store.client.rules())

    book.open_fetched(make)


def _election_form(book: RochdaleApp, rules: Rules) -> Form:
    client = book.store.client
    names = elections.elective(rules)

    async def prepare(values: dict[str, str]) -> Review:
        now = book.store.now()
        held = await client.rules()
        call = _read_call(values, held, now)
        if obstacle := elections.why_not_class(held, call.business, call.elects, call.seats):
            raise FormError("business", f"{obstacle[:1].upper()}{obstacle[1:]}.")
        rule = held.classes[call.business]
        return elections.review_election(call, rule, await client.status(), now)

    elects = tuple(elections.ELECTS)
    fields = (
        Field("title", "Title"),
        Field("elects", "Elects", "choice", options=elects, value="office", hint=_elects_hint),
        Field("office", "Office", hint=lambda _: "such as secretary; for an office alone"),
        Field("until", "Office until", hint=_until_hint(book)),
        Field("options", "Options", length_max=OPTIONS_MAX,
              hint=lambda _: "parted by commas; for a choice among options alone"),
        Field("seats", "Seats", value="1"),
        Field("business", "Method", "choice", options=tuple(names),
              value=elections.usual_elective(rules), hint=_business_hint(rules)),
        Field("stand", "Stand for", value="3d",
              hint=lambda _: "how long members may stand before the vote opens; 3d or a date"),
        Field("closes", "Open for", value="7d", hint=deadline_hint(book)),
        Field("text", "Text", "text"),
    )  # fmt: skip
    return Form("election", "CALL AN ELECTION", fields, prepare)


def _elects_hint(chosen: str) -> str:
    return next((says for name, says in elections.ELECTS.items() if name == chosen), "")


def _business_hint(rules: Rules) -> Callable[[str], str]:
    def hint(chosen: str) -> str:
        rule = rules.classes.get(chosen)
        return elections.why_not_elect(rules) if rule is None else class_line(chosen, rule)

    return hint


def _until_hint(book: RochdaleApp) -> Callable[[str], str]:
    when = deadline_hint(book)

    def hint(text: str) -> str:
        return when(text) if text.strip() else "365d, a date, or empty for no end"

    return hint


def _read_call(values: dict[str, str], rules: Rules, now: int) -> elections.Call:
    """Return the election that was typed; raises FormError."""
    title = checked(Name, "title", values["title"], "Give a title on one line.")
    elects = cast("elections.Elects", values["elects"])
    if elects not in elections.ELECTS:
        raise FormError("elects", "Choose with the arrow keys what is elected.")
    office, until = "", 0
    if elects == "office":
        message = "Name the office in small letters, such as secretary."
        office = checked(Office, "office", values["office"], message)
        until = _time("until", values["until"], now) if values["until"] else 0
    options: tuple[str, ...] = ()
    if elects == "options":
        parts = [part.strip() for part in values["options"].split(",") if part.strip()]
        options = tuple(checked(Name, "options", part, "Name each on one line.") for part in parts)
        if len(options) < 2 or len(set(options)) < len(options):
            raise FormError("options", "Name two options or more, each once, by commas.")
    if not values["seats"].isdigit() or not 1 <= int(values["seats"][:4]) <= ELECTION_MAX:
        raise FormError("seats", f"Give a number of seats from 1 to {ELECTION_MAX}.")
    rule = rules.classes.get(values["business"])
    days = 0 if rule is None else rule.notice_days
    opens = opening_after(days, now) if days else 0
    if elects != "options":
        opens = max(opens, _time("stand", values["stand"], now))
    closes = deadline(values["closes"], now)
    return elections.Call(
        title=title,
        text=values["text"],
        elects=elects,
        office=office,
        office_until=until,
        options=options,
        seats=int(values["seats"]),
        business=values["business"],
        opens=opens,
        closes=closes + opens - now if opens else closes,
    )


def _time(field: str, text: str, now: int) -> int:
    try:
        return deadline(text, now)
    except FormError as error:
        raise FormError(field, error.message) from None


def open_candidacy(book: RochdaleApp, identity: str) -> None:
    """Ask what a candidate says."""
    client = book.store.client

    async def make() -> Form:
        seen = await client.proposal(identity)

        async def prepare(values: dict[str, str]) -> Review:
            message = "The statement is too long."
            statement = checked(Note, "statement", values["statement"], message)
            whole = await client.proposal(identity)
            status = await client.status()
            return elections.review_stand(whole, statement, status, book.store.now())

        fields = (Field("statement", "You say", length_max=NOTE_MAX),)
        about = f"{proposal_label(seen)} {seen.title}"
        return Form(f"stand {identity}", "STAND FOR ELECTION", fields, prepare, about)

    book.open_fetched(make)


def open_standing_down(book: RochdaleApp, identity: str) -> None:
    """Open the review of the end of a candidacy."""
    client = book.store.client

    async def prepare() -> Review:
        whole = await client.proposal(identity)
        return elections.review_stand_down(whole, await client.status(), book.store.now())

    book.open_review(prepare)
