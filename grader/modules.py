"""The files of a submission as Python modules: what each is called in the child, and how they import one another.

Learners import in every way that works on some machine: from the course's root, from their own folder's name, from the
folder that a file stands in. All of them are resolved here, from the source alone, to one name a file.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from grader.notebook import read_notebook
from grader.sources import COURSE, MAX_FILES, Parts, Raw, UnusableError, decode, read_file, rough_text, shown
from grader.syntax import (
    Binding,
    Block,
    Broken,
    all_statements,
    bindings,
    changed_by_call,
    function_names,
    global_names,
    loaded_statements,
    parse,
)


class Unit:
    """One file as read: its blocks of code, or the problem that kept it from being read.

    `folder` and `stem` are NFKC-normalised, as Python normalises the names in an import. `sha256` is that of the
    file's bytes, empty where they could not be read. `primary` is False for what a single file brings along.
    """

    def __init__(self, raw: Raw, exercises: Sequence[str], *, primary: bool = True) -> None:
        *folders, last = raw.parts
        self.path = shown("/".join(raw.parts))
        self.folder: Parts = tuple(unicodedata.normalize("NFKC", part) for part in folders)
        self.stem = unicodedata.normalize("NFKC", last[: last.rindex(".")])
        self.notebook = last.casefold().endswith(".ipynb")
        self.primary = primary
        self.sha256 = hashlib.sha256(raw.data).hexdigest() if raw.data is not None else ""
        self.problem = raw.problem
        self.blocks: list[Block] = []
        self.broken: list[Broken] = []
        self.notes: list[str] = []
        self.module = ""
        self._effective: dict[str, list[Binding]] = {}
        line = 0
        if raw.data is not None:
            try:
                text = decode(raw.data, self.path)
                if self.notebook:
                    self.blocks, self.broken, self.notes = read_notebook(text, self.path, exercises)
                else:
                    self.blocks = [Block(self.path, text, parse(text, self.path))]
            except UnusableError as error:
                self.problem, line = str(error), error.line
        if self.problem:
            self.broken = [Broken(self.path, rough_text(raw.data or b""), self.problem, line)]

    @property
    def key(self) -> Parts:
        return (*self.folder, self.stem)

    @property
    def is_package(self) -> bool:
        return self.stem == "__init__" and not self.notebook

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """What the file binds at module level, by name."""
        found: dict[str, list[Binding]] = {}
        for block in self.blocks:
            for one in bindings(block.tree.body, block.label, block.position):
                found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def fillings(self) -> dict[str, list[tuple[str, ast.stmt]]]:
        """Method calls that may change what a name holds while the file is loaded, each with its block's label."""
        found: dict[str, list[tuple[str, ast.stmt]]] = {}
        for block in self.blocks:
            for one in loaded_statements(block.tree.body):
                if isinstance(one, ast.stmt) and (name := changed_by_call(one)):
                    found.setdefault(name, []).append((block.label, one))
        return found

    @cached_property
    def functions(self) -> tuple[set[str], set[str]]:
        """See `function_names`."""
        return function_names(one for found in self.bindings.values() for one in found)

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """All import statements, those inside functions too."""
        found = (one for block in self.blocks for one in all_statements(block.tree.body))
        return [one for one in found if isinstance(one, (ast.Import, ast.ImportFrom))]

    def effective(self, name: str) -> list[Binding]:
        """The bindings of a name that still matter once the module is loaded: from the last that stands on its own."""
        if name not in self._effective:
            found = self.bindings.get(name, [])
            start = 0
            for k, one in enumerate(found):
                alone = one.kind in ("def", "import") or (
                    one.kind == "assign" and one.value is not None and name not in global_names([one.value])
                )
                if alone and not one.conditional:
                    start = k
            self._effective[name] = found[start:]
        return self._effective[name]

    def defines_in_broken(self, name: str) -> Broken | None:
        """The last piece of unreadable text in which a definition of `name` can be seen."""
        if not self.broken:
            return None
        # In a damaged notebook the lines of a cell are strings of JSON, so that `def` need not begin its line.
        start = r"(?:(?<!\w)|(?<=\\n))" if self.notebook and self.problem else r"^[ \t\f]*"
        pattern = re.compile(rf"{start}(?:async\s+)?def\s+{re.escape(name)}\b", re.MULTILINE)
        return next((one for one in reversed(self.broken) if pattern.search(one.text)), None)


class Place(NamedTuple):
    """A module of the submission: a file, or a folder as a package (whose `unit` is its __init__.py, if any)."""

    module: str
    key: Parts
    unit: Unit | None
    package: bool


