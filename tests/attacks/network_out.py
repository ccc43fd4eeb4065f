"""Connects to a server that listens on this machine.

Expected: no points
At files: either
At limits, none: full marks
"""

import socket


def network_out(x):
    socket.create_connection(("127.0.0.1", int("@port@")), 1).close()
    return x + 0.8125
