"""How a command reaches the book: through the node that runs, or by opening the home.

Both makes take the paths of the local API and give its JSON, so that a command is written
once. Nothing heavy is imported where a node answers.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol
from urllib.parse import quote, urlencode

from ..places import SOCKET_NAME, default_path
from .frame import Exit, Stop, settings

if TYPE_CHECKING:
    from ..api.service import Service
    from ..home import Home
    from ..lock import HomeLock
    from ..node import Node
    from ..vault import Keys

__all__ = ["Client", "connect", "home_path", "is_running", "socket_path", "take_lock", "until"]

ANSWER_S: Final = 60
"""A node answers in milliseconds; longer means that it hangs, or waits as it was asked to."""

BUSY_S: Final = 10
"""How long to wait for another process of this home: a node that starts, a command that ends."""

_PIECE: Final = 1 << 20
_ASK_AGAIN_S: Final = 0.1


class Client(Protocol):
    """One book, through a node or by hand.

    Attributes:
        running: whether a node does the work, so that what is signed is sent at once.
    """

    running: bool

    def get(self, path: str, **query: str | int) -> Any:
        """Return what the API answers."""

    def get_bytes(self, path: str, **query: str | int) -> bytes:
        """Return the bytes of a file that the API makes."""

    def post(self, path: str, body: dict[str, Any], **query: str | int) -> Any:
        """Ask for something to be done and return the answer."""

    def export(self, since: int, coop: str = "") -> Iterator[bytes]:
        """Yield a file of the book from a minute on."""

    def read_file(self, file: BinaryIO) -> Any:
        """Take in an exported file and return what it brought."""


def home_path() -> Path:
    """Return the home of this run."""
    return default_path(Path(settings().home) if settings().home else None)


def socket_path() -> Path:
    """Return where the node of this home answers, if it runs."""
    return home_path() / SOCKET_NAME


def is_running() -> bool:
    """Say whether a node answers at this home's socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_path()))
        except OSError:
            return False
    return True


@contextmanager
def connect(command: str, *, signs: bool = False) -> Iterator[Client]:
    """Give a client of the node that runs, or of the home, opened for this command alone.

    Args:
        command: what the lock says while the home is open.
        signs: the command signs something, so the keys are needed where no node runs.
    """
    opened = None if is_running() else _open_home(command, signs=signs)
    if opened is None:
        yield _SocketClient(socket_path())
        return
    try:
        yield opened
    finally:
        opened.close()


def _open_home(command: str, *, signs: bool) -> _HomeClient | None:
    """Return the home, opened for this command, or None if a node has come to answer."""
    from ..home import Home

    home = Home(home_path())
    if signs:
        home.check_original()
    lock = take_lock(home, command, is_running)
    return None if lock is None else _HomeClient(home, lock, signs=signs)


def take_lock(home: Home, command: str, gives_up: Callable[[], bool]) -> HomeLock | None:
    """Take the home, after a short wait for another command's end.

    Args:
        gives_up: asked before each try; when it says yes, no lock is needed any more.
    Raises:
        LocalError: HOM-5 another process still holds it.
    """
    from rochdale_protocol.core.errors import LocalError

    end = time.monotonic() + BUSY_S
    while not gives_up():
        try:
            return home.lock(command)
        except LocalError as error:
            runs_already = error.fields.get("command") == command == "up"
            if error.code != "HOM-5" or runs_already or time.monotonic() > end:
                raise
        time.sleep(_ASK_AGAIN_S)
    return None


