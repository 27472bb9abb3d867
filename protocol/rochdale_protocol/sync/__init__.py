"""Exchange between nodes: messages, sessions, and many sessions on one ledger."""
