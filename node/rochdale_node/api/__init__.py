"""The local API of a node: how the command line, the TUI and services read and act."""
