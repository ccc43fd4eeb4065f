"""Odd whole submissions, each run through the real `grade` command, each with the result that it must get.

Those that can be plain files lie in `submissions/`; those that cannot (encodings, paths, links, notebooks) are built
here. Both declare their result in a docstring, see `submissions/README.md`. Whatever a submission does, every run must
end, with the right exit status and a report that is valid, leak nothing, and leave no process and no file behind.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.report import STATUSES

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = Path(__file__).with_name("submissions")
SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text(encoding="utf-8"))
CANARY = "secret-canary-5f1c0e"
LINUX = sys.platform.startswith("linux")

HANG_SECONDS = 120  # no bound on how long grading takes: only a run that never ends is ended
DYING_SECONDS = 5.0  # a process that was killed may need a moment until it is gone


def rights_hold() -> bool:
    """Whether a file without any rights cannot be read: it can be by root, as a rule, and on Windows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "closed"
        path.touch(0)
        return not os.access(path, os.R_OK)


NEEDS = {
    "fork": (hasattr(os, "fork"), "processes cannot fork here"),
    "posix": (os.name == "posix", "not a POSIX system"),
    "linux": (LINUX, "not Linux"),
    "rights": (rights_hold(), "this user may read every file"),
    "no matplotlib": (importlib.util.find_spec("matplotlib") is None, "matplotlib is installed"),
    "numba": (importlib.util.find_spec("numba") is not None, "numba is not installed"),
}


# What a submission declares -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """One exercise's result: any of `statuses`, what points where not passed, `phrases` in what the learner reads."""

    statuses: frozenset[str]
    points: str
    phrases: tuple[str, ...]


@dataclass
class Declared:
    """What a docstring's table declares, see `submissions/README.md`."""

    exercises: dict[str, Expected] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    refused: tuple[str, ...] | None = None

    def read(self, docstring: str) -> None:
        """Add the table's lines: cells parted by two spaces or more."""
        for line in docstring.splitlines()[1:]:
            key, *cells = re.split(" {2,}", line.strip())
            if key == "needs" and cells:
                self.needs += cells
            elif key == "options" and cells:
                self.options += cells[0].split()
            elif key == "shown" and cells:
                self.shown += cells
            elif key == "refused" and cells:
                self.refused = tuple(cells)
            elif cells:
                names, _, points = cells[0].partition(" ")
                statuses = frozenset(names.split("|"))
                assert statuses <= set(STATUSES), line
                assert points in ("", "(partly)", "(any)"), line
                self.exercises[key] = Expected(statuses, points, tuple(cells[1:]))


@dataclass(frozen=True)
class Odd:
    """A submission: `make` puts it into a folder where it has to be built, and returns the path to grade."""

    name: str
    make: Callable[[Path], Path]
    declared: Declared


Builder = Callable[[Path], Path]
BUILT: list[Builder] = []


def built(make: Builder) -> Builder:
    """Register a builder. It gets an empty folder, in which `grade` will run, and returns the path for --from."""
    BUILT.append(make)
    return make


def kept() -> Iterator[Odd]:
    """The submissions that lie in the folder as files, or as folders of files."""
    for path in sorted(SUBMISSIONS.iterdir()):
        if (path.suffix != ".py" and not path.is_dir()) or path.name == "__pycache__":
            continue
        declared = Declared()
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            # Found in the text, since a file with a syntax error has no syntax tree.
            declared.read(file.read_text(encoding="utf-8").split('"""')[1])
        yield Odd(path.stem, lambda _, path=path: path, declared)  # type: ignore[misc]


def corpus() -> list[Odd]:
    """Every odd submission."""
    odds = list(kept())
    for make in BUILT:
        declared = Declared()
        declared.read(make.__doc__ or "")
        odds.append(Odd(make.__name__, make, declared))
    return odds


# Built submissions ----------------------------------------------------------------------------------------------------

