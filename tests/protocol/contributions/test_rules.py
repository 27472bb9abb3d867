"""Contributions: logged by the provider, confirmed, disputed or corrected (CON-n)."""

from __future__ import annotations

from rochdale_protocol.agreements.records import AgreementDraft, AgreementSign
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.contributions.records import (
    ContributionConfirm,
    ContributionCorrect,
    ContributionDispute,
    ContributionLog,
)
from rochdale_protocol.membership.records import MemberResign
from rochdale_protocol.state.state import Value
from tests.protocol.coops import Coop, recovery
from tests.protocol.forging import refusal


def log(receiver: int = 1, quantity: str = "300", agreement: str | None = None) -> ContributionLog:
    return ContributionLog(
        action="transfer",
        receiver=recovery(receiver).public,
        resource="lambs",
        quantity=quantity,
        unit="head",
        happened=1,
        agreement=agreement,
        note="",
    )


def confirm(contribution: str, quantity: str = "300") -> ContributionConfirm:
    return ContributionConfirm(contribution=contribution, quantity=quantity)


def correct(contribution: str, quantity: str) -> ContributionCorrect:
    return ContributionCorrect(contribution=contribution, quantity=quantity, reason="miscounted")


def dispute(contribution: str) -> ContributionDispute:
    return ContributionDispute(contribution=contribution, reason="there were fewer")


def entry(coop: Coop, contribution: str) -> Value:
    return coop.nodes[0].ledger.final.need(f"contribution/{contribution}")


def agreed(coop: Coop, *parties: int, signed: bool = True) -> str:
    names = [recovery(number).public for number in parties]
    agreement = coop.write(parties[0], AgreementDraft(title="Supply", text="x", parties=names)).id
    for number in parties if signed else ():
        coop.author(number, AgreementSign(agreement=agreement, version=1, text_hash=text_hash("x")))
    coop.pump()
    return agreement


def test_a_contribution_is_logged_and_confirmed() -> None:
    """The author's member is the provider; the receiver's confirmation ends the matter (CON-3)."""
    coop = Coop(4)
    record = coop.write(0, log()).id
    assert entry(coop, record)["provider"] == recovery(0).public
    assert entry(coop, record)["status"] == "logged"
    coop.write(1, confirm(record))
    assert entry(coop, record)["status"] == "confirmed"


def test_the_receiver_is_another_member() -> None:
    """To contribute to oneself, to a stranger or to one who left is CON-1."""
    coop = Coop(4)
    assert refusal(coop, 0, log(0)) == "CON-1"
    assert refusal(coop, 0, log(9)) == "CON-1"
    coop.write(3, MemberResign(reason=""))
    assert refusal(coop, 0, log(3)) == "CON-1"
    coop.write(0, log(2))


def test_an_agreement_that_is_named_binds_both() -> None:
    """An agreement unknown, not in force, or not between the two is CON-2."""
    coop = Coop(4)
    assert refusal(coop, 0, log(agreement="ab" * 32)) == "CON-2"
    unsigned = agreed(coop, 0, 1, signed=False)
    assert refusal(coop, 0, log(agreement=unsigned)) == "CON-2"
    signed = agreed(coop, 0, 1)
    assert refusal(coop, 0, log(2, agreement=signed)) == "CON-2"
    assert refusal(coop, 2, log(0, agreement=signed)) == "CON-2"
    record = coop.write(0, log(agreement=signed)).id
    assert entry(coop, record)["agreement"] == signed


def test_only_the_receiver_confirms_and_what_stands() -> None:
    """A confirmation by another, of another quantity or a second time is CON-3."""
    coop = Coop(4)
    record = coop.write(0, log()).id
    assert refusal(coop, 0, confirm(record)) == "CON-3"
    assert refusal(coop, 2, confirm(record)) == "CON-3"
    assert refusal(coop, 1, confirm(record, "299")) == "CON-3"
    coop.write(1, confirm(record))
    assert refusal(coop, 1, confirm(record)) == "CON-3"


def test_only_the_receiver_disputes_and_not_what_it_confirmed() -> None:
    """A dispute by another, or after the confirmation, is CON-4."""
    coop = Coop(4)
    record = coop.write(0, log()).id
    assert refusal(coop, 0, dispute(record)) == "CON-4"
    said = coop.write(1, dispute(record)).id
    assert (entry(coop, record)["status"], entry(coop, record)["dispute"]) == ("disputed", said)
    coop.write(1, confirm(record))
    assert refusal(coop, 1, dispute(record)) == "CON-4"


def test_a_correction_awaits_confirmation() -> None:
    """The provider corrects what isn't confirmed; the receiver confirms what stands (CON-5)."""
    coop = Coop(4)
    record = coop.write(0, log()).id
    coop.write(1, dispute(record))
    assert refusal(coop, 1, correct(record, "290")) == "CON-5"
    assert refusal(coop, 0, correct(record, "300")) == "CON-5"
    coop.write(0, correct(record, "290"))
    stands = entry(coop, record)
    assert (stands["status"], stands["quantity"], stands["corrections"]) == ("logged", "290", 1)
    assert refusal(coop, 1, confirm(record, "300")) == "CON-3"
    coop.write(1, confirm(record, "290"))
    assert refusal(coop, 0, correct(record, "280")) == "CON-5"


def test_a_contribution_may_be_corrected_to_nothing() -> None:
    """What is logged is more than nothing, CON-7; a correction may take it all back."""
    coop = Coop(2)
    assert refusal(coop, 0, log(quantity="0")) == "CON-7"
    record = coop.write(0, log(quantity="0.00001")).id
    coop.write(0, correct(record, "0"))
    coop.write(1, confirm(record, "0"))
    assert entry(coop, record)["status"] == "confirmed"


def test_there_is_such_a_contribution() -> None:
    """To confirm, dispute or correct nothing is CON-6."""
    coop = Coop(1)
    for body in (confirm("ab" * 32), dispute("ab" * 32), correct("ab" * 32, "1")):
        assert refusal(coop, 0, body) == "CON-6"
