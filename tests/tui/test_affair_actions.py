"""Who may discuss, elect, hand over, resign, complain and settle, apart from any screen."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.ruleset import Election
from rochdale_tui.actions import (
    discussion,
    disputes,
    elections,
    meetings,
    proxies,
    settling,
    speaking,
)
from rochdale_tui.actions.review import FormError, why_not_act

from .affairs import busy_world
from .affairs import settling as settling_dispute
from .world import NOW, RULES

BUSY = busy_world()
ME, OTHER, THIRD = BUSY.members[:3]
STATUS = BUSY.status
SETTLING = settling_dispute(3, OTHER, ME)
OPEN, _, _, NOTICE, OTHERS, ELECTION, ABOUT_ME = BUSY.proposals


def test_who_may_answer() -> None:
    """Whom a decision is about answers; a suspended member is heard too, and no one who left."""
    assert discussion.review_comment(ABOUT_ME, "no", STATUS).title == "ANSWER"
    assert discussion.review_comment(OPEN, "no", STATUS).title == "COMMENT"
    suspended = STATUS.model_copy(update={"member_status": "suspended"})
    assert why_not_act(suspended, "up", suspended=True) == ""
    assert why_not_act(suspended, "up")
    for gone in ("resigned", "expelled", "outside"):
        left = STATUS.model_copy(update={"member_status": gone})
        assert why_not_act(left, "up", suspended=True)


def test_when_a_text_may_change() -> None:
    """Under notice, before the opening, where the class lets it; and only to another text."""
    assert discussion.why_not_amend(NOTICE, NOTICE, "Buy it new.", NOW) == "the text is the same"
    assert not discussion.why_not_edit(NOTICE, NOTICE, NOW)
    assert discussion.why_not_edit(NOTICE, NOTICE, NOTICE.opens)
    assert not discussion.why_not_edit(NOTICE, None, NOW)
    assert discussion.why_not_edit(NOTICE, None, NOTICE.opens)
    assert discussion.why_not_edit(OPEN, OPEN, NOW)
    fixed = NOTICE.rule.model_copy(update={"amendable": False})
    stands = NOTICE.model_copy(update={"rule": fixed})
    assert discussion.why_not_edit(stands, stands, NOW)
    draft = stands.model_copy(update={"status": "draft"})
    assert not discussion.why_not_edit(draft, draft, NOW)
    assert discussion.why_not_accept(OTHERS, OTHERS, STATUS, NOW) == "its author may"
    bare = NOTICE.model_copy(update={"amendments": []})
    assert discussion.why_not_accept(bare, bare, STATUS, NOW) == "no text is offered"


def test_interests_are_declared_once() -> None:
    """The review says what follows from it by the rule of the class."""
    mine = OPEN.interests[0].model_copy(update={"member": ME.member})
    declared = OPEN.model_copy(update={"interests": [mine]})
    assert discussion.why_not_declare(declared, declared, STATUS) == "you declared one"
    assert "you may vote" in dict(discussion.review_interest(OPEN, "x", STATUS).rows)["Means"]
    abstains = OPEN.rule.model_copy(update={"interested": "abstain"})
    strict = discussion.review_interest(OPEN.model_copy(update={"rule": abstains}), "x", STATUS)
    assert "you don't vote" in dict(strict.rows)["Means"]


def test_who_may_stand() -> None:
    """Between notice and opening, among members, once."""
    assert not elections.why_not_stand(ELECTION, ELECTION, NOW)
    assert elections.why_not_stand(ELECTION, ELECTION, ELECTION.opens)
    assert elections.why_not_stand(OPEN, OPEN, NOW) == "it is no election"
    options = [each.model_copy(update={"member": ""}) for each in ELECTION.candidates]
    choice = ELECTION.model_copy(update={"candidates": options})
    assert elections.why_not_stand(choice, choice, NOW) == "it is a choice among options"
    mine = [each.model_copy(update={"member": ME.member}) for each in ELECTION.candidates]
    stands = ELECTION.model_copy(update={"candidates": mine})
    assert elections.review_stand(stands, "", STATUS, NOW).obstacle == "you stand already"
    assert not elections.review_stand_down(stands, STATUS, NOW).obstacle
    assert elections.review_stand_down(ELECTION, STATUS, NOW).obstacle == "you don't stand"


def test_which_class_elects_what() -> None:
    """Only an election's class elects, an office or witnesses where the rules let it."""
    assert elections.usual_elective(RULES) == "election"
    assert elections.why_not_class(RULES, "ordinary", "members", 1)
    assert not elections.why_not_class(RULES, "election", "office", 3)
    assert elections.why_not_class(RULES, "options", "office", 1)
    rule = RULES.classes["election"].model_copy(update={"test": Election(method="irv")})
    irv = RULES.model_copy(update={"classes": {**RULES.classes, "election": rule}})
    assert not elections.why_not_class(irv, "election", "office", 1)
    assert elections.why_not_class(irv, "election", "office", 2)


