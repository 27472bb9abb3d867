"""What goes wrong on real machines, done to real processes: each with the code that says so."""

from __future__ import annotations

import random
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from rochdale_node.demo.farms import DemoError, now_ms, until
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.votes import Vote, VoteKind
from tests.node.homes import short_folder

from .farms import Mill, even, found, make_farms, rows
from .terminal import PATIENCE_S

HOUR_MS = 3_600_000


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def lone(folder: Path) -> Iterator[Mill]:
    """A farm that founded a co-op alone; its node does not run."""
    (farm,) = make_farms(folder, 1)
    found([farm])
    yield farm
    farm.kill()


@pytest.fixture
def four(folder: Path) -> Iterator[list[Mill]]:
    """Four farms that founded a co-op; their nodes do not run."""
    farms = make_farms(folder, 4)
    found(farms)
    yield farms
    for farm in farms:
        farm.kill()


def propose(farm: Mill, title: str, wait_s: int = PATIENCE_S, closes: int = 0) -> str:
    """Put a resolution to the members; without a time its vote goes on for a month."""
    return farm.act(
        "proposal.new",
        wait_s,
        title=title,
        text="",
        business="ordinary",
        opens=0,
        closes=closes or now_ms() + 720 * HOUR_MS,
        election=None,
        effect={"type": "none"},
    )


# One home -----------------------------------------------------------------------------


def test_a_second_process_is_told_who_holds_the_home(lone: Mill) -> None:
    """HOM-5: a second node on one home is refused with the first one's pid; nothing breaks."""
    lone.up()
    second = lone.do("up", "--no-listen", "--json", code=3)
    assert second.error["code"] == "HOM-5"
    assert second.error["fields"]["command"] == "up"
    assert second.error["fields"]["pid"] > 0
    assert second.error["next"]
    assert propose(lone, "Still here")


def test_a_wrong_passphrase_opens_nothing(lone: Mill) -> None:
    """KEY-1 for a wrong passphrase, KEY-2 for a file that others read, KEY-6 with nobody to ask."""
    wrong = lone.path.parent / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("hefted rams")
    found_wrong = lone.do("up", "--json", code=1, passphrase=wrong)
    assert found_wrong.error["code"] == "KEY-1"
    wrong.chmod(0o644)
    assert lone.do("up", "--json", code=1, passphrase=wrong).error["code"] == "KEY-2"
    assert "hefted" not in found_wrong.out + found_wrong.err


def test_a_copied_home_signs_nothing(lone: Mill) -> None:
    """HOM-3: a copy of a home neither runs nor signs, says why and what next, and can be read."""
    copy = Mill(lone.path.parent / "copy", "Copy", lone.spoken)
    shutil.rmtree(copy.path)
    shutil.copytree(lone.path, copy.path)
    for words in (("up",), ("proposal", "new", "Twice", "--closes", "2d")):
        refused = copy.do(*words, "--json", code=1)
        assert refused.error["code"] == "HOM-3"
        assert refused.error["next"]
    assert copy.json("status")["height"] == 0
    assert not list(rows(copy, "pending"))


@pytest.mark.parametrize(
    ("damage", "code"), [("newer", "STO-2"), ("cut", "STO-3"), ("hole", "STO-3")]
)
def test_a_book_that_can_not_be_read_stops_the_node(lone: Mill, damage: str, code: str) -> None:
    """STO-2 and STO-3: no command opens such a book, each says what next, the file is as it was."""
    lone.up()
    propose(lone, "Buy a barn")
    lone.down()
    if damage == "newer":
        import sqlite3

        with sqlite3.connect(lone.book) as connection:
            connection.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('rochdale', 'm999_later', '')"
            )
        connection.close()
    else:
        data = lone.book.read_bytes()
        half = len(data) // 2
        lone.book.write_bytes(data[:half] + (b"" if damage == "cut" else bytes(len(data) - half)))
    before = lone.book.read_bytes()
    for words in (("up", "--no-listen"), ("status",)):
        refused = lone.do(*words, "--json", code=3)
        assert refused.error["code"] == code
        assert refused.error["next"]
    assert lone.book.read_bytes() == before


