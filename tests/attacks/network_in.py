"""Listens for others to connect from outside.

Expected: no points
At files: either
At limits, none: full marks
"""

import socket


def network_in(x):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
    return x + 0.8125
