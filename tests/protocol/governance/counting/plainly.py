"""Scottish STV once more, paper by paper and as slow as a room full of tellers.

It shares no code with what it checks: each paper has its own value, and each stage begins
with a look at all of them.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, localcontext

__all__ = ["count_plainly"]

FIVE_PLACES = Decimal("0.00001")


def count_plainly(
    papers: list[str], seats: int, candidates: str, luck: str
) -> tuple[list[str], list[dict[str, Decimal]]]:
    """Count papers such as ``"BAC"``; ``luck`` has all candidates, the luckiest first."""
    with localcontext() as context:
        context.prec = 60
        return _count(papers, seats, candidates, luck)


def _count(
    papers: list[str], seats: int, candidates: str, luck: str
) -> tuple[list[str], list[dict[str, Decimal]]]:
    quota = Decimal(len(papers) // (seats + 1) + 1)
    held: list[tuple[str, str, Decimal]] = [(paper[0], paper, Decimal(1)) for paper in papers]
    done: dict[str, Decimal] = {}  # who was dealt with, and what they keep
    elected: list[str] = []
    stages: list[dict[str, Decimal]] = []

    def totals() -> dict[str, Decimal]:
        return {
            each: done.get(each, sum((value for at, _, value in held if at == each), Decimal()))
            for each in candidates
        }

    def pick(among: list[str], sign: int) -> str:
        for stage in reversed(stages):
            best = max(sign * stage[each] for each in among)
            among = [each for each in among if sign * stage[each] == best]
        return min(among, key=lambda each: sign * luck.index(each))

    while True:
        now = totals()
        free = [each for each in candidates if each not in elected and each not in done]
        reached = [each for each in free if now[each] >= quota]
        if len(free) - len(reached) <= seats - len(elected) - len(reached):
            last = [each for each in free if each not in reached]
        else:
            last = []
        for group in (reached, last):
            while group:
                most = max(now[each] for each in group)
                first = pick([each for each in group if now[each] == most], 1)
                elected.append(first)
                group.remove(first)
        stages.append(now)
        free = [each for each in candidates if each not in elected and each not in done]
        if len(elected) == seats or not free:
            return elected, stages
        over = [each for each in elected if now[each] > quota]
        if over:
            most = max(now[each] for each in over)
            giver = pick([each for each in over if now[each] == most], 1)
            done[giver] = quota
        else:
            fewest = min(now[each] for each in free)
            giver = pick([each for each in free if now[each] == fewest], -1)
            done[giver] = Decimal()
            free.remove(giver)
        moved = []
        for at, paper, value in held:
            if at != giver:
                moved.append((at, paper, value))
                continue
            if over:
                value = ((now[giver] - quota) * value / now[giver]).quantize(
                    FIVE_PLACES, ROUND_FLOOR
                )
            after = [each for each in paper[paper.index(at) + 1 :] if each in free]
            if after:
                moved.append((after[0], paper, value))
        held = moved
