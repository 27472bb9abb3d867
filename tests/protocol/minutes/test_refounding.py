"""Refounding: the draft from the old book, and what a founder's node checks on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import CodedError, LocalError, NotYet, Refused
from rochdale_protocol.membership.records import MemberAddress, MemberResign
from rochdale_protocol.membership.rules import device_entry, rekey
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter
from rochdale_protocol.minutes.refounding import (
    Support,
    check_refounding,
    draft_refounding,
    known_founders,
    support_of,
)
from rochdale_protocol.minutes.shelf import MemoryShelf, height_key
from rochdale_protocol.minutes.votes import Certificate
from rochdale_protocol.state.state import State
from tests.protocol.coops import Coop, device, recovery

AT = 9_000


@pytest.fixture
def old() -> Coop:
    """Four farms whose book has one minute: where the first of them can be reached."""
    coop = Coop(4)
    coop.write(0, MemberAddress(addresses=["farm.example:1844"]))
    return coop


def members(*numbers: int) -> list[str]:
    return [recovery(number).public for number in numbers]


def card(number: int, name: str = "", key: int | None = None) -> Founder:
    """Return a farm's card, with the device of another number where a key is given."""
    return Founder(
        name=name or f"Farm {number}",
        entity="organisation",
        member=recovery(number).public,
        device=device(number if key is None else key).public,
        label="new laptop",
        addresses=[],
    )


def drafted(coop: Coop, *numbers: int, **cards: Founder) -> Charter:
    ledger = coop.nodes[numbers[0]].ledger
    by_member = {one.member: one for one in cards.values()}
    return draft_refounding(ledger, members(*numbers), by_member, AT).charter


def test_the_draft_carries_founders_over_and_nothing_else(old: Coop) -> None:
    """Name, purpose and rules stay; founders come with device and addresses (RFD-1, RFD-8)."""
    ledger = old.nodes[0].ledger
    charter = drafted(old, 1, 0)
    first = old.signed.charter
    assert (charter.name, charter.purpose, charter.rules) == (
        first.name, first.purpose, first.rules,
    )  # fmt: skip
    assert charter.refounds is not None
    cited = (charter.refounds.coop, charter.refounds.height, charter.refounds.minute)
    assert cited == (old.id, 1, ledger.tip.id)
    assert [one.member for one in charter.founders] == sorted(members(0, 1))
    by_name = {one.name: one for one in charter.founders}
    assert by_name["Farm 0"].addresses == ["farm.example:1844"]
    assert by_name["Farm 0"].device == device(0).public
    assert charter.coop() != old.id


def test_the_new_book_goes_on_with_those_who_are_left(old: Coop) -> None:
    """Two of four make a record final in the book that they refounded; the mark stays (RFD-2)."""
    charter = drafted(old, 0, 1)
    signatures: list[str | None] = [
        charter.sign(device(0 if one.member == recovery(0).public else 1))
        for one in charter.founders
    ]
    signed = SignedCharter(charter=charter, signatures=signatures)
    signed.check()
    new = Coop(2, signed=signed)
    new.write(0, MemberAddress(addresses=["barn.example:1844"]))
    assert [ledger.height for ledger in new.ledgers] == [1, 1]
    assert charter.refounds is not None
    assert new.ledgers[1].final.need("coop")["refounds"] == charter.refounds.model_dump()


def test_a_rightful_charter_is_signed_without_doubt(old: Coop) -> None:
    """A draft from one founder's book passes on the other's, and names no strange device."""
    charter = drafted(old, 0, 1)
    assert check_refounding(charter, old.nodes[1].ledger) == []


def test_a_new_laptop_is_named_to_the_signer(old: Coop) -> None:
    """A device of a card is no rule broken, but whoever signs is told whose it is (RFD-8)."""
    charter = drafted(old, 0, 1, birch=card(1, "Somebody else", key=9))
    assert {one.name for one in charter.founders} == {"Farm 0", "Farm 1"}
    assert device(9).public in {one.device for one in charter.founders}
    assert check_refounding(charter, old.nodes[0].ledger) == ["Farm 1"]
    known = known_founders(charter, old.nodes[0].ledger.final)
    assert [one.name for one in known] == ["Farm 0"]


def changed(charter: Charter, **cited: object) -> Charter:
    assert charter.refounds is not None
    return charter.model_copy(update={"refounds": charter.refounds.model_copy(update=cited)})


def as_someone(charter: Charter, **fields: object) -> Charter:
    first, *others = charter.founders
    return charter.model_copy(update={"founders": [first.model_copy(update=fields), *others]})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda charter: changed(charter, minute="ab" * 32), "RFD-3"),
        (lambda charter: changed(charter, height=0), "RFD-3"),
        (lambda charter: changed(charter, height=2), "RFD-4"),
        (lambda charter: as_someone(charter, member=device(9).public), "RFD-6"),
        (lambda charter: as_someone(charter, name="Farm 3"), "RFD-6"),
        (lambda charter: as_someone(charter, entity="person"), "RFD-6"),
    ],
    ids=["minute", "height", "ahead", "stranger", "name", "entity"],
)
def test_a_charter_that_says_otherwise_is_refused(
    old: Coop, change: Callable[[Charter], Charter], code: str
) -> None:
    """Another minute, one not reached, or a founder who is no such member is refused."""
    with pytest.raises(CodedError) as caught:
        check_refounding(change(drafted(old, 0, 1)), old.nodes[1].ledger)
    assert caught.value.code == code
    assert isinstance(caught.value, NotYet if code == "RFD-4" else Refused)


