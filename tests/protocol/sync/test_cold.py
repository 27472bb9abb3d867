"""A newcomer's first sync from certificates and hashes, with peers true and false."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.limits import COLD_TRIES_MAX
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.sync.file import export_book, split_file
from rochdale_protocol.sync.messages import Kind, Message, Minutes, State, Status, WantState

from ..coops import Coop, device
from .newcomers import PROFILE, Newcomer, contents_of, delivery, old_book, with_blob


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin cold at three minutes, and send little at a time."""
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 3)
    monkeypatch.setattr("rochdale_protocol.sync.serving.BATCH_MINUTES_MAX", 3)
    monkeypatch.setattr("rochdale_protocol.sync.cold.BATCH_SIZE", 600)


@pytest.fixture
def coop() -> Coop:
    return old_book()


def kinds(newcomer: Newcomer) -> set[Kind]:
    return {message.kind for message in newcomer.asked}


def states_asked(newcomer: Newcomer) -> set[int]:
    """Return the heights whose states it asked for."""
    heads = [message.head for message in newcomer.asked]
    return {head.height for head in heads if isinstance(head, WantState)}


def executed(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    """Return a newcomer that carried every minute out."""
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 1_000)
    other = Newcomer(coop)
    other.link(0)
    other.run()
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 3)
    assert Kind.WANT_STATE not in kinds(other)
    return other


