"""Why an answer is wrong: a known mistake, or a relation to the truth. Pure functions.

Nothing is claimed that the numbers do not show. A mistake is named where its recorded output is the learner's on every
case, right ones included. A relation (transposed, a factor, another case's answer) is named where it holds, with one
meaning, on every case: it turns the truth into the wrong answers, and leaves it as it is where the answer is right.
Where nothing fits wholly, what the failing cases have in common is said, and how their values are off.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import words
from grader.diagnose import mistakes, parting, parts, shapes, values
from grader.diagnose.evidence import Evidence, Relation, first_found, is_finite
from grader.key import Part
from grader.outcome import Outcome
from grader.report import Diagnosis


def diagnose(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """The best account of the failures, the surest first: one that is whole, or up to two that tell a part."""
    with np.errstate(all="ignore"):  # learners' numbers may be anything, and nobody wants to be warned of it
        return _diagnosed(part, outcomes)


def _diagnosed(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    failing = [one for one in outcomes if not one.right]
    if not failing:
        return ()
    named = mistakes.known_mistake(part, outcomes)
    if named:
        return named
    if any(one.answer is not None and values.unwritten(one.answer) for one in failing):
        return (Diagnosis("never_written", words.never_written()),)
    if all(one.kind == "NoneType" for one in failing):
        return (Diagnosis("nothing_returned", words.nothing_returned(len(failing), len(outcomes))),)
    told = _told(part, outcomes, failing) + _trouble(outcomes, failing)
    sizes = part.about.sizes
    return tuple(
        one if one.explained else one._replace(message=words.sizes_by_name(one.message, sizes)) for one in told
    )


def _told(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """What relations say."""
    evidence = Evidence(part, [one for one in outcomes if one.answer is not None])
    if any(one.answer is None for one in failing):
        rule = shapes.shape_rule(evidence) if evidence.failing else None
        return tuple(found for found in (parting.told_apart(outcomes), rule) if found is not None)
    whole = first_found(WHOLE if evidence.clear else ROUNDED, evidence)
    if whole is not None:
        return (whole,)
    both = (mistakes.composite(part, evidence) or mistakes.pair(part, evidence)) if evidence.clear else ()
    if both:
        return both
    where, how = parting.told_apart(outcomes), first_found(parts.PARTIAL, evidence)
    if where is not None and how is not None and how.mistake == "one_sided" and where.mistake != "where_negative":
        how = None  # it adds little
    return tuple(found for found in (where, how) if found is not None)


def _trouble(outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """How nan and inf came about, by NumPy's warnings; said of those cases alone where others fail too."""
    lost = [one for one in failing if one.answer is not None and not is_finite(one.answer)]
    causes = {words.numeric_trouble(one.warned) for one in lost}
    said = causes.pop() if len(causes) == 1 else ""
    if lost and len(lost) < len(failing):
        return (Diagnosis("numeric_trouble", words.not_finite_in(len(lost), len(outcomes), said)),)
    return (Diagnosis("numeric_trouble", said),) if said else ()


WHOLE: tuple[Relation, ...] = (
    values.kind_of_number,
    values.constant,
    values.an_input,
    shapes.reshaped,
    shapes.permuted,
    shapes.broadcast,
    values.bias,
    values.factor,
    values.classes,
    values.wrapped,
    values.whole,
    values.decimals,
    values.function,
    values.half,
    values.bias_elsewhere,
    values.clipped,
    values.one_hot,
    values.flipped,
    values.repeated,
    values.running,
    values.stale,
    values.shifted,
    shapes.not_reduced,
    shapes.reduced,
    shapes.place_of_largest,
    shapes.a_part,
    values.rearranged,
    values.around_sigmoid,
)
"""Each accounts for every case by itself; the plainest first."""


ROUNDED: tuple[Relation, ...] = (values.whole, values.decimals, values.half)
"""What makes small differences: these do not need more."""
