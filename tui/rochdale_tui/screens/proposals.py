"""Proposals: read, tally, ballots, vote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, Literal

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.governance.entry import LIVE
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.views import (
    AmendmentView,
    BallotView,
    CommentView,
    InterestView,
    ProposalDetail,
    ProposalView,
)
from rochdale_protocol.governance.wording import effect_line

from ..actions.governance import ballot_words, proposal_label, why_not_vote, why_not_withdraw
from ..actions.review import why_not_act
from ..decisions import open_proposal, open_vote, open_withdrawal
from ..keys import PROPOSAL_KEYS
from ..phrases import minute, moment, named, short, until
from ..store import PROPOSALS, STATUS, Key, proposal_of
from ..theme import Role
from ..widgets import Cell, Column
from .base import Chosen
from .listing import Act, ListScreen, Order

__all__ = ["ProposalsScreen"]

BALLOTS_SHOWN = 200
"""Ballots listed beneath a proposal; the tally counts all."""

ROLES: Final[dict[str, Literal["ok", "warn", "bad", "muted"]]] = {
    "draft": "muted",
    "notice": "warn",
    "open": "warn",
    "opening": "warn",
    "counting": "warn",
    "carried": "ok",
    "lost": "bad",
    "inquorate": "bad",
    "adjourned": "muted",
    "withdrawn": "muted",
    "lapsed": "muted",
    "uncounted": "bad",
}
BALLOT_ROLES: Final[dict[str, Role]] = {
    "for": "ok",
    "against": "bad",
    "abstain": "muted",
    "sealed": "muted",
    "spoilt": "bad",
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
        """The proposals, and all about the selected one."""
        selected = () if self.selected is None else (proposal_of(self.selected),)
        return (PROPOSALS, *selected)

    def whole(self, proposal: str) -> ProposalDetail | None:
        """Return all about a proposal, or None while it is not here."""
        return self.store.get(proposal_of(proposal))

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def source(self) -> Sequence[ProposalView] | None:
        """Return the proposals of the tab."""
        proposals = self.store.get(PROPOSALS)
        if proposals is None or self.tab == 2:
            return proposals
        return [each for each in proposals if (each.status in LIVE) == (self.tab == 0)]

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
        tally = ("", "") if item.seats else (str(item.voted_for), str(item.voted_against))
        return (
            paint.mark(role),
            paint.text(proposal_label(item), "accent"),
            paint.text(item.title),
            paint.text(ends, role),
            *(paint.text(each) for each in tally),
            paint.text(f"{item.voted}/{item.electors} q{item.quorum}", "muted"),
        )

    def haystack(self, item: ProposalView) -> str:
        """Return label, title, author, effect and status."""
        label, who = proposal_label(item), named(item.author_name, item.author)
        return f"{label} {item.title} {who} {item.business} {item.effect} {item.status}"

    def detail(self, item: ProposalView) -> Text:
        """Return the text, the tally, the discussion and the ballots."""
        paint, label = self.paint, proposal_label(item)
        text = paint.heading(f"{label} {item.title}\n")
        whole = self.whole(item.proposal)
        text.append_text(paint.facts(self._facts(item, whole)))
        if whole is None:
            error = self.store.errors.get(proposal_of(item.proposal))
            shown = str(error) if error else "Fetching."
            text.append_text(paint.text(f"\n\n{shown}", "bad" if error else "muted"))
            return text
        if whole.text:
            text.append_text(paint.text(f"\n\n{whole.text.rstrip()}\n"))
        for name, lines in (
            ("Candidates", list(self._candidates(whole))),
            ("Amendments", list(self._amendments(whole))),
            ("Interests", [self._said(each, each.nature) for each in whole.interests]),
            ("Discussion", list(self._comments(whole))),
            ("Proxies", list(self._proxies(whole))),
        ):
            if lines:
                text.append_text(paint.heading(f"\n{name}\n"))
                text.append_text(Text("\n").join([*lines, Text()]))
        text.append_text(paint.heading("\nBallots\n"))
        text.append_text(self._ballots(whole))
        return text

    def _facts(
        self, item: ProposalView, whole: ProposalDetail | None
    ) -> list[tuple[str, str | Text]]:
        paint, status = self.paint, f"{item.status}, {item.standing}"
        quorate = "reached" if item.voted >= item.quorum else f"{item.quorum - item.voted} short"
        gauge = paint.gauge(item.voted, item.electors, 16)
        rows: list[tuple[str, str | Text]] = [
            ("by", named(item.author_name, item.author)),
            ("status", paint.text(status, ROLES[item.status])),
            *self._times(item),
            ("rule", item.business if whole is None else self._rule(whole)),
            ("tally", self._tally(item)),
            ("quorum", (f"{gauge} {item.voted} of {item.electors} cast, {item.quorum} needed, "
                        f"{quorate}")),
            ("effect", self._effect(item, whole)),
        ]  # fmt: skip
        if item.opened:
            end = f", closed {minute(item.closed)}" if item.closed else ""
            rows.append(("voting", f"opened {minute(item.opened)}{end}"))
        if item.continues:
            rows.append(("follows", f"{short(item.continues)}, held again"))
        if item.continued:
            rows.append(("goes on", short(item.continued)))
        return rows

    def _times(self, item: ProposalView) -> Iterator[tuple[str, str]]:
        now = self.store.now()
        if item.status == "draft":
            yield "voting", "no notice was given yet"
            return
        if item.status == "notice":
            yield "opens", f"{moment(item.opens)}, in {until(item.opens, now)}"
        left = f", in {until(item.closes, now)}" if item.status in ("notice", "open") else ""
        yield "closes" if left else "closed", f"{moment(item.closes)}{left}"

    def _rule(self, whole: ProposalDetail) -> str:
        line = class_line(whole.business, whole.rule)
        return f"{line}; sealed ballots" if whole.secrecy == "sealed" else line

    def _effect(self, item: ProposalView, whole: ProposalDetail | None) -> str:
        if item.effect == "none":
            return "none but its words"
        subject = named(item.subject_name, item.subject) if item.subject_name else item.subject
        effect = item.effect if whole is None else effect_line(whole.effect_body, subject)
        return f"{effect}, refused: {item.effect_code}" if item.effect_code else effect

    def _tally(self, item: ProposalView) -> str:
        if item.elected:
            return f"elected: {', '.join(item.elected)}"
        if item.status == "open" and item.secrecy == "sealed":
            return "sealed until the close"
        spoilt = f", {item.spoilt} spoilt" if item.spoilt else ""
        if item.seats:
            return f"{item.seats} to be elected{spoilt}"
        return (
            f"{item.voted_for} for, {item.voted_against} against, {item.abstained} abstain{spoilt}"
        )

    def _candidates(self, whole: ProposalDetail) -> Iterator[Text]:
        for each in whole.candidates:
            mark = f", elected {each.elected}" if each.elected else ""
            who = named(each.name, each.member) if each.member else each.name
            yield self.paint.text(f"{each.number:>3} {who}{mark}", "ok" if mark else "plain")

    def _said(self, who: AmendmentView | CommentView | InterestView, words: str) -> Text:
        line = self.paint.text(f"{named(who.name, who.member)}: ", "muted")
        return line.append_text(self.paint.text(words))

    def _amendments(self, whole: ProposalDetail) -> Iterator[Text]:
        for each in whole.amendments:
            taken = f", taken {minute(each.accepted)}" if each.accepted else ""
            line = self.paint.text(f"{short(each.amendment)}{taken} ", "accent")
            yield line.append_text(self._said(each, each.reason or "gives no reason"))
            yield self.paint.text(each.text.rstrip())

    def _comments(self, whole: ProposalDetail) -> Iterator[Text]:
        for each in whole.comments:
            yield self._said(
                each, ("answers: " if each.answers else "") + (each.text or "(erased)")
            )

    def _proxies(self, whole: ProposalDetail) -> Iterator[Text]:
        for each in whole.proxies:
            told = f", instructed: {each.instruction}" if each.instruction else ""
            holder = named(each.holder_name, each.holder)
            who = named(each.principal_name, each.principal)
            yield self.paint.text(f"{holder} for {who}{told}")

    def _ballots(self, whole: ProposalDetail) -> Text:
        paint, ballots = self.paint, whole.ballots
        if not ballots:
            return paint.text("None yet.", "muted")
        names = [each.name for each in whole.candidates]
        lines = [self._ballot(ballot, names) for ballot in ballots[:BALLOTS_SHOWN]]
        if len(ballots) > BALLOTS_SHOWN:
            lines.append(paint.text(f"and {len(ballots) - BALLOTS_SHOWN} more", "muted"))
        return Text("\n").join(lines)

    def _ballot(self, ballot: BallotView, names: list[str]) -> Text:
        paint = self.paint
        role = BALLOT_ROLES.get(ballot.choice or ballot.form, "plain")
        line = paint.text(f"{ballot_words(ballot, names):<8}", role)
        line.append_text(paint.text(named(ballot.name, ballot.member)))
        notes = [] if ballot.standing == "final" else ["pending"]
        if ballot.replaced:
            notes.append(f"changed {ballot.replaced} times")
        if ballot.by:
            notes.append(f"by {named(ballot.by_name, ballot.by)}")
        line.append_text(paint.text(f"  {', '.join(notes)}", "muted"))
        return line.append_text(paint.text(f"  {ballot.reason}")) if ballot.reason else line

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
            mine, whole = self.my_ballot(identity), self.whole(identity)
            vote = "Vote"
            if mine is not None and whole is not None:
                names = [each.name for each in whole.candidates]
                vote = f"Change your vote, {ballot_words(mine, names)}"
            acts = [
                Act("vote", key("proposal.vote"), vote, blocked or why_not_vote(item, now),
                    lambda: open_vote(self.book, identity)),
                Act("withdraw", key("proposal.withdraw"), "Withdraw",
                    blocked or why_not_withdraw(item, status),
                    lambda: open_withdrawal(self.book, identity)),
            ]  # fmt: skip
        return [
            *acts,
            Act("new", key("proposal.new"), "Propose", blocked,
                lambda: open_proposal(self.book),
                about=False),
        ]  # fmt: skip

    def my_ballot(self, proposal: str) -> BallotView | None:
        """Return this member's ballot on a proposal."""
        status = self.store.get(STATUS)
        whole = self.whole(proposal)
        for ballot in () if whole is None else whole.ballots:
            if status is not None and ballot.member == status.member:
                return ballot
        return None

    def reveal(self, identity: str) -> None:
        """Select a proposal in the tab that holds it."""
        found = self.find(self.store.get(PROPOSALS), identity)
        self.tab = 2 if found is None else 0 if found.status in LIVE else 1
        super().reveal(identity)

    def chosen(self) -> Chosen | None:
        """Return the selected proposal."""
        item = self.item()
        if item is None:
            return None
        whole = self.whole(item.proposal)
        text = f"{proposal_label(item)} {item.title}"
        if whole is not None and whole.text:
            text += f"\n\n{whole.text}"
        data = (whole or item).model_dump(mode="json")
        return Chosen(proposal_label(item), item.proposal, item.proposal, text, data)
