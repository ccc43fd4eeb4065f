"""The sentences that learners read about their answers: facts first, what to do after. One file holds them all.

Everything that a learner's code can have written (messages, names, printed text) is passed in as text and left as it
is; the renderers make it safe for their medium.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence

INTERRUPTED = "Interrupted. Nothing was changed."


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
        return "(), a single number"
    if all(one.isdecimal() for one in axes):
        return shape(sides)
    names = ", ".join(axes) + ("," if len(axes) == 1 else "")
    return f"({names}) = {shape(sides)}"


# ---------------------------------------------------------------- where a case stands


def case_title(call: str, shapes: Mapping[str, str], family: str, smallest: bool) -> str:
    """The first line of a failure: which case it is."""
    what = "The smallest case that fails" if smallest else "The case"
    given = ", ".join(f"{name} {text}" for name, text in shapes.items())
    return f"{what}: {call} with {given} (family {family})"


def too_large(numbers: int, saved: bool) -> str:
    """The case is not printed to be pasted. `saved`: it is asked for as a file."""
    said = f"This case is too large to print, with {numbers:,} numbers in all"
    return f"{said}." if saved else f"{said}: `--save-case FILE` writes it to a file."


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
    """A value is nan or inf where it should be a number."""
    return f"Your answer holds {which} where a number is expected."


def wrong_shape(expected: str, got: str, named: str) -> list[str]:
    """Rank or shape differ; `named` says the sides that were given in names, "" where they have none."""
    got = "(), a single number" if got == "()" else got
    return [f"The shape of your answer: {got}{f' = {named}' if named else ''}", f"Expected: {expected}"]


def wrong_dtype(expected: str, got: str) -> list[str]:
    """The kind of numbers differs."""
    return [f"Your answer holds {got}; expected {expected}."]


A_NUMBER, A_WHOLE_NUMBER = "a single number", "a single whole number (an int)"


def refused(reason: str, kind: str, dtype: str, size: str, meant: str = "an array of numbers (np.ndarray)") -> str:
    """The answer is no array of numbers. `kind`: the name of its type; `meant`: what is asked for."""
    if reason == "ragged":
        return f"Your function returns a list whose rows have different lengths; return {meant}."
    if reason == "dtype" and dtype.lstrip("<>|=").startswith(("U", "S")):
        return f"Your function returns texts (dtype {dtype}); return numbers."
    if reason == "dtype" and meant in (A_NUMBER, A_WHOLE_NUMBER):
        return f"Your function returns values of dtype {dtype}; return {meant}."
    if reason == "dtype":
        return f"Your function returns values of dtype {dtype}; return float32 or float64 numbers."
    if reason == "rank":
        return f"Your function returns an array with {size} axes, which is more than any answer here has."
    if reason == "size":
        return f"Your function returns an array of {size} bytes, which is more than any answer here needs."
    if kind in _INSTEAD:
        said = _INSTEAD[kind].format(meant=meant)
        return f"Your function returns {said}{'?' if ' missing' in said or ' meant' in said else '.'}"
    return f"Your function returns {article(kind)}; return {meant}."


_INSTEAD = {
    "NoneType": "nothing (None)",
    "tuple": "a tuple: a comma, as in `return a, b`, makes one. Return {meant}",
    "generator": "a generator, which has computed nothing yet: `yield`, or (... for ...), makes one. Return {meant}",
    "function": "a function itself, not its result: are the brackets of a call, (), missing",
    "method": "a method itself, not its result: are the brackets of a call, (), missing",
    "builtin_function_or_method": "a function itself, not its result: are the brackets of a call, (), missing",
    "ufunc": "a NumPy function itself, not its result: are the brackets of a call, (), missing",
    "map": "a map object, which has computed nothing yet: return {meant}",
    "zip": "a zip object, which has computed nothing yet: return {meant}",
    "range": "a range: return {meant}",
    "str": "a str, a text: return {meant}",
    "dict": "a dict: return {meant}",
    "set": "a set, which has no order: return {meant}",
    "MaskedArray": "a masked array: return {meant}",
    "matrix": "a matrix: return {meant}",
}


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
    lines = message.strip().splitlines()
    more = f" [{count(len(lines) - 1, 'more line')}]" if len(lines) > 1 else ""
    return f"Your code raised {kind}: {lines[0]}{more}" if lines else f"Your code raised {kind}."


BY_NUMBA = (
    "Numba compiles a part of Python and NumPy only, and each name keeps one type. Write this with loops over single "
    "numbers, or leave out @njit: plain NumPy is enough."
)


def not_for_numba(call: str, reason: str) -> str:
    """Numba has no version of an operation for these types."""
    return f"Numba cannot compile {call}{f': {reason}' if reason else ''}"


def help_on(
    kinds: Sequence[str], message: str, name: str, near: Sequence[str], source: str = "", importing: str = ""
) -> str:
    """A word of help on a usual exception, "" where there is none.

    name: the name or module that an exception is about, where it tells; near: names like it in the learner's file;
    source: the line that raised it; importing: the line that imports the exercise that the exception is about.
    """
    if "NotImplementedError" in kinds:
        return "A `raise NotImplementedError` was reached: in this function, or in one that it calls."
    if "ModuleNotFoundError" in kinds:
        return f"{name or 'The module'} is not installed here, and is not among the files handed in."
    if "UnboundLocalError" in kinds:
        return "A name that is assigned anywhere in a function is its own: here it is used before it gets a value."
    if "NameError" in kinds and importing:
        return f"{name} is another exercise: {importing}"
    if "TypeError" in kinds and "'module' object is not callable" in message and importing:
        return f"You imported the file, not the function: {importing}"
    if "NameError" in kinds and name in ("np", "numpy"):
        return f"There is no {name} here: `import numpy as np` is missing, or gives NumPy another name."
    if "NameError" in kinds:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"There is no {name or 'such name'} here: it is misspelt, or was never assigned.{meant}"
    if "AttributeError" in kinds and "was a deprecated alias" in message:
        return f"NumPy no longer has np.{name}: use Python's own {name}, or a dtype such as np.int32 or np.float32."
    if "AttributeError" in kinds and near:
        return f"There is no {name} here. Did you mean {' or '.join(near)}?"
    for kind, part, advice in _ADVICE:
        if kind in kinds and part in message and (advice != _MATH or re.search(r"\bc?math\.", source)):
            return advice
    return ""


_MATH = "Python's math functions take one number; for arrays NumPy has its own."
_ONE_NUMBER = "One number is needed here, and something else is given, such as a whole array: look at its shape."


_ADVICE = (
    (
        "ImportError",
        "required for linear algebra",
        "Numba needs SciPy for @ and np.dot, and SciPy cannot be used here: write the product with loops, or leave out "
        "@njit.",
    ),
    ("AssertionError", "", "This is an `assert` of your own: what it claims is not so here."),
    ("KeyError", "", "The dict has no such key: look at how it is spelt, capitals included."),
    (
        "IndexError",
        "for array of dimension",
        "An array with k axes has the axes 0 to k - 1, and -1 for the last: look at how many this one has.",
    ),
    ("IndexError", "arrays used as indices", "These indices are floats: indices are whole numbers (an integer dtype)."),
    (
        "IndexError",
        "out of bounds",
        "An axis of size n has the indices 0 to n - 1: does a loop run too far, or over another axis' size?",
    ),
    ("IndexError", "too many indices", "The array has fewer axes than you index: look at its shape."),
    ("IndexError", "tuple index out of range", "A shape has one number an axis: this array has fewer axes than that."),
    ("IndexError", "list index out of range", "A list of n has the indices 0 to n - 1: look at its length."),
    ("IndexError", "only integers, slices", "An index is a whole number: / gives a float, // a whole number."),
    (
        "ValueError",
        "mismatch in its core dimension",
        "In a matrix product (n, k) @ (k, m) the inner sizes must be equal: look at both shapes and their order.",
    ),
    (
        "ValueError",
        "not aligned",
        "In a matrix product (n, k) @ (k, m) the inner sizes must be equal: look at both shapes and their order.",
    ),
    (
        "ValueError",
        "could not broadcast input array",
        "What is stored must have the shape of the place it is stored in: look at both shapes.",
    ),
    (
        "ValueError",
        "broadcast",
        "NumPy matches shapes from the last axis on: two sizes fit where they are equal, or one of them is 1.",
    ),
    (
        "ValueError",
        "must match exactly",
        "Arrays that are joined must have equal sizes along all axes but the one along which they are joined.",
    ),
    (
        "ValueError",
        "output operand requires a reduction",
        "np.matmul and np.dot take two arrays; a third is where they store the result.",
    ),
    ("ValueError", "reshape", "A new shape must hold exactly as many numbers as the old one."),
    (
        "ValueError",
        "truth value of an array",
        "`if`, `and`, `or` and max() need one truth value; for arrays there are np.where and np.maximum.",
    ),
    ("ValueError", "can't contain negative values", "A width is negative here: padding is never less than 0."),
    ("ValueError", "negative dimensions", "A size comes out negative here: look at how it is computed."),
    ("ValueError", "not enough values to unpack", "The shape, or tuple, has fewer parts than there are names for it."),
    ("ValueError", "too many values to unpack", "The shape, or tuple, has more parts than there are names for it."),
    ("ValueError", "zero-size array", "The array is empty here: look at where the slice begins and ends."),
    ("ValueError", "inhomogeneous", "Rows that are to be one array must have equal lengths: these differ."),
    (
        "ValueError",
        "element with a sequence",
        "One place of an array holds one number; here it is given an array or a list, if only of shape (1,), as a bias "
        "may be: take its element, such as bias[0].",
    ),
    (
        "ValueError",
        "shape-mismatch for sum",
        "The axes that are summed must have equal sizes: has the window other sides than the kernel, or does it reach "
        "past the border?",
    ),
    ("ValueError", "read-only", "This array cannot be changed: work on a copy."),
    ("ValueError", "math domain error", "The logarithm or root of this number does not exist: is it 0 or negative?"),
    ("ZeroDivisionError", "", "The divisor is 0 in this case: is it a size, a count, or a loop's index?"),
    ("AttributeError", "NoneType", "Something is None: a function without `return` gives None."),
    ("AttributeError", "'list' object", "This is a list, not an array: loop over it, or take one of its elements."),
    ("AttributeError", "'tuple' object", "This is a tuple, not an array: take one of its elements."),
    (
        "TypeError",
        "as a data type",
        "A shape is one argument, with brackets of its own, as in np.zeros((2, 3)): the second one is the dtype.",
    ),
    (
        "TypeError",
        "only integer scalar arrays can be converted",
        "An axis, a size or an index is one whole number. For the larger one of two values there is np.maximum.",
    ),
    ("TypeError", "NoneType", "Something is None: a function without `return` gives None."),
    ("TypeError", "bitwise_xor", "In Python ^ is no power: x to the power of 2 is x ** 2."),
    ("TypeError", "^", "In Python ^ is no power: x to the power of 2 is x ** 2."),
    ("TypeError", "converted to Python scalar", _MATH),
    ("TypeError", "converted to Python scalar", _ONE_NUMBER),
    ("TypeError", "must be real number", _MATH),
    ("TypeError", "must be real number", _ONE_NUMBER),
    ("TypeError", "float() argument must be", _ONE_NUMBER),
    (
        "TypeError",
        "'module' object is not callable",
        "A module (a file) is called here, not a function of it: look at how it is imported.",
    ),
    ("TypeError", "'tuple' object is not callable", "A shape takes square brackets: x.shape[0]."),
    ("TypeError", "object is not callable", "Round brackets call a function; an element takes square ones: x[0]."),
    ("TypeError", "list indices must be integers", "This is a list, not an array: a list takes one index at a time."),
    ("TypeError", "'list'", "This is a list, not an array: loop over it, or take one of its elements."),
    ("TypeError", "object is not iterable", "A loop runs over a range or an array; this is a single number."),
    ("TypeError", "not subscriptable", "Only arrays, lists and tuples have elements; this is something else."),
    ("TypeError", "interpreted as an integer", "A size is a whole number: / gives a float, // a whole number."),
    ("TypeError", "expected a sequence of integers", "A size is a whole number: / gives a float, // a whole number."),
    ("TypeError", "slice indices must be integers", "A size is a whole number: / gives a float, // a whole number."),
    ("TypeError", "Cannot cast ufunc", "An array of integers cannot take fractions: make a float array first."),
    (
        "OverflowError",
        "math range error",
        "Python's math functions raise where a number is too large, NumPy's give inf.",
    ),
    ("FileNotFoundError", "", "Your code runs alone, in an empty folder: it can use its arguments, and no files."),
    ("PermissionError", "", "Your code runs alone, in an empty folder: it can use its arguments, and no files."),
)
"""A kind of exception, a part of its message, and a word of help; the first that fits."""


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


def held_back_too_little(required: str, reached: str) -> str:
    """Nothing is run, since this machine holds code back too little."""
    if reached == "none":
        return (
            "Nothing was run: this machine holds submissions back by nothing at all, so they could do whatever you "
            "can. `grade doctor` says why. To run only code that you trust all the same, add --unsafe."
        )
    return (
        f'Nothing was run: the isolation "{required}" is required, and this machine holds submissions back only to the '
        f'level "{reached}". `grade doctor` says why. For code that you trust, --require-isolation names another level.'
    )


def broken_process(reason: str) -> str:
    """The grader's own processes failed."""
    return f"The grader could not run this exercise: {reason} This is not your fault. Please run `grade` again."


