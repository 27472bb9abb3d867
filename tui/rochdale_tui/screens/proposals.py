"""Proposals: read, tally, ballots, vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.governance.views import BallotView, ProposalView

from ..actions.governance import THRESHOLD, proposal_label, why_not_vote, why_not_withdraw
from ..actions.review import why_not_act
from ..forms import open_withdrawal, proposal_form, vote_form
from ..keys import PROPOSAL_KEYS
from ..phrases import minute, moment, named, short, until
from ..store import PROPOSALS, STATUS, Key, ballots_on
from ..widgets import Cell, Column
from .base import Chosen
from .listing import Act, ListScreen, Order

__all__ = ["ProposalsScreen"]

BALLOTS_SHOWN = 200
"""Ballots listed beneath a proposal; the tally counts all."""

ROLES: dict[str, Literal["ok", "warn", "bad", "muted"]] = {
    "open": "warn",
    "carried": "ok",
    "lost": "bad",
    "inquorate": "bad",
    "withdrawn": "muted",
}


class ProposalsScreen(ListScreen[ProposalView]):
    """What was and is being decided."""

    MODE = "proposals"
    TABS = ("Open", "Closed", "All")
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("deadline"),
        Order("newest", lambda item: (item.number != 0, -item.number)),
        Order("title", lambda item: item.title.casefold()),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*PROPOSAL_KEYS]

    def wants(self) -> Iterable[Key[Any]]:
        """The proposals, and the ballots on the selected one."""
        ballots = () if self.selected is None else (ballots_on(self.selected),)
        return (PROPOSALS, *ballots)

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def source(self) -> Sequence[ProposalView] | None:
        """Return the proposals of the tab."""
        proposals = self.store.get(PROPOSALS)
        if proposals is None or self.tab == 2:
            return proposals
        return [each for each in proposals if (each.status == "open") == (self.tab == 0)]

    def key_of(self, item: ProposalView) -> str:
        """Return the proposal's id."""
        return item.proposal

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("no", 8), Column("title"), Column("closes", 9),
                Column("for", 4), Column("agst", 4), Column("cast/quorum", 12))  # fmt: skip

    def cells(self, item: ProposalView) -> tuple[Cell, ...]:
        """Return the row of a proposal."""
        paint, role = self.paint, ROLES[item.status]
        ends = until(item.closes, self.store.now()) if item.status == "open" else item.status
        cast = item.voted_for + item.voted_against + item.abstained
        return (
            paint.mark(role),
            paint.text(proposal_label(item), "accent"),
            paint.text(item.title),
            paint.text(ends, role),
            paint.text(str(item.voted_for)),
            paint.text(str(item.voted_against)),
            paint.text(f"{cast}/{item.electors} q{item.quorum}", "muted"),
        )

    def haystack(self, item: ProposalView) -> str:
        """Return label, title, text, author and status."""
        label, who = proposal_label(item), named(item.author_name, item.author)
        return f"{label} {item.title} {item.text} {who} {item.status}"

    def detail(self, item: ProposalView) -> Text:
        """Return the text, the tally and the ballots."""
        paint, label = self.paint, proposal_label(item)
        cast = item.voted_for + item.voted_against + item.abstained
        quorate = "reached" if cast >= item.quorum else f"{item.quorum - cast} short"
        effect = "none but its words"
        if item.effect != "none":
            effect = f"{item.effect} {short(item.subject)}, by rule"
            if item.effect_code:
                effect += f", refused: {item.effect_code}"
        rows: list[tuple[str, str | Text]] = [
            ("by", named(item.author_name, item.author)),
            ("status", paint.text(f"{item.status}, {item.standing}", ROLES[item.status])),
            ("closes" if item.status == "open" else "closed", self._closes(item)),
            ("rule", f"{item.business}: {THRESHOLD[item.business]}"),
            ("effect", effect),
            ("tally", (f"{item.voted_for} for, {item.voted_against} against, "
                      f"{item.abstained} abstain")),
            ("quorum", (f"{paint.gauge(cast, item.electors, 16)} {cast} of {item.electors}"
                       f" cast, {item.quorum} needed, {quorate}")),
            ("voting", self._voting(item)),
        ]  # fmt: skip
        text = paint.heading(f"{label} {item.title}\n")
        text.append_text(paint.facts(rows))
        if item.text:
            text.append_text(paint.text(f"\n\n{item.text.rstrip()}\n"))
        text.append_text(paint.heading("\nBallots\n"))
        text.append_text(self._ballots(item))
        return text

    def _closes(self, item: ProposalView) -> str:
        left = f", in {until(item.closes, self.store.now())}" if item.status == "open" else ""
        return f"{moment(item.closes)}{left}"

    def _voting(self, item: ProposalView) -> str:
        if not item.opened:
            return "opens with the minute that holds it"
        end = f", closed {minute(item.closed)}" if item.closed else ""
        return f"opened {minute(item.opened)}{end}"

    def _ballots(self, item: ProposalView) -> Text:
        paint, ballots = self.paint, self.store.get(ballots_on(item.proposal))
        if ballots is None:
            error = self.store.errors.get(ballots_on(item.proposal))
            return paint.text(str(error) if error else "Fetching.", "bad" if error else "muted")
        if not ballots:
            return paint.text("None yet.", "muted")
        lines = [self._ballot(ballot) for ballot in ballots[:BALLOTS_SHOWN]]
        if len(ballots) > BALLOTS_SHOWN:
            lines.append(paint.text(f"and {len(ballots) - BALLOTS_SHOWN} more", "muted"))
        return Text("\n").join(lines)

    def _ballot(self, ballot: BallotView) -> Text:
        paint = self.paint
        roles = {"for": "ok", "against": "bad", "abstain": "muted"}
        line = paint.text(f"{ballot.choice:<8}", roles[ballot.choice])  # type: ignore[arg-type]
        line.append_text(paint.text(named(ballot.name, ballot.member)))
        notes = [] if ballot.standing == "final" else ["pending"]
        if ballot.replaced:
            notes.append(f"changed {ballot.replaced} times")
        line.append_text(paint.text(f"  {', '.join(notes)}", "muted"))
        return line

    def nothing(self) -> str:
        """Say which key proposes."""
        what = ("No proposal is open.", "No proposal is closed yet.", "Nothing was proposed yet.")
        return f"{what[self.tab]} C puts one, ] shows others."

    def acts(self, item: ProposalView | None) -> list[Act]:
        """Vote, propose, withdraw."""
        status, key = self.store.get(STATUS), self.book.key_of
        blocked = why_not_act(status, self.store.link)
        acts = []
        if item is not None:
            identity, now = item.proposal, self.store.now()
            mine = self.my_ballot(identity)
            vote = "Vote" if mine is None else f"Change your vote, {mine.choice}"
            acts = [
                Act("vote", key("proposal.vote"), vote, blocked or why_not_vote(item, now),
                    lambda: self.book.open_form(vote_form(self.book, identity))),
                Act("withdraw", key("proposal.withdraw"), "Withdraw",
                    blocked or why_not_withdraw(item, status),
                    lambda: open_withdrawal(self.book, identity)),
            ]  # fmt: skip
        return [
            *acts,
            Act("new", key("proposal.new"), "Propose", blocked,
                lambda: self.book.open_form(proposal_form(self.book)), about=False),
        ]  # fmt: skip

    def my_ballot(self, proposal: str) -> BallotView | None:
        """Return this member's ballot on a proposal."""
        status = self.store.get(STATUS)
        for ballot in self.store.get(ballots_on(proposal)) or ():
            if status is not None and ballot.member == status.member:
                return ballot
        return None

    def reveal(self, identity: str) -> None:
        """Select a proposal in the tab that holds it."""
        found = self.find(self.store.get(PROPOSALS), identity)
        self.tab = 2 if found is None else 0 if found.status == "open" else 1
        super().reveal(identity)

    def chosen(self) -> Chosen | None:
        """Return the selected proposal."""
        item = self.item()
        if item is None:
            return None
        text = f"{proposal_label(item)} {item.title}\n\n{item.text}"
        data = item.model_dump(mode="json")
        return Chosen(proposal_label(item), item.proposal, item.proposal, text, data)
