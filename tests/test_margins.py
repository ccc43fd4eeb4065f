"""Honest answers lie at least ten times inside the tolerance; `test_every_exercise.py` asks it of mistakes, outside."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, grade
from margins import HONEST, honest_margins

from grader.course import Course


def test_honest_answers_lie_ten_times_inside() -> None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        margins = honest_margins(Course(ROOT), seeds=range(1))
    assert len(margins) == 35
    for exercise, styles in margins.items():
        assert set(styles) >= {*HONEST, "reference"}
        for style, share in styles.items():
            assert share <= 0.1, f"{exercise}: {style} takes {share:.3f} of what is allowed"


@pytest.mark.parametrize(
    "name", [f"{style}.py" for style in HONEST if style != "loops32"] + ["loops32", "notebook.ipynb"]
)
@pytest.mark.parametrize("seed", [0, 1])
def test_honest_submissions_get_full_marks(name: str, seed: int) -> None:
    run = grade("--from", Path(__file__).with_name("honest") / name, "--seed", str(seed), "--json", "-")
    assert run.status == 0, run.errors
    assert run.json["score"] == run.json["max_score"] == 100
    assert set(run.statuses().values()) == {"passed"}
    assert all(one["diagnosis"] == [] for one in run.json["exercises"])
