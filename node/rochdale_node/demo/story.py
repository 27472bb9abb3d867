"""The eight steps of the demo, each on the real nodes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter

from ..node import Node
from .deciding import decide, is_over, propose, result
from .farms import PASSPHRASE, DemoError, Farm, now_ms, until
from .tamper import tampered_copies
from .trials import survive

__all__ = ["STEPS", "Story"]

NAMES = (
    "Hollin Bank",
    "Fryup Head",
    "Westerdale Lodge",
    "Danby Beck",
    "Glaisdale Side",
    "Rosedale Moor",
    "Farndale Gill",
)
NEWCOMER = "Commondale Farm"
VOTE_MS = 3_000

Say = Callable[[str], None]


class Story:
    """What happens; ``report`` gathers what the last line of JSON says.

    Args:
        folder: where the homes go.
        say: told each thing as it happens.
    """

    def __init__(self, folder: Path, say: Say) -> None:
        self.folder = folder
        self.say = say
        self.farms: list[Farm] = []
        self.report: dict[str, Any] = {}
        self.agreement = ""

    def stop(self) -> None:
        """End all nodes."""
        for farm in self.farms:
            farm.ask_to_stop()
        for farm in self.farms:
            farm.wait_stopped()

    # 1 --------------------------------------------------------------------------------

    def found(self) -> None:
        """Seven founders sign one charter."""
        passphrase = self.folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(PASSPHRASE + "\n")
        self.farms = [
            Farm(self.folder / f"farm-{number}", name) for number, name in enumerate(NAMES, 1)
        ]
        charter = Charter(
            v=1,
            name="Moors Lamb Co-op",
            purpose="To sell our lambs together, 300 a week, as equals.",
            rules=standard_rules(voting_ms_min=0),
            founders=[
                Founder(
                    name=farm.name,
                    entity="organisation",
                    member=farm.member,
                    device=farm.device,
                    label="farm office",
                    addresses=[farm.address],
                )
                for farm in self.farms
            ],
            at=now_ms(),
        )
        signatures = [charter.sign(farm.keys.device) for farm in self.farms]
        signed = SignedCharter.model_validate(
            {"charter": charter.model_dump(), "signatures": signatures}
        )
        for farm in self.farms:
            node = Node(farm.home, farm.keys.device)
            node.add_book(signed)
            for book in node.books.values():
                book.shelf.close()
            farm.start()
        for farm in self.farms:
            farm.wait_up()
        until("every farm is linked to every other", self._all_linked)
        self.report["coop"] = charter.coop()
        self.say(f"seven farms signed one charter; its hash names the co-op: {charter.coop()[:16]}")
        self.say("seven nodes run, each with its own keys, book and socket; all are linked")

    def _all_linked(self) -> bool:
        others = len(self.farms) - 1
        return all(farm.get("/v1/status")["peers_up"] >= others for farm in self.farms)

    # 2 --------------------------------------------------------------------------------

    def agree(self) -> None:
        """All seven sign one exact version of the supply agreement."""
        text = files("rochdale_node.demo").joinpath("supply-agreement.md").read_text("utf-8")
        parties = [farm.member for farm in self.farms]
        first = self.farms[0]
        self.agreement = first.act(
            "agreement.draft", title="Lamb supply 2027", text=text, parties=parties
        )
        self.say(f"{first.name} drafted A-1 'Lamb supply 2027', text {text_hash(text)[:16]}")
        for farm in self.farms:
            self.hold(farm, self.agreement)
            farm.act(
                "agreement.sign",
                agreement=self.agreement,
                version=1,
                text_hash=text_hash(text),
            )
            status = self._agreement_status(farm)
            is_last = farm is self.farms[-1]
            if (status == "in-force") is not is_last:
                raise DemoError(f"A-1 is {status} after {farm.name} signed")
        self.say("all seven signed that version; only with the last signature is it in force")

    def _agreement_status(self, farm: Farm) -> str:
        found = [a for a in farm.get("/v1/agreements") if a["agreement"] == self.agreement]
        status: str = found[0]["status"]
        return status

    def hold(self, farm: Farm, record: str) -> None:
        until(f"{farm.name} holds {record[:8]}", lambda: self.is_final(farm, record))

    def is_final(self, farm: Farm, record: str) -> bool:
        try:
            return bool(farm.get(f"/v1/records/{record}")["state"] == "final")
        except DemoError:
            return False

    # 3 --------------------------------------------------------------------------------

    def contribute(self) -> None:
        """Deliveries and work are logged, confirmed, disputed and corrected."""
        one, two, three, four = self.farms[:4]
        logged = [
            (one, two, self.log(one, two, "transfer", "lambs", "42", "head")),
            (three, four, self.log(three, four, "work", "grading", "6.5", "hour")),
            (four, one, self.log(four, one, "deliverService", "haulage to mart", "1", "trip")),
        ]
        for provider, receiver, record in logged[1:]:
            self.hold(receiver, record)
            quantity = self._contribution(receiver, record)["quantity"]
            receiver.act("contribution.confirm", contribution=record, quantity=quantity)
            self.say(f"{receiver.name} confirmed what {provider.name} provided")
        _, _, disputed = logged[0]
        self.hold(two, disputed)
        two.act("contribution.dispute", contribution=disputed, reason="We counted 40 at the gate.")
        self._hold_status(one, disputed, "disputed")
        one.act(
            "contribution.correct",
            contribution=disputed,
            quantity="40",
            reason="Two were held back with foot rot.",
        )
        until("the correction arrives", lambda: self._contribution(two, disputed)["corrections"])
        two.act("contribution.confirm", contribution=disputed, quantity="40")
        self.say(f"{two.name} disputed 42 lambs; {one.name} corrected to 40; confirmed")

    def log(self, farm: Farm, to: Farm, action: str, what: str, much: str, unit: str) -> str:
        return farm.act(
            "contribution.log",
            action=action,
            receiver=to.member,
            resource=what,
            quantity=much,
            unit=unit,
            happened=now_ms(),
            agreement=self.agreement,
            note="",
        )

    def _contribution(self, farm: Farm, record: str) -> dict[str, Any]:
        found = [c for c in farm.get("/v1/contributions") if c["contribution"] == record]
        view: dict[str, Any] = found[0]
        return view

    def _hold_status(self, farm: Farm, record: str, status: str) -> None:
        until(
            f"{farm.name} sees it {status}",
            lambda: self._contribution(farm, record)["status"] == status,
        )

    # 5 --------------------------------------------------------------------------------

    def grow(self) -> None:
        """An eighth farm joins by invite and vote, and becomes a witness."""
        host = self.farms[0]
        invite = host.post("/v1/invites", days=1)
        newcomer = Farm(self.folder / "farm-8", NEWCOMER)
        until("the invite is in the book", lambda: self.is_final(host, invite["record"]))
        newcomer.run("coop", "join", invite["link"])
        self.say(f"{newcomer.name} read the charter and applied with the invite of {host.name}")
        newcomer.start()
        newcomer.wait_up()
        voters = list(self.farms)
        self.farms.append(newcomer)
        application = self._application(host)
        closes = now_ms() + VOTE_MS
        effect = {"type": "admit", "application": application}
        proposal = propose(voters[1], f"Admit {newcomer.name}", closes, effect=effect)
        for farm in voters:
            self.hold(farm, proposal)
            farm.post("/v1/ballots", proposal=proposal, choice="for")
        until("the vote closes", lambda: all(is_over(farm, proposal) for farm in voters))
        if result(voters, proposal)["status"] != "carried":
            raise DemoError("the admission was lost")
        until(
            f"{newcomer.name} is a witness everywhere",
            lambda: all(farm.get("/v1/status")["witnesses"] == 8 for farm in self.farms),
        )
        self.say(f"admitted by vote; {newcomer.name} synced the book and now attests, one of 8")

    def _application(self, farm: Farm) -> str:
        until("the application arrives", lambda: farm.get("/v1/applications"))
        application: str = farm.get("/v1/applications")[0]["application"]
        self.hold(farm, application)
        return application

    def even(self, farms: list[Farm]) -> None:
        def is_even() -> bool:
            return len({tuple(self._tip(farm)) for farm in farms}) == 1

        until("all books are the same", is_even)

    def _tip(self, farm: Farm) -> tuple[int, str, str, int]:
        status = farm.get("/v1/status")
        return status["height"], status["minute"], status["state_root"], status["pending"]

    # 7 --------------------------------------------------------------------------------

    def prove(self) -> None:
        """The agreement as a file that anyone can check, and copies that are refused."""
        proof = self.farms[6].get_bytes(f"/v1/records/{self.agreement}/proof")
        path = self.folder / "lamb-supply.rochdale.json"
        path.write_bytes(proof)
        self.report["proof"] = str(path)
        verdict = self._verify(path)
        if not verdict["ok"]:
            raise DemoError(f"the proof is refused: {verdict['summary']}")
        self.say(f"A-1 in {len(proof):,} bytes, verified in an empty home without a network")
        self.report["tampered"] = []
        for copy in tampered_copies(proof):
            if not copy.code:
                raise DemoError(f"a copy with another {copy.part} was taken for good")
            target = self.folder / f"tampered-{copy.part}.rochdale.json"
            target.write_bytes(copy.data)
            if self._verify(target)["ok"]:
                raise DemoError(f"rochdale verify took the changed {copy.part} for good")
            self.report["tampered"].append(
                {"part": copy.part, "code": copy.code, "reason": copy.reason}
            )
            reason = copy.reason.split(" (")[0]
            self.say(f"one byte of the {copy.part} changed: refused, {copy.code} {reason}")

    def _verify(self, path: Path) -> Any:
        empty = self.folder / "empty-home"
        empty.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "rochdale_node.cli.main", "verify", str(path), "--json"],
            capture_output=True,
            env={**os.environ, "HOME": str(empty), "ROCHDALE_HOME": str(empty / "none")},
            timeout=60,
            check=False,
        )
        verdict = orjson.loads(done.stdout)
        if (done.returncode == 0) is not verdict["ok"]:
            raise DemoError(f"rochdale verify ended with {done.returncode}: {verdict['summary']}")
        return verdict

    # 8 --------------------------------------------------------------------------------

    def compare(self) -> None:
        """All nodes print the same height, minute id and state root."""
        self.even(self.farms)
        self.report["nodes"] = [
            {"name": farm.name, "height": tip[0], "minute": tip[1], "state_root": tip[2]}
            for farm, tip in ((farm, self._tip(farm)) for farm in self.farms)
        ]
        for node in self.report["nodes"]:
            self.say(
                f"{node['name']:<17} M{node['height']}  minute {node['minute'][:16]}  "
                f"state {node['state_root'][:16]}"
            )
        self._count()

    def _count(self) -> None:
        kinds: dict[str, int] = {}
        refused: list[dict[str, str]] = []
        offset = 0
        while True:
            page = self.farms[0].get(f"/v1/records?offset={offset}&limit=500")
            for record in page["records"]:
                kinds[record["kind"]] = kinds.get(record["kind"], 0) + 1
                if record["code"]:
                    refused.append({"record": record["record"], "code": record["code"]})
            offset += len(page["records"])
            if offset >= page["total"]:
                break
        self.report["records"] = dict(sorted(kinds.items()))
        self.report["refused"] = refused


STEPS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("founds", Story.found),
    ("agrees", Story.agree),
    ("contributes", Story.contribute),
    ("decides", decide),
    ("grows", Story.grow),
    ("survives", survive),
    ("proves", Story.prove),
    ("compares", Story.compare),
)
