"""What can be done about one proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.governance.views import BallotView, ProposalDetail, ProposalView

from ..actions.discussion import (
    has_right_to_answer,
    offered,
    why_not_accept,
    why_not_declare,
    why_not_edit,
)
from ..actions.elections import is_candidate, why_not_stand
from ..actions.governance import ballot_words, why_not_vote, why_not_withdraw
from ..actions.proxies import proxy_of, why_not_end_proxy, why_not_proxy
from ..decisions import open_vote, open_withdrawal
from ..discussions import open_acceptance, open_amendment, open_comment, open_interest
from ..elections import open_candidacy, open_standing_down
from ..phrases import named
from ..proxies import open_end_of_proxy, open_proxy

if TYPE_CHECKING:
    from rochdale_protocol.views import StatusView

    from .listing import Act
    from .tabs import Tab

__all__ = ["acts_on"]


def acts_on(tab: Tab[ProposalView], item: ProposalView, whole: ProposalDetail | None) -> list[Act]:
    """Return the acts; those that such a proposal never takes are left out of its pane."""
    return [*_deciding(tab, item, whole), *_discussing(tab, item, whole)]


def _my_ballot(whole: ProposalDetail | None, status: StatusView | None) -> BallotView | None:
    if whole is None or status is None:
        return None
    return next((each for each in whole.ballots if each.member == status.member), None)


def _deciding(
    tab: Tab[ProposalView], item: ProposalView, whole: ProposalDetail | None
) -> list[Act]:
    book, identity, now, status = tab.book, item.proposal, tab.store.now(), tab.status
    blocked, mine, proxy = tab.blocked(), _my_ballot(whole, status), proxy_of(whole, status)
    vote = "Vote"
    if mine is not None and whole is not None:
        names = [each.name for each in whole.candidates]
        vote = f"Change your vote, {ballot_words(mine, names)}"
    stands = is_candidate(whole, status)
    stand = open_standing_down if stands else open_candidacy
    give = "Give a proxy" if proxy is None else "Change your proxy"
    end = "" if proxy is None else f", {named(proxy.holder_name, proxy.holder)}"
    no_proxies = whole is not None and not whole.rule.proxies
    return [
        tab.act("proposal.vote", vote, blocked or why_not_vote(item, now),
                lambda: open_vote(book, identity)),
        tab.act("proposal.stand", "Stand down" if stands else "Stand",
                blocked or why_not_stand(item, whole, now),
                lambda: stand(book, identity),
                about=bool(item.seats) and item.status in ("draft", "notice")),
        tab.act("proposal.proxy", give, blocked or why_not_proxy(item, whole, now),
                lambda: open_proxy(book, identity), about=not no_proxies),
        tab.act("proposal.unproxy", f"End your proxy{end}",
                blocked or why_not_end_proxy(item, whole, status),
                lambda: open_end_of_proxy(book, identity), about=proxy is not None),
    ]  # fmt: skip


def _discussing(
    tab: Tab[ProposalView], item: ProposalView, whole: ProposalDetail | None
) -> list[Act]:
    book, identity, now, status = tab.book, item.proposal, tab.store.now(), tab.status
    blocked = tab.blocked()
    answers = has_right_to_answer(whole, status)
    own = status is not None and item.author == status.member
    return [
        tab.act("proposal.comment", "Answer" if answers else "Comment",
                tab.blocked(suspended=True), lambda: open_comment(book, identity)),
        tab.act("proposal.interest", "Declare an interest",
                blocked or why_not_declare(item, whole, status),
                lambda: open_interest(book, identity)),
        tab.act("proposal.amend", "Amend" if own else "Offer another text",
                blocked or why_not_edit(item, whole, now),
                lambda: open_amendment(book, identity),
                about=item.status in ("draft", "notice")),
        tab.act("proposal.accept", "Take an amendment",
                blocked or why_not_accept(item, whole, status, now),
                lambda: open_acceptance(book, identity),
                about=own and bool(offered(whole))),
        tab.act("proposal.withdraw", "Withdraw", blocked or why_not_withdraw(item, status),
                lambda: open_withdrawal(book, identity)),
    ]  # fmt: skip
