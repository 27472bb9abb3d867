"""The node of one member: storage, keys, peer links, local API, command line."""

__version__ = "0.1.0"
