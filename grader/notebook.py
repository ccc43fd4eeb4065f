"""A notebook's code: its imports, functions, classes, and the constants that they need, cell by cell.

What only IPython understands (magics, shell lines) and demo code are left out, and said. Cells are numbered from 1 over
all cells, text cells too, from top to bottom: the numbers do not change with the order in which cells were run.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from grader import words
from grader.sources import MAX_SOURCE, MIB, UnusableError, shown
from grader.syntax import (
    MAX_LINE,
    Binding,
    Block,
    Broken,
    bindings,
    function_names,
    global_names,
    is_function,
    is_nothing,
    parse,
)


def read_notebook(text: str, name: str, exercises: Sequence[str]) -> tuple[list[Block], list[Broken], list[str]]:
    """The kept code, cell by cell; the cells that cannot be read; and a note on what was left out.

    Args:
        text: the notebook's JSON.
        name: its path, as people read it.
        exercises: the names of the course's exercises, which are kept whatever they are bound to.

    Raises:
        UnusableError: it is no notebook in Python.
    """
    left_out: Counter[str] = Counter()
    broken: list[Broken] = []
    invalid: list[str] = []
    cells: list[Block] = []
    for number, source in _code_cells(text, name):
        label = f"{name}, cell {number}"
        try:
            try:
                cells.append(Block(label, source, _parse_cell(source, label), number))
            except UnusableError:
                plain = _strip_magics(source, left_out)
                if plain is None:
                    magic = shown(source.strip().split("\n")[0][:MAX_LINE])
                    broken.append(Broken(label, source, words.magic_cell(label, magic), position=number))
                else:
                    cells.append(Block(label, plain, _parse_cell(plain, label), number))
        except UnusableError as error:
            broken.append(Broken(label, source, str(error), error.line, number))
            invalid.append(str(number))
    kept = _kept_statements([node for cell in cells for node in cell.tree.body], exercises)
    blocks: list[Block] = []
    demo: list[str] = []
    for cell in cells:
        dropped = [node for node in cell.tree.body if id(node) not in kept]
        if any(not is_nothing(node) for node in dropped):
            demo.append(str(cell.position))
        if len(dropped) == len(cell.tree.body):
            continue
        source = _without(cell.source, dropped)
        try:
            blocks.append(Block(cell.label, source, parse(source, cell.label), cell.position))
        except UnusableError as error:  # an `await` outside a function, which only a notebook runs
            broken.append(Broken(cell.label, source, str(error), error.line, cell.position))
            invalid.append(str(cell.position))
    notes = [words.left_out(name, left_out, demo, invalid)] if left_out or demo or invalid else []
    return blocks, broken, notes


def _parse_cell(source: str, label: str) -> ast.Module:
    return parse(source, label, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def _code_cells(text: str, name: str) -> list[tuple[int, str]]:
    """Number and source of each code cell."""
    import nbformat
    from nbformat import reader

    try:
        # Without nbformat's own check, which prints to standard error about harmless things such as missing cell ids.
        notebook = nbformat.convert(reader.reads(text), 4)  # type: ignore[no-untyped-call]
        cells = [
            (number, "".join(cell.source).replace("\r\n", "\n").replace("\r", "\n"))
            for number, cell in enumerate(notebook.cells, 1)
            if cell.cell_type == "code"
        ]
        language = str(notebook.metadata.get("language_info", {}).get("name", "python"))
    except Exception as error:
        # nbformat raises whatever its own code stumbles over in damaged JSON; each means just this.
        raise UnusableError(words.notebook(name, "damaged")) from error
    if "python" not in language.casefold():
        raise UnusableError(words.notebook(name, "language", shown(language)))
    if sum(len(source) for _, source in cells) > MAX_SOURCE:
        raise UnusableError(words.notebook(name, "large", str(MAX_SOURCE // MIB)))
    return cells


# ---------------------------------------------------------------- what only IPython understands

_TOKEN = re.compile(
    r"""(?P<long>'''|\"\"\")|(?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<comment>\#.*)|(?P<open>[(\[{])|(?P<close>[)\]}])""",
)
_HELP = re.compile(r"^(\?{1,2}[\w.*%]+|[\w.*%]+\?{1,2})$")
_ASSIGNED = re.compile(r"^[\w.,\s\[\]]+=\s*([!%])")
HARMLESS_CELL_MAGICS = ("time", "capture")
"""Cell magics whose cells run as plain Python does."""


def _magic(line: str) -> str:
    """What a line is to IPython and not to Python: "shell line", "magic line", "help line", or nothing."""
    text = line.strip()
    mark = assigned[1] if (assigned := _ASSIGNED.match(text)) else text[:1]
    if mark in ("!", "%"):
        return "shell line" if mark == "!" else "magic line"
    return "help line" if _HELP.match(text) else ""


def _strip_magics(source: str, left_out: Counter[str]) -> str | None:
    """A cell without what only IPython understands, its line numbers kept; None if the whole cell is a magic's."""
    lines = source.split("\n")
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if cell_magic := re.match(r"\s*%%(\w*)", lines[first]):
        if cell_magic[1] not in HARMLESS_CELL_MAGICS:
            left_out["magic cell"] += 1
            return None
        left_out["magic line"] += 1
        lines[first] = ""
    depth, quote, continued, dropping = 0, "", False, False
    for k, line in enumerate(lines):
        if dropping:
            dropping = line.endswith("\\")
            lines[k] = ""
            continue
        # Inside brackets or a string a line may well begin with % or end with ?.
        if not (depth or quote or continued) and (kind := _magic(line)):
            left_out[kind] += 1
            indent = line[: len(line) - len(line.lstrip())]
            lines[k] = f"{indent}pass" if indent else ""
            dropping = line.endswith("\\")
            continue
        at = 0
        while at < len(line):
            if quote:
                end = line.find(quote, at)
                if end < 0:
                    break
                at, quote = end + 3, ""
            elif token := _TOKEN.search(line, at):
                at = token.end()
                quote = token["long"] or ""
                depth = max(depth + (token["open"] is not None) - (token["close"] is not None), 0)
            else:
                break
        continued = not quote and line.endswith("\\")
    return "\n".join(lines)


# ---------------------------------------------------------------- demo code


def _without(source: str, dropped: Iterable[ast.stmt]) -> str:
    """The source with these statements blanked."""
    lines = [bytearray(line.encode()) for line in source.split("\n")]
    for node in dropped:
        first, last = node.lineno, node.end_lineno or node.lineno
        start, end = node.col_offset, node.end_col_offset or 0
        for number in range(first, last + 1):
            left = start if number == first else 0
            right = end if number == last else len(lines[number - 1])
            lines[number - 1][left:right] = b" " * (right - left)
        if lines[last - 1][end:].lstrip().startswith(b";"):
            # Something has to stand before the semicolon.
            column = start if first == last else 0
            lines[last - 1][column : column + 1] = b"0"
        if not lines[last - 1].strip(b"0; "):
            lines[last - 1].clear()
    return "\n".join(line.decode() if line.strip() else "" for line in lines)


def _kept_statements(body: list[ast.stmt], names: Sequence[str]) -> set[int]:
    """Identities of a notebook's statements to keep. Those that only show something would fail, or take time."""
    bound = [bindings([node]) for node in body]
    functions, makers = function_names(one for found in bound for one in found)
    defined = {one.name for found in bound for one in found if one.kind == "def" or isinstance(one.value, ast.Lambda)}
    kept: set[int] = set()
    needed: list[str] = []
    waiting: dict[str, list[tuple[ast.stmt, list[Binding]]]] = {}
    for node, found in zip(body, bound, strict=True):
        loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        if not loop and any(one.kind in ("def", "import") for one in found):
            kept.add(id(node))
            needed += global_names([node])
            continue
        if loop and any(isinstance(one, ast.Expr) for one in ast.walk(node)):
            continue  # a loop counts if setting things is all that it does
        results = {one.name for one in found if one.kind == "assign" and not is_function(one.value, functions, makers)}
        if results & defined:
            continue  # `dense = tf.keras.layers.Dense(2)` in a demo must not take the place of the learner's `dense`
        for one in found:
            if not (loop and one.node is node):
                waiting.setdefault(one.name, []).append((node, found))
            # An exercise, unless it only bears the name of what a call gave.
            if one.name in names and not (one.name in results and isinstance(one.value, ast.Call)):
                needed.append(one.name)
    while needed:
        for node, found in waiting.pop(needed.pop(), ()):
            if id(node) not in kept:
                kept.add(id(node))
                # A loop's own variable comes from the loop.
                needed += global_names([node]) - {one.name for one in found if isinstance(node, ast.For)}
    return kept
