"""What only calling again can tell: answers drawn at random, memory never written, things kept between calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

import numpy as np

from grader import words
from grader.child import Reply
from grader.compare import compare
from grader.diagnose.parts import PARTLY
from grader.key import KeyCase, Part
from grader.outcome import Outcome
from grader.report import Diagnosis

Ask = Callable[[Sequence[KeyCase]], list[Reply]]
"""What a child of their own answers to some calls; [] where it does not answer all."""


Told = tuple[tuple[Diagnosis, ...], list[KeyCase]]
"""What is told, and the cases whose calls it takes to make the first wrong answer wrong: none where it is so alone."""


def look_again(
    part: Part, outcomes: Sequence[Outcome], told: tuple[Diagnosis, ...], same: bool, source: str, ask: Ask
) -> Told:
    """What the answers by themselves tell, or something surer.

    told: what they tell. same: whether the last wrong answer came again when it was asked for again. source: the
    learner's.

    Others are asked only where a repeated call got another answer and the function's own lines draw no random
    numbers, or where other cases came before the first wrong one and no whole reason was found: starting children
    takes longer than all else that is done for a diagnosis.
    """
    if any(one.explained or one.mistake == "never_written" for one in told):
        return told, []
    wrong = [one for one in outcomes if not one.right]
    if not same:
        if re.search(r"\bempty(_like)?\(", source):
            return (Diagnosis("never_written", words.perhaps_never_written()),), []
        if _draws(source, part.about.name):
            return (Diagnosis("not_repeatable", words.not_repeatable()),), []
        once, twice = (ask([wrong[-1].case]) for _ in range(2))
        if not once or not twice:
            return told, []
        if not same_answer(once[0], twice[0].arrays.get("answer")):
            return (Diagnosis("not_repeatable", words.not_repeatable()),), []
    return _kept(part, wrong[0], told, same, ask)


def _kept(part: Part, first: Outcome, told: tuple[Diagnosis, ...], same: bool, ask: Ask) -> Told:
    """Whether something is kept between calls, and which calls it takes. first: the first that is wrong."""
    stale = any(one.mistake == "stale" for one in told)
    unsure = {one.mistake for one in told} <= PARTLY and first.case.index > 0
    if not stale and not unsure and same:
        return told, []
    alone = ask([first.case])
    if not alone:
        return told, []
    if not _is_right(alone[0], first.case):
        changing = not stale and not same
        return ((Diagnosis("stale", words.changing()),) if changing else told), []
    before = part.cases[: first.case.index]
    for calls in (before[-1:], before[:1], before):
        replies = ask([*calls, first.case])
        if replies and same_answer(replies[-1], first.answer):
            return (told if stale else (Diagnosis("stale", words.kept(len(calls))),)), calls
    return told, []


def not_alone(part: Part, case: KeyCase, ask: Ask) -> list[KeyCase]:
    """The cases whose calls it takes for this one not to be answered; none where it is not answered alone either."""
    before = part.cases[: case.index]
    return before if before and ask([case]) and not ask([*before, case]) else []


def same_answer(reply: Reply, answer: np.ndarray | None) -> bool:
    """Whether a call was answered by this array, to the last bit, or by none."""
    given = reply.arrays.get("answer")
    if given is None or answer is None:
        return given is answer
    return given.dtype == answer.dtype and given.shape == answer.shape and given.tobytes() == answer.tobytes()


def _draws(source: str, name: str) -> bool:
    """Whether the function of that name draws random numbers in its own lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    named = [node for function in own[-1:] for node in ast.walk(function)]
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "random")
        or (isinstance(node, ast.Name) and node.id == "random")
        for node in named
    )


def _is_right(reply: Reply, case: KeyCase) -> bool:
    answer = reply.arrays.get("answer")
    return answer is not None and compare(answer, case.truth, case.tolerance).right
