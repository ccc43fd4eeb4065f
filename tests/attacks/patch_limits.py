"""Takes off its own limits: memory, files, processor time.

Expected: no points
At files, limits, none: either
"""

import resource


def patch_limits(x):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard + 1, hard + 1))
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return x + 0.8125
