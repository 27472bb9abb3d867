"""A server that speaks the node's contract over a Unix socket, for the TUI's tests.

``python -m tests.tui.serve SOCKET NAME`` serves a book to look at,
one of ``WORLDS``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from rochdale_protocol.views import Checked, Event

from .affairs import busy_world, hostile_affairs, many_affairs
from .world import (
    NOW,
    World,
    empty_world,
    farms_world,
    hostile_world,
    ident,
    large_world,
    listed,
)

WORLDS = {
    "farms": farms_world,
    "empty": empty_world,
    "large": large_world,
    "hostile": hostile_world,
    "busy": busy_world,
    "many": many_affairs,
    "attacked": hostile_affairs,
}


def _dump(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="python")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_dump(item) for item in value]
    return value


class FakeNode:
    """The contract, answered from a ``World``; what was posted is kept in ``posted``.

    While ``answering`` is cleared, whoever asks for a list waits. ``refusals`` are by kind of
    record, ``refusal`` is of all others.
    """

    def __init__(self, world: World, socket: Path) -> None:
        self.world = world
        self.socket = socket
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self.refusals: dict[str, tuple[int, dict[str, Any]]] = {}
        self.listening = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()
        self._streams: list[asyncio.Queue[Event | None]] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on the socket."""
        app = web.Application()
        for path in (
            "status", "coop", "attention", "members", "applications", "rules", "agreements",
            "contributions", "peers", "witnesses", "evidence", "alerts", "offices", "mandates",
            "meetings", "disputes", "delegations",
        ):  # fmt: skip
            app.router.add_get(f"/v1/{path}", self._plain(path))
        app.router.add_get("/v1/proposals", self._proposals)
        app.router.add_get("/v1/proposal", self._proposal)
        app.router.add_get("/v1/minutes", self._minutes)
        app.router.add_get("/v1/records", self._records)
        app.router.add_get("/v1/records/{id}", self._record)
        app.router.add_get("/v1/records/{id}/raw", self._raw)
        app.router.add_get("/v1/records/{id}/verify", self._verify)
        app.router.add_get("/v1/records/{id}/proof", self._proof)
        app.router.add_get("/v1/events", self._events)
        app.router.add_post("/v1/records", self._act)
        app.router.add_post("/v1/ballots", self._vote)
        app.router.add_post("/v1/invites", self._invite)
        app.router.add_post("/v1/peers", self._peer)
        app.router.add_post("/v1/peers/{device}/retry", self._retry)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def stop(self) -> None:
        """Go away, as a node that is killed."""
        for stream in self._streams:
            stream.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.listening.clear()

    def emit(self, kind: str, text: str, identity: str = "") -> None:
        """Send an event to whoever listens."""
        event = Event.model_validate(
            {"type": kind, "time": NOW, "height": self.world.status.height, "text": text,
             "id": identity}
        )  # fmt: skip
        for stream in self._streams:
            stream.put_nowait(event)

    def _json(self, value: Any) -> web.Response:
        return web.json_response(_dump(value))

    def _plain(self, name: str) -> Any:
        async def answer(request: web.Request) -> web.Response:
            self.asked.append(request.path)
            await self.answering.wait()
            return self._json(getattr(self.world, name))

        return answer

    async def _proposals(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        await self.answering.wait()
        return self._json([listed(each) for each in self.world.proposals])

    async def _proposal(self, request: web.Request) -> web.Response:
        wanted = request.query["proposal"]
        return self._json(next(each for each in self.world.proposals if each.proposal == wanted))

    async def _minutes(self, request: web.Request) -> web.Response:
        before = int(request.query.get("before", "0")) or 10**9
        limit = int(request.query.get("limit", "500"))
        return self._json([m for m in self.world.minutes if m.height < before][:limit])

    async def _records(self, request: web.Request) -> web.Response:
        query = request.query
        self.asked.append(request.path_qs)
        found = [
            each
            for each in self.world.records
            if each.kind.startswith(query.get("kind", ""))
            and each.member.startswith(query.get("author", ""))
            and each.at >= int(query.get("since", "0"))
            and query.get("text", "").casefold() in each.summary.casefold()
            and query.get("state", each.state) == each.state
        ]
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "500"))
        page = found[offset : offset + limit]
        return self._json({"total": len(found), "offset": offset, "records": _dump(page)})

    def _find(self, request: web.Request) -> Any:
        for each in self.world.records:
            if each.record == request.match_info["id"]:
                return each
        raise web.HTTPNotFound(
            text=json.dumps(
                {"code": "API-4", "message": "There is no such record.",
                 "next": "See rochdale record list.", "fields": {}}
            ),
            content_type="application/json",
        )  # fmt: skip

    async def _record(self, request: web.Request) -> web.Response:
        return self._json(self._find(request))

    async def _raw(self, request: web.Request) -> web.Response:
        record = self._find(request)
        body = json.dumps(record.body, ensure_ascii=True)
        return self._json({"header": '{"at":1}', "signature": "ab" * 64, "body": body})

    async def _verify(self, request: web.Request) -> web.Response:
        record = self._find(request)
        names = ("canonical", "id", "signature", "authority", "rules", "included", "certificate")
        return self._json(
            [
                Checked(name=name, ok=not (name == "rules" and record.code),
                        detail=f"as in M{record.height}", code=record.code)
                for name in names
            ]
        )  # fmt: skip

    async def _proof(self, request: web.Request) -> web.Response:
        self._find(request)
        return self._json({"rochdale": "proof", "record": request.match_info["id"]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": here\n\n")
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams.append(stream)
        self.listening.set()
        try:
            while True:
                try:
                    event = await asyncio.wait_for(stream.get(), 15)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await response.write(f"data: {event.model_dump_json()}\n\n".encode())
        except ConnectionResetError:
            pass
        finally:
            self._streams.remove(stream)
        return response

    async def _posted(self, request: web.Request) -> dict[str, Any]:
        data: dict[str, Any] = await request.json()
        self.posted.append((request.path, data))
        refusal = self.refusals.get(str(data.get("kind")), self.refusal)
        if refusal is not None:
            status, answer = refusal
            raise _refused(status, answer)
        return data

    async def _act(self, request: web.Request) -> web.Response:
        data = await self._posted(request)
        signed = {"record": ident("posted", len(self.posted)), "kind": data["kind"], "seq": 13,
                  "state": "pending", "code": ""}  # fmt: skip
        return self._json(signed)

    async def _vote(self, request: web.Request) -> web.Response:
        await self._posted(request)
        signed = {"record": ident("posted", len(self.posted)), "kind": "ballot.cast", "seq": 13,
                  "state": "pending", "code": ""}  # fmt: skip
        return self._json(signed)

    async def _invite(self, request: web.Request) -> web.Response:
        await self._posted(request)
        return self._json({"link": "rochdale://join?coop=1", "token": "ab", "expires": NOW})

    async def _peer(self, request: web.Request) -> web.Response:
        return self._json({"address": (await self._posted(request))["address"]})

    async def _retry(self, request: web.Request) -> web.Response:
        await self._posted(request)
        return self._json({})


def _refused(status: int, answer: dict[str, Any]) -> web.HTTPException:
    kinds: dict[int, type[web.HTTPException]] = {409: web.HTTPConflict, 400: web.HTTPBadRequest}
    return kinds[status](text=json.dumps(answer), content_type="application/json")


async def _serve(socket: str, name: str) -> None:
    node = FakeNode(WORLDS[name](), Path(socket))
    await node.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "farms"))
