"""Offices, mandates, meetings, disputes and a discussion for the TUI to show."""

from __future__ import annotations

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.disputes.queries import DisputeParty, DisputeView
from rochdale_protocol.governance.views import (
    AmendmentView,
    CandidateView,
    CommentView,
    DelegationView,
    InterestView,
    MeetingView,
    ProposalDetail,
    ProxyView,
)
from rochdale_protocol.membership.queries import MandateView, MemberView, OfficeView

from .world import HOSTILE, HOUR, NOW, RULES, World, farms_world, hostile_world, ident, proposal

__all__ = [
    "busy_world",
    "delegation",
    "dispute",
    "hostile_affairs",
    "left_world",
    "mandate",
    "many_affairs",
    "meeting",
    "notice",
    "office",
    "settling",
]

NO_SECOND = "We have no need of a second trailer."


def office(called: str, holder: MemberView, **changes: object) -> OfficeView:
    view = OfficeView(
        office=called, member=holder.member, name=holder.name, since=12, until=NOW + 200 * DAY_MS,
        ended=0, standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def mandate(giver: MemberView, person: str, **changes: object) -> MandateView:
    device = giver.devices[-1]
    view = MandateView(
        member=giver.member, name=giver.name, device=device.device, label=device.label,
        scope="vote", person=person, role="director", since=14, until=0, ended=0,
        standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def meeting(number: int, present: list[MemberView], **changes: object) -> MeetingView:
    votes = {ident("proposal", 58): {each.member: "for" for each in present[:3]}}
    view = MeetingView(
        meeting=ident("meeting", number), number=number, title="March meeting",
        held=NOW - 2 * DAY_MS, place="The Plough, Danby", chair=present[1].member,
        chair_name=present[1].name, author=present[2].member, author_name=present[2].name,
        present=[each.member for each in present], present_names=[each.name for each in present],
        approved=[present[2].member], approved_at=0, votes=votes,
        text="We spoke of the price.\n\nTea at four.", standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def party(one: MemberView, role: str, text: str) -> DisputeParty:
    return DisputeParty.model_validate(
        {"member": one.member, "name": one.name, "role": role, "left": False,
         "statement": ident("statement", one.member) if text else "", "text": text,
         "accepted": False, "agreed": False}
    )  # fmt: skip


def delegation(business: str, giver: MemberView, holder: MemberView) -> DelegationView:
    return DelegationView(
        business=business, member=giver.member, name=giver.name, holder=holder.member,
        holder_name=holder.name, standing="final",
    )  # fmt: skip


def dispute(
    number: int, complainant: MemberView, respondent: MemberView, **changes: object
) -> DisputeView:
    view = DisputeView(
        dispute=ident("dispute", number), number=number, status="open", opened=38, closed=0,
        at=NOW - DAY_MS, answer_by=NOW + 13 * DAY_MS, roll=7, about=[ident("agreement", 12)],
        parties=[party(complainant, "complainant", "The gate was open.\nTwice."),
                 party(respondent, "respondent", "")],
        mediator="", mediator_name="", accepted=False, mediates=False, settlement="",
        settlement_text="", proposal="", standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def settling(number: int, complainant: MemberView, respondent: MemberView) -> DisputeView:
    """A dispute in which the respondent answered, with a mediator and a settlement proposed."""
    brought = dispute(number, complainant, respondent)
    parties = [brought.parties[0].model_copy(update={"agreed": True, "accepted": True}),
               party(respondent, "respondent", "It was shut.")]  # fmt: skip
    return brought.model_copy(
        update={"parties": parties, "mediator": ident("member", 4),
                "mediator_name": "Hartoft Rigg", "settlement": ident("settlement", number),
                "settlement_text": "Both mend the gate.\nBy May."}
    )  # fmt: skip


def notice(number: int, author: MemberView, title: str, **changes: object) -> ProposalDetail:
    """A proposal under notice, which may be amended."""
    view = proposal(
        number, author, title, status="notice", opened=0, opens=NOW + 24 * HOUR,
        closes=NOW + 96 * HOUR, voted=0, voted_for=0, voted_against=0,
    )  # fmt: skip
    return view.model_copy(update=changes)


def busy_world() -> World:
    """The farms' book in a week of many affairs; I am the first farm."""
    world = farms_world()
    me, danby, farndale, glaisdale = world.members[:4]
    amendments = [
        AmendmentView(amendment=ident("amendment", 1), member=danby.member, name=danby.name,
                      text="Buy one second-hand.", reason="cheaper", accepted=0)
    ]  # fmt: skip
    comments = [
        CommentView(record=ident("comment", at), member=one.member, name=one.name, text=text,
                    at=at, answers=False)
        for at, one, text in ((39, danby, NO_SECOND), (40, farndale, "We do,\nat harvest."))
    ]  # fmt: skip
    proxies = [
        ProxyView(principal=glaisdale.member, principal_name=glaisdale.name, holder=me.member,
                  holder_name=me.name, instruction="")
    ]  # fmt: skip
    interests = [InterestView(member=danby.member, name=danby.name, nature="we sell trailers")]
    world.proposals[0] = world.proposals[0].model_copy(
        update={"comments": comments, "proxies": proxies, "interests": interests,
                "ballots": [each for each in world.proposals[0].ballots
                            if each.member != glaisdale.member]}
    )  # fmt: skip
    world.proposals += [
        notice(60, me, "Buy a third trailer", text="Buy it new.\n", amendments=amendments),
        notice(61, danby, "A tractor together", text="A red one.\n"),
        notice(62, danby, "Two directors", business="election", test="election", seats=2,
               effect="appoint", rule=RULES.classes["election"],
               effect_body={"type": "appoint", "office": "director", "members": [], "until": 0},
               candidates=[CandidateView(number=1, name=farndale.name, member=farndale.member,
                                         elected=0),
                           CandidateView(number=2, name="Re-open nominations", member="",
                                         elected=0)]),
        notice(63, danby, "Expel Bransdale Farm", effect="expel", subject=me.member,
               subject_name=me.name, business="special",
               effect_body={"type": "expel", "member": me.member, "reasons": "unpaid"}),
    ]  # fmt: skip
    world.offices = [
        office("secretary", me),
        office("treasurer", danby, until=0),
        office("chair", farndale, ended=30),
    ]
    world.mandates = [
        mandate(me, "Ann Bell"),
        mandate(danby, "", role="", scope="all", until=NOW - DAY_MS),
    ]
    world.delegations = [
        delegation("ordinary", danby, me),
        delegation("special", me, danby),
    ]
    world.meetings = [
        meeting(2, world.members),
        meeting(1, world.members[1:4], title="February meeting", approved_at=20,
                approved=[each.member for each in world.members[1:3]]),
    ]  # fmt: skip
    world.disputes = [
        dispute(2, danby, me),
        dispute(1, farndale, danby, status="settled", closed=33, settlement=ident("settled", 1),
                settlement_text="Danby mends the gate."),
    ]  # fmt: skip
    return world


def many_affairs(count: int = 10_000) -> World:
    """Ten thousand of everything that is listed, and of what is said about one proposal."""
    world = busy_world()
    farms = world.members
    me, danby = farms[:2]
    world.offices = [office(f"warden-{number:05}", farms[number % 7]) for number in range(count)]
    world.mandates = [
        mandate(me, f"Person {number:05}", device=ident("mandated", number))
        for number in range(count)
    ]
    world.meetings = [
        meeting(number, farms, title=f"Meeting {number:05}") for number in range(count, 0, -1)
    ]
    world.disputes = [dispute(number, danby, me) for number in range(count, 0, -1)]
    world.delegations = [
        delegation("ordinary", me.model_copy(update={"member": ident("f", number)}), danby)
        for number in range(count)
    ]
    world.proposals[0] = world.proposals[0].model_copy(
        update={
            "comments": [
                CommentView(record=ident("comment", number), member=danby.member,
                            name=danby.name, text=f"word {number:05}", at=40, answers=False)
                for number in range(count)
            ],
            "proxies": [
                ProxyView(principal=ident("principal", number), principal_name=f"F {number:05}",
                          holder=danby.member, holder_name=danby.name, instruction="")
                for number in range(count)
            ],
            "interests": [
                InterestView(member=ident("principal", number), name=f"F {number:05}",
                             nature="kin")
                for number in range(count)
            ],
        }
    )  # fmt: skip
    return world


def hostile_affairs() -> World:
    """The farms' affairs where every text that a peer wrote is an attack."""
    world, busy = hostile_world(), busy_world()
    me, danby = world.members[0], world.members[1]
    all_of_it = "\n".join(HOSTILE)
    said = {"name": HOSTILE[0], "text": all_of_it}
    world.proposals = [
        each.model_copy(
            update={
                "title": HOSTILE[number % len(HOSTILE)], "text": all_of_it,
                "author_name": HOSTILE[2],
                "comments": [one.model_copy(update=said) for one in each.comments],
                "amendments": [one.model_copy(update={**said, "reason": all_of_it})
                               for one in each.amendments],
                "interests": [one.model_copy(update={"name": HOSTILE[3], "nature": all_of_it})
                              for one in each.interests],
                "candidates": [one.model_copy(update={"name": HOSTILE[3]})
                               for one in each.candidates],
                "proxies": [one.model_copy(update={"principal_name": HOSTILE[3]})
                            for one in each.proxies],
            }
        )
        for number, each in enumerate(busy.proposals)
    ]  # fmt: skip
    for number, text in enumerate(HOSTILE):
        other = HOSTILE[(number + 1) % len(HOSTILE)]
        world.offices.append(office(f"office-{number}", me, name=text))
        world.mandates.append(
            mandate(me, text, device=ident("bad", number), label=other, name=text, role=other)
        )
        giver = me.model_copy(update={"name": text, "member": ident("bad", number)})
        world.delegations.append(
            delegation("ordinary", giver, danby.model_copy(update={"name": other}))
        )
        world.meetings.append(
            meeting(number + 1, world.members[:7], title=text, place=other, text=all_of_it)
        )
        sides = [party(danby.model_copy(update={"name": text}), "complainant", all_of_it),
                 party(me.model_copy(update={"name": other}), "respondent", "")]  # fmt: skip
        world.disputes.append(
            dispute(number + 1, danby, me, parties=sides, settlement=ident("s", number),
                    settlement_text=all_of_it, mediator=me.member, mediator_name=text)
        )  # fmt: skip
    return world


def left_world(status: str = "resigned") -> World:
    """The farms' co-op as one who left it with minute 40 still holds its book."""
    world = farms_world()
    mine = {"member_status": status, "witness": False, "witnesses": 6}
    world.status = world.status.model_copy(update=mine)
    gone = {"status": status, "left": 40, "witness": ""}
    world.members[0] = world.members[0].model_copy(update=gone)
    world.attention = []
    world.peers = [each.model_copy(update={"link": "down"}) for each in world.peers]
    return world
