"""What a learner handed in, read from source. Nothing here runs, imports or evaluates a learner's code.

    read_submission(path, names)      a folder, a .py file, a notebook or an archive -> Submission
        .find("softmax")              where the exercise stands, or the sentence that says why it cannot be graded
        .broken_rule("softmax", [..]) what it uses although the exercise asks for something else
        .payload("softmax")           the source that a child needs to run it, as JSON-able data

An exercise is a module-level binding of its name, in whichever file it stands. Files are held as text from here on:
the child never sees a path, and what is graded is exactly the bytes whose sha256 is reported.

Cells of a notebook are numbered from 1 over all its cells, text cells too, from top to bottom: the numbers do not
change with the order in which cells were run.
"""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import stat
import sys
import unicodedata
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, Literal

MIB = 1 << 20
MAX_SOURCE = 1 * MIB
"""Bytes of a .py file that are read at most."""
MAX_NOTEBOOK = 20 * MIB
MAX_TOTAL = 50 * MIB
"""Bytes of all files together at most; of an archive, packed, and again unpacked."""
MAX_CODE = 2 * MIB
"""Characters of code in all files together at most. Syntax trees take a hundred times as much memory."""
MAX_STEPS = 1_000_000
"""Looks at a node or a name that the checks of one submission's rules may take: a few seconds."""
MAX_FILES = 2000
MAX_NOTES = 20
MAX_DEPTH = 20
"""Folders below folders, at most."""
MAX_ENTRIES = 100_000
"""Files and folders of any kind that are looked at, at most."""

BANNED_PACKAGES = frozenset(
    [
        *("tensorflow", "keras", "torch", "jax", "jaxlib", "scipy", "sklearn", "cv2"),
        *("mxnet", "cupy", "theano", "autograd", "tflearn", "solutions", "grader"),
    ]
)
"""Packages that would do an exercise's work, or hold its answer. Using one breaks a rule in every exercise."""

_SUSPECT = re.compile(rf"\b(?:{'|'.join(sorted(BANNED_PACKAGES))}|import_module|__import__|modules)\b")
"""What has to stand in a source that uses one of them."""

ROOT = "exercises"
"""The package under which the child holds a submission, whatever its folder is called."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")

Status = Literal["found", "missing", "not_started", "unreadable", "duplicate"]
Key = tuple[str, ...]
"""Folders and stem of a file below the root, NFKC-normalised as Python normalises the names in an import."""


class SubmissionError(Exception):
    """The path as a whole cannot be graded. The message is a whole sentence for whoever named the path."""


class _UnusableError(Exception):
    """A file, or a cell, cannot be used. The message is the sentence for the learner, `line` where it applies or 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


# ---------------------------------------------------------------- what others see


@dataclass(frozen=True)
class Chunk:
    """A piece of source that is compiled by itself: a file, or a cell.

    Line numbers are those of the file or of the cell: what is left out of a cell is blanked, not removed.
    """

    label: str
    source: str


@dataclass(frozen=True)
class SourceFile:
    """One file of the submission. `path` is relative to the submission's root, `module` its name in the child.

    `sha256` is that of the file's bytes; empty where they could not be read.
    """

    path: str
    sha256: str
    module: str
    chunks: tuple[Chunk, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Where an exercise stands. `line` is 0 where unknown; `notes` concern this exercise, `file.notes` the file."""

    name: str
    status: Status
    message: str
    file: SourceFile | None
    line: int
    label: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Submission:
    """All that was handed in. `path` is the root that the files' paths are relative to (the file, for a single file).

    `notes` say what was passed over and might have mattered.
    """

    path: str
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...]
    _tree: _Tree = field(repr=False, compare=False)

    def find(self, name: str) -> Found:
        """Where the exercise `name` stands. Never raises for what a learner wrote."""
        return self._tree.find(name)

    def files_for(self, name: str) -> tuple[SourceFile, ...]:
        """The file that defines `name`, then the files of the submission that it imports, directly or not.

        What could not even be read is not among them: it has no sha256.
        """
        unit = self._tree.unit_of(name)
        files = [one.file for one in self._tree.closure(unit)[0]] if unit else []
        return tuple(one for one in files if one.sha256)

    def payload(self, name: str) -> dict[str, Any]:
        """What a child needs to run `name`, and no more, as JSON-able data.

            {"entry": module, "function": name,
             "modules": {module: {"package": bool, "chunks": [[label, source], ...]}},
             "aliases": {importing module: {name as written: module}},
             "absent": [package, ...]}

        `modules` has one entry a module, under one canonical dotted name (`exercises.c5_softmax.softmax`), and one for
        each package above it, often without chunks. A chunk is compiled by itself, with its label as file name, and
        run in the module's namespace, in order. A file that is imported but could not be read has a chunk that raises
        ImportError with the reason. Relative imports hold as Python resolves them, `__package__` being set as usual.

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
        found = self.find(name)
        unit = self._tree.unit_of(name)
        if found.status != "found" or unit is None:
            raise LookupError(found.message)
        return self._tree.payload(unit, name)

    def broken_rule(self, name: str, forbidden: Sequence[str]) -> str | None:
        """The sentence about the first thing that `name` uses and must not, or None.

        Args:
            name: the exercise. Only code that its function reaches counts: itself, and the helpers, classes and
                constants that it names, directly or not, in this file or in others of the submission.
            forbidden: "@" (the operator, and its other spellings), a bare name such as "dot" (any attribute or
                imported name so called), or a dotted one such as "np.convolve". BANNED_PACKAGES are forbidden anyway.

        The check reads the source; who wants to get round it can. It keeps an honest learner on the path.
        """
        unit = self._tree.unit_of(name)
        if unit is None or self.find(name).status != "found":
            return None
        if not forbidden and not any(one.suspect for one in self._tree.closure(unit)[0]):
            return None
        reach = self._tree.reach(unit, name, forbidden)
        return f"{name} {reach.finding}" if reach.finding else None


def read_submission(path: Path, names: Sequence[str]) -> Submission:
    """Read a folder, a .py file, a notebook (.ipynb) or an archive (.zip, .tar, .tar.gz, .tar.xz, .tar.bz2).

    Args:
        path: what was handed in. A checkout of the whole course counts as its `exercises/`.
        names: the names of all exercises of the course.

    Raises:
        SubmissionError: there is nothing there that can be read.
    """
    path = Path(path)
    root = path.as_posix()
    only = False
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SubmissionError(f"{_shown(root)} cannot be opened ({reason}): check the path.") from error
    suffix = path.name.casefold()
    notes: list[str] = []
    if stat.S_ISDIR(mode):
        folder = _course_folder(path)
        root = folder.as_posix()
        raws = _read_folder(folder, notes)
    elif not stat.S_ISREG(mode):
        raise SubmissionError(f"{_shown(root)} is neither a file nor a folder: name one that holds your code.")
    elif suffix.endswith(ARCHIVES):
        raws = _read_archive(path, notes)
    elif suffix.endswith((".py", ".ipynb")):
        only = True
        raw = _read_raw(os.path.realpath(path), (path.name,))
        if raw.data is None:
            raise SubmissionError(raw.problem)
        raws = [raw]
    else:
        raise SubmissionError(
            f"{_shown(root)} cannot be graded: give a folder, a .py file, a notebook (.ipynb) or an archive "
            "(.zip, .tar, .tar.gz, .tar.xz)."
        )
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"{len(notes) - MAX_NOTES} more files or folders were passed over."]
    with warnings.catch_warnings():
        # Python warns on standard error of "\d" in a plain string, and the like; the child's own run says so again.
        warnings.simplefilter("ignore")
        units: list[_Unit] = []
        for raw in raws:
            if sum(one.size for one in units) > MAX_CODE:
                notes.append(_stopped(len(units), _shown("/".join(raw.parts))))
                break
            units.append(_Unit(raw, names))
        where = Path(os.path.abspath(path)) if only or stat.S_ISREG(mode) else Path(os.path.abspath(root))
        tree = _Tree(units, where.parent.name if only else where.name, _shown(PurePosixPath(root).name or root), notes)
        if only:
            tree.take_siblings(Path(os.path.realpath(path)).parent, names)
    tree.name_modules()
    return Submission(_shown(root), tuple(one.file for one in tree.units if not one.problem), tuple(notes), tree)


# ---------------------------------------------------------------- bytes


@dataclass(frozen=True)
class _Raw:
    """A file's bytes, or why there are none. `parts` are the names on the way to it from the root."""

    parts: Key
    data: bytes | None
    problem: str


def _shown(name: str) -> str:
    """A learner's words, fit to be printed: letters of every script kept, control and bidi characters escaped."""
    try:
        text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or unicodedata.category(one) == "Zs" else one.encode("unicode_escape").decode()
        for one in text
    )


def _limit(name: str) -> int:
    low = name.casefold()
    return MAX_TOTAL if low.endswith(ARCHIVES) else MAX_NOTEBOOK if low.endswith(".ipynb") else MAX_SOURCE


def _too_large(limit: int) -> _UnusableError:
    return _UnusableError(
        f"is larger than {limit // MIB} MiB and was not read. Take data out of it "
        "(in a notebook: clear the outputs) and save it again."
    )


def _read_raw(path: str, parts: Key) -> _Raw:
    try:
        return _Raw(parts, _read_file(path, _limit(parts[-1])), "")
    except _UnusableError as error:
        return _Raw(parts, None, f"{_shown('/'.join(parts))} {error}")


