"""Every bound of the protocol, each with its reason. Sizes are bytes."""

from __future__ import annotations

from typing import Final

INTEGER_MAX: Final = 2**53 - 1
"""RFC 8785 section 3.2.2.3: integers that every JSON reader keeps exact."""

DEPTH_MAX: Final = 16
"""Deeper than any record here needs, shallow enough for any recursive reader."""

HEADER_SIZE_MAX: Final = 8_192
"""A header with REFS_MAX references is under 5 KiB."""

BODY_SIZE_MAX: Final = 262_144
"""An agreement of 40,000 words; larger papers are referred to by their hash."""

REFS_MAX: Final = 64
"""A record is about a few others; more belongs in its body."""

TEXT_MAX: Final = 200_000
"""Characters of an agreement or proposal: fits BODY_SIZE_MAX with its envelope."""

NAME_MAX: Final = 120
"""Characters of a name or title: fits a line of a register."""

NOTE_MAX: Final = 2_000
"""Characters of a reason or a note: a screenful."""

PARTIES_MAX: Final = 200
"""Parties of one agreement; a wider pact is adopted by decision instead."""

RESPONDENTS_MAX: Final = 16
"""Members that one complaint is against; what concerns more is business of all."""

ABOUT_MAX: Final = 16
"""Records that one complaint is about: a page of them, and far below REFS_MAX."""

CLASSES_MAX: Final = 16
"""Classes of business of one rule set, offices that may propose: a page of plain words."""

ELECTION_MAX: Final = 200
"""Candidates or options of one election in the book, and its seats."""

HOLDINGS_MAX: Final = 8
"""Kinds of share and subscription that one member holds, with a currency each."""

CAPABILITIES_MAX: Final = 32
"""Lines of what one member can do: a screenful."""

PRESENT_MAX: Final = 1_000
"""Members in one room, as the minutes of a meeting list them."""

TRUSTEES_MAX: Final = 21
"""Trustees of a sealed vote: each costs every ballot a box, more than half must come back."""

UNSEAL_MS: Final = 2_592_000_000
"""Trustees have thirty days to open what was sealed; a longer absence leaves it uncounted."""

VOTE_MS_MAX: Final = 31_622_400_000
"""A vote opens within 366 days of its notice, and closes within as many: nothing is put off."""

DRAFT_MS: Final = 7_776_000_000
"""A draft that isn't put to the members within ninety days lapses."""

MINUTE_RECORDS_MAX: Final = 1_000
"""Records in one minute: a proposal stays under 100 KiB and is re-executed in a blink."""

MINUTE_BYTES_MAX: Final = 2_097_152
"""All records of one minute, bodies included: they travel in one message with it."""

WITNESSES_MAX: Final = 1_000
"""Larger co-ops elect witnesses; a certificate stays under 64 KiB."""

MINUTE_SIZE_MAX: Final = 262_144
"""MINUTE_RECORDS_MAX ids with codes, and a certificate of WITNESSES_MAX."""

MESSAGE_SIZE_MAX: Final = 4_194_304
"""One sync message: many records, yet small beside a small machine's memory."""

PENDING_PER_DEVICE_MAX: Final = 10_000
"""Records of one device that wait for a minute: weeks offline, not a flood."""

PENDING_MAX: Final = 100_000
"""Records that wait for a minute in one book."""

PENDING_SIZE_PER_DEVICE_MAX: Final = 33_554_432
"""Bytes of what waits of one device: 128 of the largest bodies."""

PENDING_SIZE_MAX: Final = 268_435_456
"""Bytes of what waits in one book: it is held in memory, and read at each start."""

VIEWS_AHEAD_MAX: Final = 64
"""Votes are kept for this many views past mine; later ones are asked for again."""

CONFLICTS_MAX: Final = 3
"""Different votes of one witness on one question that are kept: two prove the fault."""

CLOCK_AHEAD_MAX_MS: Final = 600_000
"""A minute may be ten minutes ahead of my clock; laptops drift, batteries die."""

CLOCK_LOOK_MS: Final = 60_000
"""Who waits for a wall time looks again so often: a wall clock can be set at any moment."""

DAY_MS: Final = 86_400_000
"""A day of the minutes' times, without leap seconds: how long witnesses are away."""

PATIENCE_MS: Final = 2_000
"""First patience with a leader: many round trips of a home link."""

PATIENCE_MAX_MS: Final = 60_000
"""Patience doubles for each failed view up to a minute."""

JUMP_MS: Final = 10_000
"""A tick later than this after it was due means that the machine was suspended."""

OPENERS_MAX: Final = 100
"""First records of unknown devices that wait at once: each costs two signatures to look at."""

STRANGERS_MAX: Final = 1_000
"""Records of devices that may not write yet: strangers must not fill the pool."""

CONTENTS_LOOSE_MAX: Final = 16
"""Minutes of the height under way that are held though no vote that counts names them yet."""

BATCH_SIZE: Final = 1_048_576
"""Minutes or records go in messages of about this size: progress shows, memory stays low."""

BATCH_MINUTES_MAX: Final = 512
"""Minutes in one message: each costs its receiver a certificate to check."""

GROUNDS_SIZE_MAX: Final = 1_048_576
"""Certificates that led to one minute: thousands of failed views of seven witnesses."""

SUMMARY_IDS_MAX: Final = 100_000
"""Short ids in one summary: PENDING_MAX, and under 2 MiB."""

SHORT_ID: Final = 16
"""Hexadecimal digits by which a summary names what is held; a clash only costs a resend."""

KNOWN_MAX: Final = 50_000
"""Ids remembered of what a peer holds; forgetting them only costs a resend."""

USELESS_MAX: Final = 2_000
"""Messages that bring nothing new before a peer counts as flooding."""

USELESS_SIZE: Final = 65_536
"""Bytes that count as one more useless message: a large one takes longer to see through."""

QUEUE_MAX: Final = 250_000
"""Records that wait for a peer to ask for more of them: PENDING_MAX, and as much again."""

ANSWER_MS_MAX: Final = 60_000
"""A peer that owes an answer for longer than this stalls."""

COLD_MINUTES_MIN: Final = 64
"""A newcomer that lacks fewer minutes than this carries them out: a second or two."""

COLD_TRIES_MAX: Final = 8
"""States that may turn out wrong or stale before a newcomer carries out all minutes instead."""

STATE_KEY_MAX: Final = 512
"""Characters of a key of the state: a name and two or three ids."""

STATE_SIZE_MAX: Final = 268_435_456
"""Bytes of a state that a newcomer takes in whole, in memory; with more it carries minutes out."""

LENT_KEYS_MAX: Final = 100_000
"""Keys that may change under a state that is being sent before it is to be asked for anew."""

PROOF_SIZE_MAX: Final = 8_388_608
"""An agreement of BODY_SIZE_MAX that PARTIES_MAX signed takes a tenth; the rest is rosters."""

CHECKPOINT_SIZE_MAX: Final = 262_144
"""A minute's header and WITNESSES_MAX pairs of keys take half of it."""

SEALED_SIZE_MAX: Final = 16_384
"""What a sealed ballot may hold: a ranking of 200 candidates and a reason of NOTE_MAX, escaped."""

CONVERTED_MAX: Final = 4_096
"""Keys whose X25519 form is remembered: WITNESSES_MAX, and those of a few votes before."""
