"""Links between nodes: WebSocket over TLS 1.3, each side proving its device key on it.

``link`` is what the floors above see; ``server`` and ``dialer`` make links; ``handshake``
says who is at the other end; ``mdns`` finds nodes on the same network.
"""
