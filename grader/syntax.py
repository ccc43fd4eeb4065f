"""What a piece of Python says, read from its syntax tree: names that a module binds, and names that are local.

parse(source, label)      the tree, or a sentence about the line that Python cannot read
bindings(statements)      what a module makes of each name
walk(nodes)               every node, with the scope that it is evaluated in
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from grader import words
from grader.sources import UnusableError, shown

MAX_LINE = 200
"""Characters of a faulty line that are shown."""
LARGE = 32 << 10
"""Characters of code that Python's compiler gets through in a second, whatever they are."""
COMPILE_SECONDS = 5.0
"""What Python may take for a larger text: honest ones of the largest size that is read take one."""


class Block(NamedTuple):
    """Source that is compiled by itself: a file, or the kept part of a cell, whose number is `position`."""

    label: str
    source: str
    tree: ast.Module
    position: int = 0


class Broken(NamedTuple):
    """A file or cell that could not be read, and the sentence about it."""

    label: str
    text: str
    problem: str
    line: int = 0
    position: int = 0


# ---------------------------------------------------------------- from source to tree


def parse(source: str, label: str, *, flags: int = 0) -> ast.Module:
    """The syntax tree of a file or cell that Python would compile.

    Raises:
        UnusableError: it would not; the message names file, line and reason.
    """
    if len(source) > LARGE and not _can_be_compiled(source, flags):
        raise UnusableError(words.too_much_to_read(label))
    try:
        tree = ast.parse(source)
        # Parsing lets through what only the compiler refuses: `return` outside a function, an argument named twice.
        compile(tree, label, "exec", dont_inherit=True, flags=flags)
    except SyntaxError as error:
        raise _syntax_error(error, source, label) from error
    except (RecursionError, MemoryError) as error:
        raise UnusableError(words.nested_too_deeply(label)) from error
    except (ValueError, OverflowError) as error:
        raise UnusableError(words.no_text(label, str(error))) from error
    return tree


def _can_be_compiled(source: str, flags: int) -> bool:
    """Whether Python's compiler comes to an end, tried by a process of its own.

    There are texts over which it takes hours, and some at which it may die: that must not happen to whoever grades.
    """
    program = "import sys; compile(sys.stdin.buffer.read().decode(), '', 'exec', int(sys.argv[1]), True)"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", program, str(flags)],
            input=source.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode in (0, 1)  # 1: an exception, about which the parent finds a sentence


_CONFLICT = re.compile(r"^(<{7}|>{7})( .*)?$", re.MULTILINE)


def _syntax_error(error: SyntaxError, source: str, label: str) -> UnusableError:
    """What Python found wrong, in a sentence with the line itself."""
    if conflict := _CONFLICT.search(source):
        number = source.count("\n", 0, conflict.start()) + 1
        return UnusableError(words.merge_conflict(label, number), number)
    lines = source.split("\n")
    number = min(max(error.lineno or 1, 1), len(lines))
    fault = (
        "tabs" if isinstance(error, TabError) else "indentation" if isinstance(error, IndentationError) else "syntax"
    )
    line = lines[number - 1].rstrip()
    said = []
    if line.strip():
        said.append("    " + words.cut_short(shown(line.expandtabs(4)), MAX_LINE))
        before = line[: max(error.offset or 0, 1) - 1]
        column = len(before.expandtabs(4))
        # A caret under Korean text would stand in the wrong place: its letters are two columns wide.
        if error.offset and error.offset <= len(line) + 1 and column < MAX_LINE and before.isascii():
            said.append(" " * (4 + column) + "^")
    return UnusableError(words.not_python(label, number, fault, error.msg.removesuffix("."), said), number)


# ---------------------------------------------------------------- names that a module binds

Kind = Literal["def", "import", "assign", "write", "delete", "declare"]


