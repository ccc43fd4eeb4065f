"""A notebook's code: its imports, functions, classes, and the constants that they need, cell by cell.

What only IPython understands (magics, shell lines) and demo code are left out, and said. Of what is kept, an exercise
runs only what its function reaches: a data file that a plotting helper misses shall not fail the other exercises. Cells
are numbered from 1 over all cells, text cells too, from top to bottom: the numbers do not change with the order in
which cells were run.
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
    changed_by_call,
    function_names,
    global_names,
    is_function,
    is_nothing,
    loaded_statements,
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
        first, last = _first_line(lines, node), node.end_lineno or node.lineno
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


def _first_line(source: Sequence[bytearray], node: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    number = node.lineno
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.decorator_list:
        number = node.decorator_list[0].lineno
        # The mark may stand above what it names: @(, then the name on the next line.
        while number > 1 and not source[number - 1].lstrip().startswith(b"@"):
            number -= 1
    return number


class _Code:
    """A notebook's statements, and what each of them makes of which names."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.body = body
        self.bound = [bindings([node]) for node in body]
        self.functions, self.makers = function_names(one for found in self.bound for one in found)
        self.waiting: dict[str, list[ast.stmt]] = {}

    def is_filling(self, node: ast.AST) -> str:
        """The name whose value a method call on its own line changes (`layers.append(a)`), or nothing."""
        name = changed_by_call(node)
        return name if name not in self.functions else ""  # `softmax.inspect_types()` fills nothing

    def filled(self, node: ast.stmt) -> set[str]:
        """The names that the method calls in a statement fill, functions and what runs as a script left out."""
        return {self.is_filling(one) for one in loaded_statements([node])} - {""}

    def wait(self, node: ast.stmt, found: Sequence[Binding]) -> None:
        """Note a statement under the names that it makes something of."""
        names = {one.name for one in found if not (_is_loop(node) and one.node is node)}
        for name in names | self.filled(node):
            self.waiting.setdefault(name, []).append(node)

    def reach(self, needed: list[str], kept: set[int]) -> None:
        """Add to `kept` the statements that these names need, directly or not."""
        while needed:
            for node in self.waiting.pop(needed.pop(), ()):
                if id(node) not in kept:
                    kept.add(id(node))
                    needed += _used(node)


def _is_loop(node: ast.stmt) -> bool:
    return isinstance(node, (ast.For, ast.AsyncFor, ast.While))


def _used(node: ast.stmt) -> set[str]:
    """The module's names that a statement uses; a loop's own variable comes from the loop."""
    own = {one.name for one in bindings([node])} if isinstance(node, ast.For) else set()
    return global_names([node]) - own


def _kept_statements(body: list[ast.stmt], names: Sequence[str]) -> set[int]:
    """Identities of a notebook's statements to keep. Those that only show something would fail, or take time."""
    code = _Code(body)
    bound = code.bound
    defined = {one.name for found in bound for one in found if one.kind == "def" or isinstance(one.value, ast.Lambda)}
    kept: set[int] = set()
    needed: list[str] = []
    for node, found in zip(body, bound, strict=True):
        loop = _is_loop(node)
        if not loop and any(one.kind in ("def", "import") for one in found):
            kept.add(id(node))
            needed += global_names([node])
            continue
        if loop and any(isinstance(one, ast.Expr) and not code.is_filling(one) for one in ast.walk(node)):
            continue  # a loop counts if setting things is all that it does
        results = {
            one.name
            for one in found
            if one.kind == "assign" and not is_function(one.value, code.functions, code.makers)
        }
        if results & defined:
            continue  # `dense = tf.keras.layers.Dense(2)` in a demo must not take the place of the learner's `dense`
        code.wait(node, found)
        # An exercise, unless it only bears the name of what a call gave.
        needed += [
            one.name
            for one in found
            if one.name in names and not (one.name in results and isinstance(one.value, ast.Call))
        ]
    code.reach(needed, kept)
    return kept


# ---------------------------------------------------------------- what one exercise needs

_BY_TEXT = frozenset(["eval", "exec", "globals", "locals", "vars"])
"""What gets at a module's names without naming them."""


def needed_for(blocks: Sequence[Block], name: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Label and source of each cell that `name` needs, with what it does not need blanked.

    Also the names used by the statements that fill what it needs: `layers.append(a)` defines nothing, so that no
    definition leads to them.

    Args:
        blocks: the notebook's kept code, as `read_notebook` gives it.
        name: what the notebook defines.
    """
    code = _Code([node for block in blocks for node in block.tree.body])
    kept: set[int] = set()
    # Nobody can tell which names `from helper import *` brings, and a __future__ import holds for the whole cell.
    needed = [name, "*"]
    for node, found in zip(code.body, code.bound, strict=True):
        code.wait(node, found)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            kept.add(id(node))
    code.reach(needed, kept)
    reached = [node for node in code.body if id(node) in kept]
    if any(_BY_TEXT & _used(node) for node in reached):
        reached = code.body
        kept = {id(node) for node in reached}
    cells: list[tuple[str, str]] = []
    for block in blocks:
        dropped = [node for node in block.tree.body if id(node) not in kept]
        if len(dropped) < len(block.tree.body):
            cells.append((block.label, _without(block.source, dropped)))
    return cells, {one for node in reached if code.filled(node) for one in _used(node)}
