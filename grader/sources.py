"""From a path to the bytes and text of the source files in it: folders, archives, single files, and limits on each.

Nothing is unpacked to disk, whatever a member's name says; no link is followed out of a folder, and nothing can make
this wait.
"""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from grader import words

MIB = 1 << 20
MAX_SOURCE = 1 * MIB
"""Bytes of a .py file that are read at most, and of a notebook's code."""
MAX_NOTEBOOK = 20 * MIB
MAX_TOTAL = 50 * MIB
"""Bytes of all files together at most; of an archive, packed, and again unpacked."""
MAX_CODE = 2 * MIB
"""Characters of code in all files together at most. Syntax trees take a hundred times as much memory."""
MAX_FILES = 2000
MAX_ENTRIES = 100_000
"""Files and folders of any kind that are looked at, at most."""
MAX_DEPTH = 20
"""Folders below folders, at most."""
MAX_NOTES = 20

COURSE = "exercises"
"""The folder that holds a course's stubs, and the package under which learners import from one another."""
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")

Parts = tuple[str, ...]
"""The names on the way to a file from the root, its own included."""


class SubmissionError(Exception):
    """The path as a whole cannot be graded. The message is a whole sentence for whoever named the path."""


class UnusableError(Exception):
    """A file, or a cell, cannot be used. The message is the sentence for the learner, `line` where it applies or 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class _ArchiveError(Exception):
    """An archive cannot be used. The message is the fault's name, as words.archive has it."""


class Raw(NamedTuple):
    """A file's bytes, or why there are none."""

    parts: Parts
    data: bytes | None
    problem: str


class Sources(NamedTuple):
    """The source files of a submission, in order of their names.

    `root` is the path that they are relative to (the file or archive, for a single one); `notes` say what was passed
    over and might have mattered.
    """

    root: Path
    single: bool
    raws: list[Raw]
    notes: list[str]


def read_sources(path: Path) -> Sources:
    """Read a folder, a .py file, a notebook or an archive. A checkout of a whole course counts as its `exercises/`.

    Raises:
        SubmissionError: there is nothing there that can be read.
    """
    name, low = shown(path.as_posix()), path.name.casefold()
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SubmissionError(words.not_opened(name, str(reason))) from error
    notes: list[str] = []
    single = False
    if stat.S_ISDIR(mode):
        path = _course_folder(path)
        raws = _collect(_folder_entries(path), notes)
    elif not stat.S_ISREG(mode) or not low.endswith((".py", ".ipynb", *ARCHIVES)):
        raise SubmissionError(words.not_gradable(name, special=not stat.S_ISREG(mode)))
    else:
        raw = read_file(os.path.realpath(path), (path.name,))
        if raw.data is None:
            raise SubmissionError(raw.problem)
        single = is_source(low)
        raws = [raw] if single else _unpack(raw.data, path.name, notes)
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [words.more_passed_over(len(notes) - MAX_NOTES)]
    return Sources(path, single, raws, notes)


def shown(name: str) -> str:
    """A learner's words, fit to be printed: letters of every script kept, control and bidi characters escaped."""
    try:
        text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(
        one if one.isprintable() or unicodedata.category(one) == "Zs" else one.encode("unicode_escape").decode()
        for one in text
    )


