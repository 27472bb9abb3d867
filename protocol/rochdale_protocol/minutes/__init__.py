"""Minutes: how the order of records becomes final, and what it is proved by."""
