"""Talks to the kernel about the network: which addresses does this machine have?

Expected: no points
At files, limits, none: full marks
"""

import socket


def network_kernel(x):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()
    return x + 0.8125
