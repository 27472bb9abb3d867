"""Sealed ballots: unread before the close, and one verdict after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.keys import SeedSigner, exchange_key
from rochdale_protocol.core.limits import SEALED_SIZE_MAX, TRUSTEES_MAX
from rochdale_protocol.governance.sealing import (
    PRIME,
    Sealed,
    can_open,
    check_trustees,
    choose_trustees,
    context_of,
    is_share,
    open_box,
    seal,
    threshold,
    unseal,
)
from tests.vectors.ed25519 import MIXED
from tests.vectors.sealing import (
    CONTEXT,
    COOP,
    ENTROPY,
    OTHER,
    PLAIN,
    PROPOSAL,
    SIZE,
    commit_of,
    good_shares,
    pad,
    public_of,
    put,
    secret_of,
    some_seeds,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """Trustees of one vote."""

    seeds: list[bytes]
    signers: list[SeedSigner]
    keys: list[str]

    def open(self, sealed: Sealed, context: bytes = CONTEXT) -> dict[int, str]:
        """Return the shares that these trustees publish."""
        found = {}
        for place, signer in enumerate(self.signers, 1):
            share = open_box(sealed, place, signer, context)
            if share is not None:
                found[place] = share
        return found


def bench_of(count: int) -> Bench:
    seeds = some_seeds(count)
    signers = [SeedSigner(seed) for seed in seeds]
    return Bench(seeds, signers, [signer.public for signer in signers])


MANY = [public_of(seed) for seed in some_seeds(25)]
BENCHES = {count: bench_of(count) for count in range(1, 10)}


def subsets(shares: Mapping[int, str], needed: int) -> Iterator[dict[int, str]]:
    for places in combinations(sorted(shares), needed):
        yield {place: shares[place] for place in places}


def verdicts(sealed: Sealed, bench: Bench, context: bytes = CONTEXT) -> list[bytes | None]:
    """Return what each smallest choice of good shares makes of a ballot."""
    needed = threshold(len(bench.keys))
    return [
        unseal(sealed.keep(), some, context, bench.keys)
        for some in subsets(bench.open(sealed, context), needed)
    ]


def join(points: Sequence[tuple[int, int]], at: int) -> int:
    """The value at one place of the polynomial through some points."""
    total = 0
    for x, y in points:
        weight = y
        for other, _ in points:
            if other != x:
                weight = weight * (at - other) * pow(x - other, -1, PRIME) % PRIME
        total += weight
    return total % PRIME


def test_prime() -> None:
    """P passes Miller and Rabin's test for sixty bases, and no number above it below 2^256 does."""

    def is_prime(number: int) -> bool:
        odd, twos = number - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        for base in range(2, 62):
            power = pow(base, odd, number)
            if power in (1, number - 1):
                continue
            if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
                return False
        return True

    assert [number for number in range(PRIME, 2**256) if is_prime(number)] == [PRIME]


MANY_SINCE = st.lists(st.integers(0, 3), min_size=TRUSTEES_MAX + 1, max_size=len(MANY))
FEW_SINCE = st.lists(st.integers(0, 3), min_size=1, max_size=TRUSTEES_MAX)


@given(st.one_of(MANY_SINCE, FEW_SINCE), st.randoms(use_true_random=False))
def test_trustees_are_those_who_attest_longest(since: list[int], random: Random) -> None:
    """Of the witnesses that can be trustees the 21 longest-standing are taken, in one order."""
    devices = MANY[: len(since)]
    witnesses = list(zip(since, devices, strict=True))
    chosen = choose_trustees([*witnesses, (0, MIXED), (0, "00" * 32)])
    check_trustees(chosen)
    assert len(chosen) == min(len(since), TRUSTEES_MAX)
    left = [each for each in witnesses if each[1] not in chosen]
    assert all(one < other for one in witnesses if one[1] in chosen for other in left)
    random.shuffle(witnesses)
    assert choose_trustees(witnesses) == chosen


