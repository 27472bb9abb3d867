"""What makes the files of ``specs/vectors``: one module each, with ``build()``.

``python -m tests.vectors`` writes them all. Verdicts and codes are written by hand
in the modules, never taken from the code under test.
"""
