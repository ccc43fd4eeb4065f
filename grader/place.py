"""The place of the error: which values are wrong, in words and as a small map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import words
from grader.key import KeyCase

PLACES = {
    1: ("entry",),
    2: ("row", "column"),
    3: ("row", "column", "channel"),
    4: ("image", "row", "column", "channel"),
}
"""What the axes of a result are called, by rank."""


MAP_ROWS, MAP_COLUMNS = 12, 24
"""The largest map that is drawn."""


def place_of(wrong: np.ndarray, case: KeyCase, alike: Sequence[str] = ()) -> str:
    """Which values are wrong, in words; "" where all are, or one is, or no plain words fit.

    wrong: bool array of the truth's shape. alike: the arguments that have the result's axes.
    """
    if wrong.all() or wrong.sum() < 2 or wrong.ndim not in PLACES or wrong.size < 4:
        return ""
    return _by_axes(wrong) or _border(wrong) or _by_value(wrong, case, alike)


def _by_axes(wrong: np.ndarray) -> str:
    """Wrong is a box of whole rows, columns, channels: which ones."""
    names = PLACES[wrong.ndim]
    axes = range(wrong.ndim)
    sets = [np.flatnonzero(wrong.any(axis=tuple(k for k in axes if k != axis))) for axis in axes]
    box = np.zeros_like(wrong)
    box[np.ix_(*sets)] = True
    if not np.array_equal(box, wrong):
        return ""
    parts = [
        words.which(names[k], found.tolist(), wrong.shape[k])
        for k, found in enumerate(sets)
        if len(found) < wrong.shape[k]
    ]
    return words.box(parts) if all(parts) else ""


def _border(wrong: np.ndarray) -> str:
    """Wrong lies on the border of the image only."""
    inside = inside_of(wrong)
    return words.border() if inside is not None and inside.size and not inside.any() else ""


def inside_of(marks: np.ndarray) -> np.ndarray | None:
    """What is left of an image, or of images, without their border; None where there is no image."""
    if marks.ndim == 2:
        return marks[1:-1, 1:-1]
    return marks[:, 1:-1, 1:-1] if marks.ndim == 4 else None


def _by_value(wrong: np.ndarray, case: KeyCase, alike: Sequence[str]) -> str:
    """Wrong is exactly where an input, or the right value, is negative, or so large that exp() overflows."""
    candidates = {"the right value": case.truth, **{name: case.inputs[name] for name in alike}}
    for name, values in candidates.items():
        if not isinstance(values, np.ndarray) or values.shape != wrong.shape or values.dtype.kind != "f":
            continue
        inside, outside = values[wrong], values[~wrong]
        if not np.isfinite(values).all() or min(len(inside), len(outside)) < 2:
            continue
        if inside.max() < 0 <= outside.min():
            return words.where_value(name, "negative")
        if inside.min() > 0 >= outside.max():
            return words.where_value(name, "positive")
        if values is not case.truth and inside.min() > outside.max() and inside.min() > 80:
            return words.where_value(name, f"{inside.min():.4g} or more")
        if values is not case.truth and inside.max() < outside.min() and inside.max() < -80:
            return words.where_value(name, f"{inside.max():.4g} or less")
    return ""


def values_map(wrong: np.ndarray) -> list[str]:
    """A small map: "x" where the result is wrong, "." where it is right; [] where it is no help.

    Of a result of rank 3 or 4 it shows the first image and channel that hold a wrong value.
    """
    if wrong.ndim not in PLACES or wrong.all() or not wrong.any():
        return []
    first = [int(k) for k in np.argwhere(wrong)[0]]
    index: list[slice | int] = [slice(None)] * wrong.ndim
    for axis in {3: (2,), 4: (0, 3)}.get(wrong.ndim, ()):
        index[axis] = first[axis]
    part = wrong[tuple(index)]
    rows = part.reshape(1, -1) if part.ndim == 1 else part
    if rows.size < 6 or rows.all() or rows.shape[0] > MAP_ROWS or rows.shape[1] > MAP_COLUMNS:
        return []
    shown = ", ".join(":" if isinstance(one, slice) else str(one) for one in index)
    return [
        words.map_title(f"out[{shown}]" if wrong.ndim > 2 else ""),
        *(" ".join("x" if one else "." for one in row) for row in rows),
    ]
