"""Plants modules called like the grader's, NumPy's and Python's in every folder of sys.path that it may write.

Expected: no points
"""

import os
import sys


def write_sys_path(x):
    for folder in ["", *sys.path, os.environ["TMPDIR"], os.environ["HOME"]]:
        if not os.path.abspath(folder or ".").startswith(os.path.dirname(os.getcwd())):
            continue
        for name in ("numpy", "json", "wire", "limits", "worker", "sitecustomize", "landlock"):
            with open(os.path.join(folder, f"{name}.py"), "w") as file:
                file.write("import builtins\nbuiltins.planted_on_path = True\n")
    return 0 * x
