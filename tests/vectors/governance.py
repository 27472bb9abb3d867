"""Vectors of decisions (GOV-1 to GOV-31): stories.

A story is a book of three founders whose next minutes hold what it lists: each record with the
code that the minute gives it, and what the state then says. Records, ids and logs are made by
the words of the specs; codes and states are written by hand.
"""

from __future__ import annotations

from tests.protocol.definitions import ZEROS, public
from tests.protocol.stories import (
    BEGIN,
    CLASSES,
    COOP,
    DAY,
    ME,
    SHE,
    YOU,
    Json,
    Story,
    again,
    carrying,
    log,
    signed_charter,
)
from tests.vectors import sealing


def motion() -> Story:
    """GOV-1 to GOV-8, GOV-10 to GOV-14, GOV-20, GOV-30."""
    story = Story("a motion")
    story.minute(0)
    story.put("GOV-12", business="urgent")
    story.put("GOV-12", effect={"type": "expel", "member": YOU, "reasons": "x"})
    story.put("GOV-12", election={"seats": 1, "options": ["a", "b"]})
    story.put("GOV-12", business="options")
    story.put("GOV-12", business="options", election={"seats": 1, "options": ["a", "a"]})
    story.put("GOV-12", business="irv", election={"seats": 2, "options": ["a", "b"]})
    story.put("GOV-12", business="election", election={"seats": 1, "options": ["a"]},
              effect={"type": "appoint", "office": "chair", "members": [], "until": 0})  # fmt: skip
    story.put("GOV-13", business="officers")
    story.put("GOV-14", business="special")
    expel = {"type": "expel", "member": YOU, "reasons": "x"}
    story.put("GOV-14", business="special", effect=expel, opens=BEGIN + 21 * DAY,
              closes=BEGIN + 22 * DAY)  # fmt: skip
    story.put("GOV-1", closes=BEGIN + 99)
    story.put("GOV-11", effect={"type": "admit", "application": "ab" * 32})
    story.put("GOV-11", effect={"type": "spend", "amount": "0", "currency": "GBP",
                                "payee": "a", "purpose": ""})  # fmt: skip
    story.put("GOV-11", effect={"type": "appoint", "office": "chair", "members": [], "until": 0})
    story.put("RUL-7", effect={"type": "rules", "rules": carrying(rules=[])})
    one = story.put()
    said = [(one, ME)]
    story.finds(f"proposal/{one}", {
        "number": 1, "status": "open", "text": one, "rule": CLASSES["ordinary"], "author": ME,
        "opens": BEGIN, "closes": BEGIN + 1_000, "deadline": BEGIN + 1_000, "noticed": 1,
        "opened": 1, "closed": 0, "roll": 0, "electors": 3, "quorum": 2, "log": log(*said),
    })  # fmt: skip
    story.finds(f"live/{one}", {})
    story.finds(f"deadline/{BEGIN + 1_000:016d}/governance/{one}", {})
    story.minute(500)
    said.append((story.vote(2, one, "against"), YOU))
    story.vote(2, one, "for", "GOV-21", principal=SHE)
    story.rank(2, one, [[1]], "GOV-20")
    story.vote(2, "ab" * 32, "for", "GOV-5")
    story.say(2, "proposal.withdraw", "GOV-10", proposal=one)
    story.say(1, "candidate.stand", "GOV-5", proposal=one, statement="")
    said.append((story.vote(1, one, "for"), ME))
    said.append((story.vote(2, one, "for"), YOU))
    story.finds(f"ballot/{one}/{YOU}", {"by": YOU, "record": said[-1][0], "replaced": 1,
                                        "paper": {"choice": "for"}})  # fmt: skip
    story.finds(f"proposal/{one}", {"voted": 2, "for": 2, "against": 0, "log": log(*said)})
    story.minute(1_000)
    story.vote(3, one, "for", "GOV-5")
    story.say(1, "proposal.withdraw", "GOV-5", proposal=one)
    story.finds(f"proposal/{one}", {"status": "carried", "closed": 3, "deadline": 0,
                                    "effect_code": "", "log": log(*said)})  # fmt: skip
    story.finds(f"live/{one}", None)
    return story