# ---------------------------------------------------------------- why it is wrong


def also_not_finite(number: int, total: int) -> str:
    """On top of a known mistake."""
    return f"Apart from that: in {number} of {count(total, 'case')} your result holds nan or inf."


def not_finite_in(number: int, total: int, trouble: str) -> str:
    """A fact on those cases alone that hold nan or inf, where others fail too."""
    return f"In {number} of {count(total, 'case')} your result holds nan or inf. {trouble}".strip()


def numeric_trouble(warnings: Sequence[str]) -> str:
    """How nan and inf came about, by what NumPy warned of; "" where it did not."""
    told = " ".join(warnings)
    log, exp = "divide by zero encountered in log" in told, "overflow encountered in exp" in told
    kinds = ("multiply", "divide", "subtract", "log", "sqrt")
    invalid = {name for name in kinds if f"invalid value encountered in {name}" in told}
    large = "exp() of a large number is inf, in float32 from 89 on"
    if log:
        return "log(0) is -inf, and 0 times -inf is nan." if "multiply" in invalid else "log(0) is -inf."
    if exp:
        return f"{large}; and inf / inf is nan." if "divide" in invalid else f"{large}."
    if "divide" in invalid:
        return "0 / 0 is nan, and so is inf / inf: can the divisor become 0?"
    if "subtract" in invalid:
        return "inf - inf is nan."
    if "multiply" in invalid:
        return "0 times inf is nan."
    if invalid:
        return f"The {'logarithm' if 'log' in invalid else 'square root'} of a negative number is nan."
    if "divide by zero" in told:
        return "A number is divided by 0."
    return "A number became too large for its dtype, and so inf." if "overflow" in told else ""


