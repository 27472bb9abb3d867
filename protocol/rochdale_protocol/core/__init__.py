"""What every record shares: canonical bytes, ids, keys, errors, limits, rule sets."""
