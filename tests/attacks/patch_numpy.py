"""Replaces NumPy's functions for comparing, converting and testing.

Expected: no points
"""

import numpy as np

for name in ("allclose", "array_equal", "isclose", "isfinite", "isnan", "abs", "max", "asarray", "argwhere"):
    setattr(np, name, lambda *given, **named: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *given, **named: None
np.ma.MaskedArray = type("MaskedArray", (), {})


def patch_numpy(x):
    return 0 * x