def _read_file(path: str, limit: int) -> bytes:
    """A regular file's bytes. A link, a pipe or a device put in its place is not followed and cannot make this wait."""
    flags = os.O_RDONLY
    for one in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, one, 0)
    try:
        descriptor = os.open(path, flags)
        with open(descriptor, "rb", closefd=True, buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _UnusableError("is not an ordinary file, so that it was not read. Hand in a plain copy.")
            parts, size = [], 0
            while size <= limit and (part := file.read(limit + 1 - size)):
                parts.append(part)
                size += len(part)
    except OSError as error:
        raise _UnusableError(f"could not be read ({error.strerror}). Check that you may read it.") from error
    if size > limit:
        raise _too_large(limit)
    return b"".join(parts)


def _is_source(name: str) -> bool:
    return name.casefold().endswith((".py", ".ipynb"))


def _is_skipped(folder: str) -> bool:
    return folder.startswith(".") or folder in ("__pycache__", "node_modules", "site-packages", "__MACOSX")


def _telling(name: str) -> bool:
    """Whether a file that is passed over looks as if an answer could be in it."""
    low = name.casefold()
    return low.endswith((*ARCHIVES, ".rar", ".7z", ".py.txt", ".ipynb.txt", ".ipynb.json"))


def _course_folder(path: Path) -> Path:
    """The folder to read: its `exercises/` where it is a checkout of a whole course, or holds nothing else than one."""
    try:
        inside = [one for one in os.scandir(path) if not one.name.startswith(".")]
    except OSError:
        return path
    candidates = [path]
    if len(inside) == 1 and inside[0].is_dir(follow_symlinks=False):
        candidates.append(Path(inside[0].path))
    for one in candidates:
        if all((one / name).is_dir() and not (one / name).is_symlink() for name in (ROOT, "solutions")):
            return one / ROOT
    return path


def _read_folder(root: Path, notes: list[str]) -> list[_Raw]:
    real = os.path.realpath(root)
    raws: list[_Raw] = []
    seen = total = 0

    def descend(folder: str, parts: Key) -> bool:
        """Read one folder; False once a limit is met."""
        nonlocal seen, total
        try:
            entries = sorted(os.scandir(folder), key=lambda one: one.name)
        except OSError as error:
            if not parts:
                raise SubmissionError(f"{_shown(folder)} cannot be opened ({error.strerror}).") from error
            notes.append(f"The folder {_shown('/'.join(parts))} was passed over: it cannot be opened.")
            return True
        if parts and any(one.name == "pyvenv.cfg" for one in entries):
            return True  # a virtual environment: its thousands of files are nobody's answer
        for entry in entries:
            seen += 1
            here = (*parts, entry.name)
            shown = _shown("/".join(here))
            if len(raws) >= MAX_FILES or seen > MAX_ENTRIES or total > MAX_TOTAL:
                notes.append(_stopped(len(raws), shown))
                return False
            try:
                link, is_folder = entry.is_symlink(), entry.is_dir()
            except OSError:
                link, is_folder = True, False
            if is_folder:
                if _is_skipped(entry.name):
                    continue
                if link:
                    notes.append(f"The folder {shown} was passed over: it is a link to another folder.")
                elif len(here) > MAX_DEPTH:
                    notes.append(f"The folder {shown} was passed over: it lies more than {MAX_DEPTH} folders deep.")
                elif not descend(entry.path, here):
                    return False
            elif entry.name.startswith("."):
                continue
            elif _is_source(entry.name):
                target = entry.path
                if link:
                    target = os.path.realpath(entry.path)
                    if not os.path.exists(target) or not Path(target).is_relative_to(real):
                        notes.append(f"{shown} was passed over: it is a link that leads out of the folder, or nowhere.")
                        continue
                raws.append(_read_raw(target, here))
                total += len(raws[-1].data or b"")
            elif _telling(entry.name):
                notes.append(_passed_over(shown))
        return True

    descend(str(root), ())
    return raws


def _stopped(count: int, shown: str) -> str:
    return f"Only the first {count} files were read, up to {shown}: hand in a smaller folder."


def _passed_over(shown: str) -> str:
    if shown.casefold().endswith((".txt", ".json")):
        return f"{shown} was passed over: its name does not end in .py or .ipynb. Rename it if it is your answer."
    return f"{shown} was passed over: unpack it first if your answers are in it."


# ---------------------------------------------------------------- archives


def _read_archive(path: Path, notes: list[str]) -> list[_Raw]:
    """The members that can hold answers, read in memory: nothing is unpacked to disk, whatever a name says."""
    shown = _shown(path.name)
    raw = _read_raw(os.path.realpath(path), (path.name,))
    if raw.data is None:
        raise SubmissionError(raw.problem)
    try:
        raws = _members(raw.data, zipped=path.name.casefold().endswith(".zip"), notes=notes)
    except _UnusableError as error:
        raise SubmissionError(f"{shown} {error}") from error
    except Exception as error:
        # The parsers of archives raise a score of types on damaged bytes; each means just this.
        raise SubmissionError(f"{shown} is damaged and cannot be unpacked: pack your files again.") from error
    return _only_exercises(raws)


def _members(data: bytes, *, zipped: bool, notes: list[str]) -> list[_Raw]:
    members = _zip_members(data) if zipped else _tar_members(data)
    raws: dict[Key, _Raw] = {}
    total = 0
    for name, plain, read in members:
        name = name.replace("\\", "/")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        shown = _shown(name)
        if not parts or parts[-1].startswith(".") or any(_is_skipped(part) for part in parts[:-1] if part != ".."):
            continue
        if not _is_source(parts[-1]):
            if _telling(parts[-1]):
                notes.append(_passed_over(shown))
            continue
        if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
            notes.append(f"{shown} was passed over: its name leads out of the archive.")
        elif not plain:
            notes.append(f"{shown} was passed over: it is a link or a device and no ordinary file.")
        elif len(parts) > MAX_DEPTH + 1:
            notes.append(f"{shown} was passed over: it lies more than {MAX_DEPTH} folders deep.")
        elif len(raws) >= MAX_FILES:
            notes.append(_stopped(len(raws), shown))
            break
        else:
            limit = _limit(parts[-1])
            content: bytes | None = read(limit + 1)
            total += len(content or b"")
            if total > MAX_TOTAL:
                raise _UnusableError(f"unpacks to more than {MAX_TOTAL // MIB} MiB: pack only your answers.")
            problem = ""
            if content is not None and len(content) > limit:
                content, problem = None, f"{shown} {_too_large(limit)}"
            # Of two members of one name the later one stays, as when an archive is unpacked.
            raws[parts] = _Raw(parts, content, problem)
    return [raws[parts] for parts in sorted(raws)]


Member = tuple[str, bool, Callable[[int], bytes]]
"""Name, whether it is an ordinary file, and what reads at most so many bytes of it."""


def _zip_members(data: bytes) -> Iterator[Member]:
    import zipfile

    if data.count(b"PK\x01\x02") > 10 * MAX_FILES:
        raise _UnusableError("holds too many files: pack only your answers.")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            mode = info.external_attr >> 16
            if info.flag_bits & 0x1 and _is_source(info.filename):
                raise _UnusableError("is locked with a password: pack your files without one.")

            def read(size: int, info: zipfile.ZipInfo = info) -> bytes:
                with archive.open(info) as member:
                    return member.read(size)

            yield _zip_name(info.filename, info.flag_bits), not mode or stat.S_IFMT(mode) in (0, stat.S_IFREG), read


def _zip_name(name: str, flags: int) -> str:
    """A member's name. Without the UTF-8 flag zipfile reads cp437; what wrote it was UTF-8, or a Korean Windows."""
    if flags & 0x800 or name.isascii():
        return name
    for encoding in ("utf-8", "cp949"):
        try:
            return name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return name


def _tar_members(data: bytes) -> Iterator[Member]:
    import bz2
    import gzip
    import lzma
    import tarfile

    openers: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7": lzma.open, b"BZ": bz2.open}
    if opener := openers.get(data[:2]):
        # Unpacked here and not by tarfile, which would go through any number of bytes to reach the next member.
        with opener(io.BytesIO(data)) as packed:
            data = packed.read(MAX_TOTAL + 1)
        if len(data) > MAX_TOTAL:
            raise _UnusableError(f"unpacks to more than {MAX_TOTAL // MIB} MiB: pack only your answers.")
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            if member.isdir():
                continue

            def read(size: int, member: tarfile.TarInfo = member) -> bytes:
                file = archive.extractfile(member)
                return file.read(size) if file else b""

            yield member.name, member.isreg(), read


def _only_exercises(raws: list[_Raw]) -> list[_Raw]:
    """As `_course_folder`, for the members of an archive."""
    tops = {raw.parts[0] for raw in raws}
    prefixes: list[Key] = [()]
    if len(tops) == 1:
        prefixes.append((next(iter(tops)),))
    for prefix in prefixes:
        n = len(prefix)
        inside = {raw.parts[n] for raw in raws if len(raw.parts) > n + 1}
        if {ROOT, "solutions"} <= inside:
            kept = [raw for raw in raws if raw.parts[n] == ROOT and len(raw.parts) > n + 1]
            return [_Raw(raw.parts[n + 1 :], raw.data, raw.problem) for raw in kept]
    return raws


# ---------------------------------------------------------------- text


_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(r"^[ \t\f]*(?:#.*)?$")
_SAVE = "Save the file as UTF-8 (in most editors: Save with Encoding), then run grade again."


def _decode(data: bytes, shown: str) -> str:
    """The text of a source file with plain line ends. One rule for all: the bytes are UTF-8, with or without a BOM."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _UnusableError(f"{shown} is saved as UTF-16, which Python cannot read. {_SAVE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _UnusableError(f"{shown}, line {line}: the file is not saved as UTF-8. {_SAVE}", line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _UnusableError(
            f"{shown}, line {line}: the file holds a NUL character, which no Python file may: it is no plain text, "
            f"or it is damaged. {_SAVE}",
            line,
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    for head in (first, rest.partition("\n")[0]) if _BLANK.match(first) else (first,):
        if cookie := _COOKIE.match(head):
            if cookie[1].lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig", "u8", "ascii", "us-ascii"):
                raise _UnusableError(f"{shown} says at its top that it is saved as {cookie[1]}, not UTF-8. {_SAVE}")
            break
    return text


def _rough_text(data: bytes) -> str:
    """Something to look for names in, for a file that is not what it should be."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.replace(b"\0", b"").decode("utf-8", "replace")


def _parse(source: str, label: str, *, flags: int = 0) -> ast.Module:
    """The syntax tree of a file or cell that Python would compile.

    Raises:
        _UnusableError: it would not; the message names file, line and reason.
    """
    try:
        tree = ast.parse(source)
        # Parsing lets through what only the compiler refuses: `return` outside a function, an argument named twice.
        compile(tree, label, "exec", dont_inherit=True, flags=flags)
    except SyntaxError as error:
        raise _syntax_error(error, source, label) from error
    except (RecursionError, MemoryError) as error:
        raise _UnusableError(f"{label} is nested too deeply for Python to read. Write it in smaller steps.") from error
    except (ValueError, OverflowError) as error:
        raise _UnusableError(f"{label} cannot be read by Python ({error}). {_SAVE}") from error
    return tree


_CONFLICT = re.compile(r"^(<{7}|>{7})( .*)?$", re.MULTILINE)
MAX_LINE = 200
"""Characters of a faulty line that are shown."""


def _syntax_error(error: SyntaxError, source: str, label: str) -> _UnusableError:
    """What Python found wrong, in a sentence with the line itself."""
    again = "Correct it, then run grade again."
    if conflict := _CONFLICT.search(source):
        number = source.count("\n", 0, conflict.start()) + 1
        return _UnusableError(
            f"{label}, line {number}: the marks of a git merge conflict are still there. Keep the version that you "
            "want and delete the lines that begin with <<<<<<<, ======= and >>>>>>>.",
            number,
        )
    lines = source.split("\n")
    number = min(max(error.lineno or 1, 1), len(lines))
    reason = error.msg.removesuffix(".")
    if isinstance(error, TabError):
        what = "the indentation mixes tabs and spaces. Use four spaces for each level"
    elif isinstance(error, IndentationError):
        what = f"the indentation is not right ({reason})"
    else:
        what = f"this is not valid Python ({reason})"
    line = lines[number - 1].rstrip()
    if not line.strip():
        return _UnusableError(f"{label}, line {number}: {what}. {again}", number)
    short = _shown(line.expandtabs(4))
    cut = len(short) > MAX_LINE
    shown = [f"    {short[:MAX_LINE]}" + (f" (and {len(short) - MAX_LINE} more characters)" if cut else "")]
    if error.offset and 1 <= error.offset <= len(line) + 1:
        column = len(line[: error.offset - 1].expandtabs(4))
        # A caret under Korean text would stand in the wrong place: its letters are two columns wide.
        if column < MAX_LINE and line[: error.offset - 1].isascii():
            shown.append("    " + " " * column + "^")
    return _UnusableError("\n".join([f"{label}, line {number}: {what}.", *shown, again]), number)


# ---------------------------------------------------------------- notebooks


@dataclass(frozen=True)
class _Block:
    """A file, or the kept part of a cell; `position` is the cell's number."""

    label: str
    source: str
    tree: ast.Module
    position: int = 0


@dataclass(frozen=True)
class _Broken:
    """A file or cell that could not be read, and the sentence about it."""

    label: str
    text: str
    problem: str
    line: int = 0
    position: int = 0


def _cells(text: str, shown: str) -> list[tuple[int, str]]:
    """Number and source of each code cell."""
    import nbformat
    from nbformat import reader

    try:
        # Without nbformat's own check, which prints to standard error about harmless things such as missing cell ids.
        notebook = nbformat.convert(reader.reads(text), 4)  # type: ignore[no-untyped-call]
        cells = [
            (number, cell.source if isinstance(cell.source, str) else "".join(cell.source))
            for number, cell in enumerate(notebook.cells, 1)
            if cell.cell_type == "code"
        ]
        language = str(notebook.metadata.get("language_info", {}).get("name", "python"))
    except Exception as error:
        # nbformat raises whatever its own code stumbles over in damaged JSON; each means just this.
        raise _UnusableError(
            f"{shown} is damaged: it cannot be read as a notebook. Open it in Jupyter, save it and hand it in again."
        ) from error
    if "python" not in language.casefold():
        raise _UnusableError(f"{shown} is a notebook in {_shown(language)}, not in Python.")
    if sum(len(source) for _, source in cells) > MAX_SOURCE:
        raise _UnusableError(f"{shown} holds more than {MAX_SOURCE // MIB} MiB of code and was not read.")
    return [(number, source.replace("\r\n", "\n").replace("\r", "\n")) for number, source in cells]


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


def _without(source: str, dropped: Iterable[ast.stmt]) -> str:
    """The source with these statements blanked."""
    lines = [bytearray(line.encode()) for line in source.split("\n")]
    for node in dropped:
        first, last = _first_line(node), node.end_lineno or node.lineno
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


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(one.lineno for one in decorators)]))


