"""The wire: who may call, what an error looks like, streams (API-1, API-2, API-8)."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import aiohttp
import orjson
import pytest

from rochdale_node.api.server import ApiServer
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.views import Event

from .conftest import Farm


async def test_the_socket_is_for_its_user_alone(farm: Farm) -> None:
    """The socket in the home can be opened by its owner and nobody else."""
    mode = farm.node.home.socket_path.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


async def test_a_browser_is_turned_away_from_the_socket(farm: Farm) -> None:
    """A request with an Origin is refused with API-8, whatever it asks."""
    async with farm.http.get("http://node/v1/status", headers={"Origin": "http://x"}) as answer:
        assert answer.status == 403
        assert orjson.loads(await answer.read())["code"] == "API-8"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": ""}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "localhost:1"}, 200),
    ],
    ids=["token", "wrong-token", "no-token", "rebound-host", "other-origin", "localhost"],
)
async def test_loopback_asks_for_token_host_and_origin(
    farm: Farm, headers: dict[str, str], status: int
) -> None:
    """On loopback only who shows the token under a name of loopback is served (API-8)."""
    file = farm.node.home.path / "api.token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sent = {"Authorization": f"Bearer {file.read_text()}", **headers}
    url = f"http://127.0.0.1:{farm.server.port}/v1/status"
    async with aiohttp.ClientSession() as http, http.get(url, headers=sent) as answer:
        assert answer.status == status


async def test_an_error_says_what_happened_and_what_to_do(farm: Farm) -> None:
    """Every error has a code, a message, a next step and its fields."""
    problem = await farm.get(f"/v1/records/{'0' * 64}", 404)
    assert problem["code"] == "API-4"
    assert problem["message"].startswith("There is no record 0000")
    assert problem["next"]
    assert problem["fields"] == {"record": "0" * 64}


async def test_an_unknown_path_or_method_is_told(farm: Farm) -> None:
    """A path that is not there answers 404 and a wrong method 405, both as API-1."""
    assert (await farm.get("/v1/nothing", 404))["code"] == "API-1"
    assert (await farm.post("/v1/status", {}, 405))["code"] == "API-1"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/minutes?limit=501",
        "/v1/minutes?limit=-1",
        "/v1/minutes?limit=x",
        "/v1/minutes?wrong=1",
        "/v1/records?state=lost",
        "/v1/ballots",
        "/v1/resolve?text=x",
    ],
)
async def test_a_wrong_parameter_is_refused(farm: Farm, path: str) -> None:
    """Numbers out of range, unknown and missing parameters answer 400 with API-2."""
    assert (await farm.get(path, 400))["code"] == "API-2"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"kind": 1, "body": {}}', b"\xff", b"x" * 3_000_000]
)
async def test_a_body_that_is_not_what_it_should_be_is_refused(farm: Farm, body: bytes) -> None:
    """What is not JSON of the right form, or too large, answers 400 with API-2."""
    async with farm.http.post("http://node/v1/records", data=body) as answer:
        assert answer.status == 400
        assert orjson.loads(await answer.read())["code"] == "API-2"


async def test_a_refused_act_leaves_nothing_behind(farm: Farm) -> None:
    """A ballot on no proposal answers 409 with its rule, and no record is kept."""
    body = {"proposal": "0" * 64, "choice": "for", "reason": "", "principal": None}
    problem = await farm.post("/v1/records", {"kind": "ballot.cast", "body": body}, 409)
    assert problem["code"] == "GOV-5"
    assert (await farm.get("/v1/records"))["total"] == 0


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("no.such", {}, "REC-7"),
        ("proposal.amend", {"proposal": "0" * 64, "text": 1}, "REC-8"),
        ("proposal.amend", {"text": ""}, "REC-8"),
        ("witness.ready", {"more": 1}, "REC-8"),
    ],
)
async def test_an_act_that_is_not_of_its_kind_is_refused(
    farm: Farm, kind: str, body: dict[str, object], code: str
) -> None:
    """An unknown kind, a wrong value, a missing or an unknown field: 409 with the rule."""
    assert (await farm.post("/v1/records", {"kind": kind, "body": body}, 409))["code"] == code


async def test_news_arrive_as_they_happen(farm: Farm) -> None:
    """The stream tells that a record became final, and its data are Events."""
    async with farm.http.get("http://node/v1/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert await stream.content.readline() == b": connected\n"
        acting = asyncio.create_task(farm.propose())
        while True:
            line = await stream.content.readline()
            if line.startswith(b"data:"):
                event = Event.model_validate_json(line[5:])
                if event.type == "minute":
                    break
        await acting
    assert event.height == 1


async def test_the_book_travels_as_a_file(farm: Farm) -> None:
    """What export gives, import takes in; it brings a node that has it all nothing new."""
    await farm.propose()
    async with farm.http.get("http://node/v1/export") as answer:
        data = await answer.read()
    async with farm.http.post("http://node/v1/import", data=data) as answer:
        found = orjson.loads(await answer.read())
    assert found == {"coop": farm.coop, "minutes": 0, "records": 0, "votes": 0}


@pytest.mark.parametrize("data", [b"", b"rochdale-sync/1\n", b"something else", b"\x00" * 99])
async def test_a_file_that_is_no_book_is_refused(farm: Farm, data: bytes) -> None:
    """An empty, cut or foreign file answers 400 and changes nothing."""
    async with farm.http.post("http://node/v1/import", data=data) as answer:
        assert answer.status == 400
        assert orjson.loads(await answer.read())["code"].startswith("SYN-")


async def test_metrics_tell_the_figures_of_each_book(farm: Farm) -> None:
    """Prometheus reads the height and the finality of this device's records."""
    await farm.propose()
    async with farm.http.get("http://node/metrics") as answer:
        text = await answer.text()
    mark = f'{{coop="{farm.coop[:16]}"}}'
    assert f"rochdale_height{mark} 1.0" in text
    assert f"rochdale_minuted_total{mark} 1.0" in text
    assert f"rochdale_finality_seconds_count{mark} 1.0" in text


async def test_a_path_too_long_for_a_socket_is_told(farm: Farm) -> None:
    """API-15: a home too deep for a socket says so, and does not fail strangely."""
    server = ApiServer(farm.service, Path("/tmp") / ("x" * 100) / "node.sock")
    with pytest.raises(LocalError) as caught:
        await server.start()
    assert caught.value.code == "API-15"


async def test_a_socket_that_a_killed_node_left_is_taken_over(farm: Farm) -> None:
    """A node that starts where another was killed serves at once."""
    other = farm.node.home.path / "left.sock"
    first = ApiServer(farm.service, other)
    await first.start()
    second = ApiServer(farm.service, other)
    await second.start()
    connector = aiohttp.UnixConnector(str(other))
    async with (
        aiohttp.ClientSession(connector=connector) as http,
        http.get("http://node/v1/status") as answer,
    ):
        assert answer.status == 200
    await second.close()
    await first.close()