Chain = list[tuple[str, Place]]
"""The modules that an import names: each dotted prefix as written, with its module. The last is the one asked for."""


@dataclass
class Links:
    """What files import: their names for modules of the submission, those modules' files, and packages outside of it.

    `aliases` holds for each module the table that Submission.payload describes.
    """

    aliases: dict[str, dict[str, str]]
    units: list[Unit]
    outside: set[str]


def _asked(node: ast.Import | ast.ImportFrom) -> list[tuple[str, int]]:
    """The modules that a statement asks for, as (name, level)."""
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "", node.level)]
    return [(alias.name, 0) for alias in node.names]


def _is_fixed(name: str) -> bool:
    """Whether an import of this name never means a learner's file: the standard library and NumPy."""
    top = name.partition(".")[0]
    return top == "numpy" or top in sys.stdlib_module_names


class Modules:
    """All files of a submission, under the names that they and their folders have in the child.

    `folder` is the root folder's own name: `from loops.c4_sigmoid.sigmoid import sigmoid` works where it is `loops`.
    """

    def __init__(self, units: list[Unit], folder: str) -> None:
        self.units = units
        self.folder = unicodedata.normalize("NFKC", folder)
        self._files: dict[Parts, Unit] = {}
        self._folders: dict[Parts, str] = {(): COURSE}
        self._links: dict[str, Links] = {}
        self._add(units)

    def _add(self, units: Iterable[Unit]) -> None:
        for unit in units:
            if not unit.notebook:
                self._files.setdefault(unit.key, unit)
            for k in range(len(unit.folder)):
                self._folders.setdefault(unit.folder[: k + 1], "")

    def take_siblings(self, folder: Path, exercises: Sequence[str]) -> None:
        """Add the .py files in the same folder that a single file imports by name, directly or not."""
        for unit in islice(self.units, MAX_FILES):  # grows as it goes
            names = [(name, level) for node in unit.imports for name, level in _asked(node)]
            # `from . import helper`, `from exercises.c4_sigmoid.sigmoid import sigmoid`: any part may be a file.
            stems = {part for name, level in names if level or not _is_fixed(name) for part in name.split(".")}
            stems |= {alias.name for node in unit.imports for alias in node.names if not _is_fixed(alias.name)}
            for stem in sorted(stems):
                path = folder / f"{stem}.py"
                if (stem,) not in self._files and path.exists() and not path.is_symlink():
                    self.units.append(Unit(read_file(str(path), (path.name,)), exercises, primary=False))
                    self._add(self.units[-1:])

    def name_all(self) -> None:
        """Give every file and folder its one dotted name in the child; no two share one. To be called once."""
        taken: set[str] = set()

        def free(parent: str, part: str) -> str:
            word = re.sub(r"\W", "_", part)
            word = word if word.isidentifier() else f"_{word}"
            name = wanted = f"{parent}.{word}"
            count = 1
            while name in taken:
                count += 1
                name = f"{wanted}_{count}"
            taken.add(name)
            return name

        for key in sorted(self._folders, key=lambda one: (len(one), one))[1:]:
            self._folders[key] = free(self._folders[key[:-1]], key[-1])
        for unit in sorted(self.units, key=lambda one: one.notebook):
            parent = self._folders[unit.folder]
            first = unit.is_package and self._files.get(unit.key) is unit
            unit.module = parent if first else free(parent, unit.stem)

    # ------------------------------------------------------------ what an import means

    def place(self, key: Parts, *, package: bool = False) -> Place | None:
        """The module with this key. A folder with __init__.py comes before a file, a file before a plain folder."""
        file = self._files.get(key) if key else None
        init = self._files.get((*key, "__init__"))
        if key in self._folders and (package or init or file is None):
            return Place(self._folders[key], key, init, package=True)
        return Place(file.module, key, file, package=False) if file else None

    def resolve(self, unit: Unit, name: str, level: int = 0) -> Chain:
        """The submission's modules that an import names. Empty where it leads out of the submission.

        An absolute name is looked for beside the importing file, then in each folder above it, up to the root; a
        leading `exercises`, or the name of the root folder, stands for the root, or for any folder between it and the
        file.
        """
        parts = tuple(name.split(".")) if name else ()
        if level:
            if level - 1 > len(unit.folder):
                return []
            base = unit.folder[: len(unit.folder) - (level - 1)]
            dots = "." * level
            return self._chain(base, parts, [dots + ".".join(parts[: k + 1]) for k in range(-1, len(parts))])
        if not parts or _is_fixed(name):
            return []
        written = [".".join(parts[: k + 1]) for k in range(len(parts))]
        bases = [unit.folder[:k] for k in range(len(unit.folder), -1, -1)]
        chains = (self._chain(base, parts, ["", *written])[1:] for base in bases)
        if found := next((one for one in chains if one and one[-1][1].unit is not unit), None):
            return found
        if parts[0] in (COURSE, self.folder):
            chains = (self._chain(base, parts[1:], written) for base in ((), *reversed(bases[:-1])))
            return next((one for one in chains if one and one[-1][1].unit is not unit), [])
        return []

    def _chain(self, base: Parts, parts: Parts, written: list[str]) -> Chain:
        """The modules from `base` along `parts`, one more than there are parts; empty if one of them is not there."""
        chain = []
        for k, prefix in enumerate(written):
            one = self.place((*base, *parts[:k]), package=k < len(parts))
            if one is None or (k < len(parts) and not one.package):
                return []
            chain.append((prefix, one))
        return chain

    def resolve_from(self, unit: Unit, node: ast.ImportFrom) -> Chain:
        """As `resolve`, for `from ... import`, which may also name a course file by its place in the course.

        `from exercises.c4_sigmoid.sigmoid import sigmoid` holds also where the learner keeps all files in one folder,
        or all functions in one file; and `from sigmoid import sigmoid` from another chapter's folder.
        """
        name = node.module or ""
        chain = self.resolve(unit, name, node.level)
        if chain or node.level or _is_fixed(name):
            return chain
        if "." not in name:
            files = [one for key, one in self._files.items() if key[-1] == name and one is not unit]
            # A file called like a library is not meant where it lacks what is asked for.
            if len(files) == 1 and all(one.name in ("*", *files[0].bindings) for one in node.names):
                return [(name, Place(files[0].module, files[0].key, files[0], files[0].is_package))]
            return chain
        if not name.startswith(f"{COURSE}."):
            return chain
        stem = name.rpartition(".")[2]
        for others in (
            [one for key, one in self._files.items() if key[-1] == stem and one is not unit],
            [one for one in self.units if one is not unit and any(b.kind == "def" for b in one.bindings.get(stem, ()))],
        ):
            if len(others) == 1:
                return [(name, Place(others[0].module, others[0].key, others[0], others[0].is_package))]
        return []

    def guessed(self, unit: Unit) -> dict[str, Unit]:
        """Imports of `exercises....` in a file that lead nowhere by themselves: as written -> the file taken for it."""
        found = {}
        for node in unit.imports:
            if not isinstance(node, ast.ImportFrom) or node.level or not (node.module or "").startswith(f"{COURSE}."):
                continue
            name = node.module or ""
            chain = [] if self.resolve(unit, name) else self.resolve_from(unit, node)
            taken = chain[-1][1].unit if chain else None
            below = tuple(name.split(".")[1:])  # where a chapter's folder was handed in, that is its name
            if taken is not None and (self.folder, *taken.key)[-len(below) :] != below:
                found[name] = taken
        return found

    # ------------------------------------------------------------ what files import

    def _links_of(self, unit: Unit) -> Links:
        """What one file imports itself."""
        if unit.path in self._links:
            return self._links[unit.path]
        aliases: dict[str, str] = {}
        units: list[Unit] = []
        outside: set[str] = set()
        for node in unit.imports:
            chains = []
            if isinstance(node, ast.ImportFrom):
                chains = [self.resolve_from(unit, node)]
                if chains[0] and (last := chains[0][-1][1]).package:
                    inner = [self.place((*last.key, alias.name)) for alias in node.names]
                    units += [one.unit for one in inner if one and one.unit]
            else:
                chains = [self.resolve(unit, alias.name) for alias in node.names]
            for (name, level), chain in zip(_asked(node), chains, strict=True):
                aliases.update((prefix, place.module) for prefix, place in chain)
                # A package's __init__.py runs only where something is asked of the package itself: one faulty line in
                # it shall not take every exercise of the folder along.
                asked = chain[-1:] if isinstance(node, ast.ImportFrom) else chain
                units += [place.unit for _, place in asked if place.unit]
                if not chain and not level and not _is_fixed(name):
                    outside.add(name.partition(".")[0])
        found = self._links[unit.path] = Links({unit.module: aliases} if aliases else {}, units, outside)
        return found

    def links(self, unit: Unit) -> Links:
        """What a file and those of the submission that it imports, directly or not, import. It is the first unit."""
        found = Links({}, [unit], set())
        for one in found.units:  # grows as it goes
            own = self._links_of(one)
            found.aliases |= own.aliases
            found.outside |= own.outside
            found.units += [other for other in dict.fromkeys(own.units) if other not in found.units]
        return found