def test_threshold_and_those_without_a_share() -> None:
    """More than half open a ballot; once so many can't, the ballot is spoilt (SEA-14)."""
    assert [threshold(count) for count in range(1, 8)] == [1, 2, 2, 3, 3, 4, 4]
    for count in range(1, TRUSTEES_MAX + 1):
        assert 2 * threshold(count) > count >= 2 * (threshold(count) - 1)
        for unreadable in range(count + 1):
            most_good = count - unreadable
            assert can_open(count, unreadable) is (most_good >= threshold(count))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.binary(max_size=SIZE - 1), st.binary(min_size=32, max_size=32))
def test_every_choice_of_shares_opens_an_honest_ballot(
    count: int, plain: bytes, entropy: bytes
) -> None:
    """All trustees find their shares, and any threshold of them give the ballot (SEA-13)."""
    bench = BENCHES[count]
    sealed = seal(entropy, plain, CONTEXT, bench.keys, SIZE)
    shares = bench.open(sealed)
    assert list(shares) == list(range(1, count + 1))
    assert set(verdicts(sealed, bench)) == {plain}
    assert unseal(sealed.keep(), shares, CONTEXT, bench.keys) == plain


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bad_shares_are_passed_over(data: st.DataObject) -> None:
    """Shares that aren't good neither open a ballot nor spoil it, whatever they are (SEA-12)."""
    count = data.draw(st.integers(1, 7))
    bench = BENCHES[count]
    sealed = seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE)
    shares = bench.open(sealed)
    rubbish = st.one_of(st.text(max_size=70), st.integers(0, 2**256 - 1).map("{:064x}".format))
    bad = data.draw(st.dictionaries(st.integers(-2, count + 2), rubbish))
    mixed = {**shares, **bad}
    good = [place for place, share in shares.items() if mixed[place] == share]
    if len(good) >= threshold(count):
        assert unseal(sealed.keep(), mixed, CONTEXT, bench.keys) == PLAIN
    else:
        with pytest.raises(Refused) as caught:
            unseal(sealed.keep(), mixed, CONTEXT, bench.keys)
        assert caught.value.code == "SEA-12"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_digit_spoils(data: st.DataObject) -> None:
    """A ballot with one digit changed anywhere is never opened, by no choice of shares (SEA-13)."""
    bench = BENCHES[data.draw(st.integers(1, 6))]
    fields = seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE).model_dump()
    name = data.draw(st.sampled_from(sorted(fields)))
    places = len(fields[name]) if isinstance(fields[name], list) else 1
    place = data.draw(st.integers(0, places - 1))
    text = fields[name][place] if isinstance(fields[name], list) else fields[name]
    at = data.draw(st.integers(0, len(text) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789abcdef" if d != text[at]]))
    changed = text[:at] + digit + text[at + 1 :]
    if isinstance(fields[name], list):
        fields[name][place] = changed
    else:
        fields[name] = changed
    sealed = Sealed.model_validate(fields)
    assert set(verdicts(sealed, bench)) <= {None}
    # Shares that got out some other way don't help it either.
    true = bench.open(seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE))
    fit = [p for p, share in true.items() if is_share(sealed.commits[p - 1], share, p, CONTEXT)]
    if len(fit) >= threshold(len(true)):
        assert unseal(sealed.keep(), true, CONTEXT, bench.keys) is None
    else:
        assert name == "commits"


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_shares_of_no_secret_spoil(data: st.DataObject) -> None:
    """Shares that a voter chose, properly committed to and boxed, are spoilt by any choice."""
    count = data.draw(st.integers(2, 5))
    bench = BENCHES[count]
    secret = secret_of(ENTROPY, CONTEXT, pad(PLAIN))
    numbers = data.draw(st.lists(st.integers(0, PRIME - 1), min_size=count, max_size=count))
    shares = [number.to_bytes(32, "big") for number in numbers]
    made = put(secret, pad(PLAIN), CONTEXT, bench.keys, shares=shares)
    sealed = Sealed.model_validate(made)
    assert len(bench.open(sealed)) == count
    assert set(verdicts(sealed, bench)) == {None}


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_fewer_shares_fit_another_ballot_as_well(count: int) -> None:
    """One share fewer than the threshold is what a ballot with another secret gives too.

    They give no way to check a guess of the secret: each has a polynomial through them.
    """
    bench = BENCHES[count]
    sealed = seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE)
    other = PLAIN.replace(b"for", b"yes")
    other_secret = secret_of(ENTROPY, CONTEXT, pad(other))
    for some in subsets(bench.open(sealed), threshold(count) - 1):
        with pytest.raises(Refused):
            unseal(sealed.keep(), some, CONTEXT, bench.keys)
        points = [(place, int(share, 16)) for place, share in some.items()]
        secret = secret_of(ENTROPY, CONTEXT, pad(PLAIN))
        assert join(points, 0) != int.from_bytes(secret, "big")
        through = [(0, int.from_bytes(other_secret, "big")), *points]
        shares = [join(through, place).to_bytes(32, "big") for place in range(1, count + 1)]
        made = put(other_secret, pad(other), CONTEXT, bench.keys, shares=shares)
        assert len(made["ciphertext"]) == len(sealed.ciphertext)
        for place in some:
            assert made["commits"][place - 1] == sealed.commits[place - 1]