SOFTMAX = """import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""

SIGMOID = """import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
"""

RIGHT = SOFTMAX + "\n\n" + SIGMOID


def put(path: Path, content: str | bytes) -> Path:
    """Write a file, folders included, with exactly this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def pair(folder: Path, softmax: str | bytes, name: str = "softmax.py") -> Path:
    """A folder with an odd file for softmax and a right one for sigmoid."""
    put(folder / name, softmax)
    put(folder / "sigmoid.py", SIGMOID)
    return folder


# Encodings and texts


@built
def text_bom(folder: Path) -> Path:
    """UTF-8 with a byte order mark.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, b"\xef\xbb\xbf" + SOFTMAX.encode())


@built
def text_crlf(folder: Path) -> Path:
    """Lines that end as Windows ends them.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, SOFTMAX.replace("\n", "\r\n"))


@built
def text_bom_crlf_korean(folder: Path) -> Path:
    """What Windows' editor saves: a byte order mark, CRLF, Korean comments.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, ("\ufeff# 소프트맥스\n" + SOFTMAX).replace("\n", "\r\n"))


@built
def text_cr(folder: Path) -> Path:
    """Lines that end as old Macs ended them.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, SOFTMAX.replace("\n", "\r"))


@built
def text_crlf_syntax_error(folder: Path) -> Path:
    """A syntax error in a file with a byte order mark and CRLF: the line's number counts as in an editor.

    softmax  error  line 4  def softmax(logits)
    sigmoid  passed
    """
    return pair(folder, "\ufeff" + SOFTMAX.replace("(logits):", "(logits)").replace("\n", "\r\n"))


@built
def text_no_last_newline(folder: Path) -> Path:
    """A comment without an end of line at the end.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, SOFTMAX + "# the end")


@built
def text_form_feed(folder: Path) -> Path:
    """Form feeds and other separators in comments and texts, which some call ends of lines.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, "# a\x0cb\x0b\x1c\x85\u2028c\nSEPARATORS = '\x0c\u2028\x85'\n\x0c\n" + SOFTMAX)


@built
def text_long_line(folder: Path) -> Path:
    """A line of a hundred thousand characters.

    softmax  passed
    sigmoid  passed
    """
    return pair(folder, SOFTMAX + "DATA = [" + "0.125, " * 15_000 + "]\n")


@built
def text_utf16(folder: Path) -> Path:
    """UTF-16, as some editors' "Unicode" means.

    softmax  error  UTF-8
    sigmoid  passed
    """
    return pair(folder, SOFTMAX.encode("utf-16"))


@built
def text_cp949_comment(folder: Path) -> Path:
    """Korean in cp949 in a comment.

    softmax  error  UTF-8
    sigmoid  passed
    """
    return pair(folder, ("# 소프트맥스\n" + SOFTMAX).encode("cp949"))


@built
def text_cp949_text(folder: Path) -> Path:
    """Korean in cp949 in a text.

    softmax  error  UTF-8
    sigmoid  passed
    """
    return pair(folder, ("NAME = '소프트맥스'\n" + SOFTMAX).encode("cp949"))


@built
def text_cp949_declared(folder: Path) -> Path:
    """Korean in cp949, and the file says so: Python would accept it, others who open it might not.

    softmax  error  UTF-8
    sigmoid  passed
    """
    return pair(folder, ("# -*- coding: cp949 -*-\nNAME = '소프트맥스'\n" + SOFTMAX).encode("cp949"))


@built
def text_nul(folder: Path) -> Path:
    """A NUL byte, as a broken download leaves it.

    softmax  error
    sigmoid  passed
    """
    return pair(folder, SOFTMAX.encode() + b"\x00\n")


@built
def text_binary(folder: Path) -> Path:
    """A picture that was given the wrong name.

    softmax  error
    sigmoid  passed
    """
    return pair(folder, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))


@built
def text_empty(folder: Path) -> Path:
    """An empty file.

    softmax  missing
    sigmoid  passed
    """
    return pair(folder, b"")


@built
def text_deep_expression(folder: Path) -> Path:
    """An expression so deep that Python's parser gives up with a MemoryError.

    softmax  error
    sigmoid  passed
    """
    return pair(folder, SOFTMAX + "x = " + "-" * 50_000 + "1\n")


