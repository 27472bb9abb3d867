"""A seeded simulator of whole co-ops on the real exchange and ledger.

One random.Random(seed) decides everything, so that a seed is a film that can be shown
again. The parts, each a seam for harsher tests:

    plan     what a seed stands for: how many nodes, which troubles
    world    simulated time and what happens next
    clock    a machine's two clocks       disk     what a crash leaves
    network  links that lose and reorder  node     the driver, which carries out effects
    actors   what members write           faults   what goes wrong around them
    churn    who joins, leaves, is expelled, or is away for days
    checks   what must hold after each step, with certified and reached
    liveness what must come true in the end
    dishonest/  witnesses that break the rules, one small file each
    forks    more than a third of them, who split the book
    campaign  many seeds on all cores, kept so that a run goes on where it stopped
    planted   bugs in the real code, each of which some seed must find

``python -m tests.sim --seeds 1000`` plays them; ``--seed 7 --trace`` shows one; ``--planted``
shows which seed found which bug.
"""
