"""What a learner handed in, read from source. Nothing here runs, imports or evaluates a learner's code.

    read_submission(path, names)      a folder, a .py file, a notebook or an archive -> Submission
        .find("softmax")              where the exercise stands, or the sentence that says why it cannot be graded
        .broken_rule("softmax", [..]) what it uses although the exercise asks for something else
        .payload("softmax")           the source that a child needs to run it, as JSON-able data

An exercise is a module-level binding of its name, in whichever file it stands. Files are held as text from here on:
the child never sees a path, and what is graded is exactly the bytes whose sha256 is reported.
"""

from __future__ import annotations

import ast
import os
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from grader import sources, words
from grader.modules import Modules, Unit
from grader.notebook import needed_for
from grader.rules import Rules
from grader.sources import COURSE, MAX_FILES, Raw, SubmissionError, read_sources, shown
from grader.syntax import Binding, Broken, is_function, is_stub, main_guard

__all__ = ["Chunk", "Found", "SourceFile", "Submission", "SubmissionError", "read_submission"]

Status = Literal["found", "missing", "not_started", "unreadable", "duplicate"]


class Chunk(NamedTuple):
    """A piece of source that is compiled by itself: a file, or a cell.

    Line numbers are those of the file or of the cell: what is left out of a cell is blanked, not removed.
    """

    label: str
    source: str


class SourceFile(NamedTuple):
    """One file of the submission. `path` is relative to the submission's root, `module` its name in the child.

    `sha256` is that of the file's bytes; empty where they could not be read.
    """

    path: str
    sha256: str
    module: str
    chunks: tuple[Chunk, ...]
    notes: tuple[str, ...]


class Found(NamedTuple):
    """Where an exercise stands. `line` is 0 where unknown; `notes` concern this exercise, `file.notes` the file."""

    name: str
    status: Status
    message: str
    file: SourceFile | None
    line: int
    label: str
    notes: tuple[str, ...]


class _Definition(NamedTuple):
    """What a file makes of a name in the end. `earlier`: the real definitions in the same file that it replaces."""

    kind: Literal["real", "value", "stub", "import"]
    unit: Unit
    binding: Binding
    earlier: tuple[Binding, ...] = ()


def read_submission(
    path: Path,
    names: Sequence[str],
    places: Mapping[str, str] | None = None,
    known: dict[Raw, Unit] | None = None,
) -> Submission:
    """Read a folder, a .py file, a notebook (.ipynb) or an archive (.zip, .tar, .tar.gz, .tar.xz, .tar.bz2).

    Args:
        path: what was handed in. A checkout of the whole course counts as its `exercises/`.
        names: the names of all exercises of the course.
        places: where the course keeps an exercise, as "c4_sigmoid/sigmoid.py". Where several files define it, the one
            that stands there counts.
        known: the files as read before, for reading again and again: one that is as it was is not parsed anew. It is
            brought up to date, and the submission that was read with it before is of no use afterwards.

    Raises:
        SubmissionError: there is nothing there that can be read.
    """
    found = read_sources(Path(path))
    notes = found.notes
    with warnings.catch_warnings():
        # Python warns on standard error of "\d" in a plain string, and the like; the child's own run says so again.
        warnings.simplefilter("ignore")
        units: list[Unit] = []
        size = 0
        for raw in found.raws:
            if size > sources.MAX_CODE:
                notes.append(words.stopped(len(units), shown("/".join(raw.parts))))
                break
            units.append((known or {}).get(raw) or Unit(raw, names))
            size += sum(len(block.source) for block in units[-1].blocks)
        if known is not None:
            known.clear()
            known.update(zip(found.raws, units, strict=False))  # past a limit, fewer are parsed than read
        root = Path(os.path.abspath(found.root))
        modules = Modules(units, root.parent.name if found.single else root.name)
        if found.single:
            modules.take_siblings(Path(os.path.realpath(found.root)).parent, names)
    modules.name_all()
    return Submission(found.root, modules, notes, names, places or {})


