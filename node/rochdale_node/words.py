"""What users read when something goes wrong: codes in, plain sentences out.

Each code has what happened and what to do next. The fields of an error fill the braces;
one that is absent reads as "?". Nothing anywhere parses these words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rochdale_protocol.core.errors import CodedError, DecodeError, NotYet

from .errors import LinkError, StoreError

__all__ = ["WORDS", "exit_of", "exit_of_status", "reason_of", "status_of", "words_of"]

_BUG = "This is a fault in Rochdale. Run rochdale doctor and report what it says."
_PEER = "Nothing to do here: the peer sent it, it was dropped, and the peer backs off."
_PROOF = "Ask for the file again, from another member as well."

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "AGR-1": (
        "Each party must be an active member, named once.",
        "See rochdale member list, then draft again with other parties.",
    ),
    "AGR-2": ("Only its parties or its drafter revise a draft.", "Ask one of them to revise it."),
    "AGR-3": (
        "That is not the newest version of the agreement's text.",
        "Read the newest one with rochdale agreement show, then sign it.",
    ),
    "AGR-4": ("You can't sign this: {why}.", "See who signs with rochdale agreement show."),
    "AGR-6": (
        "The agreement is in force and can't be revised.",
        "Draft a new agreement that takes its place.",
    ),
    "AGR-7": ("There is no such agreement.", "See rochdale agreement list."),
    "AGR-8": (
        "The co-op adopts only the newest version of a draft, and ends only what it adopted.",
        "See rochdale agreement show.",
    ),
    "API-1": ("There is nothing at this address.", "See GET /v1/openapi.json."),
    "API-2": ("The request is not understood: {why}.", "See GET /v1/openapi.json."),
    "API-3": ("There is no {type} {id}.", "See rochdale {type} list."),
    "API-4": ("There is no record {record}.", "See rochdale record list."),
    "API-5": ("This home holds no co-op {coop}.", "See rochdale coop list."),
    "API-6": ("This home holds that co-op already.", "See rochdale status."),
    "API-7": (
        "This home holds several co-ops: {coops}.",
        "Say which one with --coop (or ?coop=) and the beginning of its id.",
    ),
    "API-8": ("This request may not use the local API: {why}.", "Use the command line."),
    "API-9": ("{id} may be {candidates}.", "Type more of it."),
    "API-10": (
        "That is not an invitation: {why}.",
        "Copy the whole link, from rochdale:// to its end.",
    ),
    "API-11": ("That is not a file of this kind: {why}.", "Check the path and the file."),
    "API-12": ("No address of that peer is known.", "Give one: rochdale peer add HOST:PORT."),
    "API-13": (
        "This home holds no co-op yet.",
        "Found one (rochdale coop found) or join one (rochdale coop join).",
    ),
    "API-14": ("The invitation has expired.", "Ask the member who invited you for a new one."),
    "API-15": (
        "The path of the node's socket is too long for this system: {path}.",
        "Use a home with a shorter path (--home), at most 90 characters.",
    ),
    "API-18": ("A sealed ballot has no reason.", "Leave out the reason, or say it in a comment."),
    "API-19": (
        "There are no rules called {name}, and no such file.",
        "Choose one of {names}, or name a file: rochdale rules example standard --json",
    ),
    "BAK-1": ("{path} is no backup, or damaged, or cut short.", "Try another copy of it."),
    "BAK-2": ("A newer version of Rochdale made {path}.", "Update Rochdale."),
    "BAK-3": ("{path} can't be written: {detail}.", "Choose another place with --out."),
    "CAN-1": ("It is too large: {size} bytes, at most {size_max}.", "Make it shorter."),
    "CAN-2": ("It is not JSON.", _PROOF),
    "CAN-3": ("It holds a value that records may not hold.", _PROOF),
    "CAN-4": ("It is nested too deep.", _PROOF),
    "CAN-5": ("It names one thing twice, or strangely.", _PROOF),
    "CAN-6": ("It is not UTF-8.", _PROOF),
    "CAN-7": ("Its bytes are not in canonical form.", _PROOF),
    "CHN-1": (
        "The book does not know this device.",
        "Join the co-op first (rochdale coop join), or wait until your application is minuted.",
    ),
    "CHN-2": ("The device was revoked and may not sign.", "Use another device of yours."),
    "CHN-3": (
        "The device is frozen: it signed two records with the same number.",
        "Enrol another device (rochdale device request), then revoke this one.",
    ),
    "CHN-4": (
        "It is not the next record of its device.",
        "Sync first: rochdale up, then try again.",
    ),
    "CHN-5": (
        "It contradicts an earlier record of its device, which is frozen since.",
        "Enrol another device (rochdale device request), then revoke this one.",
    ),
    "CHN-6": (
        "It was written on another fork of the book.",
        "Compare rochdale status with another member.",
    ),
    "CNT-1": ("The ballot file is wrong in line {line}: {why}.", "{fix}."),
    "CNT-2": (
        "This election is too large: {size} {what}, at most {max}.",
        "Count it in parts that belong together, such as its wards.",
    ),
    "CNT-4": ("That can't be counted: {why}.", "{fix}."),
    "CNT-8": (
        "Candidate {number} doesn't stand, so nominations can't be re-opened by them.",
        "Give the number of that candidate in the file, from 1 on.",
    ),
    "CON-1": (
        "The receiver must be another active member.",
        "See rochdale member list.",
    ),
    "CON-2": (
        "The agreement does not cover this: {why}.",
        "See rochdale agreement show, or log it without --agreement.",
    ),
    "CON-3": (
        "Only the receiver confirms, once, and the quantity that stands.",
        "See rochdale contribution list.",
    ),
    "CON-4": (
        "Only the receiver disputes what it has not confirmed.",
        "See rochdale contribution list.",
    ),
    "CON-5": (
        "Only the provider corrects, what is not confirmed, to another quantity.",
        "See rochdale contribution list.",
    ),
    "CON-6": ("There is no such contribution.", "See rochdale contribution list."),
    "CON-7": ("A quantity is more than nothing.", "Say how much it was."),
    "CRT-1": ("The certificate is malformed.", _PROOF),
    "CRT-2": ("The certificate is by another roster of witnesses.", _PROOF),
    "CRT-3": ("Too few witnesses signed: {signers} of {quorum} needed.", _PROOF),
    "CRT-4": ("A signature in the certificate is not that witness's.", _PROOF),
    "CRT-5": ("The certificate is of something else.", _PROOF),
    "DIS-1": (
        "That statement can't be used: {why}.",
        "Let rochdale dispute open or answer sign a new one.",
    ),
    "DIS-2": (
        "The complaint can't be against these members: {why}.",
        "See rochdale member list; several disputes with one respondent each are possible.",
    ),
    "DIS-3": ("There is no such dispute.", "See rochdale dispute list."),
    "DIS-4": ("The dispute is closed: it was {status}.", "See rochdale dispute show."),
    "DIS-5": ("You can't answer this: {why}.", "See who answers with rochdale dispute show."),
    "DIS-6": (
        "That mediator can't be proposed: {why}.",
        "A party proposes an active member who is no party: rochdale member list.",
    ),
    "DIS-7": (
        "You can't accept or decline this mediator: {why}.",
        "See who is proposed with rochdale dispute show.",
    ),
    "DIS-8": (
        "A settlement can't be put or agreed to: {why}.",
        "See the parties and who mediates with rochdale dispute show.",
    ),
    "DIS-9": (
        "You can't agree to this: {why}.",
        "Read the newest settlement with rochdale dispute show.",
    ),
    "DIS-10": (
        "Only the complainant withdraws a complaint.",
        "Ask them to, or settle it: rochdale dispute settle.",
    ),
    "DIS-11": (
        "The dispute can't be referred to the members: {why}.",
        "See who has answered, and until when they may, with rochdale dispute show.",
    ),
    "DIS-12": (
        "The members can't decide this dispute: {why}.",
        "See where it stands with rochdale dispute show.",
    ),
    "EVD-1": ("The two votes do not contradict each other.", "Ask whoever made it for another."),
    "EVD-3": (
        "That is not a file of evidence, or it was changed.",
        "Ask whoever sent it for the file as rochdale evidence export wrote it.",
    ),
    "EVD-2": ("A vote's signature is not that device's.", "Don't trust whoever made it."),
    "GOV-1": (
        "The vote can't be at that time: {why}.",
        "Set --closes at least as far ahead as the co-op's rules ask: rochdale rules show.",
    ),
    "GOV-5": ("The proposal doesn't take this: {why}.", "See rochdale proposal show."),
    "GOV-6": (
        "{member} is not one of this vote's electors, who were fixed with its notice.",
        "Vote on proposals that are put from now on: rochdale proposal list.",
    ),
    "GOV-10": ("Only its author does this.", "Ask its author, or vote against it."),
    "GOV-11": (
        "The subject of this decision doesn't let it be done.",
        "See rochdale member list, with --applications for those who apply.",
    ),
    "GOV-12": (
        "The rules don't let this business be decided so: {why}.",
        "See which class carries what: rochdale rules show.",
    ),
    "GOV-13": (
        "Only who holds one of these offices proposes this: {offices}.",
        "Ask one of them (rochdale office list), or choose another class of business.",
    ),
    "GOV-14": (
        "This asks for {days} clear days of notice.",
        "Open the vote later: {days} whole days between today and that day.",
    ),
    "GOV-16": ("The text can't be changed: {why}.", "Withdraw it and put another."),
    "GOV-17": ("There is no such proposal to discuss.", "See rochdale proposal list."),
    "GOV-18": (
        "An interest stands in the way: {why}.",
        "See who declared which in rochdale proposal show.",
    ),
    "GOV-19": (
        "You can't stand for election here, or stand down: {why}.",
        "Members stand after the notice and before the vote opens: rochdale proposal show.",
    ),
    "GOV-20": (
        "The ballot doesn't fit this vote: {why}.",
        "See what it asks for in rochdale proposal show.",
    ),
    "GOV-21": (
        "A proxy can't do this: {why}.",
        "See who votes for whom in rochdale proposal show.",
    ),
    "GOV-22": (
        "This can't be delegated: {why}.",
        "See which business can be in rochdale rules show.",
    ),
    "GOV-23": (
        "This can't be sealed or opened: {why}.",
        "See the trustees in rochdale proposal show, and rochdale witness list.",
    ),
    "GOV-28": ("Nobody stands for election.", "Put it again, and ask members to stand."),
    "GOV-29": (
        "The minutes can't stand like that: {why}.",
        "Record the meeting again as it was.",
    ),
    "COL-5": (
        "The book is still being fetched, {height} minutes so far; this device can't sign yet.",
        "Let the node sync (rochdale up), then try again.",
    ),
    "COL-6": ("The peer's state is not the one that the members certified.", _PEER),
    "COL-7": ("The peer's state is larger than any book's.", _PEER),
    "COL-2": ("The peer's list of witnesses is not the one that the members certified.", _PEER),
    "EXE-10": (
        "The members dissolved the co-op: its book takes nothing more.",
        "Read it as long as you like; found another with rochdale coop found.",
    ),
    "HOM-1": (
        "There is no Rochdale home at {path}.",
        "Make one: rochdale init --name NAME. Or say where yours is with --home.",
    ),
    "HOM-2": ("A newer version of Rochdale made {path}.", "Update Rochdale."),
    "HOM-3": (
        "This home is a copy of another: signing with both would break your device's log.",
        "Use the original. If it is gone for good, restore your backup: rochdale backup restore.",
    ),
    "HOM-4": (
        "The home {path} can't be used: it is not yours, or the system refuses.",
        "Check the folder's owner and permissions, or choose another with --home.",
    ),
    "HOM-5": (
        "Another process uses this home: rochdale {command} (pid {pid}).",
        "Wait until it ends, or stop it.",
    ),
    "HOM-6": ("{path} is a home already.", "Use it as it is, or choose another with --home."),
    "KEY-0": (
        "This device has no key here, so it can't sign.",
        "Open the home with its passphrase.",
    ),
    "KEY-1": ("The passphrase is wrong.", "Try again; capitals and spaces count."),
    "KEY-2": (
        "The passphrase file {path} can't be read, or others can read it.",
        "Make it yours alone: chmod 600 {path}",
    ),
    "KEY-3": (
        "The file of sealed keys is damaged or missing.",
        "Restore: rochdale backup restore.",
    ),
    "KEY-4": ("The passphrase is empty.", "Choose one of several words."),
    "KEY-5": ("The system's keyring refuses: {detail}.", "Use --passphrase-file instead."),
    "KEY-6": (
        "The passphrase is needed and there is nobody to ask.",
        "Give it with --passphrase-file FILE or ROCHDALE_PASSPHRASE_FILE.",
    ),
    "KEY-7": ("The two passphrases differ.", "Type the same one twice."),
    "KEY-8": (
        "This home holds no recovery key.",
        "Do this on the device where you ran rochdale init, or with your backup.",
    ),
    "LED-2": ("The book is damaged: {why}.", "Restore: rochdale backup restore."),
    "LED-4": (
        "This device must not sign: it met {why}. Another copy of its key may be at work.",
        "Stop the other copy and enrol this as a new device: rochdale device request.",
    ),
    "LED-7": (
        "An earlier record of this device still waits to be placed.",
        "Let the node sync (rochdale up), then try again.",
    ),
    "LED-8": (
        "The book that came does not hold the minute that your invitation names.",
        "Don't trust that node. Ask another member for an invitation.",
    ),
    "LNK-1": ("The peer does not speak this protocol.", "Check the address; update both nodes."),
    "LNK-2": ("The peer could not prove its key on this connection.", "Check the address."),
    "LNK-3": ("That address answers with this very device.", "Use the address of another node."),
    "LNK-4": (
        "Another device answers at that address than the one expected.",
        "Ask the member for its new address.",
    ),
    "LNK-5": ("The peer can't be reached: {detail}.", "Check the address and that it runs."),
    "LNK-6": ("The peer sent a message that is too large.", _PEER),
    "LNK-7": ("The peer stalled.", _PEER),
    "LNK-8": ("The node there does not hold this co-op.", "Check the address with the member."),
    "LNK-9": ("The link ended: {why}.", "It is dialled again by itself."),
    "LNK-10": ("The peer did not answer in time.", "Check the address and that it runs."),
    "LNK-11": (
        "The address {address} can't be listened on; another program may use it.",
        "Stop that one, or choose another with --listen.",
    ),
    "LNK-12": ("That is not an address: {address}.", "Write host:port, such as farm.example:1844."),
    "LNK-15": ("Too many strangers were linked.", "It is dialled again by itself."),
    "MEM-1": (
        "The invite is not good: {why}.",
        "It is good once and for as long as the charter allows: ask for a new one, or make one.",
    ),
    "MEM-2": ("The application does not prove its keys.", "Join again with a new invite."),
    "MEM-3": (
        "Whoever this is about is a member already, no longer applies, or lost that key.",
        "See rochdale member list.",
    ),
    "MEM-4": (
        "The device belongs to a member already, or did not agree.",
        "Make a new request there: rochdale device request.",
    ),
    "MEM-5": ("The recovery key is not this member's.", "Use the backup of this very member."),
    "MEM-6": (
        "You revoke only your own other devices.",
        "See rochdale device list; do it from another device of yours.",
    ),
    "MEM-7": ("This device is a witness already.", "Nothing to do."),
    "MEM-8": (
        "The book would have no witness left.",
        "Let another member become a witness first: rochdale witness ready.",
    ),
    "MEM-9": (
        "Only the member who wrote it erases it, where its kind allows.",
        "See rochdale record show.",
    ),
    "MEM-10": ("Only members do this.", "See rochdale status for where you stand."),
    "MEM-13": (
        "The book has evidence against this device already, or doesn't know it.",
        "See rochdale evidence list.",
    ),
    "MEM-14": (
        "Nobody would be left with a vote.",
        "Admit or restore another member first: rochdale member list.",
    ),
    "MEM-15": (
        "A suspended member doesn't do this, and only an active one is suspended.",
        "See rochdale status for where you stand; answer in rochdale dispute.",
    ),
    "MEM-16": (
        "There is no such member to re-key, or that key is or was a member's.",
        "Make a new key on the member's new device: rochdale init.",
    ),
    "MEM-17": ("The office can't be given or ended: {why}.", "See rochdale office list."),
    "MEM-18": (
        "This device can't attest, or nobody can be elected: {why}.",
        "See rochdale coop show.",
    ),
    "MEM-19": ("The mandate can't be given or ended: {why}.", "See rochdale mandate list."),
    "MEM-20": (
        "No mandate that runs lets this device do that for your member.",
        "Use one that may (rochdale mandate list), or enrol another: rochdale device request.",
    ),
    "MEM-21": (
        "You can't vouch for them: {why}.",
        "See rochdale member list, with --applications for those who apply.",
    ),
    "MEM-22": (
        "Too few members vouch for the applicant: {vouches} are needed.",
        "Vouch for them: rochdale member vouch.",
    ),
    "MIN-4": ("The minute's header is malformed.", _PROOF),
    "MIN-8": ("The minute's content is not what its header names.", _PROOF),
    "MIN-9": ("The minute lists a record twice.", _PROOF),
    "MIN-10": ("That is not a charter.", "Ask the founder who sent it for the file again."),
    "MIN-11": (
        "A founder has not signed the charter, or not this one.",
        "Send it round again: each founder runs rochdale coop sign.",
    ),
    "MIN-12": ("The minute does not follow on the last one.", _PEER),
    "MIN-13": ("The minute's time is not after the last one's.", _PEER),
    "MIN-14": ("No witness proposed the minute.", _PEER),
    "MIN-15": ("The minute lists a record that may not stand there.", _PEER),
    "MIN-16": ("The minute says something else of a record than the rules do.", _PEER),
    "MIN-17": ("The minute is empty.", _PEER),
    "MIN-18": ("The minute leads to another state than it says.", _PEER),
    "MIN-19": ("The minute is too large.", _PEER),
    "MRK-5": ("The record's path does not fit its minute.", _PROOF),
    "MRK-9": ("The minute's path is malformed.", _PROOF),
    "MRK-10": ("The minute is not part of this history.", _PROOF),
    "POO-1": ("Too many records wait for a minute.", "Wait until the witnesses are in touch."),
    "POO-2": ("Too many records of this device wait.", "Wait until the witnesses are in touch."),
    "POO-4": ("Too many records of strangers wait.", "Try again later."),
    "PRF-2": ("A newer version of Rochdale made the file.", "Update Rochdale."),
    "PRF-3": ("That checkpoint is of another co-op.", "Choose the co-op with --coop."),
    "PRF-10": ("The agreement is not in force yet.", "See who must sign: rochdale agreement show."),
    "PRF-13": ("That is no active member.", "See rochdale member list."),
    "PRF-14": ("The book holds nothing of that id to prove.", "See rochdale record list."),
    "PRF-15": ("No minute holds it yet.", "Wait until it is final: rochdale record show."),
    "PRF-16": ("The proof would be too large.", "Prove its records one by one."),
    "PRF-19": (
        "That is no checkpoint, or damaged.",
        "Ask whoever gave it to you for it again; members make one: rochdale minute checkpoint.",
    ),
    "PRF-22": (
        "A FORK: this book and the checkpoint have different minutes of height {height}.",
        "Trust neither. Show both to the members: rochdale minute show {height}.",
    ),
    "PRF-24": ("The vote has not ended.", "See when it closes: rochdale proposal show."),
    "PRF-25": ("Counted again, the vote is not what the file says.", _PROOF),
    "PRF-23": ("This book does not hold that minute.", "Sync first: rochdale up."),
    "REC-1": ("The record is cut short or too long.", _PROOF),
    "REC-2": ("The record's header is malformed.", _PROOF),
    "REC-3": ("A newer version of Rochdale wrote it.", "Update Rochdale."),
    "REC-4": ("It belongs to another co-op.", "Choose the co-op with --coop."),
    "REC-5": ("The signature is not the device's.", _PROOF),
    "REC-6": ("The body is not the one that was signed.", _PROOF),
    "REC-7": ("There is no such kind of record: {kind}.", "Update Rochdale, or check the word."),
    "REC-8": ("The record says something its kind does not allow: {why}.", "Check what you typed."),
    "REC-9": ("The record's references are not in order.", _BUG),
    "REC-10": ("The record's body is missing.", "Sync first: rochdale up."),
    "RFD-3": (
        "The charter cites another minute M{height} than the old book here holds.",
        "Compare rochdale minute show {height} with whoever drafted it, before anyone signs.",
    ),
    "RFD-4": (
        "The charter cites M{height} of the old book, which reaches only M{mine} here.",
        "Sync the old book first (rochdale up, or rochdale sync import), then try again.",
    ),
    "RFD-5": (
        "The old book goes on to M{mine}, past M{height} where the charter ends it.",
        "Refound from there: rochdale coop refound draws up a new charter.",
    ),
    "RFD-6": (
        "{member} is no active member of the old book by that name, so can't refound it.",
        "Refound with members (rochdale member list); others join by invitation afterwards.",
    ),
    "RFD-7": (
        "This device refounded the co-op and signs nothing more in the old book.",
        "Go on in the new one: --coop {coop}",
    ),
    "RFD-8": (
        "{member} has no device in the old book that may sign.",
        "Ask for the card of its new one (rochdale coop card) and give it with --card.",
    ),
    "RUL-4": (
        "The rules let {name} business {effect}, and have no such class.",
        "Add the class, or take its name out of what carries that.",
    ),
    "RUL-5": (
        "By these rules {name} business can never carry: {why}.",
        "Lower it to at most all.",
    ),
    "RUL-6": (
        "Only officers could propose {name} business, and nobody could ever become one.",
        "Let a class without proposers appoint.",
    ),
    "RUL-7": (
        "By these rules no decision could ever change them.",
        "Name a class that carries a change of the rules.",
    ),
    "RUL-8": (
        "By these rules one member could decide {name} business alone.",
        "Set its quorum_least to 2, or its quorum to more than half.",
    ),
    "RUL-9": (
        "By these rules a minority could carry {name} business.",
        "Set its share above half, or to half with above true.",
    ),
    "RUL-10": (
        "Elections appoint and choose witnesses, and nothing else: {effect} {name} {why}.",
        "Let another class carry it, or an election where witnesses are chosen.",
    ),
    "RUL-11": (
        "{name} business can't be sealed if it closes early or counts standing delegations.",
        "Choose one of them.",
    ),
    "RUL-12": (
        "The rules were changed since notice of this decision was given, which would undo that.",
        "Put the change again, made from the rules of now: rochdale rules show.",
    ),
    "SEA-1": (
        "Those devices can't be the trustees of a sealed vote.",
        "Ask for 1 to {trustees_max} witnesses (rochdale witness list), or hold an open vote.",
    ),
    "SEA-4": (
        "The ballot has {size} bytes; this sealed vote takes up to {size_max}.",
        "Give a shorter reason.",
    ),
    "SEA-9": (
        "The sealed ballot does not have the form that its vote asks for.",
        "Sync first (rochdale up), then cast the ballot again.",
    ),
    "SEA-12": (
        "{good} trustees gave a good share of the ballot; opening it takes {needed}.",
        "Wait for the other trustees to come back: rochdale witness list.",
    ),
    "STA-7": ("The state's proof is malformed.", _PROOF),
    "STA-8": ("The state's proof does not fit its key.", _PROOF),
    "STA-9": ("The state says otherwise.", _PROOF),
    "STO-1": ("The disk is full. Nothing was half written.", "Make room, then go on."),
    "STO-2": ("A newer version of Rochdale wrote this book.", "Update Rochdale."),
    "STO-3": ("The book {path} is damaged.", "Restore: rochdale backup restore."),
    "STO-4": ("Another process holds the book {path}.", "Stop it, then try again."),
    "STO-5": ("The system can't read or write the book {path}.", "Run rochdale doctor."),
    "SYN-1": ("The peer's message is malformed.", _PEER),
    "SYN-3": ("The peer sent what was not asked for.", _PEER),
    "SYN-4": ("The peer sent another co-op's book, or minutes out of order.", _PEER),
    "SYN-5": (
        "The other node does not talk to strangers.",
        "Join with an invite (rochdale coop join), or wait until you are admitted.",
    ),
    "SYN-6": ("The device is no longer a member's.", "See rochdale status."),
    "SYN-7": ("The peer claims a height that it does not deliver.", _PEER),
    "SYN-8": ("The peer sends the same again and again.", _PEER),
    "SYN-9": ("The peer did not answer.", _PEER),
    "SYN-10": ("That is not an exported book, or it is cut short.", "Export it again."),
    "SYN-11": ("The peer claims another book and can't prove it.", _PEER),
    "SYN-12": (
        "The peer's book went another way: two different minutes are final at one height.",
        "See rochdale evidence list for who signed both; the members must decide how to go on.",
    ),
    "TAL-1": (
        "The records at hand are not all that the vote took in.",
        "Sync first: rochdale up. Then ask another member what rochdale recount says there.",
    ),
    "TAL-2": ("A ballot that was counted may not stand: {why}.", _PROOF),
    "TAL-3": ("A share of a sealed ballot is by none of the trustees.", _PROOF),
    "VOT-2": ("The vote is malformed.", _PEER),
    "VOT-3": ("The vote contradicts itself.", _PEER),
    "VOT-4": ("The vote is by no witness of its height.", _PEER),
    "VOT-5": ("The vote's signature is wrong.", _PEER),
}
"""By code: what happened, and what to do next."""

_NOT_FOUND: Final = frozenset(
    {
        "AGR-7",
        "API-1",
        "API-3",
        "API-4",
        "API-5",
        "API-12",
        "API-13",
        "API-19",
        "CON-6",
        "DIS-3",
        "HOM-1",
        "PRF-14",
        "PRF-23",
    }
)
_BAD_REQUEST: Final = frozenset({"API-2", "API-7", "API-9", "API-10", "CNT-4", "CNT-8", "LNK-12"})
_AWAY: Final = frozenset({"HOM-5", "STO-4"})


class _Seen(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def words_of(code: str, fields: Mapping[str, object]) -> tuple[str, str]:
    """Return what happened and what to do next, in plain words."""
    found = WORDS.get(code)
    if found is None:
        facts = ", ".join(f"{name} {value}" for name, value in fields.items())
        return f"Rule {code} was broken" + (f": {facts}." if facts else "."), _BUG
    inner = _NOTED.fullmatch(str(fields.get("why", "")))
    if code == "LNK-9" and inner is not None and inner[1] in WORDS:
        return words_of(inner[1], {inner[2]: inner[3]} if inner[2] else {})
    seen = _Seen({name: reason_of(str(value)[:200]) for name, value in fields.items()})
    message, after = found
    return message.format_map(seen).replace(": ?.", "."), after.format_map(seen)


_NOTED: Final = re.compile(r"([A-Z]{3}-[0-9]{1,2})(?:: .*| \((\w+)=(.*)\))?", re.DOTALL)


def reason_of(noted: str) -> str:
    """Return in words why a link is down, noted as an error's code and its first field.

    A peer tells no more than a code, so the note is what there is; other text stays.
    """
    found = _NOTED.fullmatch(noted)
    if found is None or found[1] not in WORDS:
        return noted
    fields = {found[2]: found[3]} if found[2] else {}
    return words_of(found[1], fields)[0].removesuffix(".")


def status_of(error: CodedError) -> int:
    """Return the HTTP status of an error."""
    if error.code in _NOT_FOUND:
        return 404
    if error.code == "API-8":
        return 403
    if error.code in _BAD_REQUEST or isinstance(error, DecodeError):
        return 400
    if isinstance(error, LinkError | NotYet | StoreError) or error.code in _AWAY:
        return 503
    return 409


def exit_of_status(status: int) -> int:
    """Return the exit code of the command line for an HTTP status."""
    return {400: 2, 403: 3, 404: 4, 503: 3}.get(status, 1)


def exit_of(error: CodedError) -> int:
    """Return the exit code of the command line for an error."""
    if isinstance(error, DecodeError):
        return 1
    return exit_of_status(status_of(error))
