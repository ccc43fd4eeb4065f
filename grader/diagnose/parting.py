"""Where right and wrong part: a plain property that all failing cases have, and no other case, or hardly one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from grader import words
from grader.cases import evaluate
from grader.compare import largest
from grader.diagnose.evidence import (
    Array,
)
from grader.key import KeyCase
from grader.outcome import Outcome
from grader.report import Diagnosis


def told_apart(outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """A plain property of the failing cases: all of them have it, and no other case, or hardly one."""
    wrong = [one for one in outcomes if not one.right]
    right = [one for one in outcomes if one.right]
    if len(right) < 2 or len(wrong) < 2:
        return None
    if all(one.right for one in outcomes[: len(right)]):
        return None  # from some call on all is wrong: the calls before may be the reason, and larger cases come later
    raised = all(one.kind == "raised" for one in wrong)
    rare = None
    fitting = [
        (name, said, sum(holds(one.case) for one in right))
        for name, said, holds in _properties(outcomes)
        if all(holds(one.case) for one in wrong)
    ]
    exact = [name for name, _, among in fitting if not among]
    if exact.count("where_sides_differ") > 1:
        letters = [name for name, size in outcomes[0].case.dims.items() if isinstance(size, int)]
        among_them = [
            a
            for a in letters
            if any(a in said.split() for name, said, n in fitting if name == "where_sides_differ" and not n)
        ]
        if all(len({tuple(_sizes(one.case, a)) for a in among_them}) == 1 for one in right):
            return Diagnosis("where_sides_differ", words.right_where_equal(among_them, raised=raised))
    for name, said, among in fitting:
        if name in OF_DIMS and exact.count(name) > 1:
            continue  # which of them it is, nobody can tell
        if not among:
            return Diagnosis(name, words.right_except(said, raised=raised))
        if rare is None and name != "where_large" and 2 * among <= len(wrong) and len(right) - among >= 5:
            rare = Diagnosis(name, words.wrong_only(said, raised=raised))
    families = list(dict.fromkeys(one.case.family for one in wrong))
    if len(families) == 1 and families[0] not in {one.case.family for one in right}:
        return Diagnosis("one_family", words.right_except(f'in the cases of the family "{families[0]}"', raised=raised))
    return rare


OF_DIMS = ("where_not_one", "where_sides_differ", "where_larger", "where_even")
"""Properties of dims, of which one may fit because another does."""


Property = tuple[str, str, Callable[[KeyCase], bool]]


def _properties(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """(name, words, whether a case has it), from the plainest on."""
    names = list(dict.fromkeys(letter for one in outcomes for letter in one.case.dims))
    for letter in names:
        yield "where_one", f"where {letter} is 1", lambda case, x=letter: _sizes(case, x) == [1]  # type: ignore[misc]
    yield "where_one", "where the result has an axis of size 1", lambda case: 1 in case.truth.shape
    for argument in outcomes[0].case.inputs:
        yield (
            "where_one",
            f"where {argument} has an axis of size 1",
            lambda case, x=argument: any(1 in one.shape for one in _arrays(case, x)),  # type: ignore[misc]
        )
    for letter in names:
        yield (
            "where_not_one",
            "where there is more than one layer" if letter == "D" else f"where {letter} is more than 1",
            lambda case, x=letter: any(size > 1 for size in _sizes(case, x)),  # type: ignore[misc]
        )
    if "D" in names:
        yield "where_deep", "where there are more than 2 layers", lambda case: max(_sizes(case, "D"), default=0) > 2
    yield from _words_given(outcomes)
    yield from _divisions(outcomes)
    yield "where_whole_numbers", "where an input holds whole numbers (an integer dtype)", _has_integers(outcomes)
    yield "where_large", "where inputs are large (beyond 80)", _is_large
    yield from _certain(outcomes)
    for a, b in itertools.combinations(names, 2):
        yield (
            "where_sides_differ",
            f"where {a} and {b} differ",
            lambda case, a=a, b=b: _sizes(case, a) != _sizes(case, b),  # type: ignore[misc]
        )
    if sum(not one.right for one in outcomes) < 3 or sum(one.right for one in outcomes) < 4:
        return  # too few, so that what follows could fit by luck
    for letter in names:
        if letter == "D":
            continue
        for said, parity in (("even", 0), ("odd", 1)):
            yield (
                "where_even",
                f"where {letter} is {said}",
                lambda case, x=letter, parity=parity: any(size % 2 == parity for size in _sizes(case, x)),  # type: ignore[misc]
            )
    for a, b in itertools.permutations(names, 2):
        yield (
            "where_larger",
            f"where {a} is larger than {b}",
            lambda case, a=a, b=b: max(_sizes(case, a), default=0) > max(_sizes(case, b), default=0),  # type: ignore[misc]
        )
    yield "where_negative", "where all right values are negative", lambda case: bool(case.truth.max(initial=-1) < 0)
    yield "where_negative", "where a right value is negative", lambda case: bool(case.truth.min(initial=0) < 0)


def _words_given(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """An argument is a certain word."""
    for name, value in outcomes[0].case.inputs.items():
        if isinstance(value, str):
            for word in dict.fromkeys(one.case.inputs[name] for one in outcomes):
                yield (
                    "where_word",
                    f'where {name} is "{word}"',
                    lambda case, name=name, word=word: case.inputs[name] == word,  # type: ignore[misc]
                )


def _divisions(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """A size of the result is a quotient that does not come out even."""
    seen = dict.fromkeys(axis for one in outcomes for axis in one.case.returns.split() if "//" in axis)
    for above, below in dict.fromkeys(re.findall(r"\(([\w+*-]+?)\)//(\w+)", " ".join(seen))):
        plain = above.removesuffix(f"+{below}-1")

        def remains(case: KeyCase, plain: str = plain, below: str = below) -> bool:
            return evaluate(f"({plain})-({plain})//{below}*{below}", case.dims) != 0

        spaced = plain.replace("-", " - ")
        yield "where_a_rest_is_left", f"where {spaced} is not a multiple of {below}", remains
        yield "where_no_rest_is_left", f"where {spaced} is a multiple of {below}", _not(remains)


def _not(holds: Callable[[KeyCase], bool]) -> Callable[[KeyCase], bool]:
    return lambda case: not holds(case)


def _certain(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """A probability among the inputs is exactly 0 or 1."""
    for name, value in outcomes[0].case.inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            probabilities = all(
                one.case.inputs[name].min(initial=0) >= 0 and one.case.inputs[name].max(initial=0) <= 1
                for one in outcomes
            )
            if probabilities:
                yield (
                    "where_certain",
                    f"where a value of {name} is exactly 0 or 1",
                    lambda case, name=name: bool(np.isin(case.inputs[name], (0, 1)).any()),  # type: ignore[misc]
                )


def _sizes(case: KeyCase, letter: str) -> list[int]:
    size = case.dims.get(letter)
    return [] if size is None else sorted(set(size)) if isinstance(size, list) else [size]


def _arrays(case: KeyCase, *arguments: str) -> Iterable[Array]:
    """The arrays of these arguments, or of all."""
    for value in [case.inputs[name] for name in arguments or case.inputs]:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, np.ndarray):
                yield one


def _has_integers(outcomes: Sequence[Outcome]) -> Callable[[KeyCase], bool]:
    """Whether an argument that is a float array elsewhere holds integers in this case."""
    floats = {
        name
        for one in outcomes
        for name, value in one.case.inputs.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    }
    return lambda case: any(case.inputs[name].dtype.kind in "iu" for name in floats)


def _is_large(case: KeyCase) -> bool:
    return max((largest(one) for one in _arrays(case)), default=0.0) > 80
