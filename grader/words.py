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


def article(noun: str) -> str:
    """'a list', 'an ndarray'."""
    return f"{'an' if noun[:1].lower() in 'aeiou' or noun.startswith('ndarray') else 'a'} {noun}"


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
    if reason == "rank":
        return f"Your function returns an array with {size} axes, which is more than any answer here has."
    if reason == "size":
        return f"Your function returns an array of {size} bytes, which is more than any answer here needs."
    return f"Your function returns {article(kind)}; return an array of numbers (np.ndarray)."


# ---------------------------------------------------------------- code that could not finish


def raised(kind: str, message: str, kinds: Sequence[str]) -> str:
    """The learner's code raised an exception: the fact."""
    if "SystemExit" in kinds:
        return "Your code called exit() or sys.exit(): a function answers with `return`."
    if "EOFError" in kinds:
        return "Your code asked for input(), and nobody is at the keyboard here: use the arguments instead."
    if "MemoryError" in kinds:
        return "Your code asked for more memory than it may have (2 GiB): is an array larger than you meant?"
    if "RecursionError" in kinds:
        return "Your function calls itself without end (RecursionError): what stops it?"
    return f"Your code raised {kind}: {message}" if message else f"Your code raised {kind}."


def help_on(kinds: Sequence[str], message: str, name: str, near: Sequence[str]) -> str:
    """A word of help on a usual exception, "" where there is none.

    name: the name or module that an exception is about, where it tells; near: names like it in the learner's file.
    """
    if "NotImplementedError" in kinds:
        return "A `raise NotImplementedError` was reached: in this function, or in one that it calls."
    if "ModuleNotFoundError" in kinds:
        return f"{name or 'The module'} is not installed here, and is not among the files handed in."
    if "UnboundLocalError" in kinds:
        return "A name that is assigned anywhere in a function is its own: here it is used before it gets a value."
    if "NameError" in kinds:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"There is no {name or 'such name'} here: it is misspelt, or was never assigned.{meant}"
    if "IndexError" in kinds and "out of bounds" in message:
        return "An axis of size n has the indices 0 to n - 1: does a loop run too far, or over another axis' size?"
    if "IndexError" in kinds and "too many indices" in message:
        return "The array has fewer axes than you index: look at its shape."
    if "ValueError" in kinds and ("mismatch in its core dimension" in message or "not aligned" in message):
        return "In a matrix product (n, k) @ (k, m) the inner sizes must be equal: look at both shapes and their order."
    if "ValueError" in kinds and "broadcast" in message:
        return "NumPy matches shapes from the last axis on: two sizes fit where they are equal, or one of them is 1."
    if "ValueError" in kinds and "reshape" in message:
        return "A new shape must hold exactly as many numbers as the old one."
    if "ValueError" in kinds and "truth value of an array" in message:
        return "`if`, `and`, `or` and max() need one truth value; for arrays there are np.where and np.maximum."
    if "ZeroDivisionError" in kinds:
        return "The divisor is 0 in this case: is it a size, a count, or a loop's index?"
    if "AttributeError" in kinds and "NoneType" in message:
        return "Something is None: a function without `return` gives None."
    if "AttributeError" in kinds and "'list' object" in message:
        return "This is a list with one array a layer, not an array: loop over it."
    if "OverflowError" in kinds:
        return "Python's math functions raise where a number is too large; NumPy's give inf."
    if "FileNotFoundError" in kinds or "PermissionError" in kinds:
        return "Your code runs alone, in an empty folder: it can use its arguments, and no files."
    return ""


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
            f"Python itself ended {when} (exit status {status}): by os._exit(), or because something that it cannot do "
            "without was changed. A function answers with `return`."
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
    return f"{name} is {article(kind)} here, not a function."


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
    return f"Your function returns {article(kind)}; {expected} is meant. It counts."