def check_same(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that it holds what carrying out everything gives, and works on."""
    coop = newcomer.coop
    other = executed(coop, monkeypatch)
    assert newcomer.ledger.height == coop.ledgers[0].height > 8
    assert contents_of(newcomer.shelf) == contents_of(other.shelf)
    assert newcomer.ledger.rosters == other.ledger.rosters
    assert newcomer.ledger.roster == coop.ledgers[0].roster
    assert newcomer.ledger.rechecked == 0


def test_a_cold_book_is_the_executed_one(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a cold sync every collection is what carrying out every minute gives (COL-6)."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    newcomer.run()
    assert not newcomer.closed
    assert Kind.WANT_STATE in kinds(newcomer)
    check_same(newcomer, monkeypatch)


def test_it_goes_on_the_usual_way(coop: Coop) -> None:
    """A minute after the cold sync is carried out on the state that was taken over."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    newcomer.run()
    newcomer.asked.clear()
    for number in range(4):
        coop.ledgers[number].signer = device(number)
    coop.write(0, delivery(1))
    newcomer.unlink(0)
    newcomer.link(0)
    newcomer.run()
    assert Kind.WANT_STATE not in kinds(newcomer)
    assert newcomer.ledger.tip.id == coop.ledgers[0].tip.id


def test_nothing_counts_before_the_state_is_there(coop: Coop) -> None:
    """Until then the book stands at height 0, shows no record and signs nothing (COL-5)."""
    newcomer = Newcomer(coop)
    newcomer.link(0, lambda message: None if message.kind is Kind.STATE else message)
    newcomer.run()
    ledger = newcomer.ledger
    assert ledger.cold is not None
    assert ledger.cold.height == coop.ledgers[0].height
    first = coop.finals[0].minute.records[0][0]
    assert (ledger.height, ledger.record(first), ledger.place(first)) == (0, None, None)
    assert newcomer.shelf.maps["records"].get(first) is not None
    ledger.signer = device(9)
    with pytest.raises(LocalError) as caught:
        ledger.author(delivery(1))
    assert caught.value.code == "COL-5"


def test_a_small_lag_is_carried_out(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks few minutes, or has minutes already, carries them out (COL-1)."""
    newcomer = executed(coop, monkeypatch)
    assert newcomer.ledger.height == coop.ledgers[0].height


def test_a_file_is_carried_out(coop: Coop) -> None:
    """A file answers no question: what it holds is carried out, also into a cold book."""
    newcomer = Newcomer(coop)
    newcomer.link(0, lambda message: None if message.kind is Kind.STATE else message)
    newcomer.run()
    assert newcomer.ledger.cold is not None
    pieces = split_file(export_book(coop.ledgers[0]))
    newcomer.carry_out(newcomer.exchange.read_file(pieces, newcomer.now))
    assert newcomer.ledger.tip.id == coop.ledgers[0].tip.id
    assert newcomer.shelf.maps["meta"].get("cold") is None


def test_records_that_wait_do_not_hinder_it(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that came before the minutes that hold them are kept, even when dropped (COL-1)."""
    held = [record for each in coop.finals[:6] for record, _ in each.minute.records]
    newcomer = Newcomer(coop)
    for name in held:
        record = coop.ledgers[0].record(name)
        assert record is not None
        if record.body is not None:
            newcomer.ledger.add_record(record)
    assert len(newcomer.ledger.pool) > 4
    newcomer.link(0, lambda message: None if message.kind is Kind.STATE else message)
    newcomer.run()
    for name in newcomer.ledger.pool.ids()[:2]:
        newcomer.ledger.drop(name)
    newcomer.unlink(0)
    newcomer.link(1)
    newcomer.run()
    assert Kind.WANT_STATE in kinds(newcomer)
    assert not newcomer.ledger.pool
    check_same(newcomer, monkeypatch)


# Peers that lie ---------------------------------------------------------------------


Lie = Callable[[Message, Coop], Message]


def _in_minutes(height: int, change: Callable[[list[bytes]], list[bytes]]) -> Lie:
    """Change the pieces of one minute: the minute, its certificate, its records."""

    def lie(message: Message, coop: Coop) -> Message:
        head = message.head
        if not isinstance(head, Minutes) or not 0 <= height - head.start < len(head.records):
            return message
        at = sum(2 + count for count in head.records[: height - head.start])
        end = at + 2 + head.records[height - head.start]
        pieces = change(list(message.blobs[at:end]))
        counts = [*head.records]
        counts[height - head.start] = len(pieces) - 2
        blobs = (*message.blobs[:at], *pieces, *message.blobs[end:])
        return Message(message.kind, head.model_copy(update={"records": counts}), blobs)

    return lie


def _other_code(pieces: list[bytes]) -> list[bytes]:
    minute = Minute.from_bytes(pieces[0])
    records = ((minute.records[0][0], "GOV-1"), *minute.records[1:])
    header = minute.header.model_copy(update={"records_root": records_root(records)})
    return [Minute.make(header, records, minute.certificate).to_bytes(), *pieces[1:]]


def _in_body(pieces: list[bytes]) -> list[bytes]:
    return [*pieces[:2], pieces[2][:-3] + b"9" + pieces[2][-2:]]


def _in_header(pieces: list[bytes]) -> list[bytes]:
    return [*pieces[:2], pieces[2].replace(b'"seq":1', b'"seq":2')]


def _other_coop(message: Message, coop: Coop) -> Message:
    if not isinstance(message.head, Minutes) or message.head.start != 1:
        return message
    other = Coop(3)
    other.write(0, delivery(1))
    pieces = other.ledgers[0].final_pieces(1)
    head = Minutes(start=1, tip=message.head.tip, records=[len(pieces) - 2])
    return Message(message.kind, head, tuple(pieces))


def _gap(message: Message, coop: Coop) -> Message:
    head = message.head
    if not isinstance(head, Minutes) or head.start != 1:
        return message
    return Message(
        message.kind,
        head.model_copy(update={"records": head.records[1:]}),
        message.blobs[2 + head.records[0] :],
    )


def _replay(message: Message, coop: Coop) -> Message:
    head = message.head
    if not isinstance(head, Minutes) or head.start == 1:
        return message
    pieces = coop.ledgers[0].final_pieces(1)
    return Message(
        message.kind,
        head.model_copy(update={"records": [len(pieces) - 2], "rosters": []}),
        tuple(pieces),
    )


def _roster(message: Message, coop: Coop) -> Message:
    head = message.head
    if not isinstance(head, Minutes) or not head.rosters:
        return message
    listed = coop.ledgers[0].changed_roster(1)
    assert listed is not None
    return with_blob(message, len(message.blobs) - 1, listed)


def _no_roster(message: Message, coop: Coop) -> Message:
    head = message.head
    if not isinstance(head, Minutes) or not head.rosters:
        return message
    return Message(
        message.kind,
        head.model_copy(update={"rosters": []}),
        message.blobs[: -len(head.rosters)],
    )


def _stale_certificate(message: Message, coop: Coop) -> Message:
    """Certify the last minute by those who attested before the roster grew."""
    ledger = coop.ledgers[0]
    height = ledger.height
    old = ledger.final_pieces(1)[1]

    def swap(pieces: list[bytes]) -> list[bytes]:
        fixed = pieces[1][: 13 + 64] + old[13 + 64 : 111]
        return [pieces[0], fixed + old[111:], *pieces[2:]]

    return _in_minutes(height, swap)(message, coop)


def _in_state(change: Callable[[list[bytes]], list[bytes]]) -> Lie:
    def lie(message: Message, coop: Coop) -> Message:
        head = message.head
        if not isinstance(head, State) or head.more:
            return message
        return replace(message, blobs=tuple(change(list(message.blobs))))

    return lie


def _endless(message: Message, coop: Coop) -> Message:
    if not isinstance(message.head, State):
        return message
    return Message(message.kind, message.head.model_copy(update={"more": True}), ())


LIES: dict[str, tuple[Lie, str]] = {
    "changed code": (_in_minutes(2, _other_code), "CRT-5"),
    "changed body": (_in_minutes(2, _in_body), "REC-6"),
    "changed header": (_in_minutes(1, _in_header), "SYN-4"),
    "record left out": (_in_minutes(2, lambda pieces: pieces[:-1]), "SYN-4"),
    "body left out": (
        _in_minutes(2, lambda p: [*p[:2], p[2][: 66 + int.from_bytes(p[2][:2], "big")]]),
        "REC-10",
    ),
    "frame cut short": (_in_minutes(2, lambda p: [*p[:2], p[2][:100]]), "REC-1"),
    "certificate of another": (_in_minutes(2, lambda p: [p[0], p[1][:-1] + b"0", *p[2:]]), "CRT-4"),
    "certificate by a stale roster": (_stale_certificate, "CRT-2"),
    "wrong list of witnesses": (_roster, "COL-2"),
    "no list of witnesses": (_no_roster, "COL-2"),
    "gap": (_gap, "MIN-12"),
    "replay": (_replay, "MIN-12"),
    "other co-op": (_other_coop, "MIN-12"),
    "changed value": (_in_state(lambda blobs: [*blobs[:-1], blobs[-1] + b" "]), "COL-6"),
    "missing key": (_in_state(lambda blobs: blobs[:-2]), "COL-6"),
    "extra key": (_in_state(lambda blobs: [*blobs, b"zz", b"{}"]), "COL-6"),
    "keys out of order": (_in_state(lambda blobs: [*blobs, b"a", b"{}"]), "SYN-3"),
    "key too long": (_in_state(lambda blobs: [*blobs, b"z" * 600, b"{}"]), "SYN-3"),
    "endless state": (_endless, "SYN-3"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_liar_is_cut_off(name: str, coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a quorum did not certify is taken in; an honest peer then mends it."""
    lie, code = LIES[name]
    newcomer = Newcomer(coop)
    newcomer.link(1, lambda message: lie(message, coop))
    newcomer.run()
    assert [error.code for error in newcomer.closed] == [code]
    assert newcomer.ledger.height == 0
    newcomer.link(0)
    newcomer.run()
    assert len(newcomer.closed) == 1
    check_same(newcomer, monkeypatch)


def test_an_erased_body_does_not_rise_again(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that still sends a body which its author had erased does not bring it back."""
    body = encode(PROFILE.model_dump())
    lie = _in_minutes(1, lambda pieces: [*pieces[:2], pieces[2] + body])
    newcomer = Newcomer(coop)
    newcomer.link(0, lambda message: lie(message, coop))
    newcomer.run()
    assert not newcomer.closed
    assert body not in dict(newcomer.shelf.maps["bodies"].scan("")).values()
    check_same(newcomer, monkeypatch)


def test_another_history_than_the_invite_names_is_refused(coop: Coop) -> None:
    """The minute that the invite names must be in it, also unexecuted (LED-8)."""
    newcomer = Newcomer(coop)
    newcomer.shelf.commit({"meta": {f"checkpoint/{height_key(2)}": b"0" * 64}})
    newcomer.link(0)
    newcomer.run()
    assert [error.code for error in newcomer.closed] == ["LED-8"]
    assert newcomer.ledger.height == 0


def test_too_many_wrong_states_end_in_carrying_out(coop: Coop) -> None:
    """Where nobody gives the right state, minutes are carried out after all (COL-7)."""
    lie, _ = LIES["changed value"]
    newcomer = Newcomer(coop)
    for _ in range(COLD_TRIES_MAX):
        assert newcomer.ledger.height == 0
        newcomer.link(1, lambda message: lie(message, coop))
        newcomer.run()
    newcomer.link(1, lambda message: lie(message, coop))
    newcomer.run()
    assert newcomer.ledger.tip.id == coop.ledgers[1].tip.id
    assert len(newcomer.closed) == COLD_TRIES_MAX


def test_what_was_not_asked_for_ends_the_link(coop: Coop) -> None:
    """A state that nobody asked for is SYN-3."""

    def lie(message: Message) -> Message:
        if isinstance(message.head, Status):
            return Message(Kind.STATE, State(height=0, more=False))
        return message

    newcomer = Newcomer(coop)
    newcomer.link(0, lie)
    newcomer.run()
    assert [error.code for error in newcomer.closed] == ["SYN-3"]


# Interruptions ----------------------------------------------------------------------


def steps(newcomer: Newcomer) -> Iterator[int]:
    """Yield the number of each step before it is done."""
    number = 0
    yield number
    while newcomer.step():
        number += 1
        yield number


def test_it_resumes_after_a_restart_at_any_step(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it dies, it goes on with any peer and ends with the same book (COL-8)."""
    whole = Newcomer(coop)
    whole.link(0)
    count = sum(1 for _ in steps(whole))
    assert count > 10
    expected = contents_of(executed(coop, monkeypatch).shelf)
    for dies_at in range(count):
        newcomer = Newcomer(coop)
        newcomer.link(0)
        for number in steps(newcomer):
            if number == dies_at:
                break
        held = newcomer.shelf.maps["meta"].get("cold")
        newcomer.boot()
        newcomer.asked.clear()
        newcomer.link(1)
        newcomer.run()
        assert not newcomer.closed
        assert contents_of(newcomer.shelf)["state"] == expected["state"]
        assert contents_of(newcomer.shelf)["meta"] == expected["meta"]
        if held is not None:
            wanted = [m.head for m in newcomer.asked if m.kind is Kind.WANT_MINUTES]
            starts = [getattr(head, "start", 0) for head in wanted]
            assert min(starts, default=int(held) + 1) == int(held) + 1


def test_another_peer_goes_on_where_one_vanishes(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two peers one is asked; when it is gone, the other goes on at once (COL-10)."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    newcomer.link(1)
    while newcomer.ledger.cold is None:
        assert newcomer.step()
    assert newcomer.ledger.cold_source == device(0).public
    newcomer.unlink(0)
    assert newcomer.ledger.cold_source == device(1).public
    newcomer.run()
    check_same(newcomer, monkeypatch)


def _without_state(message: Message) -> Message | None:
    return None if message.kind is Kind.STATE else message


def test_a_stranger_goes_on_where_another_vanishes(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that the newcomer's book doesn't know yet may go on with it (SYN-5, COL-10)."""
    newcomer = Newcomer(coop)
    newcomer.link(4, _without_state)
    newcomer.run()
    assert newcomer.ledger.cold is not None
    newcomer.unlink(4)
    newcomer.link(4)
    newcomer.run()
    assert not newcomer.closed
    check_same(newcomer, monkeypatch)


def test_a_stranger_that_was_behind_goes_on_later(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was behind the minutes already checked is asked again when it says more."""
    coop.nodes[4].linked = False
    coop.write(0, delivery(1))
    newcomer = Newcomer(coop)
    newcomer.link(0, _without_state)
    newcomer.run()
    newcomer.unlink(0)
    newcomer.link(4)
    newcomer.run()
    assert newcomer.ledger.cold is not None
    coop.catch_up(4)
    late = device(4).public
    newcomer.answer(late, newcomer.peers[late][0].tick(newcomer.now))
    newcomer.run()
    assert not newcomer.closed
    check_same(newcomer, monkeypatch)


def test_two_peers_are_not_both_asked(coop: Coop) -> None:
    """Every batch comes once, however many peers there are (COL-10)."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    newcomer.link(1)
    newcomer.run()
    starts = [m.head for m in newcomer.asked if m.kind is Kind.WANT_MINUTES]
    assert len({str(head) for head in starts}) == len(starts) > 3


def test_a_tip_that_moves_meanwhile(coop: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state that was begun is sent to its end, though minutes become final (COL-14)."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    while not any(m.kind is Kind.WANT_STATE for m in newcomer.asked):
        assert newcomer.step()
    before = coop.ledgers[0].height
    for number in range(4):
        coop.ledgers[number].signer = device(number)
    coop.write(0, delivery(1))
    assert coop.ledgers[0].height == before + 1
    newcomer.run()
    assert not newcomer.closed
    assert states_asked(newcomer) == {before}
    newcomer.unlink(0)
    newcomer.link(0)
    newcomer.run()
    check_same(newcomer, monkeypatch)


def test_a_state_that_is_gone_is_asked_for_anew(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that has only a later state gives the minutes since, then that one (COL-14)."""
    newcomer = Newcomer(coop)
    newcomer.link(0)
    while not any(m.kind is Kind.WANT_STATE for m in newcomer.asked):
        assert newcomer.step()
    for number in range(4):
        coop.ledgers[number].signer = device(number)
    coop.write(0, delivery(1))
    coop.ledgers[0].lending.end(newcomer.me)
    newcomer.run()
    assert not newcomer.closed
    assert len(states_asked(newcomer)) == 2
    check_same(newcomer, monkeypatch)


# This device ------------------------------------------------------------------------


def test_a_device_that_finds_its_own_records_doubts(coop: Coop) -> None:
    """Records and votes of this device that it doesn't hold end its signing (LED-4)."""
    newcomer = Newcomer(coop, device(0))
    newcomer.link(1)
    newcomer.run()
    assert newcomer.ledger.height == coop.ledgers[1].height
    assert newcomer.ledger.doubt


def test_a_newcomers_own_application_stops_waiting(coop: Coop) -> None:
    """An applicant's first record is no longer pending once the book holds it."""
    applicant = coop.nodes[4].shelf
    opener = applicant.maps["chain"].get(f"{device(4).public}/{height_key(1)}")
    assert opener is not None
    name = opener.decode()
    newcomer = Newcomer(coop, device(4))
    newcomer.shelf.commit(
        {
            "records": {name: applicant.maps["records"].get(name)},
            "bodies": {name: applicant.maps["bodies"].get(name)},
            "pending": {name: b"0"},
        }
    )
    newcomer.boot()
    assert len(newcomer.ledger.pool) == 1
    newcomer.link(0)
    newcomer.run()
    assert newcomer.ledger.height == coop.ledgers[0].height
    assert not newcomer.ledger.pool
    assert not dict(newcomer.shelf.maps["pending"].scan(""))
    assert newcomer.ledger.place(name) is not None