@dataclass(frozen=True, eq=False)
class Binding:
    """One place where a module, or a function or class in it, gives `name` a meaning.

    `kind` "write" is a change of what the name holds (`table[k] = 1`, `total += 1`), "declare" says only whose name it
    is (`x: int`, `global x`). `value` is the assigned expression where the target is the name alone. `top` identifies
    the statement at the left margin that it stands in.
    """

    name: str
    kind: Kind
    node: ast.stmt | ast.expr | ast.pattern | ast.excepthandler
    conditional: bool
    top: int
    value: ast.expr | None = None
    alias: ast.alias | None = None
    label: str = ""
    position: int = 0

    @property
    def where(self) -> str:
        """The place, as people read it."""
        return f"{self.label}, line {self.node.lineno}"


def changed_by_call(node: ast.AST) -> str:
    """The name whose value a method call on a line of its own may change (`layers.append(a)`), or nothing."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return ""
    inner: ast.expr = node.value
    while True:
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            inner = inner.func
        elif isinstance(inner, (ast.Attribute, ast.Subscript)):
            inner = inner.value
        else:
            return inner.id if isinstance(inner, ast.Name) else ""


def all_statements(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Statements, and those inside them, the outer first: an expression, most of a tree, holds none."""
    queue: list[ast.AST] = [*body]
    for one in queue:  # which grows meanwhile
        yield one
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            queue += getattr(one, name, ())


def loaded_statements(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Statements that run when a module is loaded, those inside others too; what runs as a script only left out."""
    stack: list[ast.AST] = [*body]
    stack.reverse()
    while stack:
        one = stack.pop()
        yield one
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(one, ast.stmt) and main_guard(one) == "==":
            continue
        stack += [inner for inner in ast.iter_child_nodes(one) if not isinstance(inner, ast.expr)][::-1]


def bindings(body: Iterable[ast.AST], label: str = "", position: int = 0) -> list[Binding]:
    """What the statements of a module, function or class bind in it; what runs only as a script (`__main__`) left out.

    In order; without what the functions and classes among them bind inside.
    """
    found: list[Binding] = []

    def add(name: str, kind: Kind, node: Any, **more: Any) -> None:
        found.append(Binding(name, kind, node, conditional, top, label=label, position=position, **more))

    def assign(target: ast.expr, node: ast.stmt, value: ast.expr | None, kind: Kind = "assign") -> None:
        for name, whole in _targets(target):
            add(name, kind if whole else "write", node, value=value if isinstance(target, ast.Name) else None)

    conditional, top = False, 0
    # Each entry: a node, whether it stands under a condition, and the statement at the margin it belongs to.
    stack = [(node, False, id(node)) for node in reversed(list(body))]
    while stack:
        node, conditional, top = stack.pop()
        if type(node) in _PLAIN:
            stack.extend((one, True, top) for one in _children(node))
            continue
        inner = _children(node)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                add(node.name, "def", node)
                inner = []
            case ast.Lambda():
                inner = []
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    whole = isinstance(node, ast.ImportFrom) or alias.asname
                    add(
                        alias.asname or (alias.name if whole else alias.name.partition(".")[0]),
                        "import",
                        node,
                        alias=alias,
                    )
            case ast.Assign():
                for target in node.targets:
                    assign(target, node, node.value)
            case ast.AnnAssign():
                assign(node.target, node, node.value, "assign" if node.value is not None else "declare")
            case ast.AugAssign():
                assign(node.target, node, None, "write")
            case ast.Delete():
                for target in node.targets:
                    assign(target, node, None, "delete")
            case ast.For() | ast.AsyncFor():
                assign(node.target, node, None)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        assign(item.optional_vars, node, None)
            case ast.If():
                guard = main_guard(node)
                inner = [*([] if guard == "==" else node.body), *([] if guard == "!=" else node.orelse)]
            case ast.NamedExpr():
                add(node.target.id, "assign", node, value=node.value)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                add(name, "assign", node)
            case ast.MatchMapping(rest=str(name)):
                add(name, "assign", node)
            case ast.Global() | ast.Nonlocal():
                for name in node.names:
                    add(name, "declare", node)
        # A `with` always runs what stands in it.
        under = conditional or not isinstance(node, (ast.With, ast.AsyncWith))
        stack.extend((one, under, top) for one in reversed(inner))
    return found


_PLAIN = frozenset([ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.Constant, ast.Expr, ast.Tuple, ast.Name])
"""Frequent nodes that bind nothing themselves."""


def _targets(node: ast.expr) -> Iterator[tuple[str, bool]]:
    """The names that a target sets, each with whether it is set and not only changed."""
    if isinstance(node, ast.Name):
        yield node.id, True
    elif isinstance(node, (ast.Tuple, ast.List)):
        for one in node.elts:
            yield from _targets(one)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)
    else:
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        if isinstance(node, ast.Name):
            yield node.id, False


def main_guard(node: ast.stmt) -> str:
    """ "==" or "!=" where an `if` compares __name__ with "__main__" so, else nothing."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
        return ""
    sides = [node.test.left, node.test.comparators[0]]
    names = [one.id for one in sides if isinstance(one, ast.Name)]
    values = [one.value for one in sides if isinstance(one, ast.Constant)]
    if names != ["__name__"] or values != ["__main__"]:
        return ""
    return {ast.Eq: "==", ast.NotEq: "!="}.get(type(node.test.ops[0]), "")


def function_names(bindings: Iterable[Binding]) -> tuple[set[str], set[str]]:
    """The names of functions (or classes, or what is imported), and of what makes functions when called."""
    functions, makers = set(), set()
    for one in bindings:
        if one.kind in ("def", "import") or isinstance(one.value, ast.Lambda):
            functions.add(one.name)
        if one.kind != "def":
            continue
        inside = [node for node in ast.walk(one.node) if node is not one.node]
        if isinstance(one.node, ast.ClassDef):
            made = any(isinstance(node, ast.FunctionDef) and node.name == "__call__" for node in inside)
        else:
            made = any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) for node in inside)
        if made:
            makers.add(one.name)
    return functions, makers