def _read_notebook(text: str, shown: str, names: Sequence[str]) -> tuple[list[_Block], list[_Broken], list[str]]:
    """What of a notebook is code to keep: imports, functions, classes, and the constants that they need."""
    left_out: Counter[str] = Counter()
    broken: list[_Broken] = []
    cells: list[_Block] = []
    invalid: list[str] = []
    for number, source in _cells(text, shown):
        label = f"{shown}, cell {number}"
        try:
            tree = _parse(source, label, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except _UnusableError:
            plain = _strip_magics(source, left_out)
            if plain is None:
                magic = source.strip().split("\n")[0]
                problem = (
                    f"{label} begins with {_shown(magic[:MAX_LINE])}, which takes the whole cell, so that it was left "
                    "out. Take that line out of the cell, then run grade again."
                )
                broken.append(_Broken(label, source, problem, position=number))
                continue
            try:
                source, tree = plain, _parse(plain, label, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            except _UnusableError as error:
                broken.append(_Broken(label, source, str(error), error.line, number))
                invalid.append(str(number))
                continue
        cells.append(_Block(label, source, tree, number))
    kept = _kept_statements([node for cell in cells for node in cell.tree.body], names)
    blocks: list[_Block] = []
    demo: list[str] = []
    for cell in cells:
        dropped = [node for node in cell.tree.body if id(node) not in kept]
        if any(not _is_nothing(node) for node in dropped):
            demo.append(str(cell.position))
        if len(dropped) == len(cell.tree.body):
            continue
        source = _without(cell.source, dropped)
        try:
            blocks.append(_Block(cell.label, source, _parse(source, cell.label), cell.position))
        except _UnusableError as error:  # an `await` outside a function, which only a notebook runs
            broken.append(_Broken(cell.label, source, str(error), error.line, cell.position))
            invalid.append(str(cell.position))
    said = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in left_out.items()]
    for what, where in (("demo code", demo), ("what is not valid Python", invalid)):
        if where:
            said.append(f"{what} in cell{'s' if len(where) > 1 else ''} {', '.join(where)}")
    return blocks, broken, [f"left out of {shown}: {', '.join(said)}"] if said else []


def _is_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _kept_statements(body: list[ast.stmt], names: Sequence[str]) -> set[int]:
    """Identities of a notebook's statements to keep. Those that only show something would fail, or take time."""
    bindings = [_bindings([node]) for node in body]
    functions, makers = _functions(one for found in bindings for one in found)
    defined = {
        one.name for found in bindings for one in found if one.kind == "def" or isinstance(one.value, ast.Lambda)
    }
    kept: set[int] = set()
    needed: list[str] = []
    waiting: dict[str, list[tuple[ast.stmt, list[_Binding]]]] = {}
    for node, found in zip(body, bindings, strict=True):
        loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        if not loop and any(one.kind in ("def", "import") for one in found):
            kept.add(id(node))
            needed += _global_names([node])
            continue
        if loop and any(isinstance(one, ast.Expr) for one in ast.walk(node)):
            continue  # a loop counts if setting things is all that it does
        results = {one.name for one in found if one.kind == "assign" and not _is_function(one.value, functions, makers)}
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
                needed += _global_names([node]) - {one.name for one in found if isinstance(node, ast.For)}
    return kept


# ---------------------------------------------------------------- names that a module binds

Outer = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If


def _statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, Outer | None]]:
    """Every statement, however deep, with the function, class or `__main__` guard that it stands in."""
    stack: list[tuple[ast.AST, Outer | None]] = [(tree, None)]
    while stack:
        node, outer = stack.pop()
        if isinstance(node, ast.stmt):
            yield node, outer
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or (
            isinstance(node, ast.If) and outer is None and _is_main_guard(node)
        ):
            outer = node
        for name in ("cases", "finalbody", "orelse", "handlers", "body"):
            inside = getattr(node, name, None)
            if type(inside) is list:
                stack += [(one, outer) for one in reversed(inside)]


