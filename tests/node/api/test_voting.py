"""``POST /v1/ballots``: the one door for votes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rochdale_protocol.core.limits import DAY_MS

from .conftest import Farm


async def put(farm: Farm, business: str, *options: str) -> str:
    """Put an election among options that is open."""
    return await farm.act(
        "proposal.new",
        title="A colour",
        text="",
        business=business,
        opens=0,
        closes=time.time_ns() // 1_000_000 + DAY_MS,
        effect={"type": "none"},
        election={"seats": 1, "options": list(options)},
    )


async def test_a_ballot_is_of_the_kind_that_its_vote_takes(farm: Farm) -> None:
    """A choice is cast, ranks are ranked, and a sealed vote's paper is sealed."""
    plain = await farm.propose()
    ranked, secret = await put(farm, "options", "A", "B"), await put(farm, "secret", "A", "B")
    for asked, kind in (
        ({"proposal": plain, "choice": "for", "reason": "yes"}, "ballot.cast"),
        ({"proposal": ranked, "ranks": [[2], [1, 3]]}, "ballot.rank"),
        ({"proposal": secret, "ranks": [[2]]}, "ballot.seal"),
    ):
        signed = await farm.post("/v1/ballots?wait=60", asked)
        assert (signed["kind"], signed["state"]) == (kind, "final")
    forms = []
    for vote in (plain, ranked, secret):
        (ballot,) = await farm.get(f"/v1/ballots?proposal={vote}")
        forms.append(ballot["form"])
    assert forms == ["choice", "ranks", "sealed"]
    body = (await farm.get(f"/v1/records/{signed['record']}"))["body"]
    assert set(body) == {"proposal", "principal", "sealed"}


async def test_two_ballots_that_say_the_same_look_different(farm: Farm) -> None:
    """Each sealed ballot draws its own randomness."""
    secret = await put(farm, "secret", "A", "B")
    bodies = []
    for _ in range(2):
        signed = await farm.post("/v1/ballots?wait=60", {"proposal": secret, "ranks": [[1]]})
        record = await farm.get(f"/v1/records/{signed['record']}")
        bodies.append(record["body"]["sealed"]["ciphertext"])
    assert bodies[0] != bodies[1]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "API-2"),
        ({"choice": "for", "ranks": [[1]]}, 400, "API-2"),
        ({"choice": "maybe"}, 400, "API-2"),
        ({"ranks": [[1]], "reason": "so"}, 400, "API-2"),
        ({"ranks": [[]]}, 400, "API-2"),
        ({"ranks": [[1], [1]]}, 409, "GOV-20"),
        ({"ranks": [[4]]}, 409, "GOV-20"),
        ({"choice": "for"}, 409, "GOV-20"),
        ({"choice": "for", "reason": "so"}, 409, "API-18"),
        ({"scores": [{"candidate": 1, "score": 1}]}, 409, "GOV-20"),
    ],
)
async def test_what_is_no_ballot_of_a_sealed_vote_is_refused(
    farm: Farm, asked: dict[str, Any], status: int, code: str
) -> None:
    """Nothing is sealed that could not be counted once it is opened, and no record is kept."""
    secret = await put(farm, "secret", "A", "B")
    problem = await farm.post("/v1/ballots", {"proposal": secret, **asked}, status)
    assert problem["code"] == code
    assert (await farm.get("/v1/records"))["total"] == 1


async def test_a_ballot_on_nothing_is_not_found(farm: Farm) -> None:
    """A vote that isn't there answers 404."""
    problem = await farm.post("/v1/ballots", {"proposal": "0" * 64, "choice": "for"}, 404)
    assert problem["code"] == "API-3"


async def test_a_sealed_draft_takes_no_ballot(farm: Farm) -> None:
    """Before the notice nobody is to open what would be sealed."""
    draft = await farm.act(
        "proposal.new", title="T", text="", business="secret", opens=0, closes=0,
        effect={"type": "none"}, election={"seats": 1, "options": ["A"]},
    )  # fmt: skip
    problem = await farm.post("/v1/ballots", {"proposal": draft, "ranks": [[1]]}, 409)
    assert problem["code"] == "GOV-5"
