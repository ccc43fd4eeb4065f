"""The sentences that learners read about their answers: facts first, what to do after. One file holds them all.

Everything that a learner's code can have written (messages, names, printed text) is passed in as text and left as it
is; the renderers make it safe for their medium.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence


def count(number: int, word: str) -> str:
    """'1 case', '3 cases', '2 batches'."""
    plural = word + ("es" if word.endswith(("s", "x", "ch")) else "s")
    return f"{number} {word if number == 1 else plural}"


def shape(sides: Sequence[int]) -> str:
    """'(3, 2)', '(3,)', '()'."""
    return str(tuple(int(side) for side in sides))


def named_shape(axes: Sequence[str], sides: Sequence[int]) -> str:
    """'(N, K) = (4, 3)'; a scalar is '()'."""
    if not axes:
        return "a single number"
    names = ", ".join(axes) + ("," if len(axes) == 1 else "")
    return f"({names}) = {shape(sides)}"


# ---------------------------------------------------------------- where a case stands


def case_title(call: str, shapes: Mapping[str, str], family: str, smallest: bool) -> str:
    """The first line of a failure: which case it is."""
    what = "The smallest case that fails" if smallest else "The case"
    given = ", ".join(f"{name} {text}" for name, text in shapes.items())
    return f"{what}: {call} with {given} (family {family})"


# ---------------------------------------------------------------- wrong answers


def wrong_values(
    place: str, yours: str, expected: str, wrong: int, total: int, difference: str | None, allowed: str
) -> list[str]:
    """The answer has the right shape and wrong numbers."""
    lines = [f"{place}   yours {yours}   expected {expected}"]
    if total == 1:
        if difference is not None:
            lines.append(f"They differ by {difference} (allowed: {allowed}).")
        return lines
    verb = "differs" if wrong == 1 else "differ"
    by = f", by {difference} at most (allowed: {allowed})" if difference is not None else ""
    return [*lines, f"{wrong} of {count(total, 'value')} {verb}{by}."]


def not_finite(which: str) -> str:
    """A value is nan or inf where it should be a number, or the other way round."""
    return f"Your answer holds {which} where a number is expected."


def wrong_shape(expected: str, got: str, named: str) -> list[str]:
    """Rank or shape differ; `named` says the sides that were given in names, "" where they have none."""
    return [f"The shape of your answer: {got}{f' = {named}' if named else ''}", f"Expected: {expected}"]


def wrong_dtype(expected: str, got: str) -> list[str]:
    """The kind of numbers differs."""
    return [f"Your answer holds {got}; expected {expected}."]


def refused(reason: str, kind: str, dtype: str, size: str) -> str:
    """The answer is no array of numbers."""
    if kind == "NoneType":
        return "Your function returns nothing (None). Is `return` missing, or reached on one branch only?"
    if reason == "ragged":
        return "Your function returns a list whose rows have different lengths; return an array of numbers."
    if reason == "dtype":
        return f"Your function returns numbers of dtype {dtype}; return float32 or float64 numbers."
    if reason == "size":
        return f"Your function returns an array of {size} bytes, which is more than any answer here needs."
    return f"Your function returns a {kind}; return an array of numbers (np.ndarray)."


# ---------------------------------------------------------------- code that could not finish


def raised(kind: str, message: str, kinds: Sequence[str], name: str) -> list[str]:
    """The learner's code raised an exception: what it was, and a word of help for the usual ones."""
    fact = f"Your code raised {kind}: {message}" if message else f"Your code raised {kind}."
    if "SystemExit" in kinds:
        return ["Your code called exit() or sys.exit(): a function answers with `return`."]
    if "KeyboardInterrupt" in kinds or "GeneratorExit" in kinds:
        return [fact]
    if "NotImplementedError" in kinds:
        return [
            f"{fact.rstrip('.')}. A `raise NotImplementedError` was reached: in this function, or in one that it calls."
        ]
    if "EOFError" in kinds:
        return ["Your code asked for input(), and nobody is at the keyboard here: use the arguments instead."]
    if "MemoryError" in kinds:
        return ["Your code asked for more memory than it may have (2 GiB): is an array larger than you meant?"]
    if "RecursionError" in kinds:
        return ["Your function calls itself without end (RecursionError): what stops it?"]
    if "ModuleNotFoundError" in kinds:
        return [fact, f"{name or 'The module'} is not installed here, or is not among the files handed in."]
    return [fact]


