"""What the node answers about its book."""

from __future__ import annotations

import pytest

from rochdale_node.api.service import BACKUP_NOTE
from rochdale_node.invite import Invite
from rochdale_protocol.proofs.checkpoint import Checkpoint
from rochdale_protocol.proofs.verify import verify_proof
from rochdale_protocol.views import Attention

from .conftest import Farm


async def test_status_tells_where_the_book_stands(farm: Farm) -> None:
    """Height, ids, counts and roles are those of the ledger."""
    await farm.propose()
    status = await farm.get("/v1/status")
    tip = farm.node.books[farm.coop].ledger.tip
    assert (status["height"], status["minute"]) == (1, tip.id)
    assert status["state_root"] == tip.header.state_root
    assert (status["members"], status["witnesses"], status["quorum"]) == (1, 1, 1)
    assert (status["proposals_open"], status["pending"], status["peers"]) == (1, 0, 0)
    assert (status["member_status"], status["device_status"]) == ("active", "active")
    assert status["witness"] is True


async def test_a_coop_is_chosen_by_the_beginning_of_its_id(farm: Farm) -> None:
    """A prefix that fits chooses the book; one that doesn't is 404 with API-5."""
    assert (await farm.get(f"/v1/status?coop={farm.coop[:6]}"))["coop"] == farm.coop
    assert (await farm.get("/v1/status?coop=zz", 404))["code"] == "API-5"


async def test_a_node_without_a_book_says_how_to_get_one(farm: Farm) -> None:
    """API-13: asked for a status while it holds no co-op."""
    books, farm.node.books = farm.node.books, {}
    problem = await farm.get("/v1/status", 404)
    farm.node.books = books
    assert problem["code"] == "API-13"
    assert "coop join" in problem["next"]


async def test_a_record_is_shown_with_its_place(farm: Farm) -> None:
    """A final record names its minute, its index, its author and a line of what it says."""
    record = await farm.propose("Mend the wall")
    view = await farm.get(f"/v1/records/{record}")
    assert (view["state"], view["height"], view["index"]) == ("final", 1, 0)
    assert (view["name"], view["summary"]) == ("Farm 0", "Mend the wall")
    raw = await farm.get(f"/v1/records/{record}/raw")
    assert len(raw["header"]) + 64 + len(raw["body"]) + 2 == view["size"]


async def test_records_are_found_by_what_is_asked(farm: Farm) -> None:
    """Kind, author, words, state and pages each choose, the newest first."""
    first = await farm.propose("Mend the wall")
    second = await farm.propose("Buy a tup")
    await farm.vote(second, "for")

    async def ids(query: str) -> list[str]:
        page = await farm.get(f"/v1/records?{query}")
        return [row["record"] for row in page["records"]]

    assert await ids("kind=proposal.new") == [second, first]
    assert await ids("text=tup") == [second]
    assert await ids("author=farm&kind=proposal.new&limit=1&offset=1") == [first]
    assert await ids("author=nobody") == []
    assert len(await ids("state=final")) == 3
    assert await ids("state=pending") == []


async def test_verification_names_every_step(farm: Farm) -> None:
    """A good record passes form, signature, body, author, chain, minute and certificate."""
    await farm.propose()
    record = await farm.propose()
    checks = await farm.get(f"/v1/records/{record}/verify")
    names = ["form", "signature", "body", "author", "chain", "minute", "certificate"]
    assert [check["name"] for check in checks] == names
    assert all(check["ok"] for check in checks)


@pytest.mark.parametrize(
    ("collection", "failing"),
    [("records", {"signature"}), ("bodies", {"form"})],
)
async def test_verification_finds_a_changed_byte(
    farm: Farm, collection: str, failing: set[str]
) -> None:
    """One bit changed on the disk in a signature or a body: that step fails with a code."""
    record = await farm.propose()
    shelf = farm.node.books[farm.coop].shelf
    data = shelf.maps[collection].get(record)
    assert data is not None
    shelf.commit({collection: {record: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]}})
    checks = await farm.get(f"/v1/records/{record}/verify")
    failed = {check["name"]: check["code"] for check in checks if not check["ok"]}
    assert failing <= failed.keys()
    assert all(failed.values())


async def test_minutes_come_newest_first_and_bounded(farm: Farm) -> None:
    """Limit and before page through the minutes; the founders attest minute 0."""
    for _ in range(3):
        await farm.propose()
    assert [m["height"] for m in await farm.get("/v1/minutes?limit=2")] == [3, 2]
    assert [m["height"] for m in await farm.get("/v1/minutes?before=2")] == [1, 0]
    charter = await farm.get("/v1/minutes/0")
    assert (charter["signers"], charter["witnesses"]) == (["Farm 0"], 1)
    assert (await farm.get("/v1/minutes/4", 404))["code"] == "API-3"
    assert (await farm.get("/v1/minutes/x", 404))["code"] == "API-3"