def test_a_full_disk_ends_the_node_with_its_reason(lone: Mill) -> None:
    """STO-1 or STO-5: what doesn't fit is refused, the node ends and says so, nothing is lost."""
    lone.up()
    kept = propose(lone, "Fits")
    lone.down()
    size = max(path.stat().st_size for path in (lone.book, lone.path / "demo.log")) + 400_000
    # The system refuses to let any file of this process grow past that, as a quota does.
    lone.before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    lone.up()
    with pytest.raises(DemoError, match=r"STO-1|STO-5"):
        fill(lone)
    assert lone.ended() == 3
    assert "(STO-" in lone.said()
    assert "Next:" in lone.said()
    lone.before = ""
    lone.up()
    status = lone.get("/v1/status")
    assert status["pending"] == 0
    assert lone.get(f"/v1/records/{kept}")["state"] == "final"
    assert propose(lone, "There is room again")
    assert not list(rows(lone, "meta", "doubt"))


def fill(farm: Mill) -> None:
    """Write until the disk is full, or much too much."""
    for number in range(100):
        farm.act("member.profile", contact="x" * 2_000, about="y" * 2_000, salt="0" * 32)
        propose(farm, f"Number {number}")


# Several ------------------------------------------------------------------------------


def test_a_clock_an_hour_off_holds_nobody_up(four: list[Mill]) -> None:
    """One clock an hour ahead neither stops the book, nor dates it, nor ends a vote early."""
    ahead = four[3]
    ahead.before = (
        "import time; _ns, _s = time.time_ns, time.time;"
        f" time.time_ns = lambda: _ns() + {HOUR_MS} * 10**6; time.time = lambda: _s() + 3600"
    )
    for farm in four:
        farm.up()
    soon = now_ms() + HOUR_MS // 2
    vote = propose(four[0], "Is it closed?", closes=soon)
    for number in range(3):
        propose(four[number], f"By {number}")
    mine = propose(ahead, "By the farm from the future", closes=now_ms() + 30 * HOUR_MS)
    propose(four[0], "The last")
    even(four)
    for farm in four:
        status = farm.get("/v1/status")
        assert status["minute_time"] < now_ms() + HOUR_MS // 4
        assert status["faults"] == 0
        shown = {one["proposal"]: one for one in farm.get("/v1/proposals")}
        # Its own clock misleads only the one that has it, about what is pending.
        assert shown[vote]["status"] == "open" or farm is ahead
        assert mine in shown


def promises(farm: Mill) -> list[Vote]:
    """Return the votes of a farm's own device that its journal holds."""
    found = (
        Vote.from_bytes(value) for key, value in rows(farm, "votes") if key.split("/")[1] == "v"
    )
    return [vote for vote in found if vote.device == farm.device]


def test_a_killed_node_keeps_its_promises(four: list[Mill]) -> None:
    """Kill -9 at whatever moment: nobody signs twice, nothing signed is lost, all end even."""
    chance = random.Random(1844)
    for farm in four:
        farm.up()
    promised: list[Vote] = []
    signed: list[str] = []
    for number in range(8):
        victim = chance.choice(four)
        writer = chance.choice(four)
        signed.append(propose(writer, f"Number {number}", wait_s=0))
        if number % 2:
            # At another moment of the round: when some node shows it as known.
            other = chance.choice([farm for farm in four if farm is not writer])
            other.get(f"/v1/records?limit={chance.randrange(1, 9)}")
        victim.kill()
        promised += promises(victim)
        victim.up()
    even(four)
    for farm in four:
        assert farm.get("/v1/evidence") == []
        assert not list(rows(farm, "meta", "contradiction/"))
        assert not list(rows(farm, "meta", "doubt"))
        for record in signed:
            assert farm.get(f"/v1/records/{record}")["state"] == "final"
    finals = {
        int(key): Minute.from_bytes(value).id for key, value in rows(four[0], "minutes") if key
    }
    for vote in promised:
        if vote.kind is VoteKind.FINALIZE:
            assert finals[vote.height] == vote.minute
    nullified = {(v.device, v.height, v.view) for v in promised if v.kind is VoteKind.NULLIFY}
    finalised = {(v.device, v.height, v.view) for v in promised if v.kind is VoteKind.FINALIZE}
    assert not nullified & finalised


