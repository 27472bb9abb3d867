"""The state of a book: a map from string keys to canonical JSON, with a Merkle root."""
