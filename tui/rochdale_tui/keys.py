"""Every key of the TUI, by an id that a user's ``keys.json`` can give another key.

Help, the key bar and the command palette are made from these bindings. Keys that
terminals can't tell from others (ctrl+m is enter, ctrl+i tab, ctrl+h backspace, ctrl+j
line feed) are refused, and so are those that only some terminals send.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from textual.binding import Binding

__all__ = [
    "AGREEMENT_KEYS",
    "BOOK_KEYS",
    "CONTRIBUTION_KEYS",
    "DELEGATION_KEYS",
    "DEVICE_KEYS",
    "DISPUTE_KEYS",
    "FEDERATION_KEYS",
    "GLOBAL_KEYS",
    "MANDATE_KEYS",
    "MEETING_KEYS",
    "MEMBER_KEYS",
    "OFFICE_KEYS",
    "PROPOSAL_KEYS",
    "RECORD_KEYS",
    "SECTIONS",
    "TABLE_KEYS",
    "TEXT_KEYS",
    "all_keys",
    "key_name",
    "load_keymap",
]

SECTIONS: Final = (
    ("1", "home", "Home", "Home"),
    ("2", "members", "Members", "Members"),
    ("3", "proposals", "Proposals", "Prop"),
    ("4", "agreements", "Agreements", "Agree"),
    ("5", "contributions", "Contributions", "Contrib"),
    ("8", "federation", "Federation", "Fed"),
    ("9", "records", "Records", "Records"),
    ("0", "keys", "Keys", "Keys"),
)
"""Key, mode, name and short name; 6 and 7 are kept for areas that come later."""


def key(
    name: str, keys: str, action: str, text: str, tooltip: str = "", *, bar: bool = False
) -> Binding:
    """Return a binding; ``bar`` puts it into the line at the bottom."""
    return Binding(keys, action, text, show=bar, tooltip=tooltip, id=name)


GLOBAL_KEYS: Final = [
    *(
        key(f"go.{mode}", digit, f"go('{mode}')", name, f"go to {name}")
        for digit, mode, name, _ in SECTIONS
    ),
    key("app.help", "question_mark,f1", "help", "Help", "all keys of this screen", bar=True),
    key("app.commands", "colon,ctrl+p", "command_palette", "Commands", "find a command by name"),
    key("app.log", "exclamation_mark", "log", "Log", "what happened, errors too"),
    key("app.refresh", "r", "refresh", "Refresh", "fetch again; dial the node if it is away"),
    key("app.theme", "f2", "theme", "Light or dark", "change between the two themes"),
    key("app.quit", "ctrl+q", "quit", "Quit", "leave; drafts are kept"),
]

BOOK_KEYS: Final = [
    key("book.filter", "slash", "filter", "Filter", "show only what matches", bar=True),
    key("book.back", "escape", "back", "Back", "back one step; never quits"),
    key("book.next_tab", "right_square_bracket", "tab(1)", "Next tab"),
    key("book.last_tab", "left_square_bracket", "tab(-1)", "Previous tab"),
    key("book.next_pane", "tab", "pane(1)", "Next pane"),
    key("book.last_pane", "shift+tab", "pane(-1)", "Previous pane"),
    key("book.zoom", "z", "zoom", "Zoom", "this pane alone, and back"),
    key("book.order", "o", "order", "Order", "sort by the next column"),
    key("book.next_page", "greater_than_sign", "page(1)", "Next page", "the next 500 rows"),
    key("book.last_page", "less_than_sign", "page(-1)", "Previous page"),
    key("book.verify", "v", "verify", "Verify", "check the record behind this"),
    key("book.copy", "y", "copy", "Copy", "id, text, JSON or signed bytes", bar=True),
    key("book.export", "x", "export", "Export", "write bytes and proof to files", bar=True),
]

TABLE_KEYS: Final = [
    key("table.down", "j", "cursor_down", "Down"),
    key("table.up", "k", "cursor_up", "Up"),
    key("table.top", "g", "scroll_top", "First"),
    key("table.bottom", "G", "scroll_bottom", "Last"),
    key("table.open", "enter", "select_cursor", "Open", "read it", bar=True),
]

TEXT_KEYS: Final = [
    key("text.down", "j", "scroll_down", "Down"),
    key("text.up", "k", "scroll_up", "Up"),
    key("text.top", "g", "scroll_home", "Top"),
    key("text.bottom", "G", "scroll_end", "Bottom"),
]


def act(name: str, keys: str, text: str, tooltip: str) -> Binding:
    """Return the binding of an act that goes by the same name."""
    return key(name, keys, f"act('{name}')", text, tooltip, bar=True)


MEMBER_KEYS: Final = [
    act("member.admit", "A", "Admit", "propose to admit the applicant"),
    act("member.invite", "C", "Invite", "make an invitation link"),
]

OFFICE_KEYS: Final = [
    act("office.resign", "W", "Resign", "in Offices: give up an office of yours"),
]

MANDATE_KEYS: Final = [
    act("mandate.give", "C", "Give a mandate", "in Mandates: who speaks for you by a device"),
    act("mandate.end", "W", "End the mandate", "in Mandates: end one of yours"),
]

PROPOSAL_KEYS: Final = [
    act("proposal.vote", "S", "Vote", "cast or change your ballot"),
    act("proposal.stand", "F", "Stand", "stand for election, or stand no more"),
    act(
        "proposal.comment",
        "T",
        "Comment",
        "take part in the discussion; answer, if it is about you",
    ),
    act("proposal.amend", "E", "Amend", "another text before the vote opens: yours, or an offer"),
    act("proposal.accept", "A", "Accept", "take a text that was offered for yours"),
    act("proposal.interest", "I", "Interest", "declare an interest of your own in the matter"),
    act("proposal.proxy", "P", "Proxy", "let another member vote for you on this"),
    act("proposal.unproxy", "D", "End proxy", "have no proxy on this any more"),
    act("proposal.withdraw", "W", "Withdraw", "take yours back"),
    act("proposal.new", "C", "Propose", "put a resolution"),
    act("proposal.elect", "L", "Elect", "call an election, or a choice among options"),
]

MEETING_KEYS: Final = [
    act("meeting.approve", "S", "Approve", "in Meetings: approve minutes, and so cast your votes"),
]

DELEGATION_KEYS: Final = [
    act("delegation.give", "C", "Delegate", "in Delegations: whose ballot counts for yours"),
    act("delegation.end", "W", "End it", "in Delegations: delegate this business no more"),
]

DISPUTE_KEYS: Final = [
    act("dispute.answer", "T", "Answer", "in Disputes: answer a complaint against you"),
    act("dispute.agree", "S", "Agree", "in Disputes: bind yourself to the newest settlement"),
    act("dispute.accept", "A", "Accept", "in Disputes: accept the mediator, or the task"),
    act("dispute.decline", "D", "Decline", "in Disputes: decline the mediator, or the task"),
    act("dispute.settle", "E", "Settle", "in Disputes: put a settlement to the parties"),
    act("dispute.mediator", "M", "Mediator", "in Disputes: propose who should mediate"),
    act("dispute.refer", "F", "Refer", "in Disputes: ask the members to decide"),
    act("dispute.withdraw", "W", "Withdraw", "in Disputes: take your complaint back"),
    act("dispute.open", "C", "Complain", "in Disputes: bring a complaint against members"),
]

AGREEMENT_KEYS: Final = [
    key("agreement.sign", "S", "act('sign')", "Sign", "bind yourself to this version", bar=True),
    key("agreement.draft", "C", "act('draft')", "Draft", "put a text forward", bar=True),
]

CONTRIBUTION_KEYS: Final = [
    key("contribution.log", "C", "act('log')", "Log", "log what you provided", bar=True),
    key("contribution.confirm", "S", "act('confirm')", "Confirm", "you received it", bar=True),
    key("contribution.dispute", "D", "act('dispute')", "Dispute", "say what is wrong", bar=True),
    key("contribution.correct", "E", "act('correct')", "Correct", "another quantity", bar=True),
]

FEDERATION_KEYS: Final = [
    key("peer.retry", "R", "act('retry')", "Retry", "dial this peer now", bar=True),
    key("peer.add", "C", "act('add')", "Add peer", "dial a node at host:port", bar=True),
]

RECORD_KEYS: Final = [
    key("record.prev", "p", "previous", "Previous", "the same device's record before"),
]

DEVICE_KEYS: Final = [
    key("device.ready", "S", "act('ready')", "Attest", "become a witness", bar=True),
    key("device.revoke", "D", "act('revoke')", "Revoke", "end one of your devices", bar=True),
]

NAMES: Final = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "exclamation_mark": "!",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "escape": "esc",
}


def key_name(key: str) -> str:
    """Return how a key is shown, in ASCII: ``?``, ``esc``, ``^p``."""
    return NAMES.get(key, key.replace("ctrl+", "^"))


REFUSED: Final = frozenset(
    {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j", "ctrl+enter", "ctrl+left_square_bracket"}
)


def all_keys() -> dict[str, Binding]:
    """Return every binding by its id."""
    groups: tuple[list[Binding], ...] = (
        GLOBAL_KEYS, BOOK_KEYS, TABLE_KEYS, TEXT_KEYS, MEMBER_KEYS, OFFICE_KEYS, MANDATE_KEYS,
        PROPOSAL_KEYS, MEETING_KEYS, DISPUTE_KEYS, DELEGATION_KEYS, AGREEMENT_KEYS,
        CONTRIBUTION_KEYS, FEDERATION_KEYS, RECORD_KEYS, DEVICE_KEYS,
    )  # fmt: skip
    return {binding.id or "": binding for group in groups for binding in group}


def load_keymap(path: Path) -> tuple[dict[str, str], list[str]]:
    """Read the user's keys.

    Returns:
        Keys by binding id, and what was wrong with the others, for the log.
    """
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        return {}, [f"{path.name} was not read: {error}"]
    if not isinstance(data, dict):
        return {}, [f"{path.name} was not read: it must be an object of ids and keys"]
    known = all_keys()
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for name, keys in data.items():
        if name not in known:
            problems.append(f"{path.name}: there is no action {name!r}")
        elif not isinstance(keys, str) or not keys.strip():
            problems.append(f"{path.name}: {name} needs a key such as 'V' or 'V,ctrl+v'")
        elif bad := REFUSED & {each.strip() for each in keys.split(",")}:
            problems.append(f"{path.name}: {name}: no terminal can tell {min(bad)} apart")
        else:
            keymap[name] = keys
    return keymap, problems
