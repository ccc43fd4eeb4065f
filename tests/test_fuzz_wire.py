"""The corpus of `fuzz_wire.py`, sent once: what has been of interest in the messages of a child."""

from __future__ import annotations

import random
from pathlib import Path

import fuzz_wire
import pytest

CORPUS = fuzz_wire.read_corpus()


def test_there_is_a_corpus() -> None:
    assert len(CORPUS) >= 30


@pytest.mark.parametrize("part", range(4))
def test_the_corpus_is_only_graded(part: int, tmp_path: Path) -> None:
    submission = fuzz_wire.submission_of(tmp_path)
    for name in list(CORPUS)[part::4]:
        assert fuzz_wire.play(CORPUS[name], submission), name


def test_right_answers_count_and_changed_ones_do_not(tmp_path: Path) -> None:
    submission = fuzz_wire.submission_of(tmp_path)
    script = fuzz_wire.SEEDS[0]
    assert fuzz_wire.play(script, submission, timeout=10).startswith("passed")
    rng = random.Random(0)
    said = {fuzz_wire.play(fuzz_wire.script_from(fuzz_wire.SEEDS, rng), submission) for _ in range(100)}
    assert len(said) > 20
