"""``rochdale dispute`` on the homes of three farms, whose book a courier carries."""

from __future__ import annotations

from rochdale_node.cli.client import connect

from .conftest import Cli, carry


def waiting(farm: Cli) -> list[tuple[str, str]]:
    """Return what of disputes needs a farm."""
    farm.run("status")  # makes its home the one that is connected to
    with connect("dispute show") as client:
        found = client.get("/v1/attention")
    return [(item["label"], item["detail"]) for item in found if item["what"] == "case"]


def test_a_dispute_is_settled_with_a_mediator(farms: list[Cli]) -> None:
    """Open, answer, mediator, accept, settle and agree lead to the same end on every home."""
    one, two, three = farms
    opened = one.json("dispute", "open", "Farm 1", "--text", "The lambs\nnever came.")
    assert opened["kind"] == "dispute.open"
    carry(farms)
    assert waiting(two) == [("D-1", "waits for your answer")]
    assert waiting(three) == []
    answer = two.folder / "answer.txt"
    answer.write_text("They did come.", encoding="utf-8")
    two.run("dispute", "answer", "D-1", "--file", answer)
    one.run("dispute", "mediator", "D-1", "Farm 2")
    carry(farms)
    assert waiting(three) == [("D-1", "you are asked to mediate")]
    assert waiting(two) == [("D-1", "Farm 2 is proposed as mediator")]
    shown = two.run("dispute", "show", "D-1").out
    assert "not yet accepted by Farm 1, the mediator" in shown
    for farm in (two, three):
        farm.run("dispute", "accept", "D-1")
    carry(farms)
    three.run("dispute", "settle", "D-1", "--text", "Friday.")
    carry(farms)
    settlement = one.json("dispute", "show", "D-1")["settlement"]
    assert waiting(one) == [("D-1", "a settlement waits for your agreement")]
    assert "--expect" in one.run("dispute", "agree", "D-1", code=2).err
    wrong = "0000" if not settlement.startswith("0000") else "1111"
    assert one.json("dispute", "agree", "D-1", "--expect", wrong, code=1)["error"]["code"] == (
        "DIS-9"
    )
    for farm in (one, two):
        farm.run("dispute", "agree", "D-1", "--expect", settlement[:4])
    carry(farms)
    for farm in farms:
        (row,) = farm.json("dispute", "list")
        assert (row["number"], row["status"], row["mediator_name"]) == (1, "settled", "Farm 2")
        assert waiting(farm) == []
    shown = one.run("dispute", "show", "D-1").out
    for words in ("The lambs\nnever came.", "They did come.", "Friday.", "settled"):
        assert words in shown
    said = {row["kind"]: row["summary"] for row in one.json("record", "list")["records"]}
    assert said["dispute.open"] == "against Farm 1"
    assert said["dispute.mediator"] == "Farm 0 against Farm 1: Farm 2 is to mediate"
    assert said["dispute.agree"] == "Farm 0 against Farm 1"


def test_a_dispute_is_withdrawn_or_referred(farms: list[Cli]) -> None:
    """Withdraw and refer do what they say, and each refusal tells what to do next."""
    one, two, _ = farms
    assert one.json("dispute", "open", "Farm 0", "--text", "x", code=1)["error"]["code"] == "DIS-2"
    assert one.json("dispute", "open", "Farm 1", code=2)["error"]["code"] == "usage"
    mine = one.json("dispute", "open", "Farm 1", "--text", "One.")["record"]
    other = two.json("dispute", "open", "Farm 0", "--text", "Two.")["record"]
    carry(farms)
    assert one.json("dispute", "refer", mine[:8], code=1)["error"]["code"] == "DIS-11"
    assert one.json("dispute", "accept", mine, code=1)["error"]["code"] == "DIS-7"
    assert one.json("dispute", "withdraw", other, code=1)["error"]["code"] == "DIS-10"
    one.run("dispute", "withdraw", mine)
    one.run("dispute", "answer", other, "--text", "No.")
    one.run("dispute", "refer", other)
    carry(farms)
    ends = {row["dispute"]: row["status"] for row in two.json("dispute", "list")}
    assert ends == {mine: "withdrawn", other: "referred"}
    ((_, detail),) = waiting(two)
    assert "waits for a proposal" in detail
    assert two.json("dispute", "show", "D-9", code=4)["error"]["code"] == "API-3"