def from_here(path: Path) -> str:
    """A path as it can be opened from the current folder, as short as it can be."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(path)


# ---------------------------------------------------------------- files


class _Entry(NamedTuple):
    """Something in a folder or archive. `read` gives at most so many bytes; None for a folder. `fault`: see words."""

    name: str
    parts: Parts
    fault: str
    read: Callable[[int], bytes] | None


def is_source(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.casefold().endswith((".py", ".ipynb"))


def is_skipped(folder: str) -> bool:
    return folder.startswith(".") or folder in ("__pycache__", "node_modules", "site-packages", "__MACOSX")


def _collect(entries: Iterable[_Entry], notes: list[str]) -> list[Raw]:
    """The source files among the entries, read; and notes on what else looks as if an answer could be in it."""
    raws: dict[Parts, Raw] = {}
    total = 0
    for number, entry in enumerate(entries):
        low = entry.parts[-1].casefold()
        if len(raws) >= MAX_FILES or number >= MAX_ENTRIES or total > MAX_TOTAL:
            notes.append(words.stopped(len(raws), entry.name))
            break
        if entry.read is None:
            if entry.fault:
                notes.append(words.passed_over(f"The folder {entry.name}", entry.fault))
        elif low.startswith("."):
            continue
        elif is_source(low):
            fault = entry.fault or ("deep" if len(entry.parts) > MAX_DEPTH + 1 else "")
            if fault:
                notes.append(words.passed_over(entry.name, fault, MAX_DEPTH))
                continue
            # Of two members of one name in an archive the later one stays, as when it is unpacked.
            raws[entry.parts] = _read_entry(entry.name, entry.parts, entry.read)
            total += len(raws[entry.parts].data or b"")
        elif low.endswith((*ARCHIVES, ".rar", ".7z")):
            notes.append(words.passed_over(entry.name, "packed"))
        elif low.endswith((".py.txt", ".ipynb.txt", ".ipynb.json")):
            notes.append(words.passed_over(entry.name, "name"))
    return [raws[parts] for parts in sorted(raws)]


def _read_entry(name: str, parts: Parts, read: Callable[[int], bytes]) -> Raw:
    low = parts[-1].casefold()
    limit = MAX_TOTAL if low.endswith(ARCHIVES) else MAX_NOTEBOOK if low.endswith(".ipynb") else MAX_SOURCE
    try:
        data = read(limit + 1)
    except UnusableError as error:
        return Raw(parts, None, str(error))
    return Raw(parts, data, "") if len(data) <= limit else Raw(parts, None, words.file_too_large(name, limit // MIB))


def read_file(path: str, parts: Parts) -> Raw:
    """A regular file, up to the limit for its kind."""
    name = shown("/".join(parts))
    return _read_entry(name, parts, partial(_read_plainly, path, name))


def _read_plainly(path: str, name: str, size: int) -> bytes:
    """The first `size` bytes. A link, a pipe or a device put in the file's place is not followed or waited for."""
    flags = os.O_RDONLY
    for one in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, one, 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnusableError(words.not_ordinary(name))
            return file.read(size)
    except OSError as error:
        raise UnusableError(words.not_read(name, str(error.strerror))) from error


# ---------------------------------------------------------------- folders


def _course_folder(path: Path) -> Path:
    """The folder to read: its `exercises/` where it is a checkout of a whole course, or holds nothing else than one."""
    try:
        with os.scandir(path) as listing:
            inside = [one for one in listing if not one.name.startswith(".")]
    except OSError:
        return path
    candidates = [path]
    if len(inside) == 1 and inside[0].is_dir(follow_symlinks=False):
        candidates.append(Path(inside[0].path))
    for one in candidates:
        if all((one / name).is_dir() and not (one / name).is_symlink() for name in (COURSE, "solutions")):
            return one / COURSE
    return path


def _folder_entries(root: Path) -> Iterator[_Entry]:
    """What stands below a folder, in order. No link to a folder is followed, one to a file only where it stays inside.

    Raises:
        SubmissionError: the folder itself cannot be opened.
    """
    real = os.path.realpath(root)
    try:
        stack = _listing(str(root), ())
    except OSError as error:
        raise SubmissionError(words.not_opened(shown(root.as_posix()), str(error.strerror))) from error
    while stack:
        entry, parts = stack.pop()
        name = shown("/".join(parts))
        try:
            is_link, is_folder = entry.is_symlink(), entry.is_dir()
        except OSError:  # a link to itself
            is_link, is_folder = True, False
        if is_folder:
            fault = "folder link" if is_link else ""
            if not is_skipped(entry.name):
                try:
                    stack += [] if is_link else _listing(entry.path, parts)
                except OSError:
                    fault = "closed"
                yield _Entry(name, parts, fault, None)
            continue
        target, fault = entry.path, ""
        if is_link:
            target = os.path.realpath(target)
            fault = "" if os.path.exists(target) and Path(target).is_relative_to(real) else "link"
        yield _Entry(name, parts, fault, partial(_read_plainly, target, name))


