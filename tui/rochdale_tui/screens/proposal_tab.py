"""The tabs of proposals: text, tally, discussion, ballots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, Literal, TypeVar

from rich.text import Text

from rochdale_protocol.governance.entry import LIVE
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.views import (
    AmendmentView,
    BallotView,
    CandidateView,
    CommentView,
    InterestView,
    ProposalDetail,
    ProposalView,
    ProxyView,
)
from rochdale_protocol.governance.wording import effect_line

from ..actions.governance import ballot_words, proposal_label
from ..decisions import open_proposal
from ..elections import open_election
from ..phrases import minute, moment, named, short, until
from ..store import MEMBERS, PROPOSALS, Key, proposal_of
from ..theme import Role
from ..widgets import Cell, Column
from .base import Chosen
from .listing import Act, Order
from .proposal_acts import acts_on
from .tabs import Tab, TabbedScreen

__all__ = ["ProposalsTab"]

P = TypeVar("P")

LINES_SHOWN = 200
"""Ballots, comments and the like that are listed beneath a proposal; the tally counts all."""

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


class ProposalsTab(Tab[ProposalView]):
    """Proposals: those that go on, those that ended, or all."""

    AREAS = ("proposal.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("deadline"),
        Order("newest", lambda item: (item.number != 0, -item.number)),
        Order("title", lambda item: item.title.casefold()),
    )

    def __init__(self, screen: TabbedScreen, which: Literal["Open", "Closed", "All"]) -> None:
        super().__init__(screen)
        self.which = which

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The proposals, all about the selected one, and whom a proxy may be given to."""
        of_selected = () if selected is None else (proposal_of(selected),)
        return (PROPOSALS, *of_selected, MEMBERS)

    def whole(self, proposal: str) -> ProposalDetail | None:
        """Return all about a proposal, or None while it is not here."""
        return self.store.get(proposal_of(proposal))

    def source(self) -> Sequence[ProposalView] | None:
        """Return the proposals of the tab."""
        proposals = self.store.get(PROPOSALS)
        if proposals is None or self.which == "All":
            return proposals
        return [each for each in proposals if (each.status in LIVE) == (self.which == "Open")]

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
        names = [each.name for each in whole.candidates]
        for part in (
            self._part("Candidates", whole.candidates, self._candidate),
            self._part("Amendments", whole.amendments, self._amendment, newest=True),
            self._part("Interests", whole.interests, lambda each: self._said(each, each.nature)),
            self._part("Discussion", whole.comments, self._comment, newest=True),
            self._part("Proxies", whole.proxies, self._proxy),
            self._part("Ballots", whole.ballots, lambda each: self._ballot(each, names)),
        ):
            text.append_text(part)
        if not whole.ballots:
            text.append_text(paint.heading("\nBallots\n"))
            text.append_text(paint.text("None yet.", "muted"))
        return text

    def _part(
        self, name: str, items: Sequence[P], line: Callable[[P], Text], *, newest: bool = False
    ) -> Text:
        """Return a heading and the first lines under it, or the last; "" if there are none."""
        if not items:
            return Text()
        shown = items[-LINES_SHOWN:] if newest else items[:LINES_SHOWN]
        text = self.paint.heading(f"\n{name} {len(items)}\n")
        lines = [line(each) for each in shown]
        if rest := len(items) - len(shown):
            note = f"{rest} {'earlier' if newest else 'more'}: rochdale proposal show"
            lines.insert(0 if newest else len(lines), self.paint.text(note, "muted"))
        return text.append_text(Text("\n").join([*lines, Text()]))

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

    def _candidate(self, each: CandidateView) -> Text:
        mark = f", elected {each.elected}" if each.elected else ""
        who = named(each.name, each.member) if each.member else each.name
        return self.paint.text(f"{each.number:>3} {who}{mark}", "ok" if mark else "plain")

    def _said(self, who: AmendmentView | CommentView | InterestView, words: str) -> Text:
        line = self.paint.text(f"{named(who.name, who.member)}: ", "muted")
        return line.append_text(self.paint.text(words))

    def _amendment(self, each: AmendmentView) -> Text:
        taken = f", taken {minute(each.accepted)}" if each.accepted else ""
        line = self.paint.text(f"{short(each.amendment)}{taken} ", "accent")
        line.append_text(self._said(each, each.reason or "gives no reason"))
        return line.append_text(self.paint.text(f"\n{each.text.rstrip()}"))

    def _comment(self, each: CommentView) -> Text:
        answers = "answers: " if each.answers else ""
        line = self.paint.text(f"{minute(each.at)} ", "accent")
        return line.append_text(self._said(each, answers + (each.text or "(erased)")))

    def _proxy(self, each: ProxyView) -> Text:
        told = f", instructed: {each.instruction}" if each.instruction else ""
        holder = named(each.holder_name, each.holder)
        who = named(each.principal_name, each.principal)
        return self.paint.text(f"{holder} for {who}{told}")

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
        what = {
            "Open": "No proposal is open.",
            "Closed": "No proposal is closed yet.",
            "All": "Nothing was proposed yet.",
        }
        return f"{what[self.which]} C puts one, L an election, ] shows others."

    def acts(self, item: ProposalView | None) -> list[Act]:
        """Vote, discuss, stand, hand over, propose."""
        blocked = self.blocked()
        about = [] if item is None else acts_on(self, item, self.whole(item.proposal))
        book = self.book
        return [
            *about,
            self.act("proposal.new", "Propose", blocked, lambda: open_proposal(book), about=False),
            self.act("proposal.elect", "Elect", blocked, lambda: open_election(book), about=False),
        ]

    def chosen(self, item: ProposalView) -> Chosen:
        """Return a proposal with its text."""
        whole = self.whole(item.proposal)
        text = f"{proposal_label(item)} {item.title}"
        if whole is not None and whole.text:
            text += f"\n\n{whole.text}"
        data = (whole or item).model_dump(mode="json")
        return Chosen(proposal_label(item), item.proposal, item.proposal, text, data)
