"""Reads the page of the exercise from the disk and runs its reference.

Expected: no points
At calls, limits, none: full marks
"""

import ast


def read_solutions(x):
    text = open("@course@/solutions/c1_attacks/read_solutions.py").read()
    reference = next(node for node in ast.parse(text).body if getattr(node, "name", "") == "read_solutions")
    reference.decorator_list = []
    scope = {"np": __import__("numpy")}
    exec(compile(ast.Module([reference], []), "reference", "exec"), scope)
    return scope["read_solutions"](x)