Kind = Literal["def", "import", "assign", "write", "delete"]


@dataclass(frozen=True, eq=False)
class _Binding:
    """One place where a module gives `name` a meaning.

    `kind` "write" is a change of what the name holds (`table[k] = 1`, `total += 1`). `value` is the assigned
    expression where the target is the name alone. `top` identifies the statement at the left margin that it stands in.
    """

    name: str
    kind: Kind
    node: ast.stmt
    conditional: bool
    top: int
    value: ast.expr | None = None
    alias: ast.alias | None = None
    label: str = ""
    position: int = 0

    @property
    def line(self) -> int:
        return self.node.lineno


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and _guard(node) == "=="


def _guard(node: ast.If) -> str:
    """ "==" or "!=" where the test compares __name__ with "__main__" so, else nothing."""
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return ""
    sides = [test.left, test.comparators[0]]
    names = any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides)
    values = any(isinstance(one, ast.Constant) and one.value == "__main__" for one in sides)
    if not (names and values):
        return ""
    return {ast.Eq: "==", ast.NotEq: "!="}.get(type(test.ops[0]), "")


def _targets(node: ast.expr) -> Iterator[tuple[str, bool]]:
    """The names that a target sets, each with whether it is set and not only changed."""
    if isinstance(node, ast.Name):
        yield node.id, True
    elif isinstance(node, (ast.Tuple, ast.List)):
        for one in node.elts:
            yield from _targets(one)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)
    elif isinstance(node, (ast.Attribute, ast.Subscript)):
        base: ast.expr = node
        while isinstance(base, (ast.Attribute, ast.Subscript)):
            base = base.value
        if isinstance(base, ast.Name):
            yield base.id, False


def _bindings(body: Iterable[ast.stmt], label: str = "", position: int = 0) -> list[_Binding]:
    """What the statements at module level bind, in order; what runs only as a script (`__main__`) left out."""
    found: list[_Binding] = []

    def add(name: str, kind: Kind, node: ast.stmt, **more: Any) -> None:
        found.append(_Binding(name, kind, node, conditional, top, label=label, position=position, **more))

    def assign(target: ast.expr, node: ast.stmt, value: ast.expr | None) -> None:
        for name, whole in _targets(target):
            alone = isinstance(target, ast.Name)
            add(name, "assign" if whole else "write", node, value=value if alone else None)

    conditional, top = False, 0
    # Each entry: a statement, whether it stands under a condition, and the statement at the margin it belongs to.
    stack = [(node, False, id(node)) for node in reversed(list(body))]
    while stack:
        node, conditional, top = stack.pop()
        inner: list[ast.stmt] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                add(node.name, "def", node)
            case ast.Import():
                for alias in node.names:
                    add(alias.asname or alias.name.partition(".")[0], "import", node, alias=alias)
            case ast.ImportFrom():
                for alias in node.names:
                    add(alias.asname or alias.name, "import", node, alias=alias)
            case ast.Assign():
                for target in node.targets:
                    assign(target, node, node.value)
            case ast.AnnAssign() if node.value is not None:
                assign(node.target, node, node.value)
            case ast.AugAssign():
                for name, _ in _targets(node.target):
                    add(name, "write", node)
            case ast.Delete():
                for target in node.targets:
                    for name, whole in _targets(target):
                        add(name, "delete" if whole else "write", node)
            case ast.If():
                guard = _guard(node)
                inner = ([] if guard == "==" else node.body) + ([] if guard == "!=" else node.orelse)
            case ast.For() | ast.AsyncFor():
                assign(node.target, node, None)
                inner = node.body + node.orelse
            case ast.While():
                inner = node.body + node.orelse
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        assign(item.optional_vars, node, None)
                inner = node.body
            case ast.Try() | ast.TryStar():
                handlers = [one for handler in node.handlers for one in handler.body]
                inner = node.body + handlers + node.orelse + node.finalbody
            case ast.Match():
                inner = [one for case in node.cases for one in case.body]
            case _:
                pass
        # A `with` always runs what stands in it.
        under = conditional or not isinstance(node, (ast.With, ast.AsyncWith))
        stack.extend((one, under, top) for one in reversed(inner))
    return found


def _functions(bindings: Iterable[_Binding]) -> tuple[set[str], set[str]]:
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


def _is_function(value: ast.expr | None, functions: set[str], makers: set[str]) -> bool:
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


def _is_stub(node: ast.stmt) -> bool:
    """Whether a function is not begun: nothing in it but a docstring, pass, ..., imports, raise NotImplementedError."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    for one in node.body:
        if _is_nothing(one) or isinstance(one, (ast.Import, ast.ImportFrom)):
            continue
        if isinstance(one, ast.Raise):
            raised = one.exc.func if isinstance(one.exc, ast.Call) else one.exc
            if isinstance(raised, ast.Name) and raised.id == "NotImplementedError":
                continue
        return False
    return True


# ---------------------------------------------------------------- scopes


class _Scope:
    """The names local to a function, class or comprehension, with what they are bound to where that is plain.

    `owner` is the class, in a class's own scope.
    """

    def __init__(self, parent: _Scope | None, owner: _Class | None = None) -> None:
        self.parent = parent
        self.owner = owner
        self.names: dict[str, list[Any]] = {}
        self.outer: set[str] = set()

    def bind(self, name: str, value: Any = None) -> None:
        self.names.setdefault(name, []).append(value)

    def bind_body(self, body: Iterable[ast.AST]) -> _Scope:
        """Bind what these statements bind, without entering the functions and classes in them."""
        stack = list(body)
        while stack:
            node = stack.pop()
            if type(node) in _PLAIN:
                stack += _children(node)
                continue
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self.bind(node.name, node)
                    continue
                case ast.Lambda():
                    continue
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    # Their targets are their own; only := reaches out of them.
                    for one in ast.walk(node):
                        if isinstance(one, ast.NamedExpr):
                            self.bind(one.target.id, one.value)
                    continue
                case ast.Global() | ast.Nonlocal():
                    self.outer.update(node.names)
                case ast.Import() | ast.ImportFrom():
                    for alias in node.names:
                        name = alias.asname or alias.name
                        self.bind(name if isinstance(node, ast.ImportFrom) else _bound_by_import(alias), (node, alias))
                case ast.Assign() if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                    self.bind(node.targets[0].id, node.value)
                    stack.append(node.value)
                    continue
                case ast.Name() if not isinstance(node.ctx, ast.Load):
                    self.bind(node.id)
                case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() if node.name:
                    self.bind(node.name)
                case ast.MatchMapping() if node.rest:
                    self.bind(node.rest)
                case _:
                    pass
            stack += _children(node)
        for name in self.outer:
            self.names.pop(name, None)
        return self


_PLAIN = frozenset([ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.Constant, ast.Expr, ast.Tuple, ast.Compare])
"""Frequent nodes that bind nothing themselves."""


def _bound_by_import(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _lookup(name: str, scope: _Scope | None) -> _Scope | None:
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


def _walk(
    nodes: Iterable[ast.AST], scope: _Scope | None = None, *, annotations: bool = True
) -> Iterator[tuple[ast.AST, _Scope | None]]:
    """Every node, parents first, with the scope that it is evaluated in. Iterative: source can be deep."""
    stack: list[tuple[ast.AST, _Scope | None]] = [(node, scope) for node in reversed(list(nodes))]
    while stack:
        node, scope = stack.pop()
        yield node, scope
        if type(node) not in _WITH_SCOPE:
            stack.extend([(one, scope) for one in reversed(_children(node))])
            continue
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                inner = _Scope(scope)
                arguments = node.args
                given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                given += [one for one in (arguments.vararg, arguments.kwarg) if one]
                for k, one in enumerate(given):
                    # The first argument of a method is an object of the class: what the class defines is its own.
                    inner.bind(one.arg, scope.owner if scope and k == 0 else None)
                defaults = [one for one in (*arguments.defaults, *arguments.kw_defaults) if one is not None]
                outside: list[ast.AST] = [*defaults]
                body: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else node.body
                if not isinstance(node, ast.Lambda):
                    outside = [*node.decorator_list, *defaults]
                    if annotations:
                        outside += [one.annotation for one in given if one.annotation]
                        outside += [node.returns] if node.returns else []
                inner.bind_body(body)
                stack.extend((one, inner) for one in reversed(body))
                stack.extend((one, scope) for one in reversed(outside))
            case ast.ClassDef():
                inner = _Scope(scope, _Class(node)).bind_body(node.body)
                stack.extend((one, inner) for one in reversed(node.body))
                stack.extend((one, scope) for one in (*node.keywords, *node.bases, *node.decorator_list))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = _Scope(scope)
                for generator in node.generators:
                    inner.bind_body([generator.target])
                results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                stack.extend((one, inner) for one in reversed(results))
                for k, generator in reversed(list(enumerate(node.generators))):
                    stack.extend((one, inner) for one in generator.ifs)
                    stack.append((generator.target, inner))
                    stack.append((generator.iter, inner if k else scope))
            case ast.AnnAssign():
                parts = [node.target, node.annotation if annotations else None, node.value]
                stack.extend((one, scope) for one in reversed(parts) if one is not None)
            case _:
                pass


def _global_names(nodes: Iterable[ast.AST]) -> set[str]:
    """The module's names that the nodes use, functions' bodies included."""
    return {
        node.id
        for node, scope in _walk(nodes)
        if isinstance(node, ast.Name) and (scope or isinstance(node.ctx, ast.Load)) and _lookup(node.id, scope) is None
    }


# ---------------------------------------------------------------- one file


class _Unit:
    """One file as read: its blocks of code, or the problem that kept it from being read."""

    def __init__(self, raw: _Raw, names: Sequence[str], *, primary: bool = True) -> None:
        *folders, last = raw.parts
        self.path = _shown("/".join(raw.parts))
        self.folder: Key = tuple(unicodedata.normalize("NFKC", part) for part in folders)
        self.stem = unicodedata.normalize("NFKC", last[: last.rindex(".")])
        self.notebook = last.casefold().endswith(".ipynb")
        self.primary = primary
        self.sha256 = hashlib.sha256(raw.data).hexdigest() if raw.data is not None else ""
        self.problem = raw.problem
        self.blocks: list[_Block] = []
        self.broken: list[_Broken] = []
        self.notes: list[str] = []
        self.module = ""
        self._effective: dict[str, list[_Binding]] = {}
        line = 0
        if raw.data is not None:
            try:
                text = _decode(raw.data, self.path)
                if self.notebook:
                    self.blocks, self.broken, self.notes = _read_notebook(text, self.path, names)
                else:
                    self.blocks = [_Block(self.path, text, _parse(text, self.path))]
            except _UnusableError as error:
                self.problem, line = str(error), error.line
        if self.problem:
            self.broken = [_Broken(self.path, _rough_text(raw.data or b""), self.problem, line)]

    @property
    def size(self) -> int:
        """Characters of code."""
        return sum(len(block.source) for block in self.blocks)

    @property
    def key(self) -> Key:
        return (*self.folder, self.stem)

    @property
    def is_package(self) -> bool:
        return self.stem == "__init__" and not self.notebook

    @cached_property
    def file(self) -> SourceFile:
        """What others see of it; to be asked for once modules have names."""
        chunks = tuple(Chunk(block.label, block.source) for block in self.blocks)
        return SourceFile(self.path, self.sha256, self.module, chunks, tuple(self.notes))

    @cached_property
    def bindings(self) -> dict[str, list[_Binding]]:
        found: dict[str, list[_Binding]] = {}
        for block in self.blocks:
            for one in _bindings(block.tree.body, block.label, block.position):
                found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def functions(self) -> tuple[set[str], set[str]]:
        return _functions(one for found in self.bindings.values() for one in found)

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """All import statements, those inside functions too."""
        nodes = [node for block in self.blocks for node, _ in _statements(block.tree)]
        return [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]

    @cached_property
    def suspect(self) -> bool:
        """Whether a banned package could be in it at all; in most files it plainly is not, which saves a walk."""
        return any(_SUSPECT.search(block.source) for block in self.blocks)

    def effective(self, name: str) -> list[_Binding]:
        """The bindings of a name that still matter once the module is loaded: from the last that stands on its own."""
        if name not in self._effective:
            bindings = self.bindings.get(name, [])
            start = 0
            for k, one in enumerate(bindings):
                alone = one.kind in ("def", "import") or (
                    one.kind == "assign" and one.value is not None and name not in _global_names([one.value])
                )
                if alone and not one.conditional:
                    start = k
            self._effective[name] = bindings[start:]
        return self._effective[name]

    def defines_in_broken(self, name: str) -> _Broken | None:
        """The last piece of unreadable text in which a definition of `name` can be seen."""
        if not self.broken:
            return None
        # In a damaged notebook the lines of a cell are strings of JSON, so that `def` need not begin its line.
        start = r"(?:(?<!\w)|(?<=\\n))" if self.notebook and self.problem else r"^\s*"
        pattern = re.compile(rf"{start}(?:async\s+)?def\s+{re.escape(name)}\b", re.MULTILINE)
        return next((one for one in reversed(self.broken) if pattern.search(one.text)), None)


# ---------------------------------------------------------------- imports


@dataclass(frozen=True)
class _Place:
    """A module of the submission: a file, or a folder as a package (whose `unit` is its __init__.py, if any)."""

    module: str
    key: Key
    unit: _Unit | None
    package: bool


def _import_names(node: ast.Import | ast.ImportFrom) -> list[tuple[str, int]]:
    """The modules that a statement asks for, as (name, level)."""
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "", node.level)]
    return [(alias.name, 0) for alias in node.names]


def _is_fixed(name: str) -> bool:
    """Whether an import of this name never means a learner's file: the standard library and NumPy."""
    top = name.partition(".")[0]
    return top == "numpy" or top in sys.stdlib_module_names


