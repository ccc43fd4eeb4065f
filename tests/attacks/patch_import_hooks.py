"""Puts itself before every import and every module that is loaded, for what the grader may import later.

Expected: no points
"""

import builtins
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        raise ImportError(name)


def patch_import_hooks(x):
    sys.meta_path.insert(0, Finder())
    sys.path_hooks.insert(0, lambda path: Finder())
    builtins.__import__ = lambda *given: sys
    sys.modules.clear()
    return 0 * x