def draft() -> Story:
    """GOV-5, GOV-10, GOV-15, GOV-16, GOV-17."""
    story = Story("a draft")
    story.minute(0)
    one = story.put(closes=0, business="special")
    two = story.put(closes=0)
    story.vote(1, one, "for", "GOV-5")
    offered = story.say(2, "amendment.offer", proposal=one, text="a van", reason="")
    story.say(2, "amendment.accept", "GOV-10", proposal=one, amendment=offered)
    taken = story.say(1, "amendment.accept", proposal=one, amendment=offered)
    story.say(1, "amendment.accept", "GOV-16", proposal=one, amendment=offered)
    story.say(2, "proposal.notice", "GOV-10", proposal=one, opens=0, closes=BEGIN + 5 * DAY)
    story.say(1, "proposal.notice", "GOV-14", proposal=one, opens=0, closes=BEGIN + 5 * DAY)
    times = {"opens": BEGIN + 2 * DAY, "closes": BEGIN + 5 * DAY}
    given = story.say(1, "proposal.notice", proposal=one, **times)
    story.say(1, "proposal.amend", "GOV-16", proposal=one, text="a lorry")
    comment = story.say(3, "comment.make", proposal=one, text="Why?", salt="0f" * 16)
    story.say(3, "comment.make", "GOV-17", proposal="ab" * 32, text="Why?", salt="0f" * 16)
    story.finds(f"proposal/{one}", times | {
        "status": "notice", "text": offered, "noticed": 1, "opened": 0,
        "log": log((one, ME), (taken, ME), (given, ME)),
    })  # fmt: skip
    story.finds(f"proposal/{two}", {"status": "draft", "deadline": BEGIN + 90 * DAY})
    story.finds(f"comment/{one}/{comment}", {"member": SHE, "at": 1})
    story.minute(2 * DAY)
    left = story.say(1, "proposal.withdraw", proposal=one)
    story.finds(f"proposal/{one}", {
        "status": "withdrawn", "opened": 2, "closed": 2,
        "log": log((one, ME), (taken, ME), (given, ME), (left, ME)),
    })  # fmt: skip
    story.minute(90 * DAY)
    story.finds(f"proposal/{two}", {"status": "lapsed", "closed": 3, "deadline": 0})
    return story


def proxies() -> Story:
    """GOV-18, GOV-20, GOV-21."""
    story = Story("proxies, interests and an objection")
    story.minute(0)
    one = story.put(business="consent")
    story.say(1, "proxy.appoint", "GOV-21", proposal=one, holder=ME, instruction=None)
    story.say(1, "proxy.appoint", "GOV-6", proposal=one, holder=public(9), instruction=None)
    story.say(1, "proxy.revoke", "GOV-21", proposal=one)
    story.say(1, "proxy.appoint", proposal=one, holder=YOU, instruction="for")
    story.say(3, "proxy.appoint", "GOV-21", proposal=one, holder=YOU, instruction=None)
    story.vote(2, one, "abstain", "GOV-21", principal=ME)
    cast = story.vote(2, one, "for", principal=ME)
    story.finds(f"ballot/{one}/{ME}", {"by": YOU, "record": cast, "replaced": 0})
    story.finds(f"proxies/{one}/{YOU}", {"n": 1})
    story.minute(100)
    own = story.vote(1, one, "abstain")
    story.vote(2, one, "for", "GOV-21", principal=ME)
    story.finds(f"ballot/{one}/{ME}", {"by": ME, "record": own, "replaced": 1})
    story.minute(200)
    story.say(1, "interest.declare", proposal=one, nature="It is my van.")
    story.say(1, "interest.declare", "GOV-18", proposal=one, nature="It is my van.")
    story.vote(1, one, "for", "GOV-18")
    story.finds(f"ballot/{one}/{ME}", None)
    story.finds(f"proposal/{one}", {"voted": 0, "abstain": 0, "electors": 3})
    story.minute(300)
    story.vote(2, one, "against", "GOV-20", reason=" ")
    story.vote(2, one, "for")
    story.vote(3, one, "against", reason="It has no brakes.")
    story.minute(1_000)
    story.finds(f"proposal/{one}", {"status": "lost", "for": 1, "against": 1})
    return story


