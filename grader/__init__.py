"""The grader of a course in deep learning from scratch: what a course's pages import."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.cases import choice, dim, integers, labels, layers, one_hot, probabilities, uniform, values
    from grader.course import CourseError, exercise

__version__ = "0.1.0"

__all__ = [
    "CourseError",
    "choice",
    "dim",
    "exercise",
    "integers",
    "labels",
    "layers",
    "one_hot",
    "probabilities",
    "uniform",
    "values",
]


def __getattr__(name: str) -> Any:
    # On demand, so that the command line starts without what only pages need.
    if name in __all__:
        from grader import cases, course

        return getattr(course if name in ("CourseError", "exercise") else cases, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
