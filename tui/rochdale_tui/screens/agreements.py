"""Agreements: read, see what changed, who signed, sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.agreements.queries import AgreementView, PartyView

from ..actions.agreements import agreement_label, changes, newest_version, why_not_sign
from ..actions.review import why_not_act
from ..forms import draft_form, open_signature
from ..keys import AGREEMENT_KEYS
from ..phrases import minute, named, short
from ..store import AGREEMENTS, STATUS, Key
from ..widgets import Cell, Column, Pane
from .base import Chosen
from .listing import Act, ListScreen, Order

__all__ = ["AgreementsScreen"]

READ, DIFF, PARTIES = range(3)


class AgreementsScreen(ListScreen[AgreementView]):
    """What binds whom."""

    MODE = "agreements"
    TABS = ("Read", "Diff", "Parties")
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("newest"),
        Order("title", lambda item: item.title.casefold()),
        Order("status", lambda item: item.status),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*AGREEMENT_KEYS]

    def wants(self) -> Iterable[Key[Any]]:
        """The agreements with all their texts."""
        return (AGREEMENTS,)

    def heading(self) -> str:
        """Return the list's name."""
        return "AGREEMENTS"

    def show(self) -> None:
        """Name the tabs above the text."""
        super().show()
        self.query_one("#detail", Pane).border_title = self.tabs_title()

    def source(self) -> Sequence[AgreementView] | None:
        """Return all agreements."""
        held = self.store.get(AGREEMENTS)
        return None if held is None else held.views

    def key_of(self, item: AgreementView) -> str:
        """Return the agreement's id."""
        return item.agreement

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("no", 8), Column("title"), Column("v", 4),
                Column("signed", 7), Column("status", 10), Column("you", 9))  # fmt: skip

    def cells(self, item: AgreementView) -> tuple[Cell, ...]:
        """Return the row of an agreement."""
        paint, role = self.paint, _role(item)
        signed = sum(party.signed == item.version for party in item.parties)
        mine = self._mine(item)
        you = paint.text("no party", "muted")
        if mine is not None:
            done = mine.signed == item.version
            you = paint.text("signed" if done else "to sign", "ok" if done else "warn")
        return (
            paint.mark(role),
            paint.text(agreement_label(item), "accent"),
            paint.text(item.title),
            paint.text(f"v{item.version}"),
            paint.text(f"{signed}/{len(item.parties)}"),
            paint.text("in force" if item.status == "in-force" else item.status, role),
            you,
        )

    def _mine(self, item: AgreementView) -> PartyView | None:
        status = self.store.get(STATUS)
        me = None if status is None else status.member
        return next((party for party in item.parties if party.member == me), None)

    def haystack(self, item: AgreementView) -> str:
        """Return label, title, parties and the newest text."""
        newest = newest_version(item)
        names = " ".join(named(party.name, party.member) for party in item.parties)
        text = "" if newest is None else newest.text
        return f"{agreement_label(item)} {item.title} {item.status} {names} {text}"

    def detail(self, item: AgreementView) -> Text:
        """Return the text, the difference or the parties."""
        paint = self.paint
        text = paint.heading(f"{agreement_label(item)} {item.title}, v{item.version}\n")
        text.append_text(self._state(item))
        part = (self._read, self._diff, self._parties)[self.tab]
        text.append_text(Text("\n\n"))
        text.append_text(part(item))
        text.append("\n")
        return text

    def _state(self, item: AgreementView) -> Text:
        paint = self.paint
        if item.force_version:
            state = f"v{item.force_version} in force since {minute(item.in_force)}"
            if item.force_version != item.version:
                state += f", v{item.version} is a draft"
        else:
            left = sum(party.signed != item.version for party in item.parties)
            state = f"not in force, {left} of {len(item.parties)} still have to sign"
        if item.standing == "pending":
            state += ", pending"
        return paint.text(state, _role(item))

    def _read(self, item: AgreementView) -> Text:
        paint, newest, held = self.paint, newest_version(item), self.store.get(AGREEMENTS)
        if newest is None or not newest.text:
            return paint.text("Its text is not here: it was erased or did not arrive.", "bad")
        if held is None or newest.record not in held.intact:
            return paint.text(f"{newest.text}\n\nThis text does NOT match its hash.", "bad")
        text = paint.text(newest.text.rstrip())
        text.append_text(paint.text(f"\n\nhash ok {newest.text_hash}", "muted"))
        return text

    def _diff(self, item: AgreementView) -> Text:
        paint, mine = self.paint, self._mine(item)
        older = mine.signed if mine is not None and mine.signed else item.version - 1
        older = min(older, item.version - 1)
        if not older:
            return paint.text("This is the first version: there is nothing to compare.", "muted")
        roles: dict[str, Literal["ok", "bad"]] = {"+": "ok", "-": "bad"}
        lines = [
            paint.text(line, roles.get(line[:1], "muted"))
            for line in changes(item, older, item.version)
        ]
        text = paint.heading(f"v{older} -> v{item.version}\n")
        text.append_text(Text("\n").join(lines) if lines else paint.text("No line differs."))
        return text

    def _parties(self, item: AgreementView) -> Text:
        paint, lines = self.paint, []
        for party in item.parties:
            done = party.signed == item.version
            line = paint.mark("ok" if done else "muted")
            line.append_text(paint.text(f"{named(party.name, party.member)}  "))
            said = f"signed v{party.signed}, {party.standing}" if party.signed else "not signed"
            line.append_text(paint.text(said, "ok" if done else "muted"))
            if party.record:
                line.append_text(paint.text(f"  {short(party.record)}", "muted"))
            lines.append(line)
        versions = [
            paint.text(f"v{each.version} {short(each.text_hash)} by {short(each.author)}", "muted")
            for each in item.versions
        ]
        return Text("\n").join([*lines, paint.heading("Versions"), *versions])

    def nothing(self) -> str:
        """Say which key drafts."""
        return "There is no agreement yet. C drafts one from a text file."

    def acts(self, item: AgreementView | None) -> list[Act]:
        """Sign and draft."""
        status, held = self.store.get(STATUS), self.store.get(AGREEMENTS)
        blocked, key = why_not_act(status, self.store.link), self.book.key_of
        acts = []
        if item is not None and status is not None and held is not None:
            identity = item.agreement
            acts = [
                Act("sign", key("agreement.sign"), f"Sign v{item.version}",
                    blocked or why_not_sign(item, held.intact, status),
                    lambda: open_signature(self.book, identity))
            ]  # fmt: skip
        return [
            *acts,
            Act("draft", key("agreement.draft"), "Draft", blocked,
                lambda: self.book.open_form(draft_form(self.book)), about=False),
        ]  # fmt: skip

    def chosen(self) -> Chosen | None:
        """Return the selected agreement."""
        item = self.item()
        if item is None:
            return None
        newest = newest_version(item)
        text = "" if newest is None else newest.text
        return Chosen(agreement_label(item), item.agreement, item.agreement, text,
                      item.model_dump(mode="json"))  # fmt: skip


def _role(item: AgreementView) -> Literal["ok", "warn"]:
    return "ok" if item.status == "in-force" and item.force_version == item.version else "warn"