@built
def text_long_sum(folder: Path) -> Path:
    """A sum so long that Python's parser gives up with a RecursionError.

    softmax  error
    sigmoid  passed
    """
    return pair(folder, SOFTMAX + "x = 1" + " + 1" * 50_000 + "\n")


@built
def text_many_brackets(folder: Path) -> Path:
    """More brackets than Python allows.

    softmax  error  line 7
    sigmoid  passed
    """
    return pair(folder, SOFTMAX + "x = " + "(" * 300 + ")" * 300 + "\n")


# Names and paths


@built
def path_korean(folder: Path) -> Path:
    """Korean names, with spaces, for the folder and the file.

    softmax  passed
    sigmoid  passed
    """
    return put(folder / "김 철수" / "딥러닝 과제 (최종).py", RIGHT)


@built
def path_brackets(folder: Path) -> Path:
    """Brackets and other letters that shells, patterns and markup read in their own way.

    softmax  passed
    sigmoid  passed
    """
    return put(folder / "[a-z] {x,y} $HOME `id` & 'q' %41" / "~ #1 [bold]x[.nope].py", RIGHT)


@built
def path_long(folder: Path) -> Path:
    """A name of 200 characters.

    needs    posix
    softmax  passed
    sigmoid  passed
    """
    return put(folder / ("a" * 197 + ".py"), RIGHT)


@built
def path_leading_dash(folder: Path) -> Path:
    """A name that begins with a dash, given as it is.

    softmax  passed
    sigmoid  passed
    """
    put(folder / "-x.py", RIGHT)
    return Path("-x.py")


@built
def path_no_identifier(folder: Path) -> Path:
    """Names that are no Python names, and one that is a keyword.

    softmax  passed
    sigmoid  passed
    """
    put(folder / "class.py", SIGMOID)
    return pair(folder / "2024-01 hand.in", SOFTMAX, "2024-01.py")


@built
def path_workflow_command(folder: Path) -> Path:
    """A name that is a workflow command, one with an escape sequence and an end of line, one that runs backwards.

    needs    posix
    softmax  passed
    sigmoid  passed
    dense    error
    """
    put(folder / "::error::forged\n::error::forged \x1b[31m.py", SOFTMAX)
    put(folder / "a\u202eyp.py", SIGMOID)
    put(folder / "##[error]forged.py", "def dense(x, w, b):\n    return x @@ w\n")
    return folder


@built
def path_not_utf8(folder: Path) -> Path:
    """A name that is no UTF-8.

    needs    linux
    softmax  passed
    sigmoid  passed
    """
    (folder / "a").mkdir()
    with open(os.fsencode(folder / "a") + b"/\xff\xfe.py", "wb") as file:
        file.write(RIGHT.encode())
    return folder / "a"


@built
def path_missing(folder: Path) -> Path:
    """Nothing is there.

    refused  nowhere
    softmax  missing
    """
    return folder / "nowhere"


@built
def path_no_python(folder: Path) -> Path:
    """A file that is no program.

    refused  notes.txt
    softmax  missing
    """
    return put(folder / "notes.txt", RIGHT)


@built
def path_empty_folder(folder: Path) -> Path:
    """A folder with nothing in it.

    softmax  missing
    sigmoid  missing
    """
    return folder


@built
def path_folder_called_py(folder: Path) -> Path:
    """A folder with the name of a file.

    softmax  missing
    sigmoid  passed
    """
    (folder / "softmax.py").mkdir()
    put(folder / "sigmoid.py", SIGMOID)
    return folder


@built
def path_link_loops(folder: Path) -> Path:
    """Links that lead to themselves, to each other, to their own folder and to nothing.

    needs    posix
    softmax  passed
    sigmoid  passed
    """
    os.symlink("itself.py", folder / "itself.py")
    os.symlink("b.py", folder / "a.py")
    os.symlink("a.py", folder / "b.py")
    os.symlink("nothing.py", folder / "to_nothing.py")
    os.symlink(".", folder / "here")
    os.symlink("..", folder / "up")
    return pair(folder / "answers", SOFTMAX).parent


