"""The chart of speeds: a bar for each of yours, reference and TensorFlow, on one log axis. Pure functions to lines.

Plain enough without colour, at any width from 60 columns, and on a console that has no block characters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from grader import words
from grader.render import one_line
from grader.report import ExerciseReport, Report, Speed

Line: TypeAlias = tuple[int, list[tuple[str, str]]]
"""Columns that it is indented by, and texts with their styles, as `grader.render.terminal` prints them."""

GAP: Final = 2
LABEL: Final = 14
NUMBER: Final = 11
"""Columns for a bar's name, and for its milliseconds."""
SHORTEST: Final = 20
STYLES: Final = {"yours": "cyan", "reference": "green", "TensorFlow": "yellow"}


def timed(report: Report) -> list[ExerciseReport]:
    """The exercises of which there is a speed, or a word why there is none."""
    return [exercise for exercise in report.exercises if exercise.speed is not None or exercise.timing]


def verdict(speed: Speed) -> str:
    """'1.32x the reference's time (1.25x to 1.40x)'."""
    if speed.noisy:
        return f"too noisy to rank: between {words.times(speed.low)} and {words.times(speed.high)} the reference's time"
    return f"{words.times(speed.ratio)} the reference's time ({words.times(speed.low)} to {words.times(speed.high)})"


def advice(speed: Speed) -> str:
    """What usually makes the next step, by the ratio; "" where that is not known."""
    if speed.noisy and (speed.low <= 1 or words.next_gain(speed.low) != words.next_gain(speed.high)):
        return ""
    if speed.high < 1:
        return words.faster_than_reference(speed.ratio)
    return words.AS_FAST if speed.low <= 1 else words.next_gain(speed.ratio)


def bars(speed: Speed) -> list[tuple[str, float]]:
    """Who was timed, and the milliseconds."""
    found = [("yours", speed.student_ms), ("reference", speed.reference_ms)]
    return found if speed.tensorflow_ms is None else [*found, ("TensorFlow", speed.tensorflow_ms)]


def lines(exercises: Sequence[ExerciseReport], width: int, blocks: str = "█▌") -> list[Line]:
    """The chart. `blocks` holds a whole and half a column of a bar; one character where halves cannot be shown."""
    made: list[Line] = []
    shown = [ms for one in exercises if one.speed is not None for _, ms in bars(one.speed) if ms > 0]
    low, high = _decades(shown) if shown else (0, 1)
    room = max(width - LABEL - NUMBER, SHORTEST)
    if shown:
        made.append((0, [("Milliseconds a call; each mark of the axis is ten times the one before.", "dim")]))
        made.append((0, [(_axis(low, high, room), "dim")]))
    for exercise in exercises:
        made += _block(exercise, lambda ms: (math.log10(ms) - low) / (high - low) * room if ms > 0 else 0.0, blocks)
        made.append((0, []))
    return made[:-1]


def _block(exercise: ExerciseReport, columns: Callable[[float], float], blocks: str) -> list[Line]:
    """One exercise: its bars, as long as `columns` says, the next step, and how it was measured."""
    speed = exercise.speed
    if speed is None:
        return [
            (0, [(one_line(exercise.name), "bold")]),
            *((GAP, [(one_line(note), "dim")]) for note in exercise.timing),
        ]
    made: list[Line] = [(0, [(one_line(exercise.name), "bold"), (f"   {verdict(speed)}", "")])]
    for name, ms in bars(speed):
        bar = (_bar(columns(ms), blocks), STYLES[name])
        made.append((GAP, [(f"{name:<{LABEL - GAP}}", ""), bar, (f" {words.milliseconds(ms)}", "")]))
    if step := advice(speed):
        made.append((GAP, [(step, "")]))
    if speed.scaling is not None:
        made.append((GAP, [(words.growth(speed.scaling.grow, speed.scaling.exponents, speed.ratio), "")]))
    return [*made, *((GAP, [(one_line(note), "dim")]) for note in exercise.timing)]


def _decades(shown: Sequence[float]) -> tuple[int, int]:
    """The powers of ten between which all bars end; the axis begins below the shortest, so that each has a length."""
    low, high = math.floor(math.log10(min(shown)) - 0.15), math.ceil(math.log10(max(shown)))
    return low, max(high, low + 1)


def _axis(low: int, high: int, room: int) -> str:
    """The powers of ten over their places, as many as have room."""
    text = " " * LABEL
    for power in range(low, high + 1):
        place = LABEL + round((power - low) / (high - low) * room)
        label = f"{10.0**power:g}" if power < 6 else f"1e{power}"
        label = f"|{label}"
        if place >= len(text) or power == low:
            text = text.ljust(place) + label
    return text


def _bar(columns: float, blocks: str) -> str:
    halves = max(round(columns * 2), 1)
    whole = blocks[0] * (halves // 2)
    if len(blocks) == 1:
        return blocks[0] * max(round(columns), 1)
    return whole + (blocks[1] if halves % 2 else "")
