"""Governance: proposals, ballots, outcomes and their effects."""
