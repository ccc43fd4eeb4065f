"""Sends a datagram, as a question about a name does: Landlock does not see that.

Expected: no points
At files, limits, none: full marks
"""

import socket


def network_datagram(x):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"answers, please", ("127.0.0.1", int("@port@")))
    return x + 0.8125
