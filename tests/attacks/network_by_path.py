"""Connects to a server by a path, as that of Docker listens.

Expected: no points
At files: either
At limits, none: full marks
"""

import socket


def network_by_path(x):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("@socket@")
    return x + 0.8125