class Submission:
    """All that was handed in. `path` is the root that the files' paths are relative to (the file, for a single file).

    `notes` say what was passed over and might have mattered.
    """

    def __init__(
        self, root: Path, modules: Modules, notes: Sequence[str], names: Sequence[str], places: Mapping[str, str]
    ) -> None:
        self.path = shown(root.as_posix())
        self.notes = tuple(notes)
        self._name = shown(root.name or str(root))
        self._modules = modules
        self._units = modules.units
        self._rules = Rules(modules)
        self._names = frozenset(names)
        self.places = places
        self._in_course = modules.folder == COURSE and root.is_dir()
        self._found: dict[str, tuple[Found, Unit | None]] = {}
        self._files = {
            unit.path: SourceFile(
                unit.path,
                unit.sha256,
                unit.module,
                tuple(Chunk(block.label, block.source) for block in unit.blocks),
                tuple(unit.notes),
            )
            for unit in self._units
        }
        self.files = tuple(self._files[unit.path] for unit in self._units if not unit.problem)

    def find(self, name: str) -> Found:
        """Where the exercise `name` stands. Never raises for what a learner wrote."""
        return self._find(name)[0]

    def files_for(self, name: str) -> tuple[SourceFile, ...]:
        """The file that defines `name`, then the files of the submission that it imports, directly or not.

        What could not even be read is not among them: it has no sha256.
        """
        unit = self._find(name)[1]
        return tuple(self._files[one.path] for one in self._modules.links(unit).units if one.sha256) if unit else ()

    def payload(self, name: str) -> dict[str, Any]:
        """What a child needs to run `name`, and no more, as JSON-able data.

            {"entry": module, "function": name,
             "modules": {module: {"package": bool, "chunks": [[label, source], ...]}},
             "aliases": {importing module: {name as written: module}},
             "absent": [package, ...]}

        `modules` has one entry a module, under one canonical dotted name (`exercises.c5_softmax.softmax`), and one for
        each package above it, often without chunks. A chunk is compiled by itself, with its label as file name, and
        run in the module's namespace, in order. A notebook's chunks hold only what `name` needs of it. A file that is
        imported but could not be read has a chunk that raises ImportError with the reason. Relative imports hold as
        Python resolves them, `__package__` being set as usual.

        `aliases` gives the learners' own names for those modules. They hold for the importing module alone, so that
        two folders may each have a `helper.py`, and a learner's `numba.py` is nobody else's. The key is
        `"." * level + name`, as `__import__` gets them, and the table is looked up by `globals["__name__"]`: the child
        gives each of these modules a `__builtins__` dict of its own whose `__import__` does so. If the key is there,
        the module is loaded under its canonical name; an import with a fromlist yields it (after loading such names of
        the fromlist as are modules in `modules`), one without yields what the key's first component stands for, which
        is in the table too. What is not in the table is left to the real `__import__`. `numpy` and the standard
        library's names are never in it.

        `absent` names the packages outside of NumPy and the standard library that these files import but `name` does
        not reach (a plotting library, TensorFlow for a comparison): they may be missing, or slow, and the child may
        put a stand-in in their place.

        Raises LookupError unless `find(name).status` is "found".
        """
        found, unit = self._find(name)
        if found.status != "found" or unit is None:
            raise LookupError(found.message)
        links = self._modules.links(unit)
        modules: dict[str, dict[str, Any]] = {}
        reached = set(self._rules.reach(unit, name).packages) if links.outside else set()
        for one in links.units:
            chunks = [[block.label, block.source] for block in one.blocks]
            if one.problem:
                chunks = [[one.path, f"raise ImportError({one.problem!r})"]]
            elif one.notebook:  # nothing imports a notebook, so that it is the file with the exercise
                cells, used = needed_for(one.blocks, name)
                chunks = [list(cell) for cell in cells]
                reached |= {package for other in used for package in self._rules.reach(one, other).packages}
            modules[one.module] = {"package": one.is_package, "chunks": chunks}
        for module in [*modules, *(target for own in links.aliases.values() for target in own.values())]:
            while module:
                modules.setdefault(module, {"package": True, "chunks": []})
                module = module.rpartition(".")[0]
        return {
            "entry": unit.module,
            "function": name,
            "modules": modules,
            "aliases": links.aliases,
            "absent": sorted(links.outside - reached),
        }

    def broken_rule(self, name: str, forbidden: Sequence[str]) -> str | None:
        """The sentence about the first thing that `name` uses and must not, or None.

        Args:
            name: the exercise. Only code that its function reaches counts: itself, and the helpers, classes and
                constants that it names, directly or not, in this file or in others of the submission.
            forbidden: "@" (the operator, and its other spellings), a bare name such as "dot" (any attribute or
                imported name so called), or a dotted one such as "np.convolve". BANNED_PACKAGES are forbidden anyway.
        """
        found, unit = self._find(name)
        return self._rules.broken(unit, name, forbidden) if unit and found.status == "found" else None

    # ------------------------------------------------------------ finding

    def _find(self, name: str) -> tuple[Found, Unit | None]:
        """Where an exercise stands, and in which file."""
        if name not in self._found:
            self._found[name] = self._look_for(name)
        return self._found[name]

    def _look_for(self, name: str) -> tuple[Found, Unit | None]:
        found = [one for unit in self._units if (one := self._definition(unit, name))]
        if any(one.unit.primary and one.kind != "import" for one in found):
            found = [one for one in found if one.unit.primary]
        real, values, stubs, imports = (
            [one for one in found if one.kind == kind] for kind in ("real", "value", "stub", "import")
        )
        broken = [
            (unit, piece)
            for unit in self._units
            if (unit.primary or not real)
            and (piece := unit.defines_in_broken(name))
            # In a notebook a good definition further down takes the place of one that cannot be read.
            and not any(one.unit is unit and one.binding.position > piece.position for one in real)
        ]
        notes = []
        own = [one for one in real if self._is_at_its_place(one.unit, name)]
        if len(own) == 1:
            others = [one.binding.where for one in real if one is not own[0]] + [piece.label for _, piece in broken]
            if others:
                notes.append(words.note_own_file(name, own[0].binding.where, others))
            return self._graded(name, own, stubs, notes)
        if not real:
            broken += [(unit, unit.broken[0]) for unit in self._units if unit.problem and unit.stem == name]
        if broken:
            return self._unreadable(name, *broken[0])
        if real or (values and not stubs):
            return self._graded(name, real or values, stubs, notes)
        if stubs:
            one = stubs[0]
            message = words.not_started(name, one.binding.where, one.earlier[-1].where if one.earlier else "")
            return self._said(name, "not_started", message, one), one.unit
        if imports:
            return self._graded(name, imports[:1], [], notes)
        return self._missing(name)

    def _said(self, name: str, status: Status, message: str, one: _Definition, notes: Sequence[str] = ()) -> Found:
        file, binding = self._files[one.unit.path], one.binding
        return Found(name, status, message, file, binding.node.lineno, binding.label, tuple(notes))

    def _unreadable(self, name: str, unit: Unit, broken: Broken) -> tuple[Found, Unit]:
        file = self._files[unit.path]
        return Found(name, "unreadable", broken.problem, file, broken.line, broken.label, ()), unit

    def _is_at_its_place(self, unit: Unit, name: str) -> bool:
        """Whether a file stands where the course keeps this exercise: below a folder `exercises`, or below the root.

        The root is any folder that holds all files: `sigmoid.py` counts where only `c4_sigmoid/` was handed in.
        """
        place = tuple(self.places.get(name, "").removesuffix(".py").split("/"))
        key = (self._modules.folder, *unit.key)
        above = key[: len(key) - len(place)]
        if unit.notebook or key[len(above) :] != place:
            return False
        folders = ((self._modules.folder, *one.folder) for one in self._units)
        return above[-1:] == (COURSE,) or all(one[: len(above)] == above for one in folders)

    def _graded(
        self, name: str, real: list[_Definition], stubs: list[_Definition], notes: list[str]
    ) -> tuple[Found, Unit]:
        first = real[0]
        places = [one.binding.where for one in real]
        if len(real) > 1:
            if len({self._fingerprint(one, name) for one in real}) > 1:
                return self._said(name, "duplicate", words.defined_in_files(name, places), first), first.unit
            notes.append(words.note_copies(name, places))
        if first.earlier:
            notes.append(words.note_later(name, [one.where for one in first.earlier], first.binding.where))
        if stubs:
            notes.append(words.note_stub_elsewhere(name, [one.binding.where for one in stubs]))
        # A file's place in the course may be written wherever the file is; any other must be true.
        course = {f"{COURSE}.{place.removesuffix('.py').replace('/', '.')}" for place in self.places.values()}
        for written, unit in self._modules.guessed(first.unit).items():
            if course and written not in course:
                notes.append(words.note_import(written, unit.path))
        return self._said(name, "found", "", first, notes), first.unit

    def _fingerprint(self, one: _Definition, name: str) -> str:
        """Equal for two definitions that do the same with the same helpers, whatever their comments and layout."""
        reach = self._rules.reach(one.unit, name)
        try:
            text = "\n".join(ast.dump(node) for node in reach.statements)
        except RecursionError:
            text = ""
        return text if text and reach.complete else one.unit.path

    # ------------------------------------------------------------ what a file makes of a name

    def _definition(self, unit: Unit, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> _Definition | None:
        """The last binding counts, as in Python. `seen`: the imports that led here."""
        made: list[_Definition] = []
        for binding in unit.bindings.get(name, ()):
            if binding.kind == "delete":
                made = []
            elif binding.kind not in ("write", "declare") and (one := self._classify(unit, binding, made, seen)):
                made.append(one)
        if not made:
            return None
        last = made[-1]
        if last.kind == "stub" and last.binding.conditional:
            # `if numba: def softmax ... else: def softmax ...` with one branch left empty.
            branches = [one for one in made if one.binding.top == last.binding.top and one.kind == "real"]
            last = branches[-1] if branches else last
        real = [one.binding for one in made if one.kind == "real" and one.binding is not last.binding]
        return last._replace(earlier=tuple(one for one in real if not one.conditional))

    def _classify(
        self, unit: Unit, binding: Binding, before: list[_Definition], seen: frozenset[tuple[str, str]]
    ) -> _Definition | None:
        if binding.kind == "def":
            return _Definition("stub" if is_stub(binding.node) else "real", unit, binding)
        if binding.kind == "import":
            return self._imported(unit, binding, seen)
        if isinstance(binding.value, ast.Constant) and binding.value.value in (None, ...):
            return _Definition("stub", unit, binding)
        if not is_function(binding.value, *unit.functions):
            return _Definition("value", unit, binding)
        given = binding.value.args if isinstance(binding.value, ast.Call) else []
        if before and any(isinstance(one, ast.Name) and one.id == binding.name for one in given):
            return before[-1]  # softmax = njit(softmax)
        return _Definition("real", unit, binding)

    def _imported(self, unit: Unit, binding: Binding, seen: frozenset[tuple[str, str]]) -> _Definition | None:
        """An import that binds the name: nothing if it binds a module, or what is not there."""
        node, alias = binding.node, binding.alias
        if not isinstance(node, ast.ImportFrom) or alias is None or (unit.path, binding.name) in seen:
            return None
        chain = self._modules.resolve_from(unit, node)
        if not chain:
            inside = node.level or (node.module or "").partition(".")[0] == COURSE
            return None if inside else _Definition("import", unit, binding)
        other = chain[-1][1].unit
        inner = self._definition(other, alias.name, seen | {(unit.path, binding.name)}) if other else None
        if inner is None:
            return None
        if alias.name == binding.name:
            return _Definition("import", unit, binding) if inner.kind != "stub" else None
        return _Definition(inner.kind, unit, binding)

    # ------------------------------------------------------------ missing

    def _missing(self, name: str) -> tuple[Found, Unit | None]:
        """Say where one looked, and what is there in its place."""
        place = self.places.get(name, "")
        own = next((one for one in self._units if self._is_at_its_place(one, name)), None)
        if own:
            empty = not any(block.source.strip() for block in own.blocks)
            said = [words.own_file_without(name, own.path, place, empty)]
        elif place and self._units and self._in_course:
            said = [words.own_file_missing(name, place)]
        else:
            said = [words.missing(name, self._name, [unit.path for unit in self._units])]
        unit = next((one for one in self._units if one.problem and one.notebook), None)
        if unit:
            # Any exercise may be in a notebook that cannot be opened.
            said = [words.perhaps_unreadable(name, unit.problem)]
        if hint := self._nested(name) or self._look_alike(name) or self._nearest(name):
            said.append(hint)
        if broken := [one.label for other in self._units if other is not unit for one in other.broken]:
            said.append(words.does_not_count(broken))
        message = " ".join([*said, *self.notes])
        if unit:
            return self._unreadable(name, unit, unit.broken[0])[0]._replace(message=message), unit
        return Found(name, "missing", message, None, 0, "", ()), None

    def _nested(self, name: str) -> str:
        """A sentence about a definition of the name that stands inside something else."""
        if name not in self._inner:
            return ""
        where, outer = self._inner[name]
        what = "script" if isinstance(outer, ast.If) else "class" if isinstance(outer, ast.ClassDef) else "function"
        return words.stands_inside(what, getattr(outer, "name", ""), where)

    @cached_property
    def _inner(self) -> dict[str, tuple[str, ast.stmt]]:
        """Every function that is not a module's own: where it stands, and in what."""
        return {
            node.name: (f"{block.label}, line {node.lineno}", outer)
            for unit in self._units
            for block in unit.blocks
            for outer in block.tree.body
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or main_guard(outer) == "=="
            for node in ast.walk(outer)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not outer
        }

    @cached_property
    def _candidates(self) -> dict[str, str]:
        """The functions and classes at module level that are no exercises, with where they stand; of many the first."""
        every = (
            (one.name, one.where)
            for unit in self._units
            for found in unit.bindings.values()
            for one in found
            # Renaming what another exercise needs would break that one.
            if (one.kind == "def" or isinstance(one.value, ast.Lambda)) and one.name not in self._names
        )
        return dict(islice(every, MAX_FILES))

    def _look_alike(self, name: str) -> str:
        for other, where in self._candidates.items():
            if other != name and other.translate(_LOOK_ALIKES) == name:
                odd = next(one for one in other if not one.isascii())
                called = unicodedata.name(odd, "another character").lower()
                return words.looks_alike(where, odd, other.index(odd) + 1, called)
        return ""

    def _nearest(self, name: str) -> str:
        import difflib

        plain: dict[str, str] = {}
        for other in self._candidates:
            plain.setdefault(other.casefold().replace("_", ""), other)
        near = difflib.get_close_matches(name.casefold().replace("_", ""), plain, n=3, cutoff=0.75)
        return words.nearest(name, {plain[one]: self._candidates[plain[one]] for one in near}) if near else ""


_LOOK_ALIKES = str.maketrans(
    # Cyrillic, then Greek, then letters of the International Phonetic Alphabet.
    "асеорхуіјѕһԁԛԝмтвгкпαορνικτυχεςɑɡɩ",
    "aceopxyijshdqwmtbrknaopviktuxecagi",
)