def at_line(label: str, line: int, source: str) -> str:
    """Where in the learner's code it happened."""
    return f"in {label}, line {line}:   {source}" if source else f"in {label}, line {line}"


def while_loading() -> str:
    """The exception came from the file's own code, before the function was called."""
    return "This happened while the file was loaded, before your function was called."


def timed_out(seconds: float, loading: bool) -> str:
    """The deadline passed."""
    limit = f"{seconds:g} second{'s' if seconds != 1 else ''}"
    if loading:
        return f"Loading the file took longer than {limit}, the time limit: is there an endless loop outside functions?"
    return f"Your function took longer than the time limit of {limit} for one case: is there a loop that never ends?"


def died(status: int, loading: bool) -> str:
    """The process ended without an answer. `status`: its exit status, negative for a signal."""
    when = "while the file was loaded" if loading else "while your function ran"
    if status >= 0:
        return (
            f"Python itself was ended {when} (exit status {status}), by os._exit() or the like. "
            "A function answers with `return`."
        )
    number = -status
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name == "SIGKILL":
        return f"Python was killed {when}: it probably ran out of memory."
    if name == "SIGXCPU":
        return f"Python was stopped {when}: it used more processor time than all cases together may."
    if name == "SIGSEGV":
        return f"Python crashed {when} ({name}: a recursion without end, or memory that was used wrongly)."
    return f"Python crashed {when} ({name})."


def misbehaved(reason: str) -> str:
    """Bytes came on the grader's channel that are no answer."""
    return f"The connection to your code broke: {reason}. Does your code write to descriptors that it did not open?"


def not_callable(name: str, kind: str) -> str:
    """The name is bound to something that is no function."""
    return f"{name} is a {kind} here, not a function."


def wrong_arguments(name: str, arguments: Sequence[str]) -> str:
    """How the function is called, for a TypeError about its arguments."""
    number = count(len(arguments), "argument")
    return f"The grader calls {name}({', '.join(arguments)}), by position: it takes these {number}."


def not_run(left: int) -> str:
    """What became of the cases after the one that ended the child."""
    return f"The {count(left, 'case')} after it could not be run." if left else ""


# ---------------------------------------------------------------- notes on answers that count


def note_kind(kind: str, expected: str) -> str:
    """A list or number was accepted."""
    return f"Your function returns a {kind}; {expected} is meant. It counts."


def note_dtype(dtype: str, expected: str) -> str:
    """float64 or int64 was accepted."""
    return f"Your answer is {dtype}; {expected} is meant. It counts."


def note_changed(names: Sequence[str]) -> str:
    """The inputs were changed."""
    what = " and ".join(names)
    return (
        f"Your function changes its input {what} in place, which would surprise whoever calls it: "
        "work on a copy. No points are lost."
    )


def note_warning(text: str, where: str) -> str:
    """NumPy warned."""
    return f"A warning was raised{f' in {where}' if where else ''}: {text}"


def note_threads(number: int) -> str:
    """Threads go on after the answer."""
    return f"Your function leaves {count(number, 'thread')} running after it has answered; nothing that they do counts."


def note_dropped(dropped: int) -> str:
    """More was printed than is shown."""
    return f"Your code printed more than is kept: {dropped:,} bytes were dropped."


def broken_process(reason: str) -> str:
    """The grader's own processes failed."""
    return f"The grader could not run this exercise: {reason} This is not your fault. Please run `grade` again."