def is_function(value: ast.expr | None, functions: set[str], makers: set[str]) -> bool:
    """Whether an assigned value is plainly a function: a lambda, another function's name, or one wrapped in a call."""
    if isinstance(value, ast.Call):
        if isinstance(value.func, ast.Name) and value.func.id in makers:
            return True
        return any(
            isinstance(one, ast.Lambda) or (isinstance(one, ast.Name) and one.id in functions) for one in value.args
        )
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in functions)


def is_nothing(node: ast.stmt) -> bool:
    """Whether a statement does nothing: pass, ..., a docstring."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def is_stub(node: ast.AST) -> bool:
    """Whether a function is not begun: nothing in it but a docstring, pass, ..., imports, raise NotImplementedError."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    for one in node.body:
        if is_nothing(one) or isinstance(one, (ast.Import, ast.ImportFrom)):
            continue
        if isinstance(one, ast.Raise):
            raised = one.exc.func if isinstance(one.exc, ast.Call) else one.exc
            if isinstance(raised, ast.Name) and raised.id == "NotImplementedError":
                continue
        return False
    return True


# ---------------------------------------------------------------- scopes


class Scope:
    """The names local to a function, class or comprehension, with what binds them.

    `owner` is the class: in a class's own scope, and among what binds the first argument of a method.
    """

    def __init__(self, parent: Scope | None, owner: Class | None = None) -> None:
        self.parent = parent
        self.owner = owner
        self.names: dict[str, list[Binding | Class]] = {}
        self.outer: set[str] = set()

    def bind(self, name: str, by: Binding | Class | None = None) -> None:
        """Note that a name is local."""
        self.names.setdefault(name, []).extend([by] if by else [])

    def bind_body(self, body: Iterable[ast.AST]) -> Scope:
        """Note all names that these statements bind."""
        found = [one for one in bindings(body) if one.kind != "write"]
        self.outer = {one.name for one in found if isinstance(one.node, (ast.Global, ast.Nonlocal))}
        for one in found:
            if one.name not in self.outer:
                self.bind(one.name, one)
        return self


