"""A course of two small exercises, and a stand-in for TensorFlow that imports at once: for tests of the engine."""

from __future__ import annotations

import os
from pathlib import Path

from grader import stubs
from grader.course import Course

DOUBLE = '''"""Twice a number: the smallest exercise there is."""

import numpy as np

from grader import exercise, uniform


@exercise(points=1, order=1, x=uniform("N"), returns="N")
def double(x):
    """Twice each number, y[n] = 2 x[n].

    Arguments:
        x: float32 array of shape (N,).

    Example:
        >>> double(np.array([1, 2], dtype=np.float32)).tolist()
        [2.0, 4.0]
    """
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


@double.tensorflow
def says(x):
    import tensorflow as tf

    return tf.add(x, x)


double.telling(x=[1, -2])
double.benchmark(grow="N", N=20_000)
double.hint("What is x + x?")
double.hint("Do it for each number of x.")


@double.mistake
def squared(x):
    """You square each number; twice a number is meant.

    The square of 2 is 4, and so is its double: try 3.
    """
    return x**2
'''

ROW_SUMS = '''"""The sum of each row."""

import numpy as np

from grader import exercise, uniform


@exercise(points=2, order=1, needs=["double"], x=uniform("N F"), returns="N", forbid=["einsum"])
def row_sums(x):
    """The sum of each row, s[n] = sum over f of x[n, f]."""
    N, F = x.shape
    s = np.zeros(N, dtype=x.dtype)
    for n in range(N):
        total = 0.0
        for f in range(F):
            total += x[n, f]
        s[n] = total
    return s


@row_sums.tensorflow
def says(x):
    import tensorflow as tf

    return tf.reduce_sum(x, axis=1)


@row_sums.mistake
def over_the_columns(x):
    """You sum the columns; sum the rows."""
    return x.sum(axis=0)
'''

PAGES = {"c1_numbers/double": DOUBLE, "c2_rows/row_sums": ROW_SUMS}

RIGHT = {
    "c1_numbers/double": "def double(x):\n    return 2 * x\n",
    "c2_rows/row_sums": "def row_sums(x):\n    return x.sum(axis=1)\n",
}

TENSORFLOW = """
__version__ = "99.0"

def add(a, b):
    return a + b

def reduce_sum(x, axis):
    return x.sum(axis=axis)
"""


def write_course(root: Path, pages: dict[str, str] = PAGES) -> Course:
    """A course with these pages, and their stubs."""
    (root / "exercises").mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        path = root / "solutions" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    course = Course(root)
    stubs.write(course)
    return course


def fill_in(root: Path, answers: dict[str, str] = RIGHT) -> None:
    """Write these answers in place of the stubs."""
    for name, text in answers.items():
        (root / "exercises" / f"{name}.py").write_text("import numpy as np\n\n\n" + text, encoding="utf-8")


def write_tensorflow(folder: Path, source: str = TENSORFLOW) -> Path:
    """A package called tensorflow in `folder`, installed as far as the grader can see, of version 99.0."""
    (folder / "tensorflow").mkdir(parents=True, exist_ok=True)
    (folder / "tensorflow" / "__init__.py").write_text(source, encoding="utf-8")
    information = folder / "tensorflow-99.0.dist-info"
    information.mkdir(exist_ok=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: tensorflow\nVersion: 99.0\n", encoding="utf-8")
    return folder


def environment(cache: Path, tensorflow: Path) -> dict[str, str]:
    """The variables with which `grade` takes that cache folder and that TensorFlow."""
    path = os.pathsep.join([str(tensorflow), str(Path(stubs.__file__).resolve().parent.parent)])
    return {"GRADER_CACHE_DIR": str(cache), "PYTHONPATH": path}