async def test_a_shortened_id_is_resolved(farm: Farm) -> None:
    """P-1, M1, names and prefixes lead to full ids; what fits nothing leads to nothing."""
    record = await farm.propose("Buy a barn")
    member = farm.node.home.identity.member

    async def resolve(text: str, types: str) -> list[str]:
        found = await farm.get(f"/v1/resolve?text={text}&types={types}")
        return [one["id"] for one in found]

    assert await resolve("P-1", "proposal") == [record]
    assert await resolve("p1", "proposal") == [record]
    assert await resolve(record[:6], "proposal") == [record]
    assert await resolve(record[:4].upper(), "record") == [record]
    assert await resolve("farm%200", "member") == [member]
    assert await resolve("Far", "member,application") == [member]
    assert await resolve("M1", "minute") == [farm.node.books[farm.coop].ledger.tip.id]
    assert await resolve("P-2", "proposal") == []
    assert await resolve(record[:3], "proposal") == []
    assert await resolve(record[:6], "agreement") == []


async def test_attention_names_what_waits_for_me(farm: Farm) -> None:
    """An open vote without my ballot, an unsigned agreement and a missing backup wait."""
    proposal = await farm.propose()
    member = farm.node.home.identity.member
    agreement = await farm.act("agreement.draft", title="Supply", text="We do.", parties=[member])

    async def waiting() -> list[tuple[str, str]]:
        found = [Attention.model_validate(one) for one in await farm.get("/v1/attention")]
        return [(one.what, one.id) for one in found]

    assert await waiting() == [
        ("ballot", proposal),
        ("sign", agreement),
        ("backup", farm.coop),
    ]
    await farm.vote(proposal, "abstain")
    view = (await farm.get("/v1/agreements"))[0]
    text_hash = view["versions"][0]["text_hash"]
    await farm.act("agreement.sign", agreement=agreement, version=1, text_hash=text_hash)
    (farm.node.home.path / BACKUP_NOTE).write_text("{}")
    assert await waiting() == []


async def test_a_proof_is_of_what_was_asked_and_verifies(farm: Farm) -> None:
    """Records, agreements in force and members have proof files that verify offline."""
    member = farm.node.home.identity.member
    agreement = await farm.act("agreement.draft", title="Supply", text="We do.", parties=[member])
    draft = await farm.get(f"/v1/records/{agreement}/proof")
    assert draft["claim"] == {"type": "record", "id": agreement}
    problem = await farm.get(f"/v1/records/{agreement}/proof?claim=agreement", 409)
    assert problem["code"] == "PRF-10"
    view = (await farm.get("/v1/agreements"))[0]
    text_hash = view["versions"][0]["text_hash"]
    await farm.act("agreement.sign", agreement=agreement, version=1, text_hash=text_hash)
    for subject, claim in ((agreement, "agreement"), (member, "membership")):
        async with farm.http.get(f"http://node/v1/records/{subject}/proof") as answer:
            verdict = verify_proof(await answer.read(), coop=farm.coop)
        assert verdict.ok, verdict.summary
        assert verdict.claim == claim


async def test_a_proof_begins_from_the_checkpoint_that_is_asked_for(farm: Farm) -> None:
    """A minute's checkpoint, and a proof made for it, are the bytes that a verifier reads."""
    member = farm.node.home.identity.member
    await farm.act("member.address", addresses=["farm.example:1844"])
    async with farm.http.get("http://node/v1/minutes/1/checkpoint") as answer:
        checkpoint = Checkpoint.from_bytes(await answer.read())
    await farm.act("member.address", addresses=["farm.example:1845"])
    path = f"http://node/v1/records/{member}/proof?since={checkpoint.minute}"
    async with farm.http.get(path) as answer:
        verdict = verify_proof(await answer.read(), checkpoint=checkpoint)
    assert verdict.ok, verdict.summary
    assert verdict.checkpoint == 1
    for path in ("/v1/minutes/99/checkpoint", "/v1/minutes/x/checkpoint"):
        assert (await farm.get(path, 404))["code"] == "PRF-23"
    problem = await farm.get(f"/v1/records/{member}/proof?since={'9' * 64}", 404)
    assert problem["code"] == "PRF-23"


async def test_an_invitation_holds_what_a_newcomer_needs(farm: Farm) -> None:
    """The link names co-op, device, a minute and the secret of the token in the book."""
    await farm.act("member.address", addresses=["farm.example:1844"])
    made = await farm.post("/v1/invites", {"days": 3})
    invite = Invite.from_link(made["link"])
    ledger = farm.node.books[farm.coop].ledger
    assert (invite.coop, invite.device) == (farm.coop, farm.node.home.identity.device)
    assert invite.token.public == made["token"]
    assert ledger.ahead.get(f"invite/{made['token']}") is not None
    assert invite.addresses == ["farm.example:1844"]
    assert ledger.minute(invite.height) is not None


async def test_a_peer_is_added_and_shown_as_down(farm: Farm) -> None:
    """An address given by hand is remembered and listed until its device is known."""
    added = await farm.post("/v1/peers", {"address": "127.0.0.1:9"})
    assert added == {"address": "127.0.0.1:9"}
    (peer,) = await farm.get("/v1/peers")
    assert (peer["link"], peer["addresses"], peer["device"]) == ("down", ["127.0.0.1:9"], "")
    assert (await farm.post("/v1/peers", {"address": "no port:x"}, 400))["code"] == "LNK-12"
    assert (await farm.post(f"/v1/peers/{'0' * 64}/retry", {}, 404))["code"] == "API-12"


async def test_a_ping_to_nobody_says_that_it_is_away(farm: Farm) -> None:
    """Dialling an address where nothing listens answers 503 with LNK-5."""
    problem = await farm.post("/v1/ping", {"address": "127.0.0.1:9"}, 503)
    assert problem["code"] == "LNK-5"