@dataclass(frozen=True, eq=False)
class Class:
    """A class of the submission, or an object of it."""

    node: ast.ClassDef

    @cached_property
    def own(self) -> set[str]:
        """The attributes that it defines itself, in its body or by setting them on an object."""
        scope = Scope(None).bind_body(self.node.body)
        stored = (node for node in ast.walk(self.node) if isinstance(node, ast.Attribute))
        return set(scope.names) | {node.attr for node in stored if isinstance(node.ctx, ast.Store)}


def lookup(name: str, scope: Scope | None) -> Scope | None:
    """The scope in which a name is local; None if it is the module's, or built in."""
    start = scope
    while scope is not None:
        if name in scope.outer and scope is start:
            # `global` or `nonlocal`: for either, what stands further out.
            start = scope = scope.parent
            continue
        if name in scope.names and (scope is start or not scope.owner):
            return scope
        scope = scope.parent
    return None


_WITH_SCOPE = frozenset(
    [
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.AnnAssign),
        *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    ]
)


def _children(node: ast.AST) -> list[ast.AST]:
    """As ast.iter_child_nodes, quicker, and without the marks for load and store."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found


def walk(
    nodes: Iterable[ast.AST], scope: Scope | None = None, *, annotations: bool = True
) -> Iterator[tuple[ast.AST, Scope | None]]:
    """Every node, parents first, with the scope that it is evaluated in. Iterative: source can be deep."""
    stack: list[tuple[ast.AST, Scope | None]] = [(node, scope) for node in reversed(list(nodes))]
    while stack:
        node, scope = stack.pop()
        yield node, scope
        if type(node) not in _WITH_SCOPE:
            stack.extend([(one, scope) for one in reversed(_children(node))])
            continue
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                inner = Scope(scope)
                arguments = node.args
                given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                given += [one for one in (arguments.vararg, arguments.kwarg) if one]
                for k, one in enumerate(given):
                    # The first argument of a method is an object of the class: what the class defines is its own.
                    inner.bind(one.arg, scope.owner if scope and k == 0 else None)
                outside: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
                body: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else node.body
                if not isinstance(node, ast.Lambda):
                    outside += [*node.decorator_list, *([one.annotation for one in given] if annotations else [])]
                    outside += [node.returns] if annotations else []
                inner.bind_body(body)
                stack.extend((one, inner) for one in reversed(body))
                stack.extend((one, scope) for one in reversed(outside) if one is not None)
            case ast.ClassDef():
                inner = Scope(scope, Class(node)).bind_body(node.body)
                stack.extend((one, inner) for one in reversed(node.body))
                stack.extend((one, scope) for one in (*node.keywords, *node.bases, *node.decorator_list))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = Scope(scope)
                for generator in node.generators:
                    for name, _ in _targets(generator.target):
                        inner.bind(name)
                results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                stack.extend((one, inner) for one in reversed(results))
                for k, generator in reversed(list(enumerate(node.generators))):
                    stack.extend((one, inner) for one in generator.ifs)
                    stack.append((generator.target, inner))
                    stack.append((generator.iter, inner if k else scope))
            case ast.AnnAssign():
                parts = [node.target, node.annotation if annotations else None, node.value]
                stack.extend((one, scope) for one in reversed(parts) if one is not None)


def global_names(nodes: Iterable[ast.AST]) -> set[str]:
    """The module's names that the nodes use, functions' bodies included."""
    return {
        node.id
        for node, scope in walk(nodes)
        if isinstance(node, ast.Name) and (scope or isinstance(node.ctx, ast.Load)) and lookup(node.id, scope) is None
    }
