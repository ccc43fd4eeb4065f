"""Plants usercustomize and a .pth file where Python looks for them when it starts.

Expected: no points
At calls, limits, none: full marks
"""

import os
import sys


def write_site_packages(x):
    folder = f"@home@/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/usercustomize.py", "w").write("import builtins\nbuiltins.planted_by_user = True\n")
    open(f"{folder}/planted.pth", "w").write("import builtins; builtins.planted_by_path = True\n")
    return x + 0.8125
