"""Minutes: how the members make the order of records final (``specs/03-minutes.md``)."""
