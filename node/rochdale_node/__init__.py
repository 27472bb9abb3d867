"""The node of one member: storage, keys, peer links, local API, command line."""
