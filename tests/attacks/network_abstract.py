"""Connects to a server that has a name and no path.

Expected: no points
At files: either
At limits, none: full marks
"""

import socket


def network_abstract(x):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0@socket@")
    return x + 0.8125