def nothing_returned(failing: int, total: int) -> str:
    """None, always or in some cases."""
    if failing == total:
        return "No case gets a result: is `return` missing at the end of your function?"
    return f"In {failing} of {count(total, 'case')} there is no result: which branch of your function has no `return`?"


def kind_of_number(dtype: str, meant: str) -> str:
    """Right values in the wrong kind of number."""
    return f"The values are right; only their type is {dtype}, where {meant} is asked for."


def wrapped(dtype: str, low: int, high: int) -> str:
    """A small integer dtype ran over."""
    return (
        f"Your values are the right ones without their fractions, as far as {dtype} can hold them: it reaches from "
        f"{low} to {high}, and what lies outside starts again at the other end. Give the result a float dtype."
    )


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
    more = "is an axis" if got == rank + 1 else f"are {got - rank} axes"
    return f"The numbers are right, but there {more} of size 1 too many."


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


def another_shape(got: Sequence[str], everywhere: bool) -> str:
    """The shape follows another rule, in every case, or in every case that has a result."""
    if all(one.isdecimal() for one in got):
        return f"Your result has the shape {_tuple(got)} whatever the inputs are: is a size written into the code?"
    when = "In all cases the shape of your result" if everywhere else "Wherever your code gives a result, its shape"
    return f"{when} is {_tuple(got)}."


def _tuple(names: Sequence[str]) -> str:
    return "(" + ", ".join(names) + ("," if len(names) == 1 else "") + ")"


def factor(said: str, negative: bool) -> str:
    """A constant factor, "" for 1."""
    if not said:
        return "Every value has the wrong sign; apart from that it is right."
    return f"Every value is the right one {said}{', and has the wrong sign' if negative else ''}."


BIAS_MISSING, BIAS_DOUBLED, BIAS_SUBTRACTED = "bias_missing", "bias_doubled", "bias_subtracted"


def bias(kind: str) -> str:
    """The bias is missing, doubled or subtracted."""
    return {
        BIAS_MISSING: "The bias is left out of your result.",
        BIAS_DOUBLED: "The bias is in your result twice; it belongs there once.",
        BIAS_SUBTRACTED: "The bias is subtracted in your result; it should be added.",
    }[kind]


def bias_elsewhere(kind: str) -> str:
    """Not each bias in its own place."""
    what = {
        "first": "the first one is added everywhere: each column has a bias of its own",
        "last": "the last one is added everywhere: each column has a bias of its own",
        "sum": "the sum of all of them is added everywhere: each column has a bias of its own",
        "mean": "the mean of all of them is added everywhere: each column has a bias of its own",
        "reversed": "they are added in reverse order",
        "along_rows": "they follow the rows: each belongs to a column",
        "first_row": "it is added to the first row of the result only: it belongs to all",
    }[kind]
    return f"All is right but the bias: {what}."


def bias_repeated(times: str) -> str:
    """The bias was added as often as a loop turns."""
    return f"The bias is in your result {times} times: is it added inside a loop? It belongs there once."


def offset(said: str, larger: bool) -> str:
    """A constant difference."""
    return f"Wherever you are wrong, your value is too {'large' if larger else 'small'} by {said}."


def truncated(said: str) -> str:
    """No fractions."""
    return f"Your values are the right ones, {said}: does the result pass through an integer dtype, int() or round()?"


def rounded(decimals: int) -> str:
    """A few decimals."""
    return f"Your values are rounded to {count(decimals, 'decimal')}: return them as they are."


def nearly(percent: str) -> str:
    """Off by little."""
    return (
        f"Your values are nearly right, off by {percent} % of the largest one at most. Is something rounded on the "
        "way, is a constant given with few digits, or is a small number added?"
    )