@dataclass(frozen=True)
class _Definition:
    """What a file makes of a name in the end."""

    kind: Literal["real", "value", "stub", "import"]
    unit: _Unit
    binding: _Binding
    earlier: tuple[_Binding, ...] = ()
    """Real definitions in the same file that this one replaces."""


class _Tree:
    """All files of a submission, how they import one another, and what they define."""

    def __init__(self, units: list[_Unit], folder: str, shown: str, notes: list[str]) -> None:
        self.units = units
        self.folder = unicodedata.normalize("NFKC", folder)
        """The root folder's own name: `from loops.c4_sigmoid.sigmoid import sigmoid` works where it is `loops`."""
        self.shown = shown
        self.notes = notes
        self.files: dict[Key, _Unit] = {}
        self.folders: dict[Key, str] = {}
        self._found: dict[str, tuple[Found, _Unit | None]] = {}
        self._reached: dict[tuple[str, str, tuple[str, ...]], _Reach] = {}
        self._places: dict[str, tuple[dict[str, str], list[_Unit], set[str]]] = {}
        self.steps = 0
        self._note_files(units)

    def _note_files(self, units: Iterable[_Unit]) -> None:
        for unit in units:
            if not unit.notebook:
                self.files.setdefault(unit.key, unit)
            for k in range(len(unit.folder) + 1):
                self.folders.setdefault(unit.folder[:k], "")
        self.folders.setdefault((), "")

    def take_siblings(self, folder: Path, names: Sequence[str]) -> None:
        """Add the .py files in the same folder that a single file imports by name, directly or not."""
        waiting = deque(self.units)
        tried: set[str] = set()
        while waiting and len(self.units) < MAX_FILES:
            for node in waiting.popleft().imports:
                stems = set()
                for name, level in _import_names(node):
                    if level > 1 or (level == 0 and _is_fixed(name)):
                        continue
                    parts = name.split(".") if name else []
                    if level == 0 and parts[0] in (ROOT, self.folder):
                        parts = parts[-1:]
                    stems.update(parts[:1])
                    if not parts and isinstance(node, ast.ImportFrom):
                        stems.update(alias.name for alias in node.names)
                for stem in sorted(stems - tried):
                    tried.add(stem)
                    path = folder / f"{stem}.py"
                    if (stem,) in self.files or not path.exists() or path.is_symlink():
                        continue
                    unit = _Unit(_read_raw(str(path), (path.name,)), names, primary=False)
                    self.units.append(unit)
                    self._note_files([unit])
                    waiting.append(unit)

    def name_modules(self) -> None:
        """Give every file and folder its one dotted name in the child; no two share one."""
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

        for key in sorted(self.folders, key=lambda one: (len(one), one)):
            self.folders[key] = free(self.folders[key[:-1]], key[-1]) if key else ROOT
        for unit in sorted(self.units, key=lambda one: one.notebook):
            parent = self.folders[unit.folder]
            first = unit.is_package and self.files.get(unit.key) is unit
            unit.module = parent if first else free(parent, unit.stem)

    def place(self, key: Key, *, package: bool = False) -> _Place | None:
        """The module with this key. A folder with __init__.py comes before a file, a file before a plain folder."""
        file = self.files.get(key) if key else None
        init = self.files.get((*key, "__init__"))
        if key in self.folders and (package or init or file is None):
            return _Place(self.folders[key], key, init, package=True)
        return _Place(file.module, key, file, package=False) if file else None

    def resolve(self, unit: _Unit, name: str, level: int) -> list[tuple[str, _Place]]:
        """The submission's modules that an import names: each dotted prefix as written, with its module.

        The last is the one asked for. Empty where the import leads out of the submission. An absolute name is looked
        for beside the importing file, then in each folder above it, up to the root; a leading `exercises`, or the name
        of the root folder, stands for the root, or for any folder between it and the file.
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
        for base in bases:
            chain = self._chain(base, parts, ["", *written])[1:]
            if chain and chain[-1][1].unit is not unit:
                return chain
        if parts[0] in (ROOT, self.folder):
            for base in ((), *reversed(bases[:-1])):
                chain = self._chain(base, parts[1:], written)
                if chain and chain[-1][1].unit is not unit:
                    return chain
        return []

    def _chain(self, base: Key, parts: Key, written: list[str]) -> list[tuple[str, _Place]]:
        """The modules from `base` along `parts`, one more than there are parts; empty if one of them is not there."""
        chain = []
        for k, prefix in enumerate(written):
            one = self.place((*base, *parts[:k]), package=k < len(parts))
            if one is None or (k < len(parts) and not one.package):
                return []
            chain.append((prefix, one))
        return chain

    def resolve_from(self, unit: _Unit, node: ast.ImportFrom) -> list[tuple[str, _Place]]:
        """As `resolve`, for `from ... import`, which may also name a course file by its place in the course.

        `from exercises.c4_sigmoid.sigmoid import sigmoid` holds also where the learner keeps all files in one folder,
        or all functions in one file.
        """
        name = node.module or ""
        chain = self.resolve(unit, name, node.level)
        if chain or node.level or not name.startswith(f"{ROOT}."):
            return chain
        stem = name.rpartition(".")[2]
        for others in (
            [one for key, one in self.files.items() if key[-1] == stem and one is not unit],
            [one for one in self.units if one is not unit and any(b.kind == "def" for b in one.bindings.get(stem, ()))],
        ):
            if len(others) == 1:
                return [(name, _Place(others[0].module, others[0].key, others[0], others[0].is_package))]
        return []

    def places(self, unit: _Unit) -> tuple[dict[str, str], list[_Unit], set[str]]:
        """The aliases that a file needs, the files it imports, and the packages outside of the submission."""
        if unit.path in self._places:
            return self._places[unit.path]
        aliases: dict[str, str] = {}
        units: list[_Unit] = []
        outside: set[str] = set()
        for node in unit.imports:
            chains = []
            if isinstance(node, ast.ImportFrom):
                chains = [self.resolve_from(unit, node)]
                if chains[0] and (last := chains[0][-1][1]).package:
                    inner = [self.place((*last.key, alias.name)) for alias in node.names]
                    units += [one.unit for one in inner if one and one.unit]
            else:
                chains = [self.resolve(unit, alias.name, 0) for alias in node.names]
            for (name, level), chain in zip(_import_names(node), chains, strict=True):
                aliases.update((prefix, place.module) for prefix, place in chain)
                # A package's __init__.py runs only where something is asked of the package itself: one faulty line in
                # it shall not take every exercise of the folder along.
                asked = chain[-1:] if isinstance(node, ast.ImportFrom) else chain
                units += [place.unit for _, place in asked if place.unit]
                if not chain and not level and not _is_fixed(name):
                    outside.add(name.partition(".")[0])
        self._places[unit.path] = aliases, list(dict.fromkeys(units)), outside
        return self._places[unit.path]

    def closure(self, unit: _Unit) -> tuple[list[_Unit], dict[str, dict[str, str]], set[str]]:
        """A file and those of the submission that it imports; their aliases; the packages outside that they import."""
        units = [unit]
        aliases: dict[str, dict[str, str]] = {}
        outside: set[str] = set()
        for one in units:  # grows as it goes
            own, more, packages = self.places(one)
            if own:
                aliases[one.module] = own
            outside |= packages
            units += [other for other in more if other not in units]
        return units, aliases, outside

    def reach(self, unit: _Unit, name: str, forbidden: Sequence[str] = ()) -> _Reach:
        """What module-level `name` of a file reaches, walked once."""
        key = (unit.path, name, tuple(forbidden))
        if key not in self._reached:
            self._reached[key] = _Reach(self, forbidden)
            self._reached[key].run(unit, name)
        return self._reached[key]

    def payload(self, unit: _Unit, name: str) -> dict[str, Any]:
        """See Submission.payload."""
        units, aliases, outside = self.closure(unit)
        modules: dict[str, dict[str, Any]] = {}
        for one in units:
            chunks = [[chunk.label, chunk.source] for chunk in one.file.chunks]
            if one.problem:
                chunks = [[one.path, f"raise ImportError({one.problem!r})"]]
            modules[one.module] = {"package": one.is_package, "chunks": chunks}
        for module in list(modules) + [target for own in aliases.values() for target in own.values()]:
            while module := module.rpartition(".")[0]:
                modules.setdefault(module, {"package": True, "chunks": []})
        for own in aliases.values():
            for module in own.values():
                modules.setdefault(module, {"package": True, "chunks": []})
        if outside:
            outside -= self.reach(unit, name).packages
        return {
            "entry": unit.module,
            "function": name,
            "modules": modules,
            "aliases": aliases,
            "absent": sorted(outside),
        }

    # ------------------------------------------------------------ finding

    def find(self, name: str) -> Found:
        """See Submission.find."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name][0]

    def unit_of(self, name: str) -> _Unit | None:
        """The file in which an exercise was found."""
        self.find(name)
        return self._found[name][1]

    def _find(self, name: str) -> tuple[Found, _Unit | None]:
        found = [one for unit in self.units if (one := self.definition(unit, name))]
        if any(one.unit.primary and one.kind != "import" for one in found):
            found = [one for one in found if one.unit.primary]
        by_kind = {kind: [one for one in found if one.kind == kind] for kind in ("real", "value", "stub", "import")}
        real, stubs = by_kind["real"], by_kind["stub"]

        for unit in self.units:
            broken = unit.defines_in_broken(name) if unit.primary or not real else None
            # In a notebook a good definition further down takes the place of one that cannot be read.
            if broken and not any(one.unit is unit and one.binding.position > broken.position for one in real):
                return self._unreadable(name, unit, broken)
        if not real:
            for unit in self.units:
                if unit.problem and unit.stem == name:
                    return self._unreadable(name, unit, unit.broken[0])
            real = [] if stubs else by_kind["value"]
        if real:
            return self._graded(name, real, stubs)
        if stubs:
            return self._not_started(name, stubs[0])
        if imported := by_kind["import"]:
            return self._graded(name, imported[:1], [])
        return Found(name, "missing", self._missing(name), None, 0, "", ()), None

    def definition(self, unit: _Unit, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> _Definition | None:
        """What a file makes of a name: the last binding counts, as in Python."""
        made: list[_Definition] = []
        for binding in unit.bindings.get(name, ()):
            if binding.kind == "delete":
                made = []
            elif binding.kind != "write" and (one := self._classify(unit, binding, made, seen)):
                made.append(one)
        if not made:
            return None
        last = made[-1]
        if last.kind == "stub" and last.binding.conditional:
            # `if numba: def softmax ... else: def softmax ...` with one branch left empty.
            branches = [one for one in made if one.binding.top == last.binding.top and one.kind == "real"]
            last = branches[-1] if branches else last
        earlier = [
            one.binding
            for one in made
            if one.kind == "real" and one.binding is not last.binding and not one.binding.conditional
        ]
        return _Definition(last.kind, unit, last.binding, tuple(earlier))

    def _classify(
        self, unit: _Unit, binding: _Binding, before: list[_Definition], seen: frozenset[tuple[str, str]]
    ) -> _Definition | None:
        if binding.kind == "def":
            return _Definition("stub" if _is_stub(binding.node) else "real", unit, binding)
        if binding.kind == "import":
            return self._imported(unit, binding, seen)
        if isinstance(binding.value, ast.Constant) and binding.value.value in (None, ...):
            return _Definition("stub", unit, binding)
        if not _is_function(binding.value, *unit.functions):
            return _Definition("value", unit, binding)
        given = binding.value.args if isinstance(binding.value, ast.Call) else []
        if before and any(isinstance(one, ast.Name) and one.id == binding.name for one in given):
            return before[-1]  # softmax = njit(softmax)
        return _Definition("real", unit, binding)

    def _imported(self, unit: _Unit, binding: _Binding, seen: frozenset[tuple[str, str]]) -> _Definition | None:
        """An import that binds the name: nothing if it binds a module, or what is not there."""
        node, alias = binding.node, binding.alias
        if not isinstance(node, ast.ImportFrom) or alias is None or (unit.path, binding.name) in seen:
            return None
        chain = self.resolve_from(unit, node)
        if not chain:
            inside = node.level or (node.module or "").partition(".")[0] == ROOT
            return None if inside else _Definition("import", unit, binding)
        other = chain[-1][1].unit
        inner = self.definition(other, alias.name, seen | {(unit.path, binding.name)}) if other else None
        if inner is None:
            return None
        if alias.name == binding.name:
            return _Definition("import", unit, binding) if inner.kind != "stub" else None
        return _Definition(inner.kind, unit, binding)

    def _unreadable(self, name: str, unit: _Unit, broken: _Broken) -> tuple[Found, _Unit]:
        return Found(name, "unreadable", broken.problem, unit.file, broken.line, broken.label, ()), unit

    def _not_started(self, name: str, one: _Definition) -> tuple[Found, _Unit]:
        message = f"{name} is not started yet: its body in {_where(one.binding)} is still empty."
        if one.earlier:
            message = (
                f"{name} is written in {_where(one.earlier[-1])}, but an empty {name} stands after it, in "
                f"{_where(one.binding)}, and takes its place, as in Python. Delete the empty one."
            )
        return Found(name, "not_started", message, one.unit.file, one.binding.line, one.binding.label, ()), one.unit

    def _graded(self, name: str, real: list[_Definition], stubs: list[_Definition]) -> tuple[Found, _Unit]:
        first = real[0]
        notes = []
        status: Status = "found"
        message = ""
        if len(real) > 1:
            places = [f"{_where(one.binding)}" for one in real]
            if len({self._fingerprint(one, name) for one in real}) > 1:
                status = "duplicate"
                message = (
                    f"{name} is defined in {len(real)} files: {_listed(places)}. It cannot be known which one you "
                    "mean: keep one, and delete or rename the others."
                )
            else:
                notes.append(f"{name} stands in {_listed(places)}, the same in each; the first was graded.")
        if status == "found":
            if first.earlier:
                others = _listed([_where(one) for one in first.earlier])
                notes.append(
                    f"{name} is defined more than once, in {others} and in {_where(first.binding)}: the last one "
                    "counts, as in Python."
                )
            if stubs:
                where = _listed([_where(one.binding) for one in stubs])
                notes.append(f"An empty {name} also stands in {where}; the written one was graded.")
        found = Found(name, status, message, first.unit.file, first.binding.line, first.binding.label, tuple(notes))
        return found, first.unit

    def _fingerprint(self, one: _Definition, name: str) -> str:
        """Equal for two definitions that do the same with the same helpers, whatever their comments and layout."""
        reach = self.reach(one.unit, name)
        try:
            text = "\n".join(ast.dump(node) for node in reach.statements)
        except RecursionError:
            text = ""
        return text if text and reach.complete else one.unit.path

    # ------------------------------------------------------------ missing

    def _missing(self, name: str) -> str:
        if not self.units:
            said = [f"There is no {name}: {self.shown} holds no .py file and no notebook."]
        else:
            paths = [unit.path for unit in self.units]
            if paths == [self.shown]:
                where = self.shown
            elif len(paths) <= 3:
                where = f"{_listed(paths)}"
            else:
                where = f"the {len(paths)} files of {self.shown} ({', '.join(paths[:3])} and {len(paths) - 3} more)"
            said = [f"There is no function {name} at the left margin of {where}."]
        if hint := self._nested(name) or self._look_alike(name) or self._nearest(name):
            said.append(hint)
        if broken := [one.label for unit in self.units for one in unit.broken]:
            said.append(f"What could not be read does not count: {_listed(broken)}.")
        return " ".join(said + self.notes)

    def _nested(self, name: str) -> str:
        """A sentence about a definition of the name that stands inside something else."""
        if name not in self._inner:
            return ""
        at, outer = self._inner[name]
        if isinstance(outer, ast.ClassDef):
            return (
                f"One stands inside the class {outer.name} ({at}), where it is a method. Move it out of the class, to "
                "the left margin, without self."
            )
        if isinstance(outer, ast.If):
            return (
                f'One stands under if __name__ == "__main__" ({at}), which runs only when the file is started as a '
                "script. Move it above that line, to the left margin."
            )
        return (
            f"One stands inside the function {outer.name} ({at}), where it cannot be called from outside. Move it to "
            "the left margin."
        )

    @cached_property
    def _inner(self) -> dict[str, tuple[str, Outer]]:
        """Every function that is not a module's own: where it stands, and in what."""
        return {
            node.name: (f"{block.label}, line {node.lineno}", outer)
            for unit in self.units
            for block in unit.blocks
            for node, outer in _statements(block.tree)
            if outer is not None and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }

    @cached_property
    def _candidates(self) -> dict[str, str]:
        """The functions and classes at module level, with where they stand; of very many the first."""
        every = (
            (one.name, _where(one))
            for unit in self.units
            for found in unit.bindings.values()
            for one in found
            if one.kind == "def" or isinstance(one.value, ast.Lambda)
        )
        return dict(islice(every, MAX_FILES))

    def _look_alike(self, name: str) -> str:
        for other, where in self._candidates.items():
            if other != name and not other.isascii() and other.translate(_LOOK_ALIKES) == name:
                odd = next(one for one in other if not one.isascii())
                return (
                    f"There is one in {where} that only looks the same: its letter {odd} at position "
                    f"{other.index(odd) + 1} is {unicodedata.name(odd, 'another character').lower()}. "
                    "Type the name again with Latin letters."
                )
        return ""

    def _nearest(self, name: str) -> str:
        import difflib

        candidates = self._candidates
        plain: dict[str, str] = {}
        for other in candidates:
            plain.setdefault(other.casefold().replace("_", ""), other)
        near = difflib.get_close_matches(name.casefold().replace("_", ""), plain, n=3, cutoff=0.75)
        if not near:
            return ""
        listed = _listed([f"{plain[one]} ({candidates[plain[one]]})" for one in near], "or")
        return f"Did you mean {listed}? Its name has to be exactly {name}."


_LOOK_ALIKES = str.maketrans(
    # Cyrillic, then Greek, then letters of the International Phonetic Alphabet.
    "асеорхуіјѕһԁԛԝмтвгкпαορνικτυχεςɑɡɩ",
    "aceopxyijshdqwmtbrknaopviktuxecagi",
)


def _where(binding: _Binding) -> str:
    return f"{binding.label}, line {binding.line}"


def _listed(items: Sequence[str], word: str = "and") -> str:
    """The items as one phrase; of more than eight, the first ones and how many more there are."""
    if len(items) > 8:
        items = [*items[:7], f"{len(items) - 7} more"]
    separator = "; " if any("," in one for one in items) else ", "
    return separator.join(items[:-1]) + f" {word} {items[-1]}" if len(items) > 1 else items[0]


# ---------------------------------------------------------------- what a function reaches


@dataclass(frozen=True, eq=False)
class _Class:
    """A class of the submission, or an object of it."""

    node: ast.ClassDef

    @cached_property
    def own(self) -> set[str]:
        """The attributes that it defines itself, in its body or by setting them on an object."""
        scope = _Scope(None).bind_body(self.node.body)
        stored = (node for node in ast.walk(self.node) if isinstance(node, ast.Attribute))
        return set(scope.names) | {node.attr for node in stored if isinstance(node.ctx, ast.Store)}


_OWN = object()
"""Something that the submission defines itself."""

_MATMUL = ("__matmul__", "__rmatmul__", "__imatmul__")
_IMPORTERS = ("importlib.import_module", "importlib.__import__", "builtins.__import__", "__import__")
_DYNAMIC = ("eval", "exec", "compile")
_INNER = re.compile(r"^(_.*|core|multiarray|numeric|umath|fromnumeric|lib)$")


def _plain(dotted: str) -> str:
    """One spelling for a dotted name: np is numpy, whose inner modules hold the same functions as the outer one."""
    top, *parts = dotted.split(".")
    parts = [one for one in parts[:-1] if not _INNER.match(one)] + parts[-1:]
    return ".".join(["numpy" if top == "np" else top, *parts])


class _TooLongError(Exception):
    """A submission's code takes more than MAX_STEPS to check."""


class _Reach:
    """Walks the code that a function reaches, and notes the first thing in it that is forbidden.

    `packages` are the packages outside of the submission that the code names; `statements` the module-level statements
    that it consists of, in the order in which they are met; `finding` a phrase that follows the exercise's name.
    """

    def __init__(self, tree: _Tree, forbidden: Sequence[str]) -> None:
        self.tree = tree
        self.forbidden = tuple(forbidden)
        self.bare = {one for one in forbidden if one != "@" and "." not in one}
        self.dotted = {_plain(one) for one in forbidden if "." in one}
        self.matmul = "@" in forbidden
        self.packages: set[str] = set()
        self.statements: list[ast.stmt] = []
        self.finding = ""
        self.complete = False
        self._queue: deque[tuple[_Unit, str]] = deque()
        self._queued: set[tuple[str, str]] = set()
        self._members: set[int] = set()
        self._at = ("", 0)

    def run(self, unit: _Unit, name: str) -> None:
        """Walk all that module-level `name` of a file reaches."""
        self._enqueue(unit, name)
        try:
            self._empty_queue()
            self.complete = True
        except RecursionError:
            self._note("is nested too deeply to be checked ({at}). Write it in smaller steps.")
        except _TooLongError:
            self._note("uses so much code that it cannot be checked ({at}). Hand in your answers alone.")

    def _step(self) -> None:
        self.tree.steps += 1
        if self.tree.steps > MAX_STEPS:
            raise _TooLongError

    def _empty_queue(self) -> None:
        visited: set[int] = set()
        while self._queue:
            unit, name = self._queue.popleft()
            for binding in unit.effective(name):
                if id(binding) in visited:
                    continue
                visited.add(id(binding))
                self._at = (binding.label, binding.line)
                self.statements.append(binding.node)
                if binding.kind == "import":
                    for one in self._binding_values(unit, binding, set()):
                        self._check_value(one, ast.Name(name))
                elif isinstance(binding.node, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
                    self._visit(list(_headers(binding.node)), None, unit)
                else:
                    self._visit([binding.node], None, unit)

    def _enqueue(self, unit: _Unit, name: str) -> None:
        if (unit.path, name) not in self._queued:
            self._queued.add((unit.path, name))
            self._queue.append((unit, name))

    # ------------------------------------------------------------ looking at nodes

    def _visit(
        self, nodes: Sequence[ast.AST], scope: _Scope | None, unit: _Unit, line: int = 0, depth: int = 0
    ) -> None:
        """Look at all nodes. `line` stands for theirs in code that came as a string."""
        for node, inner in _walk(nodes, scope, annotations=False):
            self._step()
            if at := line or getattr(node, "lineno", 0):
                self._at = (self._at[0], at)
            match node:
                case ast.Name(ctx=ast.Load()):
                    self._look_name(node, inner, unit)
                case ast.Attribute():
                    self._look_attribute(node, inner, unit)
                case ast.Subscript():
                    values = self._values(node, inner, unit, set())
                    key = _text_of(node.slice) if values or self._is_namespace(node.value, inner, unit) else ""
                    self._look_member(node, key, values)
                case ast.Call():
                    self._look_call(node, inner, unit, depth)
                case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()) if self.matmul:
                    self._forbid("the operator @")
                case ast.Import() | ast.ImportFrom() if inner is not None:
                    for alias in node.names:
                        for one in self._import_values(unit, node, alias, set()):
                            self._check_package(one)
                case _:
                    pass

    def _look_name(self, node: ast.Name, scope: _Scope | None, unit: _Unit) -> None:
        for one in self._values(node, scope, unit, set()):
            if isinstance(one, _Place) and id(node) not in self._members and one.unit:
                # A module handed on as a whole: any of it may be used.
                for name in one.unit.bindings:
                    self._enqueue(one.unit, name)
            self._check_value(one, node)

    def _look_attribute(self, node: ast.Attribute, scope: _Scope | None, unit: _Unit) -> None:
        self._members.add(id(node.value))
        if isinstance(node.ctx, ast.Load):
            self._look_member(node, node.attr, self._values(node, scope, unit, set()))

    def _look_member(self, node: ast.expr, name: str, values: list[Any]) -> None:
        if (name in self.bare or (self.matmul and name in _MATMUL)) and not any(one is _OWN for one in values):
            self._forbid(_spelled(node, name))
        for one in values:
            self._check_value(one, node)

    def _look_call(self, node: ast.Call, scope: _Scope | None, unit: _Unit, depth: int) -> None:
        called, _ = self._called(node, scope, unit, set())
        if called == "getattr" and len(node.args) > 1 and _text_of(node.args[1]):
            self._members.add(id(node.args[0]))
            self._look_member(node, _text_of(node.args[1]), self._values(node, scope, unit, set()))
        elif called in ("operator.attrgetter", "operator.methodcaller") and node.args:
            self._look_member(node, _text_of(node.args[0]).rpartition(".")[2], [])
        elif called in _IMPORTERS:
            for one in self._values(node, scope, unit, set()):
                self._check_value(one, node)
        elif called.removeprefix("builtins.") in _DYNAMIC and self.forbidden and node.args:
            self._look_dynamic(node, called.removeprefix("builtins."), scope, unit, depth)

    def _look_dynamic(self, node: ast.Call, called: str, scope: _Scope | None, unit: _Unit, depth: int) -> None:
        first = node.args[0]
        if isinstance(first, ast.Call) and self._called(first, scope, unit, set())[0].endswith("compile"):
            return  # looked at by itself
        text = _text_of(first)
        if not text or depth > 3:
            self._note(
                f"calls {called} on text that is put together while it runs ({{at}}), so that nobody can see what it "
                "computes. Write the computation out as plain code."
            )
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

    def _called(self, node: ast.Call, scope: _Scope | None, unit: _Unit, seen: set[Any]) -> tuple[str, list[Any]]:
        """The dotted name of what is called, if it is built in or comes from outside; and all that it may be."""
        if isinstance(node.func, ast.Name) and self._is_builtin(node.func.id, scope, unit):
            return node.func.id, []
        values = self._values(node.func, scope, unit, seen)
        return next((one for one in values if isinstance(one, str)), ""), values

    def _is_builtin(self, name: str, scope: _Scope | None, unit: _Unit) -> bool:
        return name in _BUILTINS and name not in unit.bindings and _lookup(name, scope) is None

    def _calls_builtin(self, node: ast.expr, names: Sequence[str], scope: _Scope | None, unit: _Unit) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and self._is_builtin(node.func.id, scope, unit)
        )

    def _values(self, node: ast.AST | None, scope: _Scope | None, unit: _Unit, seen: set[Any]) -> list[Any]:
        """What an expression may stand for: dotted names from outside (str), _Place, _Class, _OWN. Unknown: nothing.

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
                return [one for one in values if isinstance(one, _Class)]
            case ast.IfExp():
                return self._values(node.body, scope, unit, seen) + self._values(node.orelse, scope, unit, seen)
            case ast.NamedExpr():
                return self._values(node.value, scope, unit, seen)
            case _:
                return []

    def _is_namespace(self, node: ast.expr, scope: _Scope | None, unit: _Unit) -> bool:
        """Whether `node["dot"]` is `object.dot` in other words."""
        if isinstance(node, ast.Attribute):
            return node.attr == "__dict__"
        return self._calls_builtin(node, ("vars",), scope, unit)

    def _name_values(self, name: str, scope: _Scope | None, unit: _Unit, seen: set[Any]) -> list[Any]:
        local = _lookup(name, scope)
        mark = (id(local) if local else unit.path, name)
        if mark in seen:
            return []
        seen.add(mark)
        values: list[Any] = []
        if local is not None:
            for one in local.names[name]:
                self._step()
                match one:
                    case (ast.Import() | ast.ImportFrom() as statement, ast.alias() as alias):
                        values += self._import_values(unit, statement, alias, seen)
                    case ast.ClassDef():
                        values.append(_Class(one))
                    case ast.FunctionDef() | ast.AsyncFunctionDef():
                        values.append(_OWN)
                    case ast.expr():
                        values += self._values(one, local, unit, seen)
                    case _Class():
                        values.append(one)
                    case _:
                        pass
            return values
        if name in unit.bindings:
            self._enqueue(unit, name)
            for binding in unit.effective(name):
                self._step()
                values += self._binding_values(unit, binding, seen)
            return values
        for star in unit.bindings.get("*", ()):
            values += self._star_values(unit, star, name, seen)
        return values

    def _star_values(self, unit: _Unit, star: _Binding, name: str, seen: set[Any]) -> list[Any]:
        """What `from ... import *` may have made of an otherwise unknown name."""
        if not isinstance(star.node, ast.ImportFrom):
            return []
        chain = self.tree.resolve_from(unit, star.node)
        if chain:
            other = chain[-1][1].unit
            known = other and (name in other.bindings or "*" in other.bindings) and not name.startswith("_")
            return self._name_values(name, None, other, seen) if other and known else []
        return [] if star.node.level or name in _BUILTINS else [f"{star.node.module}.{name}"]

    def _binding_values(self, unit: _Unit, binding: _Binding, seen: set[Any]) -> list[Any]:
        if binding.kind == "import" and isinstance(binding.node, (ast.Import, ast.ImportFrom)) and binding.alias:
            return self._import_values(unit, binding.node, binding.alias, seen)
        if isinstance(binding.node, ast.ClassDef):
            return [_Class(binding.node)]
        if binding.kind == "write":
            return []
        return self._values(binding.value, None, unit, seen) or [_OWN]

    def _import_values(
        self, unit: _Unit, node: ast.Import | ast.ImportFrom, alias: ast.alias, seen: set[Any]
    ) -> list[Any]:
        if isinstance(node, ast.Import):
            if chain := self.tree.resolve(unit, alias.name, 0):
                return [chain[-1 if alias.asname else 0][1]]
            return [alias.name if alias.asname else alias.name.partition(".")[0]]
        chain = self.tree.resolve_from(unit, node)
        if chain:
            return self._member_values([chain[-1][1]], alias.name, seen) if alias.name != "*" else []
        return [] if node.level else [f"{node.module}.{alias.name}"]

    def _member_values(self, bases: list[Any], name: str, seen: set[Any]) -> list[Any]:
        values: list[Any] = []
        for base in bases:
            if isinstance(base, str):
                values.append(f"{base}.{name}")
            elif isinstance(base, _Class):
                values += [_OWN] if name in base.own else []
            elif isinstance(base, _Place):
                if base.unit and (name in base.unit.bindings or "*" in base.unit.bindings):
                    values += self._name_values(name, None, base.unit, seen)
                elif base.package and (inner := self.tree.place((*base.key, name))):
                    values.append(inner)
        return values

    # ------------------------------------------------------------ judging

    def _check_package(self, value: Any) -> None:
        if not isinstance(value, str):
            return
        top = value.partition(".")[0]
        self.packages.add(top)
        if top in BANNED_PACKAGES:
            self._note(
                f"uses {top} ({{at}}), which does the exercise's work or holds its answer. Write the computation "
                "yourself, with NumPy and your own functions."
            )

    def _check_value(self, value: Any, node: ast.expr) -> None:
        """Judge one of the things that `node` may stand for."""
        self._check_package(value)
        if not isinstance(value, str) or not self.forbidden:
            return
        top, last, plain = value.partition(".")[0], value.rpartition(".")[2], _plain(value)
        if (
            ("." in value and last in self.bare)
            or any(plain == one or plain.startswith(f"{one}.") for one in self.dotted)
            or (self.matmul and top in ("operator", "_operator") and last in ("matmul", "imatmul", *_MATMUL))
        ):
            spelled = _spelled(node, last)
            self._forbid(spelled if last in spelled and "." in spelled else f"{spelled} ({value})")

    def _forbid(self, what: str) -> None:
        without = [one for one in self.forbidden if one != "@"] + ["the operator @"] * self.matmul
        self._note(
            f"uses {what} ({{at}}). This exercise asks you to write that computation yourself, without "
            f"{_listed(without, 'or')}: use loops, sums and products in its place."
        )

    def _note(self, phrase: str) -> None:
        if not self.finding:
            self.finding = _shown(phrase.replace("{at}", f"{self._at[0]}, line {self._at[1]}"))


_BUILTINS = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)


def _spelled(node: ast.expr, name: str) -> str:
    """An expression as the learner wrote it, or only its last name where that is long."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return f".{name}"
    return text if len(text) <= 40 and "\n" not in text else f".{name}"


def _headers(node: ast.For | ast.AsyncFor | ast.With | ast.AsyncWith) -> Iterator[ast.expr]:
    """What a compound statement evaluates itself; what stands in it binds its own names."""
    if isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.iter
    else:
        yield from (item.context_expr for item in node.items)


def _text_of(node: ast.AST) -> str:
    """The text that a constant string expression stands for ("dot", "d" "ot", "d" + "ot"), else nothing."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts: list[str] = []
        # Down the left side in a loop: a sum of a thousand strings is a thousand levels deep.
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts.append(_text_of(node.right) if not isinstance(node.right, ast.BinOp) else "")
            node = node.left
        parts.append(_text_of(node))
        return "".join(reversed(parts)) if all(parts) else ""
    return ""