@built
def path_link_loop_itself(folder: Path) -> Path:
    """A link that leads to itself, given as the submission.

    needs    posix
    refused  itself.py
    softmax  missing
    """
    os.symlink("itself.py", folder / "itself.py")
    return folder / "itself.py"


@built
def path_link_out(folder: Path) -> Path:
    """A link to a file outside the submission, which may be another learner's.

    needs    posix
    softmax  missing  softmax.py
    sigmoid  passed
    """
    put(folder / "other" / "softmax.py", SOFTMAX)
    put(folder / "mine" / "sigmoid.py", SIGMOID)
    os.symlink("../other/softmax.py", folder / "mine" / "softmax.py")
    return folder / "mine"


@built
def path_fifo(folder: Path) -> Path:
    """A named pipe among the files: whoever opens it waits for ever.

    needs    posix
    softmax  error  not an ordinary file
    sigmoid  passed
    """
    os.mkfifo(folder / "softmax.py")
    put(folder / "sigmoid.py", SIGMOID)
    return folder


@built
def path_fifo_itself(folder: Path) -> Path:
    """A named pipe, given as the submission.

    needs    posix
    refused  pipe.py
    softmax  missing
    """
    os.mkfifo(folder / "pipe.py")
    return folder / "pipe.py"


@built
def path_device(folder: Path) -> Path:
    """A device that never ends, given as the submission.

    needs    posix
    refused  zero
    softmax  missing
    """
    return Path("/dev/zero")


@built
def path_huge(folder: Path) -> Path:
    """A file of a tebibyte (of holes) among the files.

    needs    posix
    softmax  error  large
    sigmoid  passed
    """
    pair(folder, SOFTMAX)
    os.truncate(folder / "softmax.py", 2**40)
    return folder


@built
def path_huge_notebook(folder: Path) -> Path:
    """A notebook of a tebibyte (of holes), given as the submission.

    needs    posix
    refused  large
    softmax  missing
    """
    os.truncate(put(folder / "answers.ipynb", b""), 2**40)
    return folder / "answers.ipynb"


@built
def path_unreadable(folder: Path) -> Path:
    """A file and a folder that may not be read.

    needs    rights
    softmax  error
    sigmoid  passed
    """
    pair(folder, SOFTMAX)
    put(folder / "closed" / "dense.py", "")
    os.chmod(folder / "softmax.py", 0)
    os.chmod(folder / "closed", 0)
    return folder


@built
def path_sibling(folder: Path) -> Path:
    """A single file that imports its neighbour; others beside it cannot be read or would never end.

    needs    posix
    softmax  passed
    sigmoid  passed
    """
    put(folder / "helpers.py", SIGMOID)
    put(folder / "loop.py", "while True:\n    pass\n")
    os.mkfifo(folder / "pipe.py")
    return put(folder / "answers.py", "from helpers import sigmoid as stable\n" + SOFTMAX + "\n\nsigmoid = stable\n")


# Folders


@built
def folder_duplicate(folder: Path) -> Path:
    """A second download beside the first: the functions are the same, so that it does not matter which one is graded.

    softmax  passed  softmax.py  softmax (1).py
    sigmoid  passed
    """
    put(folder / "softmax (1).py", SOFTMAX + "\n# version 2\n")
    return pair(folder, SOFTMAX)


@built
def folder_leavings(folder: Path) -> Path:
    """Copies of the answers in folders that tools made: they are no second answer.

    softmax  passed
    sigmoid  passed
    """
    wrong = "def softmax(logits):\n    return logits\n"
    for place in (
        ".ipynb_checkpoints/softmax-checkpoint.py",
        "__pycache__/softmax.py",
        ".git/softmax.py",
        ".venv/a.py",
    ):
        put(folder / place, wrong)
    return pair(folder, SOFTMAX)


