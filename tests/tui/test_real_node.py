"""The TUI on a real node: two farms in this process, one of them seen through its API."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from rochdale_node.api.server import ApiServer
from rochdale_node.api.service import Service
from rochdale_protocol.agreements.records import AgreementDraft, AgreementSign
from rochdale_protocol.contributions.records import ContributionLog
from rochdale_tui.app import RochdaleApp
from rochdale_tui.client import Client, RecordQuery
from rochdale_tui.dialogs.review import ReviewDialog
from tests.node.village import Village, until, village

from .driving import SMALL, Screen


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Village, Client]]:
    """Run two farms; the first one's API is on its socket."""
    async with village(2) as farms:
        await farms.start(0, 1)
        home = farms.farms[0].home
        server = ApiServer(Service(farms.farms[0].node), home.socket_path)
        await server.start()
        client = Client(str(home.socket_path))
        try:
            yield farms, client
        finally:
            await client.close()
            await server.close()


async def agreed(farms: Village) -> None:
    """Have both farms sign an agreement, the second one log work under it."""
    one, two = farms.farms
    parties = sorted(farm.home.identity.member for farm in farms.farms)
    text = "# Gate\n\nWhoever opens it closes it.\n"
    agreement = await two.act(AgreementDraft(title="The gate", text=text, parties=parties))
    text_hash = two.book.ledger.final.need(f"version/{agreement}/000001")["text_hash"]
    for farm in farms.farms:
        await until(lambda: one.book.ledger.height == two.book.ledger.height)
        await farm.act(AgreementSign(agreement=agreement, version=1, text_hash=text_hash))
    await two.act(
        ContributionLog(
            action="work", receiver=one.home.identity.member, resource="hanging the gate",
            quantity="3", unit="hour", happened=1, agreement=agreement, note="",
        )
    )  # fmt: skip
    # Final at the one that signed; the other hears of it a moment later.
    await until(lambda: one.book.ledger.height == two.book.ledger.height)


async def test_every_endpoint_of_a_real_node_is_understood() -> None:
    """What a real node answers to each question is parsed, and its texts are intact."""
    async with served() as (farms, client):
        await agreed(farms)
        status = await client.status()
        assert (status.members, status.peers_up, status.witnesses) == (2, 1, 2)
        assert (await client.own_coop()).coop == farms.coop
        assert "confirm" in {each.what for each in await client.attention()}
        assert len(await client.members()) == 2
        assert await client.applications() == []
        assert await client.proposals() == []
        assert len(await client.peers()) == 1
        assert len(await client.witnesses()) == 2
        assert await client.evidence() == []
        assert await client.offices() == []
        assert await client.mandates() == []
        assert await client.meetings() == []
        assert await client.disputes() == []
        assert await client.delegations() == []
        held = await client.agreements()
        assert held.intact == {held.views[0].versions[0].record}
        assert (await client.contributions())[0].resource == "hanging the gate"
        assert (await client.minutes())[0].height == status.height
        page = await client.records(RecordQuery(kind="agreement.sign"))
        assert page.total == 2
        record = page.records[0].record
        assert await client.record(record) == page.records[0]
        assert all(check.ok for check in await client.verify(record))
        assert (await client.raw(record))["signature"]
        assert await client.proof(record)


async def test_a_day_on_a_real_node() -> None:
    """Propose, vote and confirm through the screens; each act becomes final and is shown."""
    async with served() as (farms, client):
        await agreed(farms)
        folder = farms.farms[0].home.path / "tui"
        app = RochdaleApp(client, folder, now=lambda: time.time_ns() // 1_000_000)
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            tui = Screen(app, pilot)
            await tui.sees("NEEDS YOU", "3 hour hanging the gate")
            await tui.press("5")
            await tui.sees("C-1 work: hanging the gate", "A-1 The gate")
            await tui.press("S")
            await signed(tui, pilot, "confirmed, final")
            await tui.press("3")
            await tui.sees("C puts one")
            await tui.press("C")
            await tui.sees("PROPOSE")
            await tui.until(lambda: app.focused is not None and app.focused.id == "field-title")
            await tui.press(*"Paint it", "ctrl+s")
            await signed(tui, pilot, "P-1 Paint it")
            await tui.press("S")
            await tui.sees("Your vote")
            await tui.until(lambda: app.focused is not None and app.focused.id == "field-choice")
            await tui.press("right", "ctrl+s")
            await signed(tui, pilot, "1 for, 0 against")
            await tui.press("9")
            await tui.sees("certificate", "RECORDS  7")
            await tui.press("g")
            await tui.sees("ballot.cast")
            await tui.press("4")
            await tui.sees("in force since M", "hash ok")


async def test_complaints_and_mandates_on_a_real_node() -> None:
    """What takes two records goes through: the second one finds the words of the first."""
    async with served() as (farms, client):
        other = farms.farms[1].home.identity.member
        folder = farms.farms[0].home.path / "tui"
        app = RochdaleApp(client, folder, now=lambda: time.time_ns() // 1_000_000)
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            tui = Screen(app, pilot)
            await tui.press("3", *["right_square_bracket"] * 4)
            await tui.sees("C brings a complaint")
            await tui.press("C")
            await typed(tui, "against", *other[:8], "tab", "tab", *"The gate")
            await signed(tui, pilot, "D-1 Farm 0")
            await tui.press("2", *["right_square_bracket"] * 3)
            await tui.sees("C gives one")
            await tui.press("C")
            device = farms.farms[0].home.identity.device
            await typed(tui, "device", *device[:8], "tab", *"Ann Bell", "tab", *"clerk")
            await signed(tui, pilot, "Ann Bell, clerk for")
            assert (await client.mandates())[0].person == "Ann Bell"
            said = {each.role: each.text for each in (await client.disputes())[0].parties}
            assert said == {"complainant": "The gate", "respondent": ""}


async def typed(tui: Screen, field: str, *keys: str) -> None:
    """Type into a form, once its first field has the focus, and ask for its review."""
    app = tui.app
    await tui.until(lambda: app.focused is not None and app.focused.id == f"field-{field}")
    await tui.press(*keys, "ctrl+s")


async def signed(tui: Screen, pilot: Pilot[int], text: str) -> None:
    """Confirm the review that is open and wait for what it brings."""
    app = tui.app
    await tui.until(lambda: isinstance(app.screen, ReviewDialog), "review is open")
    await tui.until(lambda: app.focused is not None and app.focused.id == "cancel")
    await pilot.press("tab", "enter")
    await tui.until(lambda: app.screen is app.base, "dialogs are closed")
    await tui.sees(text)
