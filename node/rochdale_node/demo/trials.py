"""What the co-op survives: power cuts, laptops asleep, a device that contradicts itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rochdale_protocol.contributions.records import ContributionLog
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.sync.messages import Kind, Message, Records, encode_message

from ..links.dialer import connect, new_session
from ..vault import Keys
from .farms import now_ms, until

if TYPE_CHECKING:
    from .story import Story

__all__ = ["survive"]


def survive(story: Story) -> None:
    """Power cuts, laptops asleep, and a device that contradicts itself."""
    _power_cut(story)
    _asleep(story)
    _contradict(story)


def _power_cut(story: Story) -> None:
    sixth, seventh = story.farms[5], story.farms[6]
    sixth.kill()
    seventh.kill()
    story.say(f"kill -9: the nodes of {sixth.name} and {seventh.name}")
    for number in range(3):
        story.log(story.farms[0], story.farms[1], "transfer", f"load {number}", "30", "head")
    offline = seventh.run(
        *("contribution", "log", "work", "--to", story.farms[0].member),
        *("--resource", "mending walls", "--quantity", "3", "--unit", "hour"),
    )
    story.say(f"others wrote on; {seventh.name} signed a record without a node")
    for farm in (sixth, seventh):
        farm.start()
    for farm in (sixth, seventh):
        farm.wait_up()
    story.even(story.farms)
    until("what was signed offline is final", lambda: story.is_final(sixth, offline["record"]))
    story.say("restarted: both caught up, and the record signed offline is final")


def _asleep(story: Story) -> None:
    second, third = story.farms[1], story.farms[2]
    second.suspend()
    third.suspend()
    awake = [farm for farm in story.farms if farm not in (second, third)]
    for number in range(2):
        story.log(story.farms[3], story.farms[4], "work", f"fence {number}", "2", "hour")
    story.even(awake)
    second.resume()
    third.resume()
    story.even(story.farms)
    story.say(f"{second.name} and {third.name} were cut off for a while; all are even again")


def _contradict(story: Story) -> None:
    owner = story.farms[3]
    tablet = Keys.generate().device
    coop = story.report["coop"]
    claim = recovery_claim(coop, owner.member, tablet.public)
    signature = tablet.sign(Tag.SIGN_DEVICE, claim).hex()
    added = owner.act(
        "device.add", device=tablet.public, label="tablet in the barn", device_sig=signature
    )
    for farm in story.farms:
        story.hold(farm, added)
    seen = owner.get("/v1/status")["minute"]
    frames = []
    for quantity in ("10", "90"):
        body = ContributionLog(
            action="transfer",
            receiver=story.farms[0].member,
            resource="lambs",
            quantity=quantity,
            unit="head",
            happened=now_ms(),
            agreement=None,
            note="",
        )
        record = author_record(tablet, body, coop=coop, seq=1, prev=ZERO_ID, seen=seen, at=now_ms())
        frames.append(pack_record(record))
    for farm, frame in zip(story.farms, frames, strict=False):
        asyncio.run(_send_as(tablet, farm.address, coop, frame))
    until(
        "every farm holds the evidence",
        lambda: all(farm.get("/v1/evidence") for farm in story.farms),
    )
    evidence = owner.get("/v1/evidence")
    story.report["evidence"] = evidence
    story.say(
        f"a tablet of {owner.name} signed two records with one number: frozen, "
        f"both kept ({evidence[0]['first'][:8]} and {evidence[0]['second'][:8]})"
    )


async def _send_as(tablet: Any, address: str, coop: str, frame: bytes) -> None:
    """Send one record as a device that dials, and stay until the peer has taken it."""
    session = new_session()
    try:
        link = await connect(session, address, coop, tablet)
        message = Message(Kind.RECORDS, Records(more=True), (frame,))
        link.post(encode_message(message))
        async for data in link:
            if data[0] == Kind.MORE_RECORDS:
                break
        await link.close("done")
    finally:
        await session.close()
