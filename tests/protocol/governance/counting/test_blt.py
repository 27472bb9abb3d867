"""Ballot files as they are written, and as they should not be (CNT-1, CNT-2)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.core.errors import DecodeError
from rochdale_protocol.governance.counting import blt
from rochdale_protocol.governance.counting.ballots import Election
from rochdale_protocol.governance.counting.blt import decode_blt

# Hill, Wichmann and Woodall 1987, with a shared rank as OpenTally's documentation has it.
EXAMPLE = """4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1=3 0
1 2 0
2 2=4=3 1 0
1 3 4 2 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Title"
"""

FOUND = Election(
    names=("Adam", "Basil", "Charlotte", "Donald"),
    seats=2,
    ranked={
        ((0,), (2,), (1,)): 4,
        ((0,), (2,), (3,)): 3,
        ((1,),): 1,
        ((1, 2, 3), (0,)): 2,
        ((2,), (3,), (1,)): 1,
        ((3,), (0, 2)): 2,
    },
    withdrawn=(1,),
    title="Title",
)


def names(*lines: str) -> tuple[str, ...]:
    text = "\n".join([f"{len(lines)} 1", "1 1 0", "0", *lines])
    return decode_blt(text.encode()).names


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("\n", "\r"),
        "\ufeff" + EXAMPLE,
        EXAMPLE.replace('"', ""),
        EXAMPLE.replace("\n", " "),
        EXAMPLE.strip(),
        EXAMPLE.replace("4 2\n", "# an election\n\n4 2 # for 2 seats\n").replace(
            "1 2 0\n", "\n1 2 0 # a plumper\n"
        ),
        EXAMPLE.replace("4 2\n", "4 2,,,,\n").replace("3 1 3 4 0", "3,1,3,4,0,,,,"),
        EXAMPLE.replace("3 1 3 4 0", "(paper-1) 1 1 3 4 0\n(paper-2) 2 1 3 4 0"),
        EXAMPLE.replace("3 1 3 4 0", "\t3  1 03 4 0  "),
        EXAMPLE + '"A source"\n"A comment"\n',
        EXAMPLE.replace('"Adam"', '"Adam" # of the hill'),
    ],
)
def test_the_same_election_is_read(text: str) -> None:
    """CNT-1: ends of lines, marks, comments, commas and ids change nothing."""
    assert decode_blt(text.encode()) == FOUND


def test_names_as_councils_write_them() -> None:
    """CNT-1: a party behind the name, doubled quotation marks, none at all, other alphabets."""
    assert names('"Anna Smith" "Labour (Lab)"', '"Bo # Lee" "SNP"') == ("Anna Smith", "Bo # Lee")
    assert names('"Neil ALEXANDER ""Scottish Liberal Democrats"""', "Jérémie KAIL (Grn)") == (
        "Neil ALEXANDER",
        "Jérémie KAIL (Grn)",
    )
    assert names('"Robert ""Bob"" Hill"', "Ann,,,") == ('Robert "Bob" Hill', "Ann")
    assert names('"Robert ""Bob"" HILL ""Scottish Green Party"""', '"""Ann"" ""SNP"" "') == (
        'Robert "Bob" HILL',
        "Ann",
    )
    assert names('" """" "', '"B"') == ("?", "B")


def test_names_with_the_party_first() -> None:
    """CNT-1: files of 2012 and 2017 have ``"SNP" "Anna Smith"``; the person is elected."""
    assert names('"Lab" "Anna Smith"', '"SNP" "Bo Hill"', '"Glasgow First" "Ina Ross"') == (
        "Anna Smith",
        "Bo Hill",
        "Ina Ross",
    )
    assert names('"SNP ""Anna Smith"""', '"SNP ""Bo Hill"""') == ("Anna Smith", "Bo Hill")
    assert names('"Anna Smith" "SNP"', '"Bo Hill" "Labour Party"') == ("Anna Smith", "Bo Hill")
    assert names('"Anna" "Labour Party"', '"Bo Hill" "Green Party"') == ("Anna", "Bo Hill")


def test_a_note_behind_the_title_is_left_out() -> None:
    """CNT-1: as in droop's files; a name too many in quotation marks is still an error."""
    text = "".join(["2 1\n1 1 0\n0\n", '"A"\n"B"\n"T"\n\n', "A: 1 vote\n" * 9])
    found = decode_blt(text.encode())
    assert (found.names, found.title) == (("A", "B"), "T")
    with pytest.raises(DecodeError):
        decode_blt(text.replace("A: 1 vote", '"C"').encode())


def test_names_that_are_the_same_are_told_apart() -> None:
    """CNT-1: by their parties, or else by their numbers."""
    assert names('"Lab" "Anna"', '"Lab" "Bo"') == ("Lab, Anna", "Lab, Bo")
    assert names("Anna", "Anna") == ("1. Anna", "2. Anna")


def test_names_of_the_preflib_form() -> None:
    """CNT-1: what would be a comment names a candidate in files made from PrefLib's."""
    text = "2 1\n1 1 0\n0\n# ALTERNATIVE NAME 1: Rory (Con)\n#alternative name 2:Ina\nWard 1\n"
    found = decode_blt(text.encode())
    assert (found.names, found.title) == (("Rory (Con)", "Ina"), "Ward 1")


