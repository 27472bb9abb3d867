"""Agreements: drafts, versions and the signatures that put one in force."""
