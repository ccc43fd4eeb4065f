"""What an exercise's function reaches and uses, read from source: its helpers, classes and constants in every file.

A rule such as "no matrix product" is checked on what is reached, with names seen through: `import numpy as n`,
`f = n.dot`, `getattr(x, "dot")`. Who wants to get round it can; it keeps an honest learner on the path.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections import deque
from collections.abc import Sequence
from typing import Any

from grader import words
from grader.limits import BANNED_PACKAGES
from grader.modules import Modules, Place, Unit
from grader.sources import shown
from grader.syntax import LARGE, Binding, Class, Scope, lookup, walk

MAX_STEPS = 1_000_000
"""Looks at a node or a name that the checks of one submission's rules may take: a few seconds."""

_OWN = object()
"""Something that the submission defines itself."""

_MATMUL = ("__matmul__", "__rmatmul__", "__imatmul__")
_IMPORTERS = ("importlib.import_module", "importlib.__import__", "builtins.__import__", "__import__")
_DYNAMIC = ("eval", "exec", "compile")
_LOOKUPS = ("__dict__", "__getattribute__", "__getattr__")
"""Attributes that give any other one, by a name that may be made while the code runs."""
_BUILTINS = frozenset(dir(builtins))
_SUSPECT = re.compile(rf"\b(?:{'|'.join(sorted(BANNED_PACKAGES))}|import_module|__import__|modules)\b")
"""What has to stand in a source that uses a banned package."""
_INNER = re.compile(r"^(_.*|core|multiarray|numeric|umath|fromnumeric|lib)$")


def _plain(dotted: str) -> str:
    """One spelling for a dotted name: np is numpy, whose inner modules hold the same functions as the outer one."""
    top, *parts = dotted.split(".")
    parts = [one for one in parts[:-1] if not _INNER.match(one)] + parts[-1:]
    return ".".join(["numpy" if top == "np" else top, *parts])


class _TooLongError(Exception):
    """A submission's code takes more than MAX_STEPS to check."""


