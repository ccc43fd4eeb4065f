"""A few moments of `kills.py`, which is run for a hundred by hand."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import kills
import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes by /proc")
@pytest.mark.parametrize("kind", kills.KINDS)
def test_a_process_of_ours_is_killed(kind: str, tmp_path: Path) -> None:
    where = kills.bench(tmp_path)
    for seed, wait in enumerate((0.0, random.uniform(0, 0.3))):
        kills.kill_once(where, kind, seed, wait)
