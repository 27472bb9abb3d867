"""Proof files: one thing of the book that anyone can check offline."""