def note_dtype(dtype: str, expected: str) -> str:
    """float64 or int64 was accepted."""
    return f"Your answer is {dtype}; {expected} is meant. It counts."


def note_changed(names: Sequence[str]) -> str:
    """The inputs were changed."""
    what = " and ".join(names)
    return (
        f"Your function changes its input {what} in place, which surprises whoever calls it: work on a copy. "
        "This costs no points."
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


# ---------------------------------------------------------------- why it is wrong


def nothing_returned(failing: int, total: int) -> str:
    """None, always or in some cases."""
    if failing == total:
        return "No case gets a result: is `return` missing at the end of your function?"
    return f"In {failing} of {count(total, 'case')} there is no result: which branch of your function has no `return`?"


def kind_of_number(dtype: str, meant: str) -> str:
    """Right values in the wrong kind of number."""
    return f"The values are right; only their type, {dtype}, is not the one that is asked for ({meant})."


def transposed(got: Sequence[str], meant: Sequence[str]) -> str:
    """The axes stand in another order."""
    if len(meant) == 2:
        return f"The numbers are right, but rows and columns are swapped: yours is ({', '.join(got)}), transposed."
    return f"The numbers are right, but the axes are in another order: ({', '.join(got)}) for ({', '.join(meant)})."


def axis_dropped(rank: int, squeezed: bool) -> str:
    """An axis of size 1 is missing. `squeezed`: all of them are, wherever there is one."""
    told = " squeeze() drops every axis of size 1." if squeezed else ""
    axes = "1 axis" if rank == 1 else f"{rank} axes"
    return f"The numbers are right, but an axis of size 1 is gone: the result has {axes}, always.{told}"


def axis_added(rank: int, got: int) -> str:
    """An axis of size 1 too many."""
    if rank == 0:
        return "The number is right, but it stands in an array with axes: a single number, of shape (), is asked for."
    more = "an axis" if got == rank + 1 else f"{got - rank} axes"
    return f"The numbers are right, but there is {more} of size 1 too many."


def flattened(rank: int) -> str:
    """One axis in place of several."""
    return f"The numbers are right and in order, but they stand in one row: the result has {rank} axes."


def reshaped() -> str:
    """Right numbers in right order in other rows."""
    return "The numbers are right and in order, but they are laid out in another shape."


def broadcast(axis: str) -> str:
    """(N,) met (N, 1)."""
    return (
        f"Your result has {axis} rows and {axis} columns: an array of shape ({axis},) met one of shape ({axis}, 1), "
        "and NumPy paired each with each (broadcasting)."
    )


def not_reduced(how: str, axis: int | None) -> str:
    """The last sum, mean or maximum is missing."""
    if axis is None:
        return f"You return an array whose {how} is the right answer: a single number is asked for."
    return f"Your result has an axis too many: its {how} along axis {axis} is the right result."


def reduced(how: str, axis: str | None) -> str:
    """A sum, mean or maximum too many."""
    if axis is None:
        return f"You return a single number, the {how} of all right values: they are asked for one by one."
    return f"You return the {how} along the axis {axis} of the right result: leave that axis as it is."


def only_a_part(which_one: str, name: str) -> str:
    """One row, column or number in place of all."""
    return f"You return the {which_one} {name} of the result only: all of it is asked for."


def another_shape(got: Sequence[str], meant: Sequence[str]) -> str:
    """The shape follows another rule, in every case."""
    if all(one.isdecimal() for one in got):
        return (
            f"Your result has the shape {_tuple(got)} whatever the inputs are: is a size written into the code? "
            f"It should be {_tuple(meant)}."
        )
    return f"In all cases the shape of your result is {_tuple(got)}; it should be {_tuple(meant)}."


def _tuple(names: Sequence[str]) -> str:
    return "(" + ", ".join(names) + ("," if len(names) == 1 else "") + ")"


def factor(said: str, negative: bool) -> str:
    """A constant factor, "" for 1."""
    if not said:
        return "Every value has the wrong sign; apart from that it is right."
    sign = " and with the wrong sign" if negative else ""
    return f"Every value is the right one {said}{sign}." if not sign else f"Every value is the right one, {said},{sign}."


BIAS_MISSING, BIAS_DOUBLED, BIAS_SUBTRACTED = "bias_missing", "bias_doubled", "bias_subtracted"


def bias(kind: str, name: str) -> str:
    """The bias is missing, doubled or subtracted."""
    return {
        BIAS_MISSING: f"The bias is missing: your result differs from the right one by exactly {name}.",
        BIAS_DOUBLED: f"The bias {name} is in your result twice; it belongs there once.",
        BIAS_SUBTRACTED: f"The bias {name} is subtracted; it should be added.",
    }[kind]


def bias_repeated(name: str, times: str) -> str:
    """The bias was added as often as a loop turns."""
    return f"The bias {name} is in your result {times} times: is it added inside a loop? It belongs there once."


def offset(said: str, larger: bool) -> str:
    """A constant difference."""
    return f"Wherever you are wrong, your value is too {'large' if larger else 'small'} by the same number, {said}."


def truncated(said: str) -> str:
    """No fractions."""
    return f"Your values are the right ones, {said}: does the result pass through an integer dtype, int() or round()?"


def rounded_to_a_class() -> str:
    """0 or 1 for a probability."""
    return "Your values are only 0 and 1, the right ones rounded: the probabilities themselves are asked for."


def float16() -> str:
    """Low precision."""
    return "Your values have the precision of float16: compute in float32 or float64."


def function_of(name: str) -> str:
    """Every value is a usual function of the right one."""
    return {
        "absolute": "Your values are the right ones without their sign: an absolute value is taken too many.",
        "relu": "Your values are the right ones, but 0 where those are negative: there is a relu, or a maximum with 0, "
        "too many.",
        "one_minus": "Every value of yours is 1 minus the right one.",
        "squared": "Your values are the squares of the right ones.",
        "root": "Your values are the square roots of the right ones.",
        "logarithm": "Your values are the logarithms of the right ones.",
        "exponential": "Your values are exp() of the right ones.",
        "sigmoid_too_many": "Your values are the sigmoid of the right ones: there is one sigmoid too many.",
        "sigmoid_missing": "The sigmoid of your values is right: it is missing at the end.",
        "softmax_too_many": "Your values are the softmax of the right ones: there is one softmax too many.",
        "softmax_missing": "The softmax of your values is right: it is missing at the end.",
        "tanh": "Your values are tanh of the right ones.",
        "reciprocal": "Every value of yours is 1 divided by the right one.",
    }[name]


def axis(name: str, letter: str) -> str:
    """'the rows (N)'."""
    return f"the {_plural(name)} ({letter})"


def flipped(axes: Sequence[str]) -> str:
    """Mirrored."""
    return f"The numbers are right but in reverse order along {' and '.join(axes)}."


def shifted(axis: str, step: int, round_the_end: bool) -> str:
    """Moved by one."""
    direction = "forward" if step > 0 else "back"
    end = "; what falls out at the end comes in at the start" if round_the_end else ""
    return f"The numbers are right but moved {direction} by one along {axis}{end}."


def repeated(name: str, which_one: str) -> str:
    """One row everywhere."""
    return f"Every {name} of your result is the {which_one} {name} of the right one: does an index stay the same?"


def running_sum(axis: str) -> str:
    """Nothing is set back to 0."""
    along = f" along {axis}" if axis else ""
    return f"Your values are running sums of the right ones{along}: the sum is not set back to 0 in between."


def rearranged() -> str:
    """Right numbers in wrong places."""
    return "All the right numbers are in your result, but in other places: is it filled or reshaped in another order?"


def stale(back: str) -> str:
    """State kept between calls."""
    return f"Your answer is the right one for {back}: your code keeps something from one call to the next."


def kept_growing() -> str:
    """A list that lives on."""
    return (
        "Your result begins with that of the call before: a list outside the function, or a default argument, lives "
        "on between calls."
    )


def constant(number: str) -> str:
    """Always the same."""
    return f"Your function gives {number} everywhere, whatever it is given."


def an_input(name: str) -> str:
    """An input comes back."""
    return f"Your function gives back its input {name} as it is."


def besides(message: str) -> str:
    """What comes on top of a known mistake."""
    return f"Apart from that: {message[0].lower()}{message[1:]}"


def never_filled() -> str:
    """Zeros that were never replaced."""
    return (
        "Every wrong value is 0, the others are right: those places look as if they were never filled. Does a loop end "
        "too early, or a `return` stand inside it?"
    )


def same_place(where: str) -> str:
    """The same place in every failing case."""
    verb = "is" if where.startswith("only") else "is"
    return f"In every case that fails, {where} {verb} wrong."


def one_sided(over: bool) -> str:
    """All errors point one way."""
    return f"Whatever is wrong is too {'large' if over else 'small'}, never too {'small' if over else 'large'}."


def one_sided_classes(over: bool) -> str:
    """All errors point one way, in classes 0 and 1."""
    yours, right = (1, 0) if over else (0, 1)
    return f"You give {yours} where {right} is right, never the other way round."


def right_except(where: str, raised: bool) -> str:
    """What exactly the failing cases have in common."""
    if raised:
        return f"Your code stops with an exception {where}, and nowhere else."
    return f"Everything is right except {where}."


def wrong_only(where: str, raised: bool) -> str:
    """What all failing cases have in common, and hardly any other."""
    if raised:
        return f"Your code stops with an exception only {where}."
    return f"Wrong answers come only {where}."


# ---------------------------------------------------------------- which values are wrong


def box(parts: Sequence[str]) -> str:
    """Whole rows, columns, channels are wrong, as `which` says of each axis."""
    first, *others = parts
    where = "".join(f", in {one}" for one in others)
    plural = first.startswith("the ")
    return f"{first[0].upper()}{first[1:]} {'are' if plural else 'is'} wrong{where}; the rest is right."


def which(name: str, found: Sequence[int], size: int) -> str:
    """'only the last column', 'every channel but the first'; "" where no plain words fit.

    found: the indices along an axis of `size`, in order.
    """
    missing = [k for k in range(size) if k not in found]
    plural = _plural(name)
    if len(found) == 1 and found[0] in (0, size - 1):
        return f"only the {'last' if found[0] else 'first'} {name}"
    if len(missing) == 1 and missing[0] in (0, size - 1):
        return f"every {name} but the {'last' if missing[0] else 'first'}"
    if len(found) == 1:
        return f"only {name} {found[0]} (counted from 0)"
    if list(found) == list(range(found[0], size, 2)) and found[0] in (0, 1):
        return f"every second {name}, from {found[0]} on (counted from 0),"
    if list(found) == list(range(found[0], size)):
        return f"the {plural} from {found[0]} on (counted from 0)"
    if list(found) == list(range(found[-1] + 1)):
        return f"the {plural} up to {found[-1]} (counted from 0)"
    if len(found) <= 3:
        return f"the {plural} {', '.join(map(str, found[:-1]))} and {found[-1]} (counted from 0)"
    return ""


def _plural(name: str) -> str:
    return "entries" if name == "entry" else f"{name}s"


def border() -> str:
    """Only the edge of the image is wrong."""
    return "Only values at the border are wrong; the inside is right."


def where_value(name: str, how: str) -> str:
    """Wrong is exactly where an input, or the right value, is such."""
    return f"Values are wrong exactly where {name} is {how}."


def map_title(part: str) -> str:
    """What the marks of a small map mean. `part`: the slice that it shows, "" for all."""
    return f"{part or 'The result'}, with x for a wrong value:"