def election() -> Story:
    """GOV-19, GOV-20, GOV-26, GOV-28."""
    story = Story("an election")
    story.minute(0)
    office = {"type": "appoint", "office": "chair", "members": [], "until": 0}
    later = {"opens": BEGIN + 1_000, "closes": BEGIN + 2_000}
    one = story.put(business="election", effect=office, election={"seats": 1, "options": []},
                    **later)  # fmt: skip
    empty = story.put(business="election", effect=office, election={"seats": 1, "options": []},
                      **later)  # fmt: skip
    two = story.put(business="options", election={"seats": 1, "options": ["a", "b"]}, **later)
    story.say(2, "candidate.stand", proposal=one, statement="")
    story.say(2, "candidate.stand", "GOV-19", proposal=one, statement="")
    story.say(3, "candidate.stand", proposal=one, statement="")
    story.say(1, "candidate.withdraw", "GOV-19", proposal=one)
    story.say(1, "candidate.stand", "GOV-19", proposal=two, statement="")
    story.minute(1_000)
    story.say(1, "candidate.stand", "GOV-5", proposal=one, statement="")
    story.finds(f"proposal/{empty}", {"status": "lapsed", "effect_code": "GOV-28"})
    story.finds(f"proposal/{one}", {"status": "open", "candidates": [
        {"name": "Farm 2", "member": YOU}, {"name": "Farm 3", "member": SHE}]})  # fmt: skip
    story.rank(1, one, [[4]], "GOV-20")
    story.rank(1, one, [[1], [1]], "GOV-20")
    story.vote(1, one, "for", "GOV-20")
    story.rank(1, one, [[2], [3]])
    story.rank(3, one, [[2]])
    story.rank(2, one, [[1]])
    story.rank(1, two, [[3]])
    story.rank(2, two, [[3, 1]])
    story.minute(2_000, prev="2a" * 32)
    story.finds(f"proposal/{one}", {"status": "counting", "closed": 3,
                                    "deadline": BEGIN + 2_000, "elected": []})  # fmt: skip
    story.minute(2_001, prev="3b" * 32)
    story.finds(f"proposal/{one}", {"status": "carried", "closed": 3, "elected": [2],
                                    "seed": "3b" * 32})  # fmt: skip
    story.finds(f"office/chair/{SHE}", {"since": 4, "until": 0, "ended": 0})
    story.finds(f"proposal/{two}", {"status": "lost", "elected": []})
    story.put(by=3, business="officers")
    return story


def early() -> Story:
    """GOV-22, GOV-24."""
    story = Story("a vote that closes early, and a delegation")
    story.minute(0)
    one = story.put(business="quick")
    story.say(3, "delegation.give", "GOV-22", business="ordinary", holder=ME)
    story.say(3, "delegation.give", "GOV-22", business="quick", holder=SHE)
    story.say(2, "delegation.end", "GOV-22", business="quick")
    given = story.say(3, "delegation.give", business="quick", holder=ME)
    first = story.vote(1, one, "for")
    second = story.vote(2, one, "for")
    story.vote(3, one, "against", "GOV-5")
    story.finds(f"ballot/{one}/{SHE}", {"by": ME, "record": given, "paper": {"choice": "for"}})
    story.finds(f"proposal/{one}", {
        "status": "carried", "closed": 1, "for": 3, "voted": 3,
        "log": log((one, ME), (first, ME), (second, YOU), (given, SHE)),
    })  # fmt: skip
    return story


def delegated() -> Story:
    """GOV-22: a delegation goes one step."""
    story = Story("a delegation to one who delegates")
    story.minute(0)
    (first, one), (second, two), (_, three) = sorted((public(100 + n), n) for n in (1, 2, 3))
    proposal = story.put(business="quick", by=three)
    third = public(100 + three)
    story.say(one, "delegation.give", business="quick", holder=third)
    story.say(two, "delegation.give", business="quick", holder=first)
    story.vote(three, proposal, "for")
    story.minute(1_000)
    story.finds(f"ballot/{proposal}/{first}", {"by": third})
    story.finds(f"ballot/{proposal}/{second}", None)
    story.finds(f"proposal/{proposal}", {"status": "carried", "for": 2, "voted": 2})
    return story


def put_again() -> Story:
    """GOV-25, GOV-27."""
    story = Story("adjourned, and referred")
    story.minute(0)
    one = story.put()
    two = story.put(effect={"type": "refer", "business": "special", "effect": {"type": "none"}})
    story.put("GOV-11", effect={"type": "refer", "business": "x", "effect": {"type": "none"}})
    story.vote(1, one, "for")
    for number in (1, 2, 3):
        story.vote(number, two, "for")
    story.minute(1_000)
    midnight = BEGIN - BEGIN % DAY
    numbers = {each: 3 + place for place, each in enumerate(sorted((one, two)))}
    story.finds(f"proposal/{one}", {"status": "adjourned", "continued": again(one)})
    story.finds(f"proposal/{again(one)}", {
        "number": numbers[one], "status": "notice", "business": "ordinary", "continues": one,
        "adjourned": True, "text": one, "author": ME, "noticed": 2, "quorum": 2, "voted": 0,
        "opens": midnight + DAY, "closes": midnight + DAY + 1_000, "log": ZEROS,
    })  # fmt: skip
    story.finds(f"proposal/{two}", {"status": "carried", "effect_code": "",
                                    "continued": again(two)})  # fmt: skip
    story.finds(f"proposal/{again(two)}", {
        "number": numbers[two], "status": "notice", "business": "special", "continues": two,
        "adjourned": False, "rule": CLASSES["special"], "opens": midnight + 2 * DAY,
        "closes": midnight + 2 * DAY + 1_000,
    })  # fmt: skip
    story.minute(2 * DAY)
    story.finds(f"proposal/{again(one)}", {"status": "open", "opened": 3})
    story.minute(3 * DAY)
    story.finds(f"proposal/{again(one)}", {"status": "inquorate", "closed": 4})
    return story