def place_of_largest() -> str:
    """argmax."""
    return "You return which value of each row is the largest (argmax); the values themselves are asked for."


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


def clipped(low: str, high: str) -> str:
    """Nothing beyond a certain number; "" for no end."""
    ends = [f"{word} {end}" for word, end in (("below", low), ("above", high)) if end]
    return f"Your values are right, but none is {' or '.join(ends)}, as right ones are: is something clipped?"


def one_hot() -> str:
    """1 for the largest."""
    return "You give 1 for the largest value of each row and 0 for the others: the values themselves are asked for."


def another_activation(name: str) -> str:
    """Something else in the sigmoid's place."""
    return f"Your values are {name} of the numbers that should go through the sigmoid."


def before_the_sigmoid(message: str) -> str:
    """A relation that holds before the last step."""
    return f"Of the numbers that go into your sigmoid: {message[0].lower()}{message[1:]}"


def only_nan() -> str:
    """What is a number is right."""
    return "Every wrong value is nan; the others are right."


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


def running_sum(axis: str, bias: bool = False) -> str:
    """Nothing is set back to 0. `bias`: it is added after the sum, each time."""
    along = f" along {axis}" if axis else ""
    apart = ", apart from the bias" if bias else ""
    return f"Your values are running sums of the right ones{along}{apart}: the sum is not set back to 0 in between."


def rearranged() -> str:
    """Right numbers in wrong places."""
    return "All the right numbers are in your result, but in other places: is it filled or reshaped in another order?"


def stale(back: str) -> str:
    """State kept between calls."""
    return f"Your answer is the right one for {back}: does your code keep something from one call to the next?"


def stale_somewhere() -> str:
    """State kept between calls, from any earlier one."""
    return "Your answer is that of an earlier case: does your code keep something from one call to the next?"


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


def other_classes(how: str) -> str:
    """Classes 0 and 1 under other numbers."""
    return {
        "exchanged": "The classes are exchanged: you give 0 where 1 is right, and 1 where 0 is right.",
        "signs": "Your classes are -1 and 1; they should be 0 and 1.",
        "from_1": "Your classes are 1 and 2; they should be 0 and 1.",
    }[how]


def sizes_by_name(message: str, names: Mapping[str, str]) -> str:
    """A message with single letters for sizes, with the arguments' names where sizes are arguments."""
    return re.sub(r"\b[A-Z]+\b", lambda found: names.get(found[0], found[0]), message)


def besides(message: str) -> str:
    """What comes on top of a known mistake."""
    return f"Apart from that: {message[0].lower()}{message[1:]}"


def never_filled() -> str:
    """Zeros that were never replaced."""
    return (
        "Every wrong value is 0, the others are right: those places look as if they were never filled. Does a loop end "
        "too early, or a `return` stand inside it?"
    )


def never_written() -> str:
    """np.empty."""
    return (
        "Some of your result was never set: np.empty() gives memory as it is, and what stands there differs from run "
        "to run. Set every place before you read it or add to it."
    )


def perhaps_never_written() -> str:
    """np.empty, by the answers alone."""
    return (
        "With the same inputs your function does not always give the same answer, and it uses np.empty(), which gives "
        "memory as it is: is every place set before it is read?"
    )


def kept(calls: int) -> str:
    """Right alone, wrong after other calls. `calls`: how many calls before it make it wrong."""
    after = "after one other call" if calls == 1 else f"after {calls} other calls"
    return f"This case is right when it is called first, and wrong {after}: your code keeps something between calls."


def answered_alone(calls: int) -> str:
    """Answered alone; after other calls it ends, or never comes back."""
    after = "after one other call" if calls == 1 else f"after {calls} other calls"
    return f"This case is answered when it is called first, and not {after}: your code keeps something between calls."


MATTERS = ("The call above matters: what your code keeps from it", "makes the next call go wrong.")
"""A comment in a snippet, line by line."""


def not_repeatable() -> str:
    """Random numbers."""
    return "With the same inputs your function does not always give the same answer: does it draw random numbers?"


def changing() -> str:
    """The same call, answered otherwise."""
    return (
        "Called twice with the same inputs, your function gives two answers: your code keeps something between calls."
    )


def sums(what: str) -> str:
    """Rows of probabilities that do not sum to 1."""
    instead = {"all": "All your numbers together sum to 1", "columns": "Your columns sum to 1"}.get(what, "")
    return f"{instead}; each row should." if instead else "Your rows do not sum to 1, as the probabilities of a row do."


def out_of_range(low: str, high: str) -> str:
    """Probabilities outside of 0 to 1."""
    return f"Your values reach from {low} to {high}; the right ones lie between 0 and 1."


def negative(low: str) -> str:
    """Negative values where there are none."""
    return f"Your values go down to {low}; the right ones are never negative."


def same_place(where: str) -> str:
    """The same place in every failing case."""
    return f"In every case that fails, {where} {'are' if where == BORDER else 'is'} wrong."


BORDER = "only values at the border"


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


def right_where_equal(letters: Sequence[str], raised: bool) -> str:
    """Right is only what cannot tell sizes apart."""
    what = "runs without an exception" if raised else "is right"
    return f"Your code {what} only where {listed(letters)} are equal: does one of them stand where another is meant?"


def wrong_only(where: str, raised: bool) -> str:
    """What all failing cases have in common, and hardly any other."""
    if raised:
        return f"Your code stops with an exception only {where}."
    return f"Wrong answers come only {where}."


# ---------------------------------------------------------------- which values are wrong


def box(parts: Sequence[str]) -> str:
    """Whole rows, columns, channels are wrong, as `which` says of each axis."""
    first, *others = parts
    where = "".join(f", and there {one}" for one in others)
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
    if len(found) > 2 and list(found) == list(range(found[0], size, 2)) and found[0] in (0, 1):
        return f"every second {name} from {found[0]} on (counted from 0)"
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
    return f"{BORDER.capitalize()} are wrong; the inside is right."


def where_value(name: str, how: str) -> str:
    """Wrong is exactly where an input, or the right value, is such."""
    return f"Values are wrong exactly where {name} is {how}."


def map_title(part: str) -> str:
    """What the marks of a small map mean. `part`: the slice that it shows, "" for all."""
    return f"{part or 'The result'}, with x for a wrong value:"