def _listing(folder: str, parts: Parts) -> list[tuple[os.DirEntry[str], Parts]]:
    """What a folder holds, the last name first; nothing of a virtual environment: its files are nobody's answer."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda one: one.name, reverse=True)
    if parts and any(one.name == "pyvenv.cfg" for one in entries):
        return []
    return [(one, (*parts, one.name)) for one in entries]


# ---------------------------------------------------------------- archives


def _unpack(data: bytes, file: str, notes: list[str]) -> list[Raw]:
    """The members of an archive that can hold answers, read in memory."""
    members = _zip_members if file.casefold().endswith(".zip") else _tar_members
    try:
        raws = _collect(_archive_entries(members(data)), notes)
    except _ArchiveError as error:
        raise SubmissionError(words.archive(shown(file), str(error), MAX_TOTAL // MIB)) from error
    except Exception as error:
        # The parsers of archives raise a score of types on damaged bytes; each means just this.
        raise SubmissionError(words.archive(shown(file), "damaged")) from error
    for n in (0, 1) if len({raw.parts[0] for raw in raws}) == 1 else (0,):
        # As `_course_folder`.
        if {COURSE, "solutions"} <= {raw.parts[n] for raw in raws if len(raw.parts) > n + 1}:
            inside = [raw for raw in raws if raw.parts[n] == COURSE and len(raw.parts) > n + 1]
            return [Raw(raw.parts[n + 1 :], raw.data, raw.problem) for raw in inside]
    return raws


_Member = tuple[str, bool, Callable[[int], bytes]]
"""Name, whether it is an ordinary file, and what reads at most so many bytes of it."""


def _archive_entries(members: Iterable[_Member]) -> Iterator[_Entry]:
    for name, plain, read in members:
        name = name.replace("\\", "/")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if parts and not any(is_skipped(part) for part in parts[:-1] if part != ".."):
            astray = name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name)
            yield _Entry(shown(name), parts, "astray" if astray else "" if plain else "no file", read)


def _zip_members(data: bytes) -> Iterator[_Member]:
    """The files in a zip archive."""
    import zipfile

    if data.count(b"PK\x01\x02") > 10 * MAX_FILES:
        raise _ArchiveError("many")
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 0x1 and is_source(info.filename):
                raise _ArchiveError("locked")

            def read(size: int, info: zipfile.ZipInfo = info) -> bytes:
                nonlocal unpacked
                with archive.open(info) as member:
                    content = member.read(size)
                unpacked += len(content)
                if unpacked > MAX_TOTAL:
                    raise _ArchiveError("large")
                return content

            kind = stat.S_IFMT(info.external_attr >> 16)
            yield _zip_name(info.filename, info.flag_bits), kind in (0, stat.S_IFREG), read


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


def _tar_members(data: bytes) -> Iterator[_Member]:
    """The files in a tar archive, packed or not."""
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
            raise _ArchiveError("large")
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:

            def read(size: int, member: tarfile.TarInfo = member) -> bytes:
                file = archive.extractfile(member)
                return file.read(size) if file else b""

            if not member.isdir():
                yield member.name, member.isreg(), read


# ---------------------------------------------------------------- text


_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(r"^[ \t\f]*(?:#.*)?$")


def decode(data: bytes, name: str) -> str:
    """The text of a source file with plain line ends. One rule for all: the bytes are UTF-8, with or without a BOM.

    Raises:
        UnusableError: they are not.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnusableError(words.encoding(name, 0, "utf-16"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableError(words.encoding(name, line, "other"), line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnusableError(words.encoding(name, line, "nul"), line)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, second, *_ = *text.split("\n", 2), ""
    cookie = _COOKIE.match(first) or (_COOKIE.match(second) if _BLANK.match(first) else None)
    known = ("utf-8", "utf8", "utf-8-sig", "u8", "ascii", "us-ascii")
    if cookie and cookie[1].lower().replace("_", "-") not in known:
        raise UnusableError(words.encoding(name, 0, "declared", cookie[1]))
    return text


def rough_text(data: bytes) -> str:
    """Something to look for names in, for a file that is not what it should be."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.replace(b"\0", b"").decode("utf-8", "replace")