def meeting() -> Story:
    """GOV-29."""
    story = Story("a meeting")
    story.minute(0)
    one = story.put()
    body: Json = {
        "title": "June", "held": BEGIN, "place": "the barn", "chair": ME, "present": [YOU, ME],
        "text": "", "votes": [{"proposal": one, "voted_for": [ME, YOU], "voted_against": [],
                               "abstained": []}],
    }  # fmt: skip
    story.say(1, "meeting.record", "GOV-29", **(body | {"chair": SHE}))
    story.say(1, "meeting.record", "GOV-29", **(body | {"present": [ME, YOU, ME]}))
    story.say(1, "meeting.record", "GOV-29", **(body | {"present": [ME, public(9)]}))
    story.say(1, "meeting.record", "GOV-29", **(body | {"present": [ME]}))
    story.say(1, "meeting.record", "GOV-29", **(body | {"votes": body["votes"] * 2}))
    held = story.say(1, "meeting.record", **body)
    story.finds(f"meeting/{held}", {"number": 1, "present": sorted([ME, YOU]), "approved": 0,
                                    "votes": {one: {ME: "for", YOU: "for"}}})  # fmt: skip
    story.minute(100)
    story.say(3, "meeting.approve", "GOV-29", meeting=held)
    story.say(3, "meeting.approve", "GOV-29", meeting="ab" * 32)
    own = story.vote(1, one, "against")
    mine = story.say(1, "meeting.approve", meeting=held)
    story.say(1, "meeting.approve", "GOV-29", meeting=held)
    story.finds(f"meeting/{held}", {"approved": 1, "approved_at": 0})
    story.finds(f"approval/{held}/{ME}", {"record": mine})
    story.minute(200)
    yours = story.say(2, "meeting.approve", meeting=held)
    story.finds(f"ballot/{one}/{ME}", {"record": own, "paper": {"choice": "against"}})
    story.finds(f"ballot/{one}/{YOU}", {"record": yours, "paper": {"choice": "for"}})
    story.finds(f"meeting/{held}", {"approved": 2, "approved_at": 3})
    story.finds(f"proposal/{one}", {"log": log((one, ME), (own, ME), (yours, YOU))})
    return story


def effects() -> Story:
    """GOV-9, AGR-8: one decision carried out, one that has become impossible."""
    story = Story("effects")
    story.minute(0)
    agreement = story.say(1, "agreement.draft", title="Supply", text="a", parties=[YOU])
    adopt = {"type": "adopt", "agreement": agreement, "version": 1}
    one = story.put(effect=adopt)
    two = story.put(effect={"type": "suspend", "member": SHE, "reasons": "x"})
    three = story.put(effect={"type": "suspend", "member": SHE, "reasons": "x"},
                      closes=BEGIN + 1_001)  # fmt: skip
    for proposal in (one, two, three):
        story.vote(1, proposal, "for")
        story.vote(2, proposal, "for")
    story.say(2, "agreement.revise", agreement=agreement, text="b")
    story.minute(1_001)
    story.finds(f"proposal/{one}", {"status": "carried", "effect_code": "AGR-8"})
    story.finds(f"agreement/{agreement}", {"status": "draft", "version": 2})
    story.finds(f"proposal/{two}", {"status": "carried", "effect_code": ""})
    story.finds(f"proposal/{three}", {"status": "carried", "effect_code": "MEM-15"})
    story.finds(f"member/{SHE}", {"status": "suspended", "spells": [[0, 1]]})
    story.put("MEM-15", by=3)
    four = story.put()
    story.vote(2, four, "for")
    story.finds(f"proposal/{four}", {"electors": 2, "roll": 1})
    return story


