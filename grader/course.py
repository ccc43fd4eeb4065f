"""A course: chapters and exercises, as their pages in ``solutions/`` declare them.

A page is a Python file that defines one function, decorated with `exercise`. The file's stem is the exercise's name
and its folder is the chapter, so that nothing is registered anywhere else.

This file stores declarations. What the shape strings and families in them mean is in `grader.cases`.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

SOLUTIONS = "solutions"
EXERCISES = "exercises"
DEFAULT_CASES = 20
"""About how many cases an exercise gets."""


class CourseError(Exception):
    """A fault of the course (a page, not a learner): the message names the page and what to mend."""


class Strategy(Protocol):
    """How one argument of an exercise is drawn (see `grader.cases`)."""

    @property
    def shape(self) -> str | None:
        """Shape string of the array, or None where the argument is a number or a word."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        """Draw one value.

        `shape` holds the sizes of `self.shape`, `dims` every named dim of the case; `whole` asks for small whole
        numbers that can be followed by hand.
        """


class Mistake(NamedTuple):
    """A wrong program that learners really write.

    `message` is the first line of the function's docstring, which the learner reads; `page` is the rest.
    """

    name: str
    message: str
    page: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Family:
    """One kind of cases: what it changes of the exercise's own strategies and sizes.

    name: as the report shows it.
    arguments: argument name -> strategy that replaces the exercise's.
    dims: dim letter -> (low, high), one number, or an expression in other dims such as "2*B".
    cases: how many cases there are by default; None leaves it to `grader.cases`.
    tolerance: (relative, absolute) where the derived one does not fit; None derives it.
    returns, requires: what takes the place of the exercise's own, where not None.
    adjust: called as adjust(inputs, rng) after the draw; changes the dict of inputs in place.
    """

    name: str
    arguments: Mapping[str, Strategy] = field(default_factory=dict)
    dims: Mapping[str, Any] = field(default_factory=dict)
    cases: int | None = None
    tolerance: tuple[float, float] | None = None
    returns: str | None = None
    requires: str | None = None
    adjust: Callable[[dict[str, Any], np.random.Generator], None] | None = None


class Benchmark(NamedTuple):
    """The sizes on which speed is measured.

    grow: the dims that decide how long it takes, which are made smaller together for a slow answer or a smaller size.
    family: the other dims and strategies, as of a family of cases; every dim has one size.
    """

    grow: tuple[str, ...]
    family: Family


class Exercise:
    """One function that learners write: the reference, and everything that grading it needs.

    Called, it is the page's loops, which are what is true; `reference` is what is compiled, and quick.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        points: float,
        order: int,
        returns: str,
        arguments: Mapping[str, Strategy],
        dims: Mapping[str, Any],
        needs: Sequence[str],
        reduces: str | None,
        square: str | None,
        requires: str,
        chain: str | None,
        forbid: Sequence[str],
        tolerance: tuple[float, float] | None,
        adjust: Callable[[dict[str, Any], np.random.Generator], None] | None,
    ) -> None:
        plain = getattr(function, "py_func", function)  # Numba keeps the Python function it compiled
        parameters = list(inspect.signature(plain).parameters)
        if parameters != list(arguments):
            raise CourseError(
                f"{plain.__name__}: the function takes {parameters}, but the declaration draws {list(arguments)}; "
                "they must be the same names in the same order."
            )
        if not plain.__doc__:
            raise CourseError(
                f"{plain.__name__}: the function has no docstring, which is what the learner's stub shows."
            )
        self.name: str = plain.__name__
        self.doc: str = inspect.cleandoc(plain.__doc__)
        self.chapter = ""  # set by load_page, from the folder
        self.function = function
        self.points = points
        self.order = order
        self.returns = returns
        self.arguments = dict(arguments)
        self.dims = dict(dims)
        self.needs = list(needs)
        self.reduces = reduces
        self.square = square
        self.requires = requires
        self.chain = chain
        self.forbid = list(forbid)
        self.tolerance = tolerance
        self.adjust = adjust
        self.fixed: list[dict[str, Any]] = []
        self.families: list[Family] = []
        self.hints: list[str] = []
        self.mistakes: list[Mistake] = []
        self.fast_function: Callable[..., Any] | None = None
        self.tensorflow_function: Callable[..., Any] | None = None
        self.benchmark_sizes: Benchmark | None = None

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    @property
    def reference(self) -> Callable[..., Any]:
        """What learners' answers and speed are compared with: the fast passes, where the page has them."""
        return self.fast_function or self.function

    def fast(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare the same computation in passes that compile to quick code, where the plain loops cannot."""
        self.fast_function = function
        return function

    def telling(self, **inputs: Any) -> None:
        """Add fixed inputs, chosen because the known mistakes differ on them. They come first, in the family "tiny".

        Arrays are given as nested lists of numbers and take the dtype of the argument's strategy.
        """
        if list(inputs) != list(self.arguments):
            raise CourseError(f"{self.name}: telling() needs {list(self.arguments)} in this order, got {list(inputs)}.")
        self.fixed.append(inputs)

    def family(
        self,
        name: str,
        *,
        cases: int | None = None,
        tolerance: tuple[float, float] | None = None,
        returns: str | None = None,
        requires: str | None = None,
        adjust: Callable[[dict[str, Any], np.random.Generator], None] | None = None,
        **changes: Any,
    ) -> None:
        """Add a family of cases, or change a built-in one (tiny, typical, ones, square, large).

        Capital keywords set dims (``H=(4, 9)``, ``B=1``, ``N="2*B"``); small ones replace an argument's strategy;
        `returns` and `requires` replace the exercise's own, as for inputs of another rank.
        """
        arguments = {key: value for key, value in changes.items() if not key[0].isupper()}
        unknown = set(arguments) - set(self.arguments)
        if unknown:
            raise CourseError(
                f"{self.name}: family {name!r} changes {sorted(unknown)}, which the function does not take."
            )
        dims = {key: value for key, value in changes.items() if key[0].isupper()}
        self.families.append(Family(name, arguments, dims, cases, tolerance, returns, requires, adjust))

    def benchmark(
        self,
        grow: str,
        *,
        adjust: Callable[[dict[str, Any], np.random.Generator], None] | None = None,
        **changes: Any,
    ) -> None:
        """Declare the sizes on which speed is measured: such as are met in practice, 1 to 10 ms for the reference.

        grow: the dims that decide how long it takes, such as "H W". Capital keywords give every dim its size; small
        ones replace an argument's strategy, as in `family`.
        """
        self.family("benchmark", adjust=adjust, **changes)
        family = self.families.pop()
        unknown = set(grow.split()) - set(family.dims)
        if unknown:
            raise CourseError(f"{self.name}: benchmark() grows {sorted(unknown)}, for which it gives no size.")
        self.benchmark_sizes = Benchmark(tuple(grow.split()), family)

    def hint(self, text: str) -> None:
        """Add a hint. `grade hint` gives them one at a time, in this order, so begin with the smallest push."""
        self.hints.append(inspect.cleandoc(text))

    def tensorflow(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare what TensorFlow says: a function of the same arguments that imports tensorflow inside."""
        self.tensorflow_function = function
        return function

    def mistake(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare a known mistake: a wrong program, whose docstring is what a learner who makes it reads."""
        doc = inspect.cleandoc(function.__doc__ or "")
        if not doc:
            raise CourseError(f"{self.name}: the mistake {function.__name__} has no docstring for the learner to read.")
        first, _, rest = doc.partition("\n")
        self.mistakes.append(Mistake(function.__name__, first.strip(), rest.strip(), function))
        return function


def exercise(
    *,
    points: float,
    order: int,
    returns: str,
    needs: Sequence[str] = (),
    reduces: str | None = None,
    square: str | None = None,
    requires: str = "",
    chain: str | None = None,
    forbid: Sequence[str] = (),
    tolerance: tuple[float, float] | None = None,
    adjust: Callable[[dict[str, Any], np.random.Generator], None] | None = None,
    **declared: Any,
) -> Callable[[Callable[..., Any]], Exercise]:
    """Declare the decorated function to be an exercise's reference.

    points: what full marks earn.
    order: the exercise's place within its chapter, from 1.
    returns: shape string of the result, such as "N K" or "N H-KH+1 W-KW+1 M"; "" is a scalar. That every side is at
        least 1 is thereby also a condition on the dims.
    needs: names of exercises to do before.
    reduces: the dims summed over, such as "KH KW C"; by default those that `returns` does not mention. The tolerance
        grows with the square root of their product.
    square: groups of dims that the family "square" sets equal, such as "H W, KH KW, C M"; by default all in one.
    requires: further expressions that must be at least 1, such as "N-B".
    chain: for a stack of layers, the dims through which one layer feeds the next, such as "F U": layer i + 1 takes
        as many F as layer i gives U. "F U K" fixes the last layer's U to be K; "F U 1" to be 1.
    forbid: what the learner's code may not use, such as ["@", "dot"].
    tolerance: (relative, absolute), where the derived one does not fit.
    adjust: called as adjust(inputs, rng) after each draw; changes the dict of inputs in place.
    declared: a strategy for each argument, by its name, and ranges for dims, by their capital letters: ``H=(4, 9)``.
    """
    arguments = {key: value for key, value in declared.items() if not key[0].isupper()}
    dims = {key: value for key, value in declared.items() if key[0].isupper()}

    def declare(function: Callable[..., Any]) -> Exercise:
        return Exercise(
            function,
            points=points,
            order=order,
            returns=returns,
            arguments=arguments,
            dims=dims,
            needs=needs,
            reduces=reduces,
            square=square,
            requires=requires,
            chain=chain,
            forbid=forbid,
            tolerance=tolerance,
            adjust=adjust,
        )

    return declare


class Page(NamedTuple):
    """Where an exercise stands: known from its path alone, without running the page."""

    name: str
    chapter: str
    path: Path
    """The page, below solutions/."""
    stub: Path
    """The stub, below exercises/, at the same relative path."""


class Course:
    """A folder that holds ``solutions/`` and ``exercises/``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.solutions = root / SOLUTIONS
        self.exercises = root / EXERCISES

    def pages(self) -> list[Page]:
        """Every page, by path. Raises CourseError where two pages share a name."""
        found: dict[str, Page] = {}
        for path in sorted(self.solutions.glob("*/*.py")):
            if path.name.startswith("_"):
                continue
            page = Page(path.stem, path.parent.name, path, self.exercises / path.parent.name / path.name)
            if page.name in found:
                raise CourseError(f"Two pages are called {page.name}: {found[page.name].path} and {path}. Rename one.")
            found[page.name] = page
        if not found:
            raise CourseError(
                f"There is no page in {self.solutions}: a course has one file an exercise, in a folder a chapter."
            )
        return list(found.values())


def is_course(folder: Path) -> bool:
    """Whether `folder` has the two trees of a course."""
    return (folder / SOLUTIONS).is_dir() and (folder / EXERCISES).is_dir()


def find_course(start: Path) -> Course | None:
    """The course that `start` lies in, walking up as git does; else the one that this package stands beside."""
    beside = Path(__file__).resolve().parent.parent
    for folder in [start, *start.parents, beside]:
        if is_course(folder):
            return Course(folder)
    return None


def load_page(page: Page, prefix: str = SOLUTIONS) -> Exercise:
    """Run a page and return the exercise that it declares.

    Imports what the page imports, Numba above all, so it belongs in a process of its own. `prefix` begins the module's
    name: a page can be loaded twice, once compiled and once plain.
    """
    name = f"{prefix}.{page.chapter}.{page.name}"
    spec = importlib.util.spec_from_file_location(name, page.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except CourseError as error:
        raise CourseError(f"{page.path}: {error}") from error
    except Exception as error:
        raise CourseError(f"{page.path} does not run: {type(error).__name__}: {error}") from error
    declared = [value for value in vars(module).values() if isinstance(value, Exercise)]
    if [value.name for value in declared] != [page.name]:
        names = ", ".join(value.name for value in declared) or "none"
        raise CourseError(f"{page.path} must declare one exercise, called {page.name}; it declares {names}.")
    declared[0].chapter = page.chapter
    return declared[0]