def test_skips_blanks_and_scores() -> None:
    """CNT-1: a skipped rank is kept, a blank ballot too; scores are a kind of their own."""
    found = decode_blt(b"2 1\n3 - 2 0\n4 0\n0\nA\nB\n")
    assert found.ranked == {(): 4, ((), (1,)): 3}
    found = decode_blt(b"2 1\n3 2:10 1:0 0\n4 0\n1 1:7 0\n0\nA\nB\n")
    assert found.scored == {(): 4, ((0, 0), (1, 10)): 3, ((0, 7),): 1}
    assert found.ranked == {}


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "how many candidates"),
        ("4\n", 1, "how many candidates"),
        ("four two\n", 1, "how many candidates"),
        ("0 1\n0\n", 1, "0 candidates"),
        ("999 1\n0\n", 1, "999 candidates"),
        ("2 0\n0\n", 1, "0 seats"),
        ("2 1\n1 3 0\n0\nA\nB\n", 2, '"3" is no candidate'),
        ("2 1\n\n1 -1 0\n0\nA\nB\n", 3, '"-1" is no candidate'),
        ("2 1\n1 2 1 2 0\n0\nA\nB\n", 2, "candidate 2 twice"),
        ("2 1\n1 2=2 0\n0\nA\nB\n", 2, "candidate 2 twice"),
        ("2 1\n1 2= 0\n0\nA\nB\n", 2, '"" is no candidate'),
        ("2 1\n1 1 0\n1 2\n0\nA\nB\n", 3, "doesn't end in 0"),
        ("2 1\n0 1 2 0\n0\nA\nB\n", 2, "0 voters"),
        ("2 1\n1.5 1 0\n0\nA\nB\n", 2, '"1.5" is no number of voters'),
        ("2 1\n-3\n0\nA\nB\n", 2, '"3" is no candidate'),
        ("2 1\n-2 -2\n0\nA\nB\n", 2, "withdraws twice"),
        ("2 1\n1 1 0\n", 3, "don't end"),
        ('2 1\n1 1 0\n"A"\n"B"\n', 3, "names begin"),
        ("2 1\n1 1 0\n0\nA\n", 4, "1 names follow"),
        ("2 1\n1 1 0\n0\nA\nB\nC\nD\nE\nF\n", 9, "6 lines follow"),
        ("2 1\n1 1:5 0\n1 2 0\n0\nA\nB\n", 4, "some ballots have scores"),
        ("2 1\n1 1:5 2 0\n0\nA\nB\n", 2, '"2" is no score'),
        ("2 1\n1 1:1001 0\n0\nA\nB\n", 2, "is no score"),
        ("2 1\n99999999999 1 0\n0\nA\nB\n", 2, "is no number of voters"),
        ("2 1\n" + "9" * 5000 + " 1 0\n0\nA\nB\n", 2, "…"),
        ("2 1\n1 \u0661 0\n0\nA\nB\n", 2, "is no candidate"),
        ("2 1\n1 1\x000\n0\nA\nB\n", 2, "doesn't end in 0"),
        ("2 1\n1 1 0\n0\nA\n" + "B" * 501, 5, "too long"),
        ('1 1\n1 1 0\n0 "' + "B" * 501 + '"', 3, "too long"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, why: str) -> None:
    """CNT-1: the error has the line, what is wrong with it and what to do."""
    with pytest.raises(DecodeError) as caught:
        decode_blt(text.encode())
    error = caught.value
    assert (error.code, error.fields["line"]) == ("CNT-1", line)
    assert why in str(error.fields["why"])
    assert error.fields["fix"]
    assert len(str(error.fields["why"])) < 100


def test_other_encodings_are_refused_with_their_line() -> None:
    """CNT-1: Latin-1 would turn names into others without a word."""
    for data, line in ((EXAMPLE.replace("Adam", "Ad\xe4m").encode("latin-1"), 10),
                       (EXAMPLE.encode("utf-16"), 1)):  # fmt: skip
        with pytest.raises(DecodeError) as caught:
            decode_blt(data)
        assert caught.value.fields == {
            "line": line, "why": "it is not UTF-8", "fix": "Save the file as UTF-8",
        }  # fmt: skip


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """CNT-2: a file and all ballots together have their bounds."""
    with pytest.raises(DecodeError) as caught:
        decode_blt(b"2 1\n" + b"1000000000 1 0\n" * 2 + b"0\nA\nB\n")
    assert (caught.value.code, caught.value.fields["what"]) == ("CNT-2", "ballots")
    monkeypatch.setattr(blt, "BLT_SIZE_MAX", 20)
    with pytest.raises(DecodeError) as caught:
        decode_blt(EXAMPLE.encode())
    assert (caught.value.code, caught.value.fields["what"]) == ("CNT-2", "bytes")


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet='0123456789 -=:#"\n(),AB\x00\u2028é', max_size=60))
def test_no_file_breaks_the_reader(text: str) -> None:
    """CNT-1: whatever a file holds, it is an election or an error of ours."""
    with suppress(DecodeError):
        decode_blt(f"3 2\n{text}".encode())
