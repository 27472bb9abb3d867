"""Seven processes on loopback: from a signed record to final on all; and a node at rest."""

from __future__ import annotations

import asyncio
import http.client
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import orjson

from rochdale_node.demo.farms import PASSPHRASE, Farm, until
from rochdale_node.links.dialer import connect, new_session
from rochdale_node.node import Node
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter

from .books import farms
from .figures import Figure

__all__ = ["measure"]

_CPU_HZ = 100
_REST_S = 20


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield finality beside its floor, and what a node costs at rest with seven peers."""
    with tempfile.TemporaryDirectory() as folder:
        co_op = _found(Path(folder), 8)
        try:
            for farm in co_op:
                farm.start()
            for farm in co_op:
                farm.wait_up()
            until("all are linked", lambda: all(_peers(farm) == 7 for farm in co_op), 60)
            seconds = _finalities(co_op, 8 if quick else 60)
            floor = _floor(Path(folder), 50 if quick else 500)
            p95 = quantiles(seconds, n=20)[-1]
            for name, value in (("median", median(seconds)), ("p95", p95)):
                yield Figure(
                    f"signed to final on all of 8, {name}", value * 1000, floor * 1000, "ms",
                    value / floor, "beside 3 round trips and 4 commits", None,
                )  # fmt: skip
            yield from _at_rest(co_op[0], 3 if quick else _REST_S)
        finally:
            for farm in co_op:
                farm.ask_to_stop()
            for farm in co_op:
                farm.wait_stopped()


def _found(folder: Path, count: int) -> list[Farm]:
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(PASSPHRASE)
    co_op = [Farm(folder / f"farm-{number}", f"Farm {number}") for number in range(count)]
    charter = Charter(
        v=1,
        name="Moor Lambs",
        purpose="to sell our lambs together",
        rules=standard_rules(voting_ms_min=0, expulsion_days=0),
        founders=[
            Founder(
                name=farm.name,
                entity="organisation",
                member=farm.member,
                device=farm.device,
                label="laptop",
                addresses=[farm.address],
            )
            for farm in co_op
        ],
        at=time.time_ns() // 1_000_000,
    )
    signatures = [charter.sign(farm.keys.device) for farm in co_op]
    signed = SignedCharter.model_validate(
        {"charter": charter.model_dump(), "signatures": signatures}
    )
    for farm in co_op:
        Node(farm.home, farm.keys.device).add_book(signed).shelf.close()
    return co_op


def _peers(farm: Farm) -> int:
    return int(farm.get("/v1/status")["peers_up"])


class _Watch(threading.Thread):
    """Notes when each minute becomes final on one node, from its event stream."""

    def __init__(self, farm: Farm, came: threading.Condition) -> None:
        super().__init__(daemon=True)
        self.finals: dict[int, float] = {}
        self._came = came
        self._connection = http.client.HTTPConnection("localhost")
        self._connection.sock = socket.socket(socket.AF_UNIX)
        self._connection.sock.connect(str(farm.home.socket_path))
        self._connection.request("GET", "/v1/events")
        self._answer = self._connection.getresponse()

    def run(self) -> None:
        while line := self._answer.readline():
            if line.startswith(b"data:"):
                event = orjson.loads(line[5:])
                if event["type"] == "minute":
                    with self._came:
                        self.finals[event["height"]] = time.perf_counter()
                        self._came.notify_all()


def _finalities(co_op: list[Farm], count: int) -> list[float]:
    """Return the seconds from asking a node to sign until all nodes hold it as final."""
    came = threading.Condition()
    watches = [_Watch(farm, came) for farm in co_op]
    for watch in watches:
        watch.start()
    seconds = []
    height = int(co_op[0].get("/v1/status")["height"])
    for number in range(count):
        farm = co_op[number % len(co_op)]
        height += 1
        began = time.perf_counter()
        farm.act(
            "contribution.log",
            0,
            action="transfer",
            receiver=co_op[(number + 1) % len(co_op)].member,
            resource="lambs",
            quantity="30",
            unit="head",
            happened=0,
            agreement=None,
            note="",
        )
        with came:
            done = came.wait_for(
                lambda: all(height in watch.finals for watch in watches),  # noqa: B023
                timeout=60,
            )
        assert done, f"minute {height} is not final everywhere"
        seconds.append(max(watch.finals[height] for watch in watches) - began)
    return seconds


def _floor(folder: Path, count: int) -> float:
    """Return the seconds of three round trips over such a link and four commits."""
    with SqliteShelf(folder / "floor.sqlite", create=True) as shelf:
        began = time.perf_counter()
        for number in range(count):
            shelf.commit({"meta": {"n": str(number).encode()}})
        commit = (time.perf_counter() - began) / count
    command = [sys.executable, "-m", "benchmarks.echo", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as echo:
        try:
            assert echo.stdout is not None
            port = int(echo.stdout.readline())
            trip = asyncio.run(_round_trip(port, count))
        finally:
            echo.kill()
    return 3 * trip + 4 * commit


async def _round_trip(port: int, count: int) -> float:
    session = new_session()
    try:
        link = await connect(session, f"127.0.0.1:{port}", "00" * 32, farms()[0].device)
        incoming = aiter(link)
        began = time.perf_counter()
        for _ in range(count):
            link.post(bytes(150))
            await anext(incoming)
        return (time.perf_counter() - began) / count
    finally:
        await session.close()


def _at_rest(farm: Farm, seconds: int) -> Iterator[Figure]:
    pid = int(orjson.loads((farm.path / "lock").read_bytes())["pid"])
    before = _cpu(pid)
    time.sleep(seconds)
    share = (_cpu(pid) - before) / seconds * 100
    yield Figure(
        "CPU at rest, seven peers", share, 0.5, "% of a core", share, "< 0.5 %", share < 0.5
    )


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _CPU_HZ
