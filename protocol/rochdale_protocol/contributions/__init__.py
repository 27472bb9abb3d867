"""Contributions: who gave what to whom, confirmed, disputed or corrected."""