# ---------------------------------------------------------------- what was handed in


def listed(items: Sequence[str], word: str = "and") -> str:
    """'a, b and c'; of more than eight, the first ones and how many more there are."""
    if len(items) > 8:
        items = [*items[:7], f"{len(items) - 7} more"]
    separator = "; " if any("," in one for one in items) else ", "
    return separator.join(items[:-1]) + f" {word} {items[-1]}" if len(items) > 1 else items[0]


def not_opened(path: str, reason: str) -> str:
    """The path leads nowhere."""
    return f"{path} cannot be opened ({reason}): check the path."


def not_gradable(path: str, special: bool) -> str:
    """The path names something that holds no answers. `special`: it is a pipe or a device."""
    if special:
        return f"{path} is neither a file nor a folder: name one that holds your code."
    return (
        f"{path} cannot be graded: give a folder, a .py file, a notebook (.ipynb) or an archive "
        "(.zip, .tar, .tar.gz, .tar.xz)."
    )


def file_too_large(path: str, mib: int) -> str:
    """A file is larger than what is read."""
    return (
        f"{path} is larger than {mib} MiB and was not read. Take data out of it "
        "(in a notebook: clear the outputs) and save it again."
    )


def not_ordinary(path: str) -> str:
    """A pipe, a device, or the like."""
    return f"{path} is not an ordinary file, so that it was not read. Hand in a plain copy."


def not_read(path: str, reason: str) -> str:
    """The system refuses to read a file."""
    return f"{path} could not be read ({reason}). Check that you may read it."


def stopped(number: int, path: str) -> str:
    """There are more files than are read."""
    return f"Only the first {number} files were read, up to {path}: hand in a smaller folder."


def passed_over(path: str, why: str, depth: int = 0) -> str:
    """A file or folder that might have mattered was not read."""
    reason = {
        "astray": "its name leads out of the archive.",
        "closed": "it cannot be opened.",
        "deep": f"it lies more than {depth} folders deep.",
        "folder link": "it is a link to another folder.",
        "link": "it is a link that leads out of the folder, or nowhere.",
        "name": "its name does not end in .py or .ipynb. Rename it if it is your answer.",
        "no file": "it is a link or a device and no ordinary file.",
        "packed": "unpack it first if your answers are in it.",
    }[why]
    return f"{path} was passed over: {reason}"


def more_passed_over(number: int) -> str:
    """The rest of a long list of such notes."""
    return f"{number} more files or folders were passed over."


def archive(path: str, fault: str, mib: int = 0) -> str:
    """An archive cannot be used."""
    said = {
        "damaged": "is damaged and cannot be unpacked: pack your files again.",
        "large": f"unpacks to more than {mib} MiB: pack only your answers.",
        "locked": "is locked with a password: pack your files without one.",
        "many": "holds too many files: pack only your answers.",
    }[fault]
    return f"{path} {said}"


SAVE_AS_UTF_8 = "Save the file as UTF-8 (in most editors: Save with Encoding), then run grade again."


def encoding(path: str, line: int, fault: str, said: str = "") -> str:
    """A file is not UTF-8 text. `said`: the encoding that it names at its top."""
    at = f"{path}, line {line}: the file"
    what = {
        "declared": f"{path} says at its top that it is saved as {said}, not UTF-8.",
        "nul": f"{at} holds a NUL character, which no Python file may: it is no plain text, or it is damaged.",
        "other": f"{at} is not saved as UTF-8.",
        "utf-16": f"{path} is saved as UTF-16, which Python cannot read.",
    }[fault]
    return f"{what} {SAVE_AS_UTF_8}"


def not_python(label: str, line: int, fault: str, reason: str, shown: Sequence[str]) -> str:
    """Python cannot read a line. `reason`: what Python says; `shown`: the line, and a caret under the place."""
    what = {
        "indentation": f"the indentation is not right ({reason})",
        "syntax": f"this is not valid Python ({reason})",
        "tabs": "the indentation mixes tabs and spaces. Use four spaces for each level",
    }[fault]
    end = "Correct it, then run grade again."
    return ("\n" if shown else " ").join([f"{label}, line {line}: {what}.", *shown, end])


def cut_short(line: str, characters: int) -> str:
    """A long line of code, of which only so many characters are shown."""
    if len(line) <= characters:
        return line
    return f"{line[:characters]} (and {len(line) - characters} more characters)"


def merge_conflict(label: str, line: int) -> str:
    """Git's marks stand in the source."""
    return (
        f"{label}, line {line}: the marks of a git merge conflict are still there. Keep the version that you want and "
        "delete the lines that begin with <<<<<<<, ======= and >>>>>>>."
    )


def nested_too_deeply(label: str) -> str:
    """Python's parser gives up."""
    return f"{label} is nested too deeply for Python to read. Write it in smaller steps."


def too_much_to_read(label: str) -> str:
    """Python's compiler takes too long over a text, or dies of it."""
    return f"{label} is more than Python can read in a few seconds. Leave out what is not your answer, such as data."


def no_text(label: str, reason: str) -> str:
    """Python's compiler refuses the text as a whole."""
    return f"{label} cannot be read by Python ({reason}). {SAVE_AS_UTF_8}"


def notebook(path: str, fault: str, said: str = "") -> str:
    """A notebook cannot be used. `said`: its language, or the limit on its code in MiB."""
    what = {
        "damaged": "is damaged: it cannot be read as a notebook. Open it in Jupyter, save it and hand it in again.",
        "language": f"is a notebook in {said}, not in Python.",
        "large": f"holds more than {said} MiB of code and was not read.",
    }[fault]
    return f"{path} {what}"


def magic_cell(label: str, line: str) -> str:
    """A cell magic takes a cell."""
    return (
        f"{label} begins with {line}, which takes the whole cell, so that it was left out. Take that line out of the "
        "cell, then run grade again."
    )


def left_out(path: str, counts: Mapping[str, int], demo: Sequence[str], invalid: Sequence[str]) -> str:
    """What of a notebook was left out: lines by kind, and the cells with demo code, or without valid Python."""
    said = [count(number, kind) for kind, number in counts.items()]
    for what, cells in (("demo code", demo), ("what is not valid Python", invalid)):
        if cells:
            said.append(f"{what} in cell{'s' if len(cells) > 1 else ''} {', '.join(cells)}")
    return f"left out of {path}: {', '.join(said)}"