def test_who_may_hold_a_proxy() -> None:
    """Another member who doesn't vote for too many, where the class takes proxies."""
    with pytest.raises(FormError):
        proxies.review_proxy(OPEN, ME, None, STATUS, NOW)
    most = [OPEN.proxies[0].model_copy(update={"principal": str(n), "holder": OTHER.member})
            for n in range(OPEN.rule.proxies)]  # fmt: skip
    with pytest.raises(FormError):
        proxies.review_proxy(OPEN.model_copy(update={"proxies": most}), OTHER, None, STATUS, NOW)
    fewer = OPEN.model_copy(update={"proxies": most[1:]})
    assert not proxies.review_proxy(fewer, OTHER, None, STATUS, NOW).obstacle
    none = OPEN.model_copy(update={"rule": OPEN.rule.model_copy(update={"proxies": 0})})
    assert proxies.why_not_proxy(none, none, NOW) == "such business takes no proxies"
    assert proxies.why_not_end_proxy(OPEN, OPEN, STATUS)


def test_for_whom_a_proxy_votes() -> None:
    """For its principals that have not voted themselves."""
    assert [each.principal for each in proxies.principals(OPEN, STATUS)] == [BUSY.members[3].member]
    voted = [each.model_copy(update={"member": BUSY.members[3].member}) for each in OPEN.ballots]
    assert not proxies.principals(OPEN.model_copy(update={"ballots": voted[:1]}), STATUS)


def test_a_mandate_that_locks_this_device_is_typed() -> None:
    """Only one that leaves this very device without power over mandates."""
    here, phone = ME.devices[0], ME.devices[1]

    def typed(device: object, scope: str) -> str:
        return speaking.review_mandate(
            device, "Ann", "clerk", scope, 0, [], STATUS, NOW  # type: ignore[arg-type]
        ).typed  # fmt: skip

    assert typed(here, "vote") == here.device[:4]
    assert typed(here, "all") == ""
    assert typed(phone, "vote") == ""
    with pytest.raises(FormError):
        speaking.own_device(ME.devices, "lap")
    assert speaking.own_device(ME.devices, "Laptop") == here


def test_who_may_end_offices_and_mandates() -> None:
    """Each its own, while it lasts."""
    mine, others, _ = BUSY.offices
    assert not speaking.why_not_resign(mine, STATUS)
    assert speaking.why_not_resign(others, STATUS)
    assert speaking.why_not_resign(mine.model_copy(update={"ended": 3}), STATUS)
    own, other = BUSY.mandates
    assert not speaking.why_not_end_mandate(own, STATUS)
    assert speaking.why_not_end_mandate(other, STATUS)


def test_who_may_answer_and_approve() -> None:
    """Respondents answer once; those present approve once."""
    asked, settled = BUSY.disputes
    assert not disputes.why_not_answer(asked, STATUS)
    assert disputes.why_not_answer(settled, STATUS) == "it is settled"
    other = STATUS.model_copy(update={"member": OTHER.member})
    assert disputes.why_not_answer(asked, other)
    waits, foreign = BUSY.meetings
    assert not meetings.why_not_approve(waits, STATUS)
    assert meetings.why_not_approve(foreign, STATUS) == "you were not there"
    done = waits.model_copy(update={"approved": [ME.member]})
    assert meetings.why_not_approve(done, STATUS) == "you approved them"


def test_who_may_end_a_dispute() -> None:
    """Parties agree once, who brought it withdraws, and nothing comes to one that is closed."""
    waiting = BUSY.disputes[0]
    outsider = STATUS.model_copy(update={"member": THIRD.member})
    asked = STATUS.model_copy(update={"member": SETTLING.mediator})
    other = STATUS.model_copy(update={"member": OTHER.member})
    assert not settling.why_not_agree(SETTLING, STATUS)
    assert settling.why_not_agree(SETTLING, other) == "you agreed to it"
    assert settling.why_not_agree(SETTLING, outsider) == "its parties may"
    assert settling.why_not_agree(waiting, STATUS) == "no settlement was put"
    assert not settling.why_not_word(SETTLING, "accept", asked)
    assert not settling.why_not_word(SETTLING, "decline", other)
    assert settling.why_not_word(SETTLING, "accept", other) == "you accepted"
    assert settling.why_not_word(SETTLING, "accept", outsider)
    assert settling.why_not_word(waiting, "accept", STATUS) == "no mediator is proposed"
    assert settling.why_not_settle(SETTLING, asked)
    mediating = SETTLING.model_copy(update={"mediates": True})
    assert not settling.why_not_settle(mediating, asked)
    assert not settling.why_not_withdraw(SETTLING, other)
    assert settling.why_not_withdraw(SETTLING, STATUS) == "who brought it may"
    assert not settling.why_not_refer(SETTLING, STATUS, NOW)
    assert settling.why_not_refer(waiting, STATUS, NOW)
    assert not settling.why_not_refer(waiting, STATUS, waiting.answer_by)
    closed = SETTLING.model_copy(update={"closed": 40, "status": "settled"})
    for obstacle in (
        settling.why_not_agree(closed, STATUS), settling.why_not_word(closed, "accept", STATUS),
        settling.why_not_settle(closed, STATUS), settling.why_not_withdraw(closed, other),
        settling.why_not_refer(closed, STATUS, NOW),
    ):  # fmt: skip
        assert obstacle == "it is settled"
    with pytest.raises(FormError):
        settling.review_mediator(SETTLING, OTHER, STATUS)