def dissolved() -> Story:
    """GOV-31, EXE-10."""
    story = Story("the co-op is dissolved")
    story.minute(0)
    one = story.put(effect={"type": "dissolve"})
    two = story.put(closes=BEGIN + 1_001)
    three = story.put(closes=BEGIN + 9_000)
    story.vote(1, one, "for")
    story.vote(2, one, "for")
    story.minute(1_001)
    story.finds("dissolved", {"height": 2})
    for proposal in (two, three):
        story.finds(f"proposal/{proposal}", {"status": "lapsed", "closed": 2, "deadline": 0})
    story.say(1, "member.address", "EXE-10", addresses=[])
    story.minute(9_000)
    story.say(2, "member.address", "EXE-10", addresses=[])
    return story


def seal(proposal: str, member: str, plain: bytes) -> tuple[Json, bytes]:
    """Return a sealed ballot for the three founders' devices, and its context."""
    context = sealing.context_of(COOP, proposal, member)
    padded = sealing.pad(plain)
    secret = sealing.secret_of(bytes(32), context, padded)
    return sealing.put(secret, padded, context, sorted(map(public, (1, 2, 3)))), context


def secret() -> Story:
    """GOV-20, GOV-23: two of three trustees open a vote of which one ballot is no ballot."""
    story = Story("a sealed vote")
    story.minute(0)
    one = story.put(business="secret")
    keys = sorted(map(public, (1, 2, 3)))
    story.finds(f"proposal/{one}", {"trustees": keys})
    mine, my_context = seal(one, ME, b'{"choice":"for"}')
    yours, your_context = seal(one, YOU, b'{"choice":"for","reason":""}')
    hers, her_context = seal(one, SHE, b'{"choice":"against"}')
    sealed: Json = {"proposal": one, "principal": None}
    story.vote(1, one, "for", "GOV-20")
    story.say(1, "ballot.seal", "SEA-9", **sealed, sealed=mine | {"boxes": mine["boxes"][:2]})
    story.say(1, "ballot.seal", **sealed, sealed=mine)
    story.say(2, "ballot.seal", **sealed, sealed=yours)
    story.say(3, "ballot.seal", **sealed, sealed=hers)
    story.say(2, "ballot.unseal", "GOV-23", proposal=one, shares=[{"member": ME, "share": None}])
    story.finds(f"ballot/{one}/{ME}", {"paper": {"sealed": sealing.kept_of(mine)}})
    story.finds(f"proposal/{one}", {"voted": 3, "sealed": 3, "for": 0})
    story.minute(1_000)

    def opened(number: int) -> list[Json]:
        place = keys.index(public(number)) + 1
        seed = bytes([number]) * 32
        ballots = {ME: (mine, my_context), YOU: (yours, your_context), SHE: (hers, her_context)}
        return [
            {"member": member, "share": sealing.taken(ballot, place, seed, context).hex()}
            for member, (ballot, context) in sorted(ballots.items())
        ]

    wrong = [{"member": ME, "share": "5a" * 32}]
    story.say(1, "ballot.unseal", "GOV-23", proposal=one, shares=wrong)
    story.say(1, "ballot.unseal", "GOV-23", proposal=one,
              shares=[{"member": public(9), "share": None}])  # fmt: skip
    story.say(1, "ballot.unseal", proposal=one, shares=opened(1))
    story.finds(f"proposal/{one}", {"status": "opening", "sealed": 3, "closed": 2,
                                    "deadline": BEGIN + 1_000 + 30 * DAY})  # fmt: skip
    story.minute(2_000)
    story.say(3, "ballot.unseal", proposal=one, shares=opened(3))
    story.say(2, "ballot.unseal", proposal=one, shares=opened(2))
    story.finds(f"ballot/{one}/{ME}", {"paper": {"choice": "for"}})
    story.finds(f"ballot/{one}/{YOU}", {"paper": {"spoilt": True}})
    story.finds(f"proposal/{one}", {"status": "lost", "voted": 2, "for": 1, "against": 1,
                                    "spoilt": 1, "sealed": 0, "closed": 2})  # fmt: skip
    return story


STORIES = (
    motion,
    draft,
    proxies,
    election,
    early,
    delegated,
    put_again,
    meeting,
    effects,
    dissolved,
    secret,
)


def build() -> Json:
    """Return the vectors; founder i has the device of seed i.

    A value of the state is told by some of its fields; null: there is none.
    """
    return {
        "charter": signed_charter(),
        "coop": COOP,
        "stories": [
            {"name": story.name, "minutes": story.minutes} for story in (each() for each in STORIES)
        ],
    }