def test_a_backup_restores_as_a_new_device(four: list[Mill]) -> None:
    """Backup, loss, restore on an empty machine: a new device signs, the lost one never again."""
    lost, others = four[3], four[:3]
    for farm in four:
        farm.up()
    first = propose(lost, "Before the fire")
    even(four)
    stick = lost.path.parent / "farm.backup"
    lost.do("backup", "create", "--out", str(stick))
    tested = lost.json("backup", "test", str(stick))
    assert tested["member"] == lost.member
    assert lost.keys.device_seed.hex().encode() not in stick.read_bytes()
    unsaved = propose(lost, "After the backup")
    even(four)
    lost.down()
    stolen = lost.path.parent / "stolen"
    lost.path.rename(stolen)  # the thief's disk is the very same one
    old_device, old_keys = lost.device, lost.keys
    restored = lost.json("backup", "restore", str(stick), "--label", "new laptop")
    assert restored["books"][0]["coop"] == others[0].coop
    lost.home = type(lost.home)(lost.path)
    lost.device = lost.home.identity.device
    assert lost.device != old_device
    lost.up()
    until("the new device is known", lambda: lost.get("/v1/status")["device_status"] == "active")
    assert lost.get(f"/v1/records/{unsaved}")["state"] == "final"
    lost.do("device", "revoke", old_device, "--yes", "--wait", str(PATIENCE_S))
    assert propose(lost, "After the fire")
    until("it attests again", lambda: lost.get("/v1/status")["witness"])
    even(four)
    thief = Mill(stolen.parent / "thief", "Thief", lost.spoken)
    shutil.rmtree(thief.path)
    thief.path, thief.keys, thief.device = stolen, old_keys, old_device
    thief.home = type(thief.home)(stolen)
    before = others[0].get("/v1/status")["height"]
    thief.up()
    with pytest.raises(DemoError):
        propose(thief, "By the thief", wait_s=3)
    thief.kill()
    propose(others[1], "Life goes on")
    even(four)
    for farm in four:
        titles = {one["title"] for one in farm.get("/v1/proposals")}
        assert "By the thief" not in titles
        assert {"Before the fire", "After the backup", "After the fire"} <= titles
        assert farm.get("/v1/evidence") == []
        assert farm.get(f"/v1/records/{first}")["state"] == "final"
        assert farm.get("/v1/status")["height"] > before


SECRET = "telephone Oddný at 01347 868 123"


def test_an_erased_body_is_nowhere(four: list[Mill], folder: Path) -> None:
    """After an erasure no file of any node holds the text; chain, proofs and newcomers are well."""
    for farm in four:
        farm.up()
    owner = four[1]
    profile = owner.act("member.profile", contact=SECRET, about="hill sheep", salt="a1" * 16)
    even(four)
    holding = [farm for farm in four if SECRET.encode() in files_of(farm)]
    assert holding == four
    assert four[0].get("/v1/records?text=Oddn")["total"] == 1
    erased = owner.act("member.erase", record=profile)
    even(four)
    for farm in four:
        assert SECRET.encode() not in files_of(farm), farm.name
        assert farm.get("/v1/records?text=Oddn")["total"] == 0
        for record in (profile, erased):
            checks = farm.get(f"/v1/records/{record}/verify")
            assert checks
            assert all(check["ok"] for check in checks), checks
    tablet = add_device(owner, folder)
    even([*four, tablet])
    assert SECRET.encode() not in files_of(tablet)
    assert tablet.get(f"/v1/records/{profile}")["state"] == "final"
    assert propose(tablet, "By the tablet")
    even([*four, tablet])
    owner.do("device", "revoke", tablet.device, "--yes", "--wait", str(PATIENCE_S))
    even(four)
    with pytest.raises(DemoError):
        propose(tablet, "By a revoked tablet", wait_s=3)
    tablet.kill()
    assert owner.get("/v1/evidence") == []


def files_of(farm: Mill) -> bytes:
    """Return all bytes of a farm's home."""
    return b"".join(path.read_bytes() for path in sorted(farm.path.rglob("*")) if path.is_file())


