"""Counting elections: Scottish STV, IRV, Schulze, approval and score, exact and explained.

Rules CNT-1 to CNT-18 of ``specs/07-counting.md``.
"""
