"""The figure of `grade speed --plot`: the ladder of speeds, and how times grow. Drawn by matplotlib, an extra."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

from grader.render.chart import bars, verdict
from grader.report import ExerciseReport, Report, Scaling

COLOURS: Final = {"yours": "#0072b2", "reference": "#009e73", "TensorFlow": "#e69f00"}
"""Of Okabe and Ito's palette, which the colour-blind tell apart; the bars' order says it too."""
NAMES: Final = {"you": "yours", "reference": "reference", "tensorflow": "TensorFlow"}
MARKS: Final = {"yours": "o", "reference": "s", "TensorFlow": "^"}
BAR: Final = 0.27


def draw(report: Report, path: Path) -> None:
    """Write the figure, as SVG or PNG by the path's ending.

    Raises ImportError without matplotlib, ValueError where nothing was timed, OSError where it cannot be written.
    """
    from matplotlib.figure import Figure

    timed = [exercise for exercise in report.exercises if exercise.speed is not None]
    if not timed:
        raise ValueError("no exercise was timed")
    scaled = [exercise for exercise in timed if exercise.speed is not None and exercise.speed.scaling is not None]
    columns = min(len(scaled), 3)
    rows = math.ceil(len(scaled) / 3)
    ladder_height = 1.2 + 0.62 * len(timed)
    figure = Figure(figsize=(10, ladder_height + 3.2 * rows), layout="constrained")
    if not scaled:
        _ladder(figure.subplots(), timed)
    else:
        parts: Any = figure.subfigures(2, 1, height_ratios=[ladder_height, 3.2 * rows])
        above, below = parts
        _ladder(above.subplots(), timed)
        cells = below.subplots(rows, columns, squeeze=False).flat
        for cell, exercise in zip(cells, scaled, strict=False):
            assert exercise.speed is not None
            assert exercise.speed.scaling is not None
            _growth(cell, exercise.name, exercise.speed.scaling)
        for cell in list(below.axes)[len(scaled) :]:
            cell.set_axis_off()
    # Without a date, the same report gives the same file.
    figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)


def _ladder(axes: Any, timed: list[ExerciseReport]) -> None:
    for place, exercise in enumerate(timed):
        assert exercise.speed is not None
        for offset, (name, ms) in enumerate(bars(exercise.speed)):
            where = place + (offset - 1) * BAR
            axes.barh(where, ms, BAR * 0.9, color=COLOURS[name], label=name if place == 0 else "_")
        axes.annotate(
            f" {verdict(exercise.speed)}",
            (exercise.speed.student_ms, place - BAR),
            va="center",
            fontsize=7,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(timed)), [exercise.name for exercise in timed])
    axes.set_ylim(len(timed) - 0.5, -0.5)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low, high * (high / low) ** 0.6)  # room for the words beside the bars
    axes.set_xlabel("milliseconds a call (log axis)")
    axes.grid(axis="x", color="0.85", zorder=0)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)


def _growth(axes: Any, title: str, scaling: Scaling) -> None:
    for who, times in scaling.times.items():
        name = NAMES[who]
        label = f"{name}: {'^p '.join(scaling.grow)}^p, p = {scaling.exponents[who]:.2f}"
        axes.plot(scaling.sizes, times, marker=MARKS[name], color=COLOURS[name], label=label)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(scaling.sizes, [f"{size:.2%}" for size in scaling.sizes])
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(f"{' x '.join(scaling.grow)}, as a share of the declared", fontsize=8)
    axes.set_ylabel("ms a call", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(color="0.9")
    axes.legend(fontsize=7, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2))  # below: on no line