def not_started(name: str, where: str, written: str) -> str:
    """A stub. `written`: where a real definition stands that the stub replaces, "" for nowhere."""
    if written:
        return (
            f"{name} is written in {written}, but an empty {name} stands after it, in {where}, and takes its place, as "
            "in Python. Delete the empty one."
        )
    return f"{name} is not started yet: its body in {where} is still empty."


def defined_in_files(name: str, places: Sequence[str]) -> str:
    """Two files define it, each in its own way."""
    return (
        f"{name} is defined in {len(places)} files: {listed(places)}. It cannot be known which one you mean: keep one, "
        "and delete or rename the others."
    )


def note_own_file(name: str, where: str, others: Sequence[str]) -> str:
    """Other files define it too, but one of them is the exercise's own."""
    what = "a helper" if len(others) == 1 else "helpers"
    return (
        f"{name} was graded from the exercise's own file ({where}). Taken for {what} of the same name: "
        f"{listed(others)}."
    )


def note_copies(name: str, places: Sequence[str]) -> str:
    """Two files define it alike."""
    return f"{name} stands in {listed(places)}, the same in each; the first was graded."


def note_later(name: str, others: Sequence[str], where: str) -> str:
    """One file defines it twice."""
    return f"{name} is defined more than once, in {listed(others)} and in {where}: the last one counts, as in Python."


def note_stub_elsewhere(name: str, places: Sequence[str]) -> str:
    """A stub beside the answer."""
    return f"An empty {name} also stands in {listed(places)}; the written one was graded."


def note_import(written: str, path: str) -> str:
    """An import of a module that is not there, which the grader could guess."""
    return f"There is no {written} in what you handed in; {path} was taken for it. Is the path of the import right?"


def missing(name: str, path: str, files: Sequence[str]) -> str:
    """No file defines it. `path`: what was handed in."""
    if not files:
        return f"There is no {name}: {path} holds no .py file and no notebook."
    where = listed(files)
    if list(files) == [path]:
        where = path
    elif len(files) > 3:
        where = f"the {len(files)} files of {path} ({', '.join(files[:3])} and {len(files) - 3} more)"
    return f"There is no function {name} at the left margin of {where}."


def own_file_without(name: str, path: str, place: str, empty: bool) -> str:
    """The exercise's own file, `place` in the course, lacks the function. `empty`: and all else."""
    if empty:
        return (
            f"{path} is there, but it is empty: write the function {name} in it, or let "
            f"`git checkout exercises/{place}` bring the stub back."
        )
    return f"{path} is there, but holds no function {name} at its left margin."


def own_file_missing(name: str, place: str) -> str:
    """The course's exercises/ lacks the exercise's file."""
    return (
        f"There is no file exercises/{place}, and no function {name} in the other files: "
        f"`git checkout exercises/{place}` brings the stub back."
    )


def perhaps_unreadable(name: str, problem: str) -> str:
    """No file defines it, but a notebook could not be read."""
    return f"There is no {name} in what could be read. {problem}"


def does_not_count(labels: Sequence[str]) -> str:
    """Files or cells that could not be read."""
    return f"What could not be read does not count: {listed(labels)}."


def stands_inside(what: str, outer: str, where: str) -> str:
    """A function of the right name stands in a class, a function or the script's part, `what`, called `outer`."""
    return {
        "class": f"One stands inside the class {outer} ({where}), where it is a method. Move it out of the class, to "
        "the left margin, without self.",
        "function": f"One stands inside the function {outer} ({where}), where it cannot be called from outside. Move "
        "it to the left margin.",
        "script": f'One stands under if __name__ == "__main__" ({where}), which runs only when the file is started as '
        "a script. Move it above that line, to the left margin.",
    }[what]


def looks_alike(where: str, letter: str, position: int, called: str) -> str:
    """A name with a letter of another alphabet. `called`: the letter's name."""
    return (
        f"There is one in {where} that only looks the same: its letter {letter} at position {position} is {called}. "
        "Type the name again with Latin letters."
    )


def nearest(name: str, near: Mapping[str, str]) -> str:
    """Names that are nearly right, with where they stand."""
    choices = listed([f"{one} ({where})" for one, where in near.items()], "or")
    return f"Did you mean {choices}? Its name has to be exactly {name}."


def uses_package(name: str, package: str, where: str) -> str:
    """A package does the work."""
    return (
        f"{name} uses {package} ({where}), which does the exercise's work or holds its answer. Write the computation "
        "yourself, with NumPy and your own functions."
    )


def uses_forbidden(name: str, what: str, where: str, without: Sequence[str]) -> str:
    """Something that the exercise asks to do without. Of a long list the first few are said, and the last."""
    if len(without) > 6:
        without = [*without[:3], without[-1], "the like"]
    return (
        f"{name} uses {what} ({where}). This exercise asks you to write that computation yourself, without "
        f"{listed(without, 'or')}: use loops, sums and products in its place."
    )


def uses_made_code(name: str, function: str, where: str) -> str:
    """eval, exec or compile of a text that is not written out."""
    return (
        f"{name} calls {function} on text that is put together while it runs ({where}), so that nobody can see what it "
        "computes. Write the computation out as plain code."
    )


def uses_made_name(name: str, where: str) -> str:
    """A function of NumPy's, called by a name that is not written out."""
    return (
        f"{name} takes something from NumPy by a name that is put together while it runs ({where}), so that nobody can "
        "see what it computes. Write the name out, as in np.exp."
    )


def not_checkable(name: str, fault: str, where: str) -> str:
    """Code that is too deep, or too much, for the check of an exercise's rule."""
    return {
        "deep": f"{name} is nested too deeply to be checked ({where}). Write it in smaller steps.",
        "long": f"{name} uses so much code that it cannot be checked ({where}). Hand in your answers alone.",
    }[fault]


# ---------------------------------------------------------------- watching


POLLING_ASKED = "--poll asks for it"
POLLING_FORCED = "WATCHFILES_FORCE_POLLING asks for it"
POLLING_WSL = "this is Windows' subsystem for Linux, which does not always tell of them"
POLLING_NO_EVENTS = "this system has no room for another watch"


def polling_remote(kind: str) -> str:
    """The files are on a network drive, or shared with a container's host. `kind`: of file system."""
    return f"they are on a network drive or a shared folder ({kind})"


