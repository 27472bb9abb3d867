"""Disputes between members: complaint, answer, mediation, settlement or a decision."""