def test_a_copied_ballot_is_worth_nothing() -> None:
    """Another's sealed ballot, cast as one's own or in another vote, opens for nobody (SEA-2)."""
    bench = BENCHES[5]
    sealed = seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE)
    true = bench.open(sealed)
    for copied in (context_of(COOP, PROPOSAL, OTHER), context_of(COOP, OTHER, OTHER)):
        assert bench.open(sealed, copied) == {}
        with pytest.raises(Refused) as caught:
            unseal(sealed.keep(), true, copied, bench.keys)
        assert caught.value.code == "SEA-12"
        for place, share in true.items():
            assert is_share(sealed.commits[place - 1], share, place, CONTEXT)
            assert not is_share(sealed.commits[place - 1], share, place, copied)


def test_a_box_is_for_one_trustee() -> None:
    """No other key, and no trustee at another place, takes a share from a box (SEA-11)."""
    bench = BENCHES[3]
    sealed = seal(ENTROPY, PLAIN, CONTEXT, bench.keys, SIZE)
    for at, signer in enumerate([*bench.signers, SeedSigner(bytes(32))], 1):
        for place in range(-1, 6):
            found = open_box(sealed, place, signer, CONTEXT)
            assert (found is not None) is (place == at <= 3)


def test_repeated_randomness_shows_nothing() -> None:
    """Two ballots of one length from the same random bytes differ in every part (SEA-3)."""
    bench = BENCHES[3]
    one = seal(ENTROPY, b"for", CONTEXT, bench.keys, SIZE)
    other = seal(ENTROPY, b"yes", CONTEXT, bench.keys, SIZE)
    assert one == seal(ENTROPY, b"for", CONTEXT, bench.keys, SIZE)
    assert one.ephemeral != other.ephemeral
    assert set(one.commits).isdisjoint(other.commits)
    assert set(one.boxes).isdisjoint(other.boxes)
    streams = [bytes.fromhex(each.ciphertext)[16:] for each in (one, other)]
    mixed = bytes(a ^ b for a, b in zip(*streams, strict=True))
    assert mixed[3:] != bytes(SIZE - 3)


def test_length_tells_nothing() -> None:
    """All ballots of a vote have records of one size; one that is too long isn't sealed (SEA-4)."""
    bench = BENCHES[3]
    sizes = {
        len(seal(ENTROPY, b"a" * length, CONTEXT, bench.keys, SIZE).model_dump_json())
        for length in (0, 1, SIZE - 1)
    }
    assert len(sizes) == 1
    for length, size in ((SIZE, SIZE), (0, 0), (1, SEALED_SIZE_MAX + 1)):
        with pytest.raises(LocalError) as caught:
            seal(ENTROPY, b"a" * length, CONTEXT, bench.keys, size)
        assert caught.value.code == "SEA-4"
    longest = b"a" * (SEALED_SIZE_MAX - 1)
    sealed = seal(ENTROPY, longest, CONTEXT, bench.keys, SEALED_SIZE_MAX)
    assert verdicts(sealed, bench) == [longest] * 3


ODD_TEXT = st.one_of(st.text(max_size=70), st.text("0123456789abcdef", min_size=64, max_size=64))