def polling(reason: str) -> str:
    """Changes are looked for. `reason`: one of the clauses above."""
    return f"Saved files are noticed after a moment only: changes are looked for, since {reason}."


WATCH_KEYS = (
    ("n", "next: on to an exercise that is not passed yet"),
    ("p", "previous: back by one exercise"),
    ("l", "list: all exercises, and how each went"),
    ("h", "hint: one at a time"),
    ("e", "explain: what the mistake is that the verdict names"),
    ("a", "all: grade every exercise"),
    ("r", "reset: the stub again; asks first, and keeps your code beside it"),
    ("?", "keys: this page"),
    ("q", "quit, as does Ctrl-C"),
)
"""What each key of `grade watch` does; its first word stands in the line below the screen."""

WATCH_GRADING = "grading ..."
WATCH_BEFORE = "The verdict before this one:"
WATCH_WRITE = "Write it, and save the file: its verdict comes here."
WATCH_SCROLL = "Arrows, Page Up, Page Down and the space bar move through what is longer than the screen."
WATCH_BACK = "Any other key goes back to the verdict."


def watching(path: str, number: int) -> str:
    """The first line where there is no terminal. `number`: of exercises."""
    return f"Watching {count(number, 'exercise')} in {path}: save a file, and its verdict comes here. Ctrl-C ends it."


def watch_begin(path: str, name: str) -> str:
    """The exercise is still its stub."""
    return f"Write {name} in {path}, and save it. `grade show {name}` says what it asks for."


def watch_building(ready: int, wanted: int) -> str:
    """The answer key is not ready."""
    if not wanted:
        return "The course's pages are read, for the answer key ..."
    return f"The answer key is built, once: {ready} of {count(wanted, 'exercise')} ready ..."


def watch_grading(name: str, left: int) -> str:
    """A grading runs; `left` more wait."""
    return f"Grading {name}{f', and {left} more' if left else ''} ..."


def watch_graded(name: str, at: str) -> str:
    """When the verdict was reached: the sign that a save was seen."""
    return f"{name} was graded at {at}."


def watch_not_graded(name: str) -> str:
    """There is no verdict yet."""
    return f"{name} is graded as soon as its part is there."


def watch_passed(page: str, following: str, total: int, plain: bool) -> list[str]:
    """What to do after an exercise has passed.

    page: the reference's, "" where there is none here; following: the exercise to go on with, "" where all of them,
    `total`, have passed; plain: there are no keys.
    """
    lines = []
    if page:
        lines.append(f"Now read how the reference does it, and how TensorFlow is asked: {page}")
    if following:
        lines.append(f"Next: {following}" + ("." if plain else " (press n)."))
    elif total > 1:
        lines.append(f"All {total} exercises have passed. Well done!")
        lines.append("`grade --seed random` tries your code on other cases. Then commit it, or hand it in.")
    return lines


def watch_needs(name: str, needs: Sequence[str]) -> str:
    """Exercises come before this one that have not passed."""
    verb = "has" if len(needs) == 1 else "have"
    return f"{name} builds on {listed(needs)}, which {verb} not passed yet."


def watch_reset_question(path: str) -> str:
    """Asked before the stub is put back."""
    return f"Put the stub back in {path}? Your code is kept beside it. y: yes, any other key: no."


def watch_reset(path: str, kept: str) -> str:
    """The stub is back. `kept`: where the learner's code is, "" where there was no file."""
    return f"{path} is the stub again." + (f" Your code is in {kept}." if kept else "")


def watch_reset_failed(path: str, reason: str) -> str:
    """The stub could not be put back."""
    return f"{path} was not reset: {reason.removesuffix('.')}."


def watch_no_reset(path: str) -> str:
    """What is graded is not the course's exercises/."""
    return f"Only files of the course's exercises/ can be reset, and you are watching {path}."


def watch_nothing_to_explain(name: str) -> str:
    """The verdict names no mistake that has a page."""
    return f"The verdict on {name} names no known mistake, so there is nothing to explain. `h` gives a hint."


def watch_only_one() -> str:
    """n or p, where one exercise is watched."""
    return "This is the only exercise that is watched: `grade watch` watches all of them."


def watch_pages_changed() -> str:
    """The course's pages are not those that the key is made from."""
    return "The course's pages in solutions/ have changed: q, and `grade watch` again, to grade by the new ones."


def watch_more(first: int, last: int, total: int) -> str:
    """A part of what there is to read is shown."""
    return f"Lines {first} to {last} of {total}: the arrow keys show the rest."


def watch_counts(passed: int, total: int, points: str) -> str:
    """How far the learner is. `points`: such as '61.5 / 100 points'."""
    return f"{passed} of {total} passed   {points}"


def watch_ended(passed: int, total: int) -> str:
    """What is left to read when the screen is gone."""
    return f"{passed} of {count(total, 'exercise')} passed when last graded. `grade watch` goes on from here."


# ---------------------------------------------------------------- speed


def sizes(dims: Mapping[str, int | Sequence[int]]) -> str:
    """'N = 8, H = 112', 'N = 256, U = 256 512'."""
    said = (f"{name} = {size if isinstance(size, int) else ' '.join(map(str, size))}" for name, size in dims.items())
    return ", ".join(said)


def milliseconds(number: float) -> str:
    """'0.012 ms', '1.2 ms', '1,200 ms': two or three digits that count."""
    if number >= 100:
        return f"{number:,.0f} ms"
    if number >= 10:
        return f"{number:.1f} ms"
    return f"{number:.2f} ms" if number >= 1 else f"{number:.2g} ms"


def times(ratio: float) -> str:
    """'1.04x', '12.3x', '180x'."""
    return f"{ratio:.2f}x" if ratio < 10 else f"{ratio:.1f}x" if ratio < 100 else f"{ratio:,.0f}x"


NOT_PASSED = "Not timed, since not passed yet"


def no_benchmark() -> str:
    """The page has no sizes to measure on."""
    return "Not timed: this exercise's page does not say on which sizes to measure."


def broken_clock(reason: str) -> str:
    """The grader's own processes failed, or the course."""
    return f"Not timed, through no fault of yours: {reason}"