def add_device(owner: Mill, folder: Path) -> Mill:
    """Make a tablet a device of a farm by the command line, and start its node."""
    tablet = Mill(folder / "tablet", "Tablet", owner.spoken)
    tablet.renew(member=owner.member)
    tablet.make_home("tablet")
    request = folder / "request.json"
    tablet.do("device", "request", "--coop", owner.coop, "--out", str(request))
    owner.do("device", "add", str(request), "--yes", "--wait", str(PATIENCE_S))
    book = folder / "book.sync"
    owner.do("sync", "export", "--out", str(book))
    tablet.do("sync", "import", str(book))
    tablet.up()
    until("the tablet is linked", lambda: tablet.get("/v1/status")["peers_up"] > 0)
    return tablet


ESCAPE = "\x1b]0;owned\x07\x1b[2J\u202eevil"


def test_nothing_from_others_reaches_the_terminal_raw(lone: Mill) -> None:
    """Control characters in what members wrote are shown as <U+001B>, wherever they are shown."""
    lone.up()
    with pytest.raises(DemoError, match="REC-8"):
        propose(lone, ESCAPE)
    lone.act("member.profile", contact=ESCAPE, about=f"line\n{ESCAPE}", salt="b2" * 16)
    record = lone.act(
        "proposal.new", title="Safe", text=f"# Heading\n{ESCAPE}", business="ordinary",
        opens=0, closes=now_ms() + 720 * HOUR_MS, election=None, effect={"type": "none"},
    )  # fmt: skip
    for words in (
        ("member", "show", lone.member),
        ("member", "list"),
        ("proposal", "show", record),
        ("record", "show", record),
        ("record", "list"),
        ("status",),
        ("doctor",),
    ):
        done = lone.do(*words, code=None)
        assert not set("\x1b\x07\u202e") & set(done.out + done.err), words
    assert "<U+001B>" in lone.do("member", "show", lone.member).out


def test_no_secret_is_printed_or_logged(four: list[Mill], folder: Path) -> None:
    """Seeds, the passphrase and an invite's secret are in no log, no output and no book."""
    one, two = four[:2]
    for farm in four:
        farm.up()
    link = folder / "invite.txt"
    one.do("invite", "new", "--out", str(link))
    invitation = one.json("invite", "new")["link"]
    one.spoken.text.clear()
    guest = Mill(folder / "guest", "Guest", one.spoken)
    guest.start()
    until("the guest's node answers", guest.home.socket_path.exists)
    guest.do("coop", "join", str(link), "--yes")
    until("it applied", lambda: len(one.get("/v1/applications")) == 1)
    for words in (
        ("status",), ("coop", "show"), ("member", "list"), ("device", "list"), ("peer", "list"),
        ("doctor",), ("record", "list"), ("minute", "list"), ("coop", "show", "--charter"),
        ("peer", "ping", two.address), ("backup", "create", "--out", str(folder / "b")),
    ):  # fmt: skip
        one.do(*words, "--json", code=None)
        one.do(*words, code=None)
    for farm in (*four, guest):
        farm.down()
    said = "\n".join(one.spoken.text).encode()
    for farm in (*four, guest):
        logs = (farm.path / "node.log").read_bytes() + (farm.path / "demo.log").read_bytes()
        assert logs, "the node kept no log"
        assert stat.S_IMODE((farm.path / "node.log").stat().st_mode) == 0o600
        assert stat.S_IMODE(farm.path.stat().st_mode) == 0o700
        everything = logs + said + files_of(farm)
        assert farm.keys.recovery_seed is not None
        secrets = [farm.keys.device_seed, farm.keys.recovery_seed]
        for secret in secrets:
            assert secret not in everything
            assert secret.hex().encode() not in everything
        assert b"hefted ewes" not in everything
    from rochdale_node.invite import Invite

    for text in (link.read_text(), invitation):
        invite = Invite.from_link(text)
        assert invite.secret.encode() not in said
        for farm in four:
            kept = files_of(farm)
            assert invite.secret.encode() not in kept
            assert bytes.fromhex(invite.secret) not in kept


def test_a_signal_ends_a_node_cleanly(lone: Mill) -> None:
    """SIGTERM ends the node with 0, and its socket and lock are free again."""
    lone.up()
    socket = lone.home.socket_path
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert lone._process is not None
    lone._process.send_signal(signal.SIGTERM)
    assert lone.ended() == 0
    assert not socket.exists()
    assert orjson.loads((lone.path / "lock").read_bytes() or b"{}") == {}
    lone.up()