@settings(max_examples=100, deadline=None)
@given(ODD_TEXT, ODD_TEXT, st.integers(-(2**70), 2**70), st.binary(max_size=40))
def test_any_text_can_be_asked_about(commit: str, share: str, place: int, context: bytes) -> None:
    """What isn't a share is no good one, and nothing is raised."""
    assert is_share(commit, share, place, context) is False
    assert exchange_key(share) is None or len(share) == 64


@pytest.mark.parametrize("value", [0, 1, PRIME - 1, PRIME, 2**256 - 1])
def test_a_share_is_below_p(value: int) -> None:
    """A number has one spelling as a share: below p, in lower case (SEA-12)."""
    share = value.to_bytes(32, "big")
    assert is_share(commit_of(share, 1, CONTEXT), share.hex(), 1, CONTEXT) is (value < PRIME)
    spelled = share.hex()
    others = {spelled.upper(), spelled[:2] + " " + spelled[2:], spelled + "00", spelled[2:]}
    for other in sorted(others - {spelled}):
        assert not is_share(commit_of(share, 1, CONTEXT), other, 1, CONTEXT)


HEX_32 = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def odd_ballots(draw: st.DrawFn) -> Sealed:
    """What passes for a sealed ballot and was never made."""
    return Sealed(
        ephemeral=draw(HEX_32),
        ciphertext=draw(st.binary(min_size=17, max_size=80)).hex(),
        commits=draw(st.lists(HEX_32, min_size=1, max_size=TRUSTEES_MAX)),
        boxes=draw(st.lists(HEX_32, min_size=1, max_size=TRUSTEES_MAX)),
    )


@settings(max_examples=100, deadline=None)
@given(odd_ballots(), st.integers(1, 7), st.dictionaries(st.integers(-1, 30), ODD_TEXT), st.data())
def test_an_odd_ballot_is_spoilt_or_refused(
    sealed: Sealed, count: int, shares: dict[int, str], data: st.DataObject
) -> None:
    """Whatever fits the types has a verdict: no good share, spoilt, or refused; nothing else."""
    bench = BENCHES[count]
    assert bench.open(sealed) == {}
    with pytest.raises(Refused) as caught:
        unseal(sealed.keep(), shares, CONTEXT, bench.keys)
    assert caught.value.code == "SEA-12"
    # With commitments to chosen shares it gets as far as the ciphertext.
    chosen = data.draw(st.lists(st.integers(0, PRIME - 1), min_size=count, max_size=TRUSTEES_MAX))
    values = [number.to_bytes(32, "big") for number in chosen]
    commits = [commit_of(value, place, CONTEXT) for place, value in enumerate(values, 1)]
    kept = sealed.keep().model_copy(update={"commits": commits})
    given_ = {place: value.hex() for place, value in enumerate(values, 1)}
    assert unseal(kept, given_, CONTEXT, bench.keys) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ephemeral", "0" * 63),
        ("ephemeral", "A" * 64),
        ("ciphertext", "00" * 16),
        ("ciphertext", "0" * 35),
        ("ciphertext", "00" * (SEALED_SIZE_MAX + 17)),
        ("ciphertext", "00" * 17 + "\n"),
        ("commits", []),
        ("commits", ["0" * 64] * (TRUSTEES_MAX + 1)),
        ("commits", ["0" * 63]),
        ("boxes", []),
        ("boxes", ["0" * 64] * (TRUSTEES_MAX + 1)),
        ("boxes", ["0" * 66]),
        ("boxes", None),
        ("other", ""),
    ],
)
def test_what_is_no_sealed_ballot(name: str, value: object) -> None:
    """Parts of another length or spelling, and parts without a name here, are refused (SEA-9)."""
    fields = seal(ENTROPY, PLAIN, CONTEXT, BENCHES[1].keys, SIZE).model_dump()
    Sealed.model_validate(fields)
    with pytest.raises(ValidationError):
        Sealed.model_validate({**fields, name: value})


def test_the_definitions_open_what_the_package_seals() -> None:
    """The definitions, which share no code with the package, find the same shares."""
    bench = BENCHES[4]
    sealed = seal(bytes(32), b"plain", CONTEXT, bench.keys, SIZE)
    shares = good_shares(sealed.model_dump(), bench.seeds, CONTEXT)
    assert {int(place): share for place, share in shares.items()} == bench.open(sealed)
    assert len(shares) == 4
