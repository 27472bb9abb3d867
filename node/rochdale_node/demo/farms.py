"""A farm of the demo: its home, its node's process, and the words it says to its node."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from ..home import Home, Identity
from ..vault import Keys, Strength, seal_keys

__all__ = ["DemoError", "Farm", "free_port", "now_ms", "until"]

PASSPHRASE = "hefted ewes"  # noqa: S105 -- the demo's homes hold nothing of worth
SETTLE_S = 90
"""Far more than anything here takes, so that a loaded machine tells the story too."""


class DemoError(Exception):
    """A step of the demo did not do what it should; the message says which and what."""


_ports = itertools.count(10_000 + os.getpid() * 97 % 20_000)
"""Below those that systems give to whoever dials; processes that run at once begin apart."""


def free_port() -> int:
    """Return a port of loopback that nothing listens on now, another one each time."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError


def now_ms() -> int:
    """Return the time since 1970 in milliseconds."""
    return time.time_ns() // 1_000_000


def until(what: str, is_done: Callable[[], bool], timeout_s: float = SETTLE_S) -> None:
    """Ask again until it is so; raises DemoError if it takes too long."""
    end = time.monotonic() + timeout_s
    while not is_done():
        if time.monotonic() > end:
            raise DemoError(f"gave up after {timeout_s:.0f} s: {what}")
        time.sleep(0.05)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=2 * SETTLE_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Farm:
    """One member with a node of its own.

    Attributes:
        name: of the farm.
        keys: as sealed in its home.
        port: of its node's socket on loopback.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder
        self.name = name
        self.keys = Keys.generate()
        self.port = free_port()
        self._passphrase = folder.parent / "passphrase"
        self._process: subprocess.Popen[bytes] | None = None
        recovery = self.keys.recovery
        assert recovery is not None
        self.member = recovery.public
        self.device = self.keys.device.public
        Home.prepare(folder)
        seal_keys(folder / "keys.sealed", self.keys, PASSPHRASE, Strength.WEAK)
        identity = Identity(
            member=self.member,
            device=self.device,
            name=name,
            label="farm office",
            entity="organisation",
        )
        self.home = Home.create(folder, identity)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    # Its node -------------------------------------------------------------------------

    def start(self) -> None:
        """Start the node's process; ``wait_up`` says when it answers."""
        assert self._process is None
        with (self.path / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("up", "--listen", self.address, "--no-neighbours"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )

    def wait_up(self) -> None:
        """Wait until the node answers."""
        until(f"the node of {self.name} answers", self._answers, SETTLE_S)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            log = (self.path / "demo.log").read_text(errors="replace")[-800:]
            raise DemoError(f"the node of {self.name} ended: {log}")
        try:
            self.get("/v1/status")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def ask_to_stop(self) -> None:
        """Tell the node to end as a user would; ``wait_stopped`` says when it has."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
        self.wait_stopped()

    def wait_stopped(self) -> None:
        """Wait until the node's process has ended."""
        if self._process is not None:
            self._process.wait(timeout=SETTLE_S)
            self._process = None

    def suspend(self) -> None:
        """Shut the laptop's lid: the process stands still and answers nobody."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Open the lid."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    # What it says ---------------------------------------------------------------------

    def run(self, *words: str) -> Any:
        """Run a command of the farm's own command line and return its JSON."""
        done = subprocess.run(
            self._command(*words, "--json"),
            capture_output=True,
            env=self._environment(),
            timeout=2 * SETTLE_S,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).decode(errors="replace")[-400:]
            raise DemoError(f"{self.name}: rochdale {' '.join(words)[:80]}: {said}")
        return orjson.loads(done.stdout)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "rochdale_node.cli.main", "--home", str(self.path), *words]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "ROCHDALE_PASSPHRASE_FILE": str(self._passphrase)}

    def get(self, path: str) -> Any:
        """Return what the node's API answers."""
        return orjson.loads(self.get_bytes(path))

    def get_bytes(self, path: str) -> bytes:
        """Return the bytes that the node's API answers."""
        return self._call("GET", path, None)

    def act(self, kind: str, wait_s: int = SETTLE_S, **body: Any) -> str:
        """Sign a record, wait until it is final and return its id.

        Raises:
            DemoError: it was refused, or it did not become final.
        """
        signed = orjson.loads(self.try_act(kind, wait_s, **body))
        if wait_s and signed["state"] != "final":
            raise DemoError(f"{self.name}: {kind} is {signed['state']} {signed['code']}")
        record: str = signed["record"]
        return record

    def try_act(self, kind: str, wait_s: int = SETTLE_S, **body: Any) -> bytes:
        """Ask the node to sign a record, and return the answer as it is."""
        asked = orjson.dumps({"kind": kind, "body": body})
        return self._call("POST", f"/v1/records?wait={wait_s}", asked)

    def post(self, path: str, **body: Any) -> Any:
        """Ask the node to do something."""
        return orjson.loads(self._call("POST", path, orjson.dumps(body)))

    def _call(self, method: str, path: str, body: bytes | None) -> bytes:
        connection = _Connection(self.home.socket_path)
        try:
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            problem = orjson.loads(data)
            raise DemoError(f"{self.name}: {method} {path}: {problem['code']} {problem['message']}")
        return data
