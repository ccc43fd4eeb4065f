"""Recurses beyond Python's own limit.

Expected: no points
"""

import sys

sys.setrecursionlimit(10**9)


def memory_recursion(x):
    return memory_recursion(x)
