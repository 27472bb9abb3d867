"""What makes the files of ``specs/schemas`` from the models.

``python -m tests.schemas`` writes them all.
"""
