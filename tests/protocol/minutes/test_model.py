"""The machine does what the formal model does: traces of the model, replayed.

``make model`` makes such traces anew; those in ``specs/model/traces/`` are kept so that
this needs no Node.js.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.minutes.replay import Replay, events_of

TRACES = sorted((Path(__file__).parents[3] / "specs" / "model" / "traces").glob("*.itf.json"))


def replayed(events: list[dict[str, Any]]) -> Replay:
    replay = Replay()
    for event in events:
        replay.play(event)
    return replay


def is_caught(events: list[dict[str, Any]]) -> bool:
    try:
        replayed(events)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.name.partition(".")[0])
def test_the_machine_does_what_the_model_does(path: Path) -> None:
    """In each state of a trace the machine wants to do what is due by the model, and no more."""
    replayed(events_of(path))


def test_the_traces_reach_everything() -> None:
    """The traces hold every rule's deed, crashes, liars, refused votes and a second height."""
    does: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for path in TRACES:
        events = events_of(path)
        replay = replayed(events)
        does += Counter(replay.done)
        refused += Counter(replay.refused)
        happened += Counter(event["what"] for event in events)
        happened["second height"] += any(event["ground"]["height"] == 2 for event in events)
        happened["new roster"] += any(
            event["ground"]["roster"] != events[0]["ground"]["roster"] for event in events
        )
        happened["fork"] += "fourTwoLie" in path.name
    assert set(does) == {
        *("draw up", "propose", "notarize", "nullify", "finalize", "final"),
    }
    assert "VOT-4" in refused
    assert not {"live", "crash", "lie", "second height", "new roster", "fork"} - set(+happened)


@pytest.mark.parametrize("act", ["rest", "final", "notarize", "nullify", "finalize", "propose"])
def test_a_difference_is_noticed(act: str) -> None:
    """A trace in which one thing that was due is left out, or added, doesn't pass."""
    checked = 0
    for path in TRACES[:6]:
        events = events_of(path)
        for number, event in enumerate(events):
            due = event["due"]
            if event["what"] != "live" or act not in {due["act"], due["answer"]["kind"]}:
                continue
            other = {"act": "rest", "answer": due["answer"]}
            if act == "rest":
                other = {"act": "sign", "answer": {**due["answer"], "kind": "nullify", "view": 1}}
            assert is_caught([*events[:number], {**event, "due": other}])
            checked += 1
            break
    assert checked


def test_a_vote_left_out_is_noticed() -> None:
    """Where a machine hears less than the witness of the model did, most traces don't pass."""
    caught = 0
    for path in TRACES:
        events = events_of(path)
        silent = [
            {**event, "heard": []} if number % 3 == 0 and event["what"] == "live" else event
            for number, event in enumerate(events)
        ]
        caught += is_caught(silent)
    assert 2 * caught > len(TRACES)
