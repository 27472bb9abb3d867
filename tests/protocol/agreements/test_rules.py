"""Agreements: who is bound, to which exact text, and from when (AGR-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.agreements.records import AgreementDraft, AgreementRevise, AgreementSign
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.membership.records import MemberResign
from tests.protocol.coops import Coop, recovery
from tests.protocol.forging import refusal

TEXT = "# Supply\n\nWe sell our lambs together."
NEXT = TEXT + "\n\nOn Thursdays."


def draft(*parties: int, text: str = TEXT) -> AgreementDraft:
    return AgreementDraft(
        title="Supply", text=text, parties=[recovery(number).public for number in parties]
    )


def sign(agreement: str, *, version: int = 1, text: str = TEXT) -> AgreementSign:
    return AgreementSign(agreement=agreement, version=version, text_hash=text_hash(text))


def status(coop: Coop, agreement: str) -> tuple[str, int, int]:
    entry = coop.nodes[0].ledger.final.need(f"agreement/{agreement}")
    return entry["status"], entry["in_force"], entry["force_version"]


def test_an_agreement_is_in_force_once_all_have_signed() -> None:
    """Only the last party's signature puts an agreement in force, from its minute (AGR-5)."""
    coop = Coop(4)
    agreement = coop.write(0, draft(0, 1, 2)).id
    for number in (1, 0):
        coop.write(number, sign(agreement))
        assert status(coop, agreement) == ("draft", 0, 0)
    coop.write(2, sign(agreement))
    assert status(coop, agreement) == ("in-force", coop.nodes[0].ledger.height, 1)


@pytest.mark.parametrize("parties", [[0, 0], [0, 9]])
def test_parties_are_members_named_once(parties: list[int]) -> None:
    """A party named twice or unknown is AGR-1; the drafter need not be one."""
    coop = Coop(2)
    assert refusal(coop, 0, draft(*parties)) == "AGR-1"
    coop.write(0, draft(1))


def test_one_who_left_is_no_party() -> None:
    """A former member as a party is AGR-1."""
    coop = Coop(4)
    coop.write(3, MemberResign(reason=""))
    assert refusal(coop, 0, draft(0, 3)) == "AGR-1"


def test_a_revision_needs_all_signatures_anew() -> None:
    """A signature on the version before doesn't count for the next (AGR-2)."""
    coop = Coop(4)
    agreement = coop.write(0, draft(0, 1)).id
    coop.write(0, sign(agreement))
    coop.write(1, AgreementRevise(agreement=agreement, text=NEXT))
    coop.write(1, sign(agreement, version=2, text=NEXT))
    assert status(coop, agreement) == ("draft", 0, 0)
    coop.write(0, sign(agreement, version=2, text=NEXT))
    assert status(coop, agreement)[::2] == ("in-force", 2)


def test_only_parties_and_the_drafter_revise() -> None:
    """Another member's revision is AGR-2; the drafter revises without being a party."""
    coop = Coop(4)
    agreement = coop.write(0, draft(1)).id
    assert refusal(coop, 2, AgreementRevise(agreement=agreement, text=NEXT)) == "AGR-2"
    coop.write(0, AgreementRevise(agreement=agreement, text=NEXT))
    coop.write(1, AgreementRevise(agreement=agreement, text=TEXT))
    assert coop.nodes[0].ledger.final.need(f"agreement/{agreement}")["version"] == 3


def test_a_signature_is_on_one_exact_version() -> None:
    """A signature on an older, a newer or another text is AGR-3; on the newest it stands."""
    coop = Coop(2)
    agreement = coop.write(0, draft(0, 1)).id
    coop.write(0, AgreementRevise(agreement=agreement, text=NEXT))
    for wrong in (
        sign(agreement, version=1, text=TEXT),
        sign(agreement, version=3, text=NEXT),
        sign(agreement, version=2, text=TEXT),
        sign(agreement, version=2, text=NEXT + " "),
    ):
        assert refusal(coop, 0, wrong) == "AGR-3"
    coop.write(0, sign(agreement, version=2, text=NEXT))


def test_only_a_party_signs_and_once() -> None:
    """A signature of no party, or a second one on the same version, is AGR-4."""
    coop = Coop(4)
    agreement = coop.write(0, draft(0, 1)).id
    assert refusal(coop, 2, sign(agreement)) == "AGR-4"
    coop.write(0, sign(agreement))
    assert refusal(coop, 0, sign(agreement)) == "AGR-4"
    coop.write(1, sign(agreement))


def test_what_is_in_force_is_not_revised() -> None:
    """A revision of an agreement in force is AGR-6, and it stays in force."""
    coop = Coop(1)
    agreement = coop.write(0, draft(0)).id
    coop.write(0, sign(agreement))
    assert refusal(coop, 0, AgreementRevise(agreement=agreement, text=NEXT)) == "AGR-6"
    assert status(coop, agreement)[0] == "in-force"


def test_there_is_such_an_agreement() -> None:
    """A signature or revision of nothing is AGR-7."""
    coop = Coop(1)
    assert refusal(coop, 0, sign("ab" * 32)) == "AGR-7"
    assert refusal(coop, 0, AgreementRevise(agreement="ab" * 32, text=NEXT)) == "AGR-7"


def test_texts_that_differ_have_other_hashes() -> None:
    """The hash by which parties name a text is of its exact characters (AGR-3)."""
    assert len({text_hash(text) for text in ("a", "a ", "A", "a\n", "\u00e4", "a\u0308")}) == 6
