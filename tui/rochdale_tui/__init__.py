"""The terminal UI of Rochdale: a client of the node's local API, and of nothing else."""