def test_a_book_that_goes_further_is_refounded_from_there(old: Coop) -> None:
    """A charter from before the book's last minute is refused with its height (RFD-5)."""
    charter = drafted(old, 0, 1)
    old.write(2, MemberAddress(addresses=["late.example:1844"]))
    with pytest.raises(Refused, match="RFD-5") as caught:
        check_refounding(charter, old.nodes[0].ledger)
    assert caught.value.fields == {"height": 1, "mine": 2}


def test_who_left_founds_nothing(old: Coop) -> None:
    """One who resigned is no founder, in the draft as in the check (RFD-6)."""
    charter = drafted(old, 0, 3)
    old.write(3, MemberResign(reason=""))
    with pytest.raises(Refused, match="RFD-6"):
        drafted(old, 0, 3)
    with pytest.raises(Refused, match="RFD-6"):
        check_refounding(changed(charter, height=2, minute=old.ledgers[0].tip.id), old.ledgers[0])
    with pytest.raises(Refused, match="RFD-6"):
        drafted(old, 0, 9)


def test_a_lost_key_is_no_founders(old: Coop) -> None:
    """Who was re-keyed founds with its new key; the key that it lost is worth nothing (RFD-6)."""
    ledger = old.ledgers[0]
    before = drafted(old, 0, 1)
    state = State(ledger.desk["state"])
    rekey(state, members(1)[0], recovery(9).public, 1)
    phone = device_entry(members(1)[0], "phone", "active", 1)
    state.put(f"device/{device(9).public}", phone)
    state.flush(ledger.desk["state"])
    ledger.desk["heights"].put(ledger.tip.id, b"1")
    with pytest.raises(Refused, match="RFD-6"):
        check_refounding(before, ledger)
    charter = drafted(old, 0, 1)
    assert {one.member for one in charter.founders} == {*members(0), recovery(9).public}
    assert check_refounding(charter, ledger) == []
    assert known_founders(charter, ledger.final) == charter.founders
    anew = card(1, key=9).model_copy(update={"member": recovery(9).public})
    assert drafted(old, 0, 1, anew=anew).founders[0].name == charter.founders[0].name
    assert len(drafted(old, 0, 1, anew=anew).founders) == 2


def test_the_device_is_one_that_may_sign(old: Coop) -> None:
    """Where the witness's device is revoked, the member's card is needed (RFD-8)."""
    state = old.ledgers[0].final
    entry = state.need(f"device/{device(1).public}")
    old.ledgers[0].desk["state"].put(
        f"device/{device(1).public}",
        encode(entry | {"status": "revoked"}),
    )
    with pytest.raises(LocalError, match="RFD-8"):
        drafted(old, 0, 1)
    assert len(drafted(old, 0, 1, birch=card(1, key=9)).founders) == 2


def test_a_device_that_refounded_signs_no_more_in_the_old_book(old: Coop) -> None:
    """Neither a record nor a vote is signed, and minutes are still taken in (RFD-7)."""
    one = old.nodes[0].ledger
    one.successor = "c1" * 32
    with pytest.raises(LocalError, match="RFD-7"):
        one.author(MemberAddress(addresses=[]))
    old.author(1, MemberAddress(addresses=["mill.example:1844"]))
    old.pump()
    while one.height < 2:
        old.pass_time(1_000)
    certificate = one.desk["finals"].get(height_key(2))
    assert certificate is not None
    signers = Certificate.from_bytes(certificate).signers
    assert one.roster_at(2).places[device(0).public] not in signers
    assert len(signers) == 3


@pytest.mark.parametrize(
    ("founding", "founders_suffice", "others_suffice"),
    [(1, False, True), (2, False, False), (3, True, False)],
)
def test_support_counts_witnesses(
    old: Coop, founding: int, founders_suffice: bool, others_suffice: bool
) -> None:
    """Of four witnesses three must sign: which side could go on with the old book."""
    found = support_of(old.ledgers[0], drafted(old, *range(founding)))
    assert found == Support(4, 3, founding)
    assert (found.founders_suffice, found.others_suffice) == (founders_suffice, others_suffice)


def test_a_stranger_refounds_nothing() -> None:
    """A charter whose founders' devices the book does not know names none of them."""
    old = Coop(2)
    stranger = old.signed.charter.model_copy(
        update={"founders": [card(0, key=8), card(1, key=9)], "refounds": None}
    )
    assert known_founders(stranger, old.ledgers[0].final) == []
    shelf = MemoryShelf()
    shelf.commit(found_book(old.signed))
    assert Ledger(shelf, None, old.now).successor == ""