class Rules:
    """Walks what the functions of one submission reach, each once."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._reached: dict[tuple[str, str, tuple[str, ...]], Reach] = {}
        self._suspect: dict[str, bool] = {}
        self.steps = 0

    def reach(self, unit: Unit, name: str, forbidden: Sequence[str] = ()) -> Reach:
        """What module-level `name` of a file reaches, judged by what is forbidden."""
        key = (unit.path, name, tuple(forbidden))
        if key not in self._reached:
            self._reached[key] = Reach(self, self._modules, unit, name, forbidden)
        return self._reached[key]

    def broken(self, unit: Unit, name: str, forbidden: Sequence[str]) -> str | None:
        """See Submission.broken_rule."""
        if not forbidden and not any(self._is_suspect(one) for one in self._modules.links(unit).units):
            return None
        return self.reach(unit, name, forbidden).finding or None

    def _is_suspect(self, unit: Unit) -> bool:
        """Whether a banned package could be in a file at all; in most it plainly is not, which saves a walk."""
        if unit.path not in self._suspect:
            self._suspect[unit.path] = any(_SUSPECT.search(block.source) for block in unit.blocks)
        return self._suspect[unit.path]


class Reach:
    """The code that a function reaches, and the first thing in it that is forbidden.

    `packages` are the packages outside of the submission that the code names; `statements` the module-level statements
    that it consists of, in the order in which they are met; `complete` says whether these are all; `finding` is the
    sentence about what is forbidden, or empty.
    """

    def __init__(self, rules: Rules, modules: Modules, unit: Unit, name: str, forbidden: Sequence[str]) -> None:
        self.packages: set[str] = set()
        self.statements: list[ast.AST] = []
        self.complete = False
        self.finding = ""
        self._rules = rules
        self._modules = modules
        self._name = name
        self._forbidden = tuple(forbidden)
        self._bare = {one for one in forbidden if one != "@" and "." not in one}
        self._dotted = {_plain(one) for one in forbidden if "." in one}
        self._matmul = "@" in forbidden
        self._queue: deque[tuple[Unit, str]] = deque()
        self._queued: set[tuple[str, str]] = set()
        self._members: set[int] = set()
        self._written_out: set[int] = set()
        self._at = ("", 0)
        self._enqueue(unit, name)
        try:
            self._empty_queue()
            self.complete = True
        except RecursionError:
            self._note(words.not_checkable(name, "deep", self._where))
        except _TooLongError:
            self._note(words.not_checkable(name, "long", self._where))

    @property
    def _where(self) -> str:
        """The place that is being looked at."""
        return f"{self._at[0]}, line {self._at[1]}"

    def _step(self) -> None:
        self._rules.steps += 1
        if self._rules.steps > MAX_STEPS:
            raise _TooLongError

    def _empty_queue(self) -> None:
        visited: set[int] = set()
        while self._queue:
            unit, name = self._queue.popleft()
            for binding in unit.effective(name):
                if id(binding) in visited:
                    continue
                visited.add(id(binding))
                self._at = (binding.label, binding.node.lineno)
                self.statements.append(binding.node)
                if binding.kind == "import":
                    for one in self._binding_values(unit, binding, None, set()):
                        self._check_value(one, ast.Name(name))
                # Of a compound statement only what it evaluates itself: what stands in it binds its own names.
                elif isinstance(binding.node, (ast.For, ast.AsyncFor)):
                    self._visit([binding.node.iter], None, unit)
                elif isinstance(binding.node, (ast.With, ast.AsyncWith)):
                    self._visit([item.context_expr for item in binding.node.items], None, unit)
                elif not isinstance(binding.node, ast.ExceptHandler):
                    self._visit([binding.node], None, unit)
            for label, node in unit.fillings.get(name, ()) if unit.bindings.get(name) else ():
                self._at = (label, node.lineno)
                self._visit([node], None, unit)

    def _enqueue(self, unit: Unit, name: str) -> None:
        if (unit.path, name) not in self._queued:
            self._queued.add((unit.path, name))
            self._queue.append((unit, name))

    # ------------------------------------------------------------ looking at nodes

    def _visit(self, nodes: Sequence[ast.AST], scope: Scope | None, unit: Unit, line: int = 0, depth: int = 0) -> None:
        """Look at all nodes. `line` stands for theirs in code that came as a string."""
        for node, inner in walk(nodes, scope, annotations=False):
            self._step()
            if at := line or getattr(node, "lineno", 0):
                self._at = (self._at[0], at)
            match node:
                case ast.Name(ctx=ast.Load()):
                    self._look(node, "", inner, unit)
                case ast.Attribute():
                    self._members.add(id(node.value))
                    self._look_up(node, node.value, inner, unit, node.attr in _LOOKUPS)
                    if isinstance(node.ctx, ast.Load):
                        self._look(node, node.attr, inner, unit)
                case ast.Subscript():
                    named = self._is_namespace(node.value, inner, unit)
                    if named and _text_of(node.slice):
                        self._written_out.add(id(node.value))
                    self._look(node, _text_of(node.slice) if named else "", inner, unit)
                case ast.Call():
                    self._look_call(node, inner, unit, depth)
                case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()) if self._matmul:
                    self._forbid("the operator @")
                case ast.Import() | ast.ImportFrom() if inner is not None:
                    for alias in node.names:
                        for one in self._import_values(unit, node, alias, set()):
                            self._check_package(one)

    def _look(self, node: ast.expr, member: str, scope: Scope | None, unit: Unit) -> None:
        """Judge what an expression stands for, and `member`, the name of what it takes from an object, if any."""
        values = self._values(node, scope, unit, set())
        if (member in self._bare or (self._matmul and member in _MATMUL)) and _OWN not in values:
            self._forbid(_spelled(node, member))
        for one in values:
            if isinstance(one, Place) and one.unit and isinstance(node, ast.Name) and id(node) not in self._members:
                # A module handed on as a whole: any of it may be used.
                for name in one.unit.bindings:
                    self._enqueue(one.unit, name)
            self._check_value(one, node)

    def _look_call(self, node: ast.Call, scope: Scope | None, unit: Unit, depth: int) -> None:
        called, text = self._called(node, scope, unit, set())[0], [_text_of(one) for one in node.args[:2]]
        if called == "getattr" and any(text[1:]):
            self._members.add(id(node.args[0]))
            self._look(node, text[1], scope, unit)
        elif called in ("getattr", "builtins.getattr", "vars", "builtins.vars") and node.args:
            self._look_up(node, node.args[0], scope, unit, True)
        elif called in ("operator.attrgetter", "operator.methodcaller") and text:
            self._look(node, text[0].rpartition(".")[2], scope, unit)
        elif called in _IMPORTERS:
            self._look(node, "", scope, unit)
        elif called.removeprefix("builtins.") in _DYNAMIC and self._forbidden and text:
            self._look_dynamic(node, called.removeprefix("builtins."), scope, unit, depth)

    def _look_up(self, node: ast.expr, base: ast.expr, scope: Scope | None, unit: Unit, looks_up: bool) -> None:
        """Judge a look-up in `base` by a name that is not written out: getattr(np, name), np.__dict__[name]."""
        if not looks_up or not self._forbidden or id(node) in self._written_out:
            return
        values = self._values(base, scope, unit, set())
        if any(isinstance(one, str) and one.partition(".")[0] == "numpy" for one in values):
            self._note(words.uses_made_name(self._name, self._where))

    def _look_dynamic(self, node: ast.Call, called: str, scope: Scope | None, unit: Unit, depth: int) -> None:
        """Look at code that is handed to eval, exec or compile as text."""
        first = node.args[0]
        if isinstance(first, ast.Call) and self._called(first, scope, unit, set())[0].endswith("compile"):
            return  # looked at by itself
        text = _text_of(first)
        if not text or depth > 3 or len(text) > LARGE:
            self._note(words.uses_made_code(self._name, called, self._where))
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parsed = ast.parse(text.strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return  # it would fail in the child as well
        self.statements += parsed.body
        self._visit(parsed.body, scope, unit, node.lineno, depth + 1)

    # ------------------------------------------------------------ what an expression stands for

    def _called(self, node: ast.Call, scope: Scope | None, unit: Unit, seen: set[Any]) -> tuple[str, list[Any]]:
        """The dotted name of what is called, if it is built in or comes from outside; and all that it may be."""
        if isinstance(node.func, ast.Name) and self._is_builtin(node.func.id, scope, unit):
            return node.func.id, []
        values = self._values(node.func, scope, unit, seen)
        return next((one for one in values if isinstance(one, str)), ""), values

    def _is_builtin(self, name: str, scope: Scope | None, unit: Unit) -> bool:
        return name in _BUILTINS and name not in unit.bindings and lookup(name, scope) is None

    def _calls_builtin(self, node: ast.expr, names: Sequence[str], scope: Scope | None, unit: Unit) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and self._is_builtin(node.func.id, scope, unit)
        )

    def _values(self, node: ast.AST | None, scope: Scope | None, unit: Unit, seen: set[Any]) -> list[Any]:
        """What an expression may stand for: dotted names from outside (str), Place, Class, _OWN. Unknown: nothing.

        `seen` holds the names that are being looked up, so that `x = x.T` ends.
        """
        match node:
            case ast.Name():
                return self._name_values(node.id, scope, unit, seen)
            case ast.Attribute(attr="__dict__"):
                return self._values(node.value, scope, unit, seen)
            case ast.Attribute():
                return self._member_values(self._values(node.value, scope, unit, seen), node.attr, seen)
            case ast.Subscript():
                if not (key := _text_of(node.slice)):
                    return []
                if self._calls_builtin(node.value, ("globals", "locals"), scope, unit):
                    return self._name_values(key, scope, unit, seen)
                base = self._values(node.value, scope, unit, seen)
                if "sys.modules" in base:
                    return [key]
                return self._member_values(base, key, seen) if self._is_namespace(node.value, scope, unit) else []
            case ast.Call():
                called, values = self._called(node, scope, unit, seen)
                if called == "getattr" and len(node.args) > 1:
                    base = self._values(node.args[0], scope, unit, seen)
                    return self._member_values(base, _text_of(node.args[1]), seen)
                if called == "vars" and node.args:
                    return self._values(node.args[0], scope, unit, seen)
                if called in _IMPORTERS:
                    return [_text_of(node.args[0])] if node.args and _text_of(node.args[0]) else []
                return [one for one in values if isinstance(one, Class)]
            case ast.IfExp():
                return self._values(node.body, scope, unit, seen) + self._values(node.orelse, scope, unit, seen)
            case ast.NamedExpr():
                return self._values(node.value, scope, unit, seen)
            case _:
                return []

    def _is_namespace(self, node: ast.expr, scope: Scope | None, unit: Unit) -> bool:
        """Whether `node["dot"]` is `object.dot` in other words."""
        if isinstance(node, ast.Attribute):
            return node.attr == "__dict__"
        return self._calls_builtin(node, ("vars",), scope, unit)

    def _name_values(self, name: str, scope: Scope | None, unit: Unit, seen: set[Any]) -> list[Any]:
        local = lookup(name, scope)
        mark = (id(local) if local else unit.path, name)
        if mark in seen:
            return []
        seen.add(mark)
        values: list[Any] = []
        if local is not None:
            for one in local.names[name]:
                self._step()
                values += [one] if isinstance(one, Class) else self._binding_values(unit, one, local, seen)
            return values
        if name in unit.bindings:
            self._enqueue(unit, name)
            for binding in unit.effective(name):
                self._step()
                values += self._binding_values(unit, binding, None, seen)
            return values
        for star in unit.bindings.get("*", ()):
            values += self._star_values(unit, star, name, seen)
        return values

    def _star_values(self, unit: Unit, star: Binding, name: str, seen: set[Any]) -> list[Any]:
        """What `from ... import *` may have made of an otherwise unknown name."""
        if not isinstance(star.node, ast.ImportFrom):
            return []
        chain = self._modules.resolve_from(unit, star.node)
        if chain:
            other = chain[-1][1].unit
            known = other and (name in other.bindings or "*" in other.bindings) and not name.startswith("_")
            return self._name_values(name, None, other, seen) if other and known else []
        return [] if star.node.level or name in _BUILTINS else [f"{star.node.module}.{name}"]

    def _binding_values(self, unit: Unit, binding: Binding, scope: Scope | None, seen: set[Any]) -> list[Any]:
        if binding.kind == "import" and isinstance(binding.node, (ast.Import, ast.ImportFrom)) and binding.alias:
            return self._import_values(unit, binding.node, binding.alias, seen)
        if isinstance(binding.node, ast.ClassDef):
            return [Class(binding.node)]
        if binding.kind in ("write", "declare"):
            return []
        return self._values(binding.value, scope, unit, seen) or [_OWN]

    def _import_values(
        self, unit: Unit, node: ast.Import | ast.ImportFrom, alias: ast.alias, seen: set[Any]
    ) -> list[Any]:
        if isinstance(node, ast.Import):
            if chain := self._modules.resolve(unit, alias.name):
                return [chain[-1 if alias.asname else 0][1]]
            return [alias.name if alias.asname else alias.name.partition(".")[0]]
        chain = self._modules.resolve_from(unit, node)
        if chain:
            return self._member_values([chain[-1][1]], alias.name, seen) if alias.name != "*" else []
        return [] if node.level else [f"{node.module}.{alias.name}"]

    def _member_values(self, bases: list[Any], name: str, seen: set[Any]) -> list[Any]:
        values: list[Any] = []
        for base in bases:
            if isinstance(base, str):
                values.append(f"{base}.{name}")
            elif isinstance(base, Class):
                values += [_OWN] if name in base.own else []
            elif isinstance(base, Place):
                if base.unit and (name in base.unit.bindings or "*" in base.unit.bindings):
                    values += self._name_values(name, None, base.unit, seen)
                elif base.package and (inner := self._modules.place((*base.key, name))):
                    values.append(inner)
        return values

    # ------------------------------------------------------------ judging

    def _check_package(self, value: Any) -> None:
        if not isinstance(value, str):
            return
        top = value.partition(".")[0]
        self.packages.add(top)
        if top in BANNED_PACKAGES:
            self._note(words.uses_package(self._name, top, self._where))

    def _check_value(self, value: Any, node: ast.expr) -> None:
        """Judge one of the things that `node` may stand for."""
        self._check_package(value)
        if not isinstance(value, str) or not self._forbidden:
            return
        top, last, plain = value.partition(".")[0], value.rpartition(".")[2], _plain(value)
        if (
            ("." in value and last in self._bare)
            or any(plain == one or plain.startswith(f"{one}.") for one in self._dotted)
            or (self._matmul and top in ("operator", "_operator") and last in ("matmul", "imatmul", *_MATMUL))
        ):
            spelled = _spelled(node, last)
            self._forbid(spelled if last in spelled and "." in spelled else f"{spelled} ({value})")

    def _forbid(self, what: str) -> None:
        without = [one for one in self._forbidden if one != "@"] + ["the operator @"] * self._matmul
        self._note(words.uses_forbidden(self._name, what, self._where, without))

    def _note(self, sentence: str) -> None:
        self.finding = self.finding or shown(sentence)


def _spelled(node: ast.expr, name: str) -> str:
    """An expression as the learner wrote it, or only its last name where that is long."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return f".{name}"
    return text if len(text) <= 40 and "\n" not in text else f".{name}"


def _text_of(node: ast.AST) -> str:
    """The text that a constant string expression stands for ("dot", "d" "ot", "d" + "ot"), else nothing."""
    parts = [node]
    # Down the left side in a loop: a sum of a thousand strings is a thousand levels deep.
    while isinstance(parts[-1], ast.BinOp) and isinstance(parts[-1].op, ast.Add):
        parts[-1:] = [parts[-1].right, parts[-1].left]
    texts = [one.value for one in reversed(parts) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return "".join(texts) if len(texts) == len(parts) else ""