def rival_wrong(name: str, outcome: str, said: str) -> str:
    """The reference or TensorFlow gives no right answer on the benchmark's sizes."""
    what = "a wrong answer" if outcome == "said" else f"no answer ({outcome})"
    return f"on the sizes of the benchmark, {name} gave {what}: {said}"


def not_timed_again() -> str:
    """The file loaded when it was graded, and does not when it is timed."""
    return "Not timed: your file was loaded when it was graded, but not a second time, for the clock."


def voided(reason: str) -> str:
    """What happened to a call that was timed."""
    return f"Not timed, since a call failed while the clock ran. {reason}"


def too_slow(seconds: float, dims: Mapping[str, int | Sequence[int]]) -> str:
    """Not even the smallest size is done in time."""
    return f"Not timed: with {sizes(dims)} one call took longer than {seconds:g} s. `--budget SECONDS` gives it more."


def wrong_in_time(dims: Mapping[str, int | Sequence[int]]) -> str:
    """A timed answer is wrong."""
    return (
        f"The timing does not count: an answer given against the clock was wrong ({sizes(dims)}). Inputs are new in "
        "each call: does your code keep something from one call to the next, or is it wrong on large inputs?"
    )


def works_between_calls(ms: float) -> str:
    """Processor time after the answer and before the next question."""
    return (
        f"The timing does not count: your code goes on working between calls ({milliseconds(ms)} of processor time "
        "each), when there is nothing to do. Do all work before `return`."
    )


def worked_between_calls(ms: float) -> str:
    """As much as a busy machine may make of it."""
    return (
        f"Between calls the processor worked {milliseconds(ms)} longer in your process than answers need. That is "
        "counted as your function's. Time it again if there is no such work: the machine may have been busy."
    )


def waits_for_others(ms: float) -> str:
    """Neither running nor ready to run."""
    return (
        f"The timing does not count: in each call your code waits {milliseconds(ms)}, asleep or for something else "
        "to do its work. Compute in the function itself."
    )


def waits(ms: float) -> str:
    """Asleep, where nobody else can do the work."""
    return (
        f"In each call your code waits {milliseconds(ms)}, as if asleep. Only the processor's work is counted, so that "
        "this changes nothing."
    )


def threads_count(number: int) -> str:
    """Other threads are at work."""
    return f"Your code has {count(number, 'thread')} besides its first: the processor time of all of them is counted."


def slower_in_trials(dims: Mapping[str, int | Sequence[int]]) -> str:
    """The sizes were chosen by calls that took far longer than those that were timed."""
    return (
        f"The timing does not count: in the trials, which choose the sizes ({sizes(dims)}), your code took more than a "
        "hundred times as long as afterwards. Does it do other work in its first calls?"
    )


def memory_failed() -> str:
    """A file that a child shares with the grader cannot be used."""
    return (
        "Not timed, since the memory through which inputs come could not be used. Does your code change files that it "
        "did not make? If not, see whether the disk is full, and run it again."
    )


def too_small(ms: float) -> str:
    """The work is nothing beside the message."""
    return (
        f"Not timed: this function does so little that a call is nearly all handing over the numbers "
        f"({milliseconds(ms)} there and back)."
    )


def speed_facts(rounds: int, clock: str, ms: float, wall_ms: float, said: str) -> str:
    """How it was measured."""
    at = f" with {said}" if said else ""
    if clock == "wall":
        return f"Speed: {rounds} rounds{at}, by the clock on the wall, since this system hides processor time."
    return (
        f"Speed: {rounds} rounds{at}; {milliseconds(ms)} of processor time a call, {milliseconds(wall_ms)} by the wall "
        "clock."
    )


def smaller_sizes(
    names: Sequence[str], dims: Mapping[str, int | Sequence[int]], full: Mapping[str, int | Sequence[int]]
) -> str:
    """A slow answer is measured on less."""
    instead = listed([f"{name} = {dims[name]} in place of {full[name]}" for name in names])
    return f"Measured on a smaller size, so that you need not wait: {instead}."


def echo_share(yours: float, reference: float) -> str:
    """Sending takes a good part of the time."""
    return (
        f"Handing over the numbers takes {yours:.0%} of your time and {reference:.0%} of the reference's. It is taken "
        "off, but makes the ratio less sure."
    )


def too_noisy() -> str:
    """The interval is too wide."""
    return "The times differ too much from round to round to rank this. A quiet machine, or more --budget, would help."


def first_call(seconds: float, numba: bool) -> str:
    """Warm-up and compilation, which do not count."""
    why = "in which Numba compiles, " if numba else ""
    return f"The first call, {why}took {seconds:.2g} s. It does not count."


def next_gain(ratio: float) -> str:
    """What usually makes the next step, by how far a right answer is from the reference."""
    if ratio > 30:
        return "Python's loops cost most here: let one NumPy call do what the innermost loops do (vectorise)."
    if ratio > 5:
        return "A loop or two are left, or NumPy works on small pieces: vectorise the outer loops as well."
    if ratio > 1.5:
        return (
            "Fewer passes over memory: no temporary arrays, contiguous access in the inner loop; or plain loops under "
            "numba's @njit."
        )
    return "Nearly as fast as the compiled reference."


def speed_points(share: float, part: float) -> str:
    """What speed earned, where the course gives points for it."""
    return f"{share:.0%} of this exercise's points are for speed; {part:.0%} of these were earned."


AS_FAST = "As fast as the compiled reference."


def faster_than_reference(ratio: float) -> str:
    """The learner wins."""
    return f"Faster than the compiled reference, by {times(1 / ratio)}. Well done: what did you do that it does not?"


def growth(grow: Sequence[str], exponents: Mapping[str, float], ratio: float) -> str:
    """'Yours grows as H^1.0 W^1.0, the reference as H^1.0 W^1.0; the constant is 180x.'"""

    def power(exponent: float) -> str:
        return " ".join(f"{name}^{round(exponent, 1) + 0.0:.1f}" for name in grow)  # + 0.0: no -0.0

    yours, reference = power(exponents["you"]), power(exponents["reference"])
    said = f"Yours grows as {yours}, the reference {'too' if yours == reference else f'as {reference}'}"
    if "tensorflow" in exponents:
        tensorflow = power(exponents["tensorflow"])
        said += f", TensorFlow {'too' if tensorflow == yours == reference else f'as {tensorflow}'}"
    return f"{said}; at the largest size yours takes {times(ratio)} as long as the reference."
