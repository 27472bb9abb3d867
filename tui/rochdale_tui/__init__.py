"""The terminal UI of a node, a client of its local API."""