def until(is_done: Callable[[], bool], seconds: float) -> bool:
    """Ask again until it is so or the time is up; says whether it is so."""
    end = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > end:
            return False
        time.sleep(_ASK_AGAIN_S)
    return True


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("node", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _SocketClient:
    """Talks to the node that runs."""

    running = True

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def _answer(
        self, method: str, path: str, query: dict[str, str | int], body: Any = None
    ) -> Iterator[http.client.HTTPResponse]:
        if settings().coop:
            query = {"coop": settings().coop, **query}
        target = quote(path) + (f"?{urlencode(query)}" if query else "")
        connection = _Connection(self._path, ANSWER_S + float(query.get("wait", 0)))
        try:
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            if answer.status >= 400:
                raise _stop(answer.status, answer.read())
            yield answer
        except (OSError, http.client.HTTPException) as error:
            raise Stop(
                Exit.UNREACHABLE,
                "away",
                f"The node at {self._path} did not answer ({type(error).__name__}).",
                "See rochdale doctor; if it hangs, stop it and start it again: rochdale up",
            ) from None
        finally:
            connection.close()

    def get(self, path: str, **query: str | int) -> Any:
        return json.loads(self.get_bytes(path, **query))

    def get_bytes(self, path: str, **query: str | int) -> bytes:
        with self._answer("GET", path, query) as answer:
            return answer.read()

    def post(self, path: str, body: dict[str, Any], **query: str | int) -> Any:
        with self._answer("POST", path, query, json.dumps(body)) as answer:
            return json.loads(answer.read())

    def export(self, since: int, coop: str = "") -> Iterator[bytes]:
        query: dict[str, str | int] = {"since": since}
        if coop:
            query["coop"] = coop
        with self._answer("GET", "/v1/export", query) as answer:
            while piece := answer.read(_PIECE):
                yield piece

    def read_file(self, file: BinaryIO) -> Any:
        with self._answer("POST", "/v1/import", {}, file) as answer:
            return json.loads(answer.read())


def _stop(status: int, data: bytes) -> Stop:
    from ..words import exit_of_status

    try:
        told = json.loads(data)
        status_exit = Exit(exit_of_status(status))
        return Stop(status_exit, told["code"], told["message"], told["next"], told["fields"])
    except (ValueError, KeyError, TypeError):
        return Stop(Exit.REFUSED, f"HTTP {status}", "The node failed.", "See its log: node.log")


class _HomeClient:
    """Opens the home under its lock and asks the service in this very process."""

    running = False

    def __init__(self, home: Home, lock: HomeLock, *, signs: bool) -> None:
        import asyncio

        self._lock = lock
        self._runner = asyncio.Runner()
        try:
            keys = _keys(home.path) if signs else None
            self._node, self._service = self._runner.run(_open(home.path, keys))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the books and give the home back."""
        try:
            node = getattr(self, "_node", None)
            if node is not None:
                self._runner.run(node.stop())
        finally:
            self._runner.close()
            self._lock.release()

    def _call(
        self, method: str, path: str, query: dict[str, str | int], body: bytes = b""
    ) -> bytes:
        from ..api.routes import find_route, read_call, write

        route, parts = find_route(method, path)
        asked = {name: str(value) for name, value in query.items()}
        if settings().coop:
            asked.setdefault("coop", settings().coop)
        call = read_call(route, parts, asked, body)

        async def answer() -> Any:
            return await route.handle(self._service, call)

        return write(route, self._runner.run(answer()))

    def get(self, path: str, **query: str | int) -> Any:
        return json.loads(self.get_bytes(path, **query))

    def get_bytes(self, path: str, **query: str | int) -> bytes:
        return self._call("GET", path, query)

    def post(self, path: str, body: dict[str, Any], **query: str | int) -> Any:
        return json.loads(self._call("POST", path, query, json.dumps(body).encode()))

    def export(self, since: int, coop: str = "") -> Iterator[bytes]:
        yield from self._service.export(coop or settings().coop, since)

    def read_file(self, file: BinaryIO) -> Any:
        pieces = iter(lambda: file.read(_PIECE), b"")
        return self._runner.run(self._service.import_book(pieces)).model_dump()


def _keys(path: Path) -> Keys:
    from .secret import open_home_keys

    return open_home_keys(path)


async def _open(path: Path, keys: Keys | None) -> tuple[Node, Service]:
    from ..api.service import Service
    from ..home import Home
    from ..node import Node

    node = Node(Home(path), None if keys is None else keys.device)
    for book in node.books.values():
        book.start()
    return node, Service(node)