@built
def folder_planted(folder: Path) -> Path:
    """Files that would take over whoever runs in this folder: none is graded, and none is run before the answers.

    softmax  passed
    sigmoid  passed
    """
    planted = "raise SystemExit('planted')\n"
    for name in ("numpy", "conftest", "sitecustomize", "usercustomize", "grader/__init__", "solutions/__init__"):
        put(folder / f"{name}.py", planted)
    put(folder / "pyproject.toml", "[tool.pytest.ini_options]\naddopts = '--version'\n")
    put(folder / "grade.pth", "import os; os._exit(0)\n")
    return pair(folder, SOFTMAX)


@built
def folder_shadows(folder: Path) -> Path:
    """The learner's modules have the names of Python's own.

    softmax  passed
    sigmoid  passed
    """
    for name in ("random", "json", "struct", "typing", "traceback", "wire", "limits", "worker"):
        put(folder / f"{name}.py", "VALUE = 1\n")
    return pair(folder, "from wire import VALUE\n" + SOFTMAX.replace("e / e", "VALUE * e / e"))


@built
def folder_course(folder: Path) -> Path:
    """The course's own tree, with two stubs filled and all others as they were handed out.

    softmax  passed
    sigmoid  passed
    dense    not_started
    conv2d   not_started
    """
    shutil.copytree(ROOT / "exercises", folder / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    put(folder / "exercises" / "c5_softmax" / "softmax.py", SOFTMAX)
    put(folder / "exercises" / "c4_sigmoid" / "sigmoid.py", SIGMOID)
    return folder / "exercises"


@built
def folder_other_errors(folder: Path) -> Path:
    """Other files of the folder cannot be parsed, loop for ever or end the process when loaded.

    softmax  passed
    sigmoid  passed
    """
    put(folder / "notes.py", "This is not Python.\n")
    put(folder / "loop.py", "while True:\n    pass\n")
    put(folder / "exit.py", "import os\n\nos._exit(0)\n")
    return pair(folder, SOFTMAX)


@built
def folder_import_cycle(folder: Path) -> Path:
    """Two files that import each other.

    softmax  passed
    sigmoid  passed
    """
    put(folder / "sigmoid.py", "import softmax\n\n" + SIGMOID)
    put(folder / "softmax.py", "import sigmoid\n\n" + SOFTMAX)
    return folder


@built
def archive(folder: Path) -> Path:
    """A zip archive with the answers, and a name in it that leads out of it.

    softmax  passed
    sigmoid  passed
    """
    with zipfile.ZipFile(folder / "answers.zip", "w") as file:
        file.writestr("answers/softmax.py", SOFTMAX)
        file.writestr("answers/sigmoid.py", SIGMOID)
        file.writestr("../../escaped.py", "raise SystemExit\n")
    return folder / "answers.zip"


# Notebooks


def notebook(path: Path, *cells: str | tuple[str, str], **changes: Any) -> Path:
    """A notebook: code cells as text, others as (kind, text)."""
    listed = []
    for number, cell in enumerate(cells):
        kind, text = ("code", cell) if isinstance(cell, str) else cell
        source = text.splitlines(keepends=True) if number % 2 else text  # the format allows both
        entry: dict[str, Any] = {"cell_type": kind, "id": f"cell{number}", "metadata": {}, "source": source}
        listed.append(entry | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    whole = {"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | changes
    return put(path, json.dumps(whole))


@built
def notebook_magics(folder: Path) -> Path:
    """A notebook with magics, shell lines, help, text and drawings between the answers.

    softmax  passed
    sigmoid  passed
    """
    return notebook(
        folder / "과제 1.ipynb",
        ("markdown", "# Answers\n\n    def softmax(logits): return None"),
        "%matplotlib inline\n!pip install numpy\n%load_ext autoreload\nimport numpy as np\n",
        SOFTMAX + "\n%timeit softmax(np.zeros((2, 2)))\nsoftmax?\n",
        "%%bash\necho hello\n",
        "%%time\n" + SIGMOID,
        ("raw", "def sigmoid(z): return None"),
        "files = !ls\nprint(files)",
    )


@built
def notebook_demo(folder: Path) -> Path:
    """A notebook whose cells also train, plot, ask and loop for ever: none of that is run.

    softmax  passed
    sigmoid  passed
    """
    return notebook(
        folder / "answers.ipynb",
        "import matplotlib.pyplot as plt\nimport numpy as np\n\nEPOCHS = 10",
        "name = input('Your name: ')\nwhile True:\n    pass",
        SOFTMAX + "\nprint(softmax(np.zeros((2, 2))))\nplt.plot([1, 2])\nplt.show()\nexit()",
        SIGMOID,
        "for epoch in range(EPOCHS):\n    loss = undefined(epoch)\nassert False",
    )


@built
def notebook_twice(folder: Path) -> Path:
    """A notebook that defines a function three times: the last one counts, and a helper of a later cell is known.

    softmax  passed
    sigmoid  passed
    """
    return notebook(
        folder / "answers.ipynb",
        "def softmax(logits):\n    return logits",
        "import numpy as np\n\ndef softmax(logits):\n    raise NotImplementedError",
        "def softmax(logits):\n    e = exponentials(logits)\n    return e / e.sum(axis=1, keepdims=True)",
        "def exponentials(logits):\n    return np.exp(logits - logits.max(axis=1, keepdims=True))",
        SIGMOID,
    )


@built
def notebook_broken_cell(folder: Path) -> Path:
    """A notebook in which one cell cannot be parsed.

    softmax  error  line 4
    sigmoid  passed
    """
    return notebook(folder / "answers.ipynb", SIGMOID, SOFTMAX.replace("(logits):", "(logits)"))


@built
def notebook_empty(folder: Path) -> Path:
    """A notebook without cells.

    softmax  missing
    """
    return notebook(folder / "answers.ipynb")


@built
def notebook_no_json(folder: Path) -> Path:
    """A notebook that was cut off in the middle.

    softmax  error  answers.ipynb
    """
    path = notebook(folder / "answers.ipynb", SOFTMAX, SIGMOID)
    return put(path, path.read_bytes()[:-100])


@built
def notebook_no_notebook(folder: Path) -> Path:
    """JSON that is no notebook.

    softmax  error  answers.ipynb
    """
    return put(folder / "answers.ipynb", '{"cells": [{"cell_type": 3}], "nbformat": "four"}')


@built
def notebook_deep_json(folder: Path) -> Path:
    """JSON so deep that a parser gives up.

    softmax  error  answers.ipynb
    """
    return put(folder / "answers.ipynb", "[" * 100_000)


@built
def notebook_among_files(folder: Path) -> Path:
    """A folder with a notebook for one exercise and a file for another, and a broken notebook for none.

    softmax  passed
    sigmoid  passed
    """
    put(folder / "broken.ipynb", "{")
    notebook(folder / "softmax.ipynb", SOFTMAX)
    put(folder / "sigmoid.py", SIGMOID)
    return folder


# Running them ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What a run of `grade` left to look at: `report` is None where it wrote none."""

    status: int
    stdout: str
    stderr: str
    report: dict[str, Any] | None


def descendants(root: int) -> dict[int, str]:
    """The processes that `root` started, and those that they started: pid -> state. Linux only."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            except OSError:
                continue  # it has ended since the folder was listed
            parents[int(entry.name)] = int(parent), state
    found: dict[int, str] = {}
    grown = True
    while grown:
        new = {pid: state for pid, (parent, state) in parents.items() if parent in (root, *found) and pid not in found}
        found |= new
        grown = bool(new)
    return found


@contextmanager
def no_process_left() -> Iterator[None]:
    """Fail if a process is left running that was started within, wherever it has put itself.

    Whoever loses its parent becomes a child of this process meanwhile, a daemon in a session of its own too. Where that
    cannot be had (it needs Linux) nothing is checked.
    """
    if not LINUX:
        yield
        return
    libc, set_child_subreaper = ctypes.CDLL(None), 36
    before = set(descendants(os.getpid()))
    libc.prctl(set_child_subreaper, 1, 0, 0, 0)
    try:
        yield
        until = time.monotonic() + DYING_SECONDS
        while left := running(before):
            if time.monotonic() > until:
                names = {pid: Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0") for pid in left}
                pytest.fail(f"processes are left running: {names}")
            time.sleep(0.02)
    finally:
        while left := running(before):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        libc.prctl(set_child_subreaper, 0, 0, 0, 0)


def running(before: set[int]) -> list[int]:
    """The descendants that are not in `before` and have not ended; those that have ended are laid to rest."""
    found = {pid: state for pid, state in descendants(os.getpid()).items() if pid not in before}
    for pid, state in found.items():
        if state == "Z":
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue  # its parent is another one of them
    return [pid for pid, state in found.items() if state not in "ZX"]


def files_in(folder: Path) -> set[str]:
    """Every path below a folder, links not followed."""
    return {os.path.join(where, name) for where, folders, files in os.walk(folder) for name in folders + files}


def environment(scratch: Path, **more: str) -> dict[str, str]:
    """A learner's environment: no workflow around it, a secret in it, and a temporary folder of the run's own."""
    names = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_", "CI"))}
    names |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)) | {"GITHUB_TOKEN": CANARY}
    # The checkout is tested, whatever may be installed.
    names["PYTHONPATH"] = str(ROOT)
    return names | more


def grade(folder: Path, path: Path, names: list[str], *options: str, to: str = "report.json", **more: str) -> Run:
    """Run `grade --from path` in `folder / "handed_in"`, with what it must leave as it was watched from outside."""
    work, scratch = folder / "handed_in", folder / "tmp"
    scratch.mkdir()
    report, out, err = folder / to, folder / "stdout", folder / "stderr"
    # -P: the folder that it runs in may hold a numpy.py, which the installed `grade` would not import either.
    command = [sys.executable, "-P", "-m", "grader", *names, "--from", str(path), "--course", str(ROOT)]
    command += ["--timeout", "2", "--json", "-" if to == "-" else str(report), *options]
    files = files_in(work) | files_in(SUBMISSIONS)
    with no_process_left(), open(out, "wb") as stdout, open(err, "wb") as stderr:
        # Standard input stays open and empty: whoever waits for the keyboard waits for ever.
        process = subprocess.Popen(
            command,
            cwd=work,
            env=environment(scratch, **more),
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            start_new_session=os.name == "posix",
        )
        try:
            status = process.wait(HANG_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            pytest.fail("grade did not end")
        finally:
            assert process.stdin is not None
            process.stdin.close()
    assert files_in(work) | files_in(SUBMISSIONS) == files, "the submission's folder was changed"
    assert files_in(scratch) == set(), "temporary files are left"
    text = report.read_bytes().decode("utf-8") if report.exists() else None
    printed, said = (file.read_bytes().decode("utf-8", "replace") for file in (out, err))
    for shown in (printed, said, text or ""):
        assert CANARY not in shown
        assert len(shown) < 1_000_000
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown.replace("\r\n", "\n"))
    assert "Traceback (most recent call last)" not in said
    return Run(status, printed, said, None if text is None else strict(text))


def strict(text: str) -> dict[str, Any]:
    """JSON as the standard has it, and as the report's schema has it."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    report: dict[str, Any] = json.loads(text, parse_constant=refuse)
    jsonschema.validate(report, SCHEMA)
    return report


def words(exercise: dict[str, Any]) -> str:
    """All that a report's JSON says in words about an exercise."""
    failure = exercise["failure"] or {"kind": "", "message": ""}
    said = [failure["kind"], failure["message"], *exercise["notes"], *(one["message"] for one in exercise["diagnosis"])]
    return "\n".join(said).lower()


@pytest.fixture(scope="module", autouse=True)
def key(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have the answer key built before the first run, which would otherwise take long enough to look like a hang."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "--from",
        str(SUBMISSIONS / "right.py"),
        "--course",
        str(ROOT),
        "sigmoid",
    ]
    surroundings = environment(tmp_path_factory.mktemp("key"))
    done = subprocess.run(command, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def prepared(odd: Odd, folder: Path) -> Path:
    """The path to grade, made where it has to be; skips the test where the system lacks what the submission needs."""
    for need in odd.declared.needs:
        holds, reason = NEEDS[need]
        if not holds:
            pytest.skip(reason)
    (folder / "handed_in").mkdir()
    return odd.make(folder / "handed_in")


CORPUS = corpus()


@pytest.mark.parametrize("odd", CORPUS, ids=[odd.name for odd in CORPUS])
def test_gets_what_it_declares(odd: Odd, tmp_path: Path) -> None:
    declared = odd.declared
    path = prepared(odd, tmp_path)
    run = grade(tmp_path, path, list(declared.exercises), *declared.options)
    if declared.refused is not None:
        assert run.status == 2
        for phrase in declared.refused:
            assert phrase.lower() in run.stderr.lower()
        return
    assert run.report is not None, run.stderr
    for phrase in declared.shown:
        assert phrase in run.stdout
    exercises = {exercise["name"]: exercise for exercise in run.report["exercises"]}
    assert set(exercises) == set(declared.exercises)
    for name, expected in declared.exercises.items():
        exercise = exercises[name]
        assert exercise["status"] in expected.statuses, (name, exercise["status"], words(exercise))
        for phrase in expected.phrases:
            assert phrase.lower() in words(exercise), (name, phrase, words(exercise))
        if exercise["status"] == "passed":
            assert exercise["score"] == exercise["points"]
        elif expected.points == "(partly)":
            assert 0 < exercise["score"] < exercise["points"], name
        elif expected.points == "(any)":
            assert 0 <= exercise["score"] < exercise["points"], name
        else:
            assert exercise["score"] == 0, name
    assert run.status == (0 if {exercise["status"] for exercise in exercises.values()} == {"passed"} else 1)


def test_declarations() -> None:
    """Enough of them, each of an exercise that there is, with what proves that the others are graded."""
    known = {page.stem for page in (ROOT / "solutions").glob("c*/*.py")}
    assert len(CORPUS) >= 60
    assert len({odd.name for odd in CORPUS}) == len(CORPUS)
    for odd in CORPUS:
        assert odd.declared.exercises, odd.name
        assert set(odd.declared.exercises) <= known, odd.name
        assert set(odd.declared.needs) <= set(NEEDS), odd.name


def test_what_is_printed_does_not_touch_the_report_on_standard_output(tmp_path: Path) -> None:
    odd = next(odd for odd in CORPUS if odd.name == "output_forged")
    run = grade(tmp_path, prepared(odd, tmp_path), ["softmax", "sigmoid"], to="-")
    report = strict(run.stdout)
    assert {exercise["name"]: exercise["status"] for exercise in report["exercises"]} == {
        "softmax": "failed",
        "sigmoid": "passed",
    }


def commands(output: str) -> Iterator[tuple[str, str]]:
    """The workflow commands that GitHub's runner would carry out: name and data.

    As the runner reads them: "::name props::data" after any white space, else "##[name]" anywhere in the line, and none
    between ::stop-commands::TOKEN and ::TOKEN::.
    """
    token = None
    for line in re.split("[\r\n]", output):
        if token is not None:
            token = None if line.strip() == f"::{token}::" else token
        elif found := re.match(r"\s*::([\w-]+)(?: .*?)?::(.*)", line) or re.search(r"##\[([\w-]+)[^]]*\](.*)", line):
            token = found[2] if found[1] == "stop-commands" else None
            yield found[1], found[2]


FORGING = (
    "output_forged",
    "output_forged_in_answer",
    "raise_control_characters",
    "number_warns_a_lot",
    "path_workflow_command",
)


@pytest.mark.parametrize("name", FORGING)
def test_workflow_commands_cannot_be_forged(name: str, tmp_path: Path) -> None:
    odd = next(odd for odd in CORPUS if odd.name == name)
    path = prepared(odd, tmp_path)
    summary = tmp_path / "summary.md"
    summary.touch()
    workflow = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(ROOT)}
    run = grade(tmp_path, path, list(odd.declared.exercises), **workflow)
    for command, data in commands(run.stdout + run.stderr):
        assert command in ("error", "warning", "notice", "group", "endgroup", "stop-commands"), (command, data)
        assert not data.startswith("forged"), (command, data)
    assert summary.stat().st_size > 0
