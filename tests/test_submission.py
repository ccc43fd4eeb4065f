"""What a learner handed in is read from source: files, notebooks, archives, imports, rules. Nothing of it is run here,
except by `load`, which does what a child does with a payload."""

from __future__ import annotations

import builtins
import bz2
import gzip
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import lzma
import os
import sys
import tarfile
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import rules, sources, submission
from grader.submission import Found, Submission, SubmissionError, read_submission

NAMES = ["sigmoid", "dense", "softmax", "softmax_layer", "sigmoid_layer_loops", "affine_row"]
LOOPS_ONLY = ["matmul", "dot", "@", "einsum", "tensordot", "inner", "vdot"]

SIGMOID = '''import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z))"""
    return 1 / (1 + np.exp(-z))
'''
DENSE = "def dense(x, w, b):\n    return x @ w + b\n"
SOFTMAX = """import numpy as np

def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
STUB = '''import numpy as np


def softmax(logits):
    """Each row becomes one probability per class."""
    # TODO
    raise NotImplementedError
'''


# ---------------------------------------------------------------- help


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


def notebook(*cells: str, text: str = "# My answers") -> str:
    """A notebook with a text cell first, so that the first code cell is cell 2."""
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell(text), *map(nbformat.v4.new_code_cell, cells)]
    return nbformat.writes(made)


def read(path: Path) -> Submission:
    return read_submission(path, NAMES)


def find(root: Path, files: dict[str, str | bytes], name: str = "softmax") -> Found:
    return read(write(root, files)).find(name)


def rule(root: Path, source: str | dict[str, str | bytes], forbidden: list[str], name: str = "softmax") -> str | None:
    files = {"answers.py": source} if isinstance(source, str) else source
    found = read(write(root, files))
    assert found.find(name).status == "found", found.find(name)
    return found.broken_rule(name, forbidden)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """What Submission.payload's docstring asks of a child."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self.runs: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        known = self.payload["modules"].get(name)
        return importlib.machinery.ModuleSpec(name, self, is_package=known["package"]) if known else None

    def exec_module(self, module: ModuleType) -> None:
        self.runs.append(module.__name__)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self.import_}
        for label, source in self.payload["modules"][module.__name__]["chunks"]:
            exec(compile(source, label, "exec", dont_inherit=True), module.__dict__)

    def import_(self, name: str, space: Any = None, local: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        own = self.payload["aliases"].get((space or {}).get("__name__"), {})
        key = "." * level + name
        if key not in own:
            return builtins.__import__(name, space, local, fromlist, level)
        module = importlib.import_module(own[key])
        if not fromlist:
            return sys.modules[own[key.split(".")[0]]]
        for one in fromlist:
            if f"{own[key]}.{one}" in self.payload["modules"] and not hasattr(module, one):
                importlib.import_module(f"{own[key]}.{one}")
        return module


@pytest.fixture
def load() -> Iterator[Any]:
    """Loads an exercise's function from its payload, as JSON brings it, and returns it with the modules that ran."""
    before = set(sys.modules)
    finders: list[_Finder] = []

    def forget() -> None:
        for one in finders:
            if one in sys.meta_path:
                sys.meta_path.remove(one)
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "exercises":
                del sys.modules[name]

    def function(found: Submission, name: str) -> tuple[Any, list[str]]:
        forget()
        payload = json.loads(json.dumps(found.payload(name)))
        assert set(payload) == {"entry", "function", "modules", "aliases", "absent"}
        finder = _Finder(payload)
        finders.append(finder)
        sys.meta_path.insert(0, finder)
        module = importlib.import_module(payload["entry"])
        return getattr(module, payload["function"]), finder.runs

    yield function
    forget()


@pytest.fixture(autouse=True)
def no_exercises_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """This repository has an `exercises` folder of its own; a learner's modules are loaded under that name."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "exercises"]:
        monkeypatch.delitem(sys.modules, name)


LOGITS = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])


def is_softmax(function: Any) -> bool:
    answer = function(LOGITS)
    return answer.shape == (2, 3) and bool(np.allclose(answer.sum(axis=1), 1)) and bool(np.allclose(answer[1], 1 / 3))


# ---------------------------------------------------------------- folders, files


def test_a_tree_of_one_file_an_exercise(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path / "loops",
            {
                "c4_sigmoid/sigmoid.py": SIGMOID,
                "c3_layer/dense.py": DENSE,
                "c5_softmax/softmax.py": SOFTMAX,
                "c5_softmax/README.md": "not code",
            },
        )
    )
    assert found.path == (tmp_path / "loops").as_posix()
    assert [one.path for one in found.files] == ["c3_layer/dense.py", "c4_sigmoid/sigmoid.py", "c5_softmax/softmax.py"]
    one = found.find("sigmoid")
    assert (one.status, one.message, one.line, one.label, one.notes) == ("found", "", 4, "c4_sigmoid/sigmoid.py", ())
    assert one.file is found.files[1]
    assert one.file.sha256 == hashlib.sha256(SIGMOID.encode()).hexdigest()
    assert one.file.module == "exercises.c4_sigmoid.sigmoid"
    assert [(chunk.label, chunk.source) for chunk in one.file.chunks] == [("c4_sigmoid/sigmoid.py", SIGMOID)]
    assert found.files_for("sigmoid") == (one.file,)
    payload = found.payload("sigmoid")
    assert payload == {
        "entry": "exercises.c4_sigmoid.sigmoid",
        "function": "sigmoid",
        "modules": {
            "exercises": {"package": True, "chunks": []},
            "exercises.c4_sigmoid": {"package": True, "chunks": []},
            "exercises.c4_sigmoid.sigmoid": {"package": False, "chunks": [["c4_sigmoid/sigmoid.py", SIGMOID]]},
        },
        "aliases": {},
        "absent": [],
    }
    function, _ = load(found, "softmax")
    assert is_softmax(function)


def test_all_answers_in_one_file(tmp_path: Path, load: Any) -> None:
    path = write(tmp_path, {"vectorised.py": SIGMOID + SOFTMAX + DENSE}) / "vectorised.py"
    found = read(path)
    assert found.path == path.as_posix()
    assert [one.path for one in found.files] == ["vectorised.py"]
    assert {name: found.find(name).status for name in NAMES} == {
        "sigmoid": "found",
        "dense": "found",
        "softmax": "found",
        "softmax_layer": "missing",
        "sigmoid_layer_loops": "missing",
        "affine_row": "missing",
    }
    assert found.find("softmax").line == 9
    assert is_softmax(load(found, "softmax")[0])


def test_all_answers_in_one_notebook(tmp_path: Path, load: Any) -> None:
    cells = ["!pip install numpy", "%matplotlib inline\nimport numpy as np", SOFTMAX, "print(softmax(np.ones((2, 3))))"]
    path = write(tmp_path, {"answers.ipynb": notebook(*cells)}) / "answers.ipynb"
    found = read(path)
    one = found.find("softmax")
    assert (one.status, one.line, one.label) == ("found", 3, "answers.ipynb, cell 4")
    assert one.file is not None
    assert one.file.notes == ("left out of answers.ipynb: 1 shell line, 1 magic line, demo code in cell 5",)
    assert [chunk.label for chunk in one.file.chunks] == ["answers.ipynb, cell 3", "answers.ipynb, cell 4"]
    assert is_softmax(load(found, "softmax")[0])


def test_an_exercise_is_found_wherever_it_stands(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"week 1/a/b/mine.py": SOFTMAX, "week 2/other.py": DENSE}))
    assert found.find("softmax").label == "week 1/a/b/mine.py"
    assert found.find("dense").label == "week 2/other.py"


@pytest.mark.parametrize("above", ["", "my-course-main/"])
def test_of_a_checkout_only_its_exercises_count(tmp_path: Path, above: str) -> None:
    files: dict[str, str | bytes] = {
        f"{above}exercises/c5_softmax/softmax.py": STUB,
        f"{above}solutions/c5_softmax/softmax.py": SOFTMAX,
        f"{above}tests/test_softmax.py": SOFTMAX,
    }
    found = read(write(tmp_path / "course", files))
    assert found.path == (tmp_path / "course" / above / "exercises").as_posix()
    assert [one.path for one in found.files] == ["c5_softmax/softmax.py"]
    assert found.find("softmax").status == "not_started"


def test_what_is_not_a_learners_is_passed_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{folder}/softmax.py": SOFTMAX
        for folder in (".git", "__pycache__", "node_modules", "a/site-packages", ".ipynb_checkpoints", ".venv", "venv")
    }
    files |= {"venv/pyvenv.cfg": "home = /usr", ".hidden.py": SOFTMAX, "env/real.py": DENSE}
    found = read(write(tmp_path, files))
    assert [one.path for one in found.files] == ["env/real.py"]
    assert found.notes == ()
    assert found.find("softmax").status == "missing"


def test_links_are_followed_to_files_inside_only(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"sigmoid.py": SIGMOID, "deep/softmax.py": SOFTMAX})
    root = write(tmp_path / "in", {"real/dense.py": DENSE})
    (root / "affine_row.py").symlink_to(root / "real" / "dense.py")
    (root / "sigmoid.py").symlink_to(outside / "sigmoid.py")
    (root / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (root / "loop.py").symlink_to(root / "loop.py")
    (root / "folder").symlink_to(outside / "deep")
    (root / "round").symlink_to(root)
    found = read(root)
    assert [one.path for one in found.files] == ["affine_row.py", "real/dense.py"]
    assert found.find("sigmoid").status == "missing"
    assert found.find("softmax").status == "missing"
    assert found.find("dense").status == "found"
    assert found.find("dense").notes == (
        "dense stands in affine_row.py, line 1 and real/dense.py, line 1, the same in each; the first was graded.",
    )
    said = " ".join(found.notes)
    for name in ("sigmoid.py", "gone.py", "loop.py", "folder", "round"):
        assert f"{name} was passed over" in said
    assert "sigmoid.py was passed over: it is a link that leads out of the folder" in found.find("sigmoid").message


def test_what_was_passed_over_does_not_fill_the_screen(tmp_path: Path) -> None:
    found = read(write(tmp_path, {f"a{k}.zip": b"" for k in range(50)}))
    assert len(found.notes) == 21
    assert found.notes[-1] == "30 more files or folders were passed over."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in the file system are a thing of Unix")
def test_a_pipe_does_not_make_the_grader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "softmax.py")
    write(tmp_path, {"dense.py": DENSE})
    found = read(tmp_path)
    assert found.find("dense").status == "found"
    assert found.find("softmax").status == "unreadable"
    assert "softmax.py is not an ordinary file" in found.find("softmax").message
    with pytest.raises(SubmissionError, match="neither a file nor a folder"):
        read(tmp_path / "softmax.py")


def test_a_folder_called_like_a_file(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"softmax.py/inner.py": SOFTMAX}))
    assert found.find("softmax").label == "softmax.py/inner.py"


def test_large_files_are_said(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"softmax.py": SOFTMAX + "#" * sources.MAX_SOURCE, "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status == "unreadable"
    assert one.message.startswith("softmax.py is larger than 1 MiB and was not read.")
    assert one.file is not None
    assert (one.file.chunks, one.file.sha256) == ((), "")
    assert found.files_for("softmax") == ()
    assert found.find("dense").status == "found"
    with pytest.raises(SubmissionError, match="larger than 1 MiB"):
        read(tmp_path / "softmax.py")


def test_too_many_files_and_too_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    found = read(write(tmp_path / "many", {f"m{k}.py": f"x = {k}\n" for k in range(5)}))
    assert len(found.files) == 3
    assert found.notes == ("Only the first 3 files were read, up to m3.py: hand in a smaller folder.",)
    deep = "/".join("d" * 22)
    found = read(write(tmp_path / "deep", {f"{deep}/softmax.py": SOFTMAX}))
    assert found.files == ()
    assert "more than 20 folders deep" in found.find("softmax").message


def test_the_same_cap_on_entries_of_any_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ENTRIES", 10)
    found = read(write(tmp_path, {f"data{k:02}.txt": "" for k in range(20)} | {"zz.py": SOFTMAX}))
    assert found.files == ()
    assert "hand in a smaller folder" in found.notes[0]


@pytest.mark.parametrize("limit", ["MAX_TOTAL", "MAX_CODE"])
def test_the_files_together_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(sources, limit, 2 * len(DENSE))
    found = read(write(tmp_path, {f"m{k}.py": DENSE for k in range(9)} | {"softmax.py": SOFTMAX}))
    assert len(found.files) == 3
    assert "Only the first 3 files were read, up to m3.py" in found.find("softmax").message


def test_rules_are_checked_within_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "def f():\n" + "    x = [1, 2, 3]\n" * 3000
    source = long + "def softmax(z):\n    return f()\ndef dense(z):\n    return z\n"
    assert rule(tmp_path, source, ["dot"]) is None
    monkeypatch.setattr(rules, "MAX_STEPS", 1000)
    assert rule(tmp_path, source, ["dot"], "dense") is None
    assert "uses so much code that it cannot be checked (answers.py, line " in str(rule(tmp_path, source, ["dot"]))
    copies: dict[str, str | bytes] = {"a.py": source, "b.py": source}
    assert find(tmp_path / "copies", copies).status == "duplicate"  # not compared to the end


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    write(tmp_path, {"softmax.py": SOFTMAX})
    monkeypatch.setattr(os, "open", refuse)  # root, as in a container, may read everything
    message = "softmax.py could not be read (Permission denied). Check that you may read it."
    assert read(tmp_path).find("softmax").message == message
    with pytest.raises(SubmissionError, match=r"softmax\.py could not be read"):
        read(tmp_path / "softmax.py")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "cannot be opened"),
        ("nul\0byte", "cannot be opened"),
        ("report.docx", "give a folder, a .py file, a notebook"),
        ("answers.rar", "give a folder, a .py file, a notebook"),
    ],
)
def test_what_cannot_be_graded_at_all(tmp_path: Path, name: str, words: str) -> None:
    if "." in name:
        write(tmp_path, {name: b"..."})
    with pytest.raises(SubmissionError, match=words):
        read(tmp_path / name)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    write(tmp_path / "hand in", {"softmax.py.txt": SOFTMAX, "old.zip": b"PK"})
    message = read(tmp_path / "hand in").find("softmax").message
    assert message.startswith("There is no softmax: hand in holds no .py file and no notebook.")
    assert "softmax.py.txt was passed over: its name does not end in .py" in message
    assert "old.zip was passed over: unpack it first" in message


@pytest.mark.parametrize(
    "folder", ["김 민수", "with space", "[brackets] (1)", "-dash", "l" * 200, "학생/답안", "100%", "Ünïcode", "a'b\"c"]
)
def test_folders_of_any_name(tmp_path: Path, load: Any, folder: str) -> None:
    layer = "from exercises.c5_softmax.softmax import softmax\ndef softmax_layer(x, w, b):\n    return softmax(x)\n"
    root = write(tmp_path / folder, {"c5_softmax/softmax.py": SOFTMAX, "c5_softmax/softmax_layer.py": layer})
    found = read(root)
    assert found.path == root.as_posix()
    assert found.find("softmax").label == "c5_softmax/softmax.py"
    assert load(found, "softmax_layer")[0](LOGITS, None, None).shape == (2, 3)
    found = read(tmp_path)  # and as folders inside
    assert found.find("softmax").label == f"{folder}/c5_softmax/softmax.py"
    function, runs = load(found, "softmax_layer")
    assert function(LOGITS, None, None).shape == (2, 3)
    assert len(runs) == len(set(runs))


@pytest.mark.parametrize(
    "name",
    ["2024-01.py", "softmax (1).py", "-x.py", "class.py", "소프트맥스.py", "my answers.PY", "a.b.py", "é" * 60 + ".py"],
)
def test_files_of_any_name_can_be_graded(tmp_path: Path, load: Any, name: str) -> None:
    found = read(write(tmp_path, {name: SOFTMAX}))
    assert found.find("softmax").label == name
    assert all(part.isidentifier() for part in found.payload("softmax")["entry"].split("."))
    assert is_softmax(load(found, "softmax")[0])
    assert is_softmax(load(read(tmp_path / name), "softmax")[0])


def test_names_that_could_forge_output_are_escaped(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"a\n::error::b\u202e.py": SOFTMAX, "caf\u00e9 \u3000.py": DENSE}))
    assert found.find("softmax").label == "a\\n::error::b\\u202e.py"
    assert found.find("dense").label == "café \u3000.py"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_file_name_that_is_not_utf_8(tmp_path: Path, load: Any) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb") as file:
        file.write(SOFTMAX.encode())
    found = read(tmp_path)
    assert found.find("softmax").label == "\\xff.py"
    assert is_softmax(load(found, "softmax")[0])


# ---------------------------------------------------------------- what counts as a definition


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def softmax(z):\n    return z\n", 1),
        ("async def softmax(z):\n    return z\n", 1),
        ("class S:\n    def __call__(self, z):\n        return z\nsoftmax = S()\n", 4),
        ("class softmax:\n    def __init__(self, z):\n        self.z = z\n", 1),
        ("x = 1\nsoftmax = lambda z: z\n", 2),
        ("softmax: object = lambda z: z\n", 1),
        ("def _s(z):\n    return z\n\nsoftmax = _s\n", 4),
        ("from numba import njit\ndef _s(z):\n    return z\n\nsoftmax = njit(_s)\n", 5),
        ("from numba import njit\ndef softmax(z):\n    return z\n\nsoftmax = njit(softmax)\n", 2),
        ("def make(axis):\n    def inner(z):\n        return z\n    return inner\nsoftmax = make(1)\n", 5),
        ("softmax = tools['softmax']\n", 1),
        ("first, softmax = both\n", 1),
        ("@decorated\n@twice\ndef softmax(z):\n    return z\n", 3),
        ("if True:\n    def softmax(z):\n        return z\n", 2),
        ("try:\n    import numba\nexcept ImportError:\n    def softmax(z):\n        return z\n", 4),
        ("with context:\n    def softmax(z):\n        return z\n", 2),
        ('if __name__ != "__main__":\n    def softmax(z):\n        return z\n', 2),
        ('if __name__ == "__main__":\n    pass\nelse:\n    def softmax(z):\n        return z\n', 4),
        ("for k in range(1):\n    def softmax(z):\n        return z\n", 2),
        ("match 1:\n    case 1:\n        def softmax(z):\n            return z\n", 3),
        ("\x0cdef softmax(z):\n    return z\n", 1),
        ("def softmax(z):\n    def helper():\n        raise NotImplementedError\n    return z\n", 1),
    ],
)
def test_definitions_of_every_kind(tmp_path: Path, source: str, line: int) -> None:
    one = find(tmp_path, {"a.py": source})
    assert (one.status, one.line, one.label) == ("found", line, "a.py"), one


@pytest.mark.parametrize(
    "source",
    [
        STUB,
        "def softmax(z):\n    pass\n",
        "def softmax(z): ...\n",
        'def softmax(z):\n    """Only a docstring."""\n',
        "def softmax(z):\n    raise NotImplementedError()\n",
        'def softmax(z):\n    import numpy as np\n    """doc"""\n    raise NotImplementedError("to do")\n',
        "softmax = None\n",
        "softmax = ...\n",
        "from numba import njit\n@njit\ndef softmax(z):\n    pass\nsoftmax = njit(softmax)\n",
    ],
)
def test_not_started(tmp_path: Path, source: str) -> None:
    one = find(tmp_path, {"a.py": source})
    assert one.status == "not_started", one
    assert one.message == f"softmax is not started yet: its body in a.py, line {one.line} is still empty."
    assert one.file is not None


@pytest.mark.parametrize(
    "body", ["return None", "raise ValueError", "x = 1", "raise", "print(1)\n    raise NotImplementedError"]
)
def test_started_however_little(tmp_path: Path, body: str) -> None:
    assert find(tmp_path, {"a.py": f"def softmax(z):\n    {body}\n"}).status == "found"


def test_of_two_definitions_in_a_file_the_later_counts(tmp_path: Path, load: Any) -> None:
    root = write(tmp_path, {"a.py": "def softmax(z):\n    return 1\n\n\ndef softmax(z):\n    return 2\n"})
    found = read(root)
    one = found.find("softmax")
    assert (one.status, one.line) == ("found", 5)
    assert one.notes == (
        "softmax is defined more than once, in a.py, line 1 and in a.py, line 5: the last one counts, as in Python.",
    )
    assert load(found, "softmax")[0](0) == 2


def test_a_stub_that_hides_the_answer_above_it(tmp_path: Path) -> None:
    one = find(tmp_path, {"a.py": SOFTMAX + STUB})
    assert (one.status, one.line) == ("not_started", 9)
    assert "softmax is written in a.py, line 3, but an empty softmax stands after it, in a.py, line 9" in one.message
    assert "Delete the empty one." in one.message


def test_one_branch_left_empty(tmp_path: Path) -> None:
    source = (
        "try:\n    import numba\n    def softmax(z):\n        return z\nexcept ImportError:\n    def softmax(z): ...\n"
    )
    assert find(tmp_path, {"a.py": source}).status == "found"


def test_what_is_deleted_again_is_missing(tmp_path: Path) -> None:
    assert find(tmp_path, {"a.py": "def softmax(z):\n    return z\ndel softmax\n"}).status == "missing"


def test_an_import_counts_only_where_nothing_is_written(tmp_path: Path) -> None:
    imported = "from scipy.special import softmax\n"
    one = find(tmp_path / "1", {"a.py": imported})
    assert (one.status, one.line) == ("found", 1)
    one = find(tmp_path / "2", {"a.py": imported, "b.py": SOFTMAX})
    assert (one.status, one.label, one.notes) == ("found", "b.py", ())
    assert find(tmp_path / "3", {"a.py": imported, "b.py": STUB}).status == "not_started"
    one = find(tmp_path / "4", {"a.py": "from b import mine as softmax\n", "b.py": SOFTMAX.replace("softmax", "mine")})
    assert (one.status, one.label) == ("found", "a.py")
    one = find(tmp_path / "5", {"a.py": "from b import mine as softmax\n", "b.py": STUB.replace("softmax", "mine")})
    assert (one.status, one.label) == ("not_started", "a.py")
    for k, no in enumerate(["import softmax\n", "from c5 import softmax\n", "from .c5 import softmax\n"]):
        assert find(tmp_path / f"6{k}", {"a.py": no, "c5/softmax.py": "x = 1\n", "softmax.py": ""}).status == "missing"
    one = find(tmp_path / "7", {"a.py": "from exercises.c5_softmax.softmax import softmax\n"})
    assert one.status == "missing"
    assert find(tmp_path / "8", {"a.py": "from b import softmax", "b.py": "from a import softmax"}).status == "missing"


def test_two_files_are_said_and_refused(tmp_path: Path) -> None:
    other = SOFTMAX.replace("axis=1", "axis=-1")
    found = read(write(tmp_path, {"softmax.py": SOFTMAX, "softmax (1).py": other, "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status == "duplicate"
    assert one.message == (
        "softmax is defined in 2 files: softmax (1).py, line 3 and softmax.py, line 3. It cannot be known which one "
        "you mean: keep one, and delete or rename the others."
    )
    assert found.find("dense").status == "found"
    assert found.broken_rule("softmax", LOOPS_ONLY) is None
    with pytest.raises(LookupError, match="keep one"):
        found.payload("softmax")


def test_a_file_and_a_notebook_are_two_files(tmp_path: Path) -> None:
    other = SOFTMAX.replace("axis=1", "axis=-1")
    one = find(tmp_path, {"a.py": SOFTMAX, "b.ipynb": notebook("import numpy as np", other)})
    assert one.status == "duplicate"
    assert "a.py, line 3 and b.ipynb, cell 3, line 3" in one.message


def test_the_same_twice_is_graded_once(tmp_path: Path) -> None:
    again = "# a copy\n" + SOFTMAX.replace("    e = ", "\n    e =  ")
    one = find(tmp_path / "1", {"softmax.py": SOFTMAX, "softmax (1).py": again})
    assert one.status == "found"
    assert one.notes == (
        "softmax stands in softmax (1).py, line 4 and softmax.py, line 3, the same in each; the first was graded.",
    )
    helped = "def _s(z):\n    return {}\n\ndef softmax(z):\n    return _s(z)\n"
    one = find(tmp_path / "2", {"a.py": helped.format("z"), "b.py": helped.format("z + 1")})
    assert one.status == "duplicate"  # the functions are alike, their helpers are not


def test_an_untouched_stub_never_counts_against_an_answer(tmp_path: Path) -> None:
    one = find(tmp_path, {"c5_softmax/softmax.py": STUB, "mine.py": SOFTMAX})
    assert (one.status, one.label) == ("found", "mine.py")
    assert one.notes == ("An empty softmax also stands in c5_softmax/softmax.py, line 4; the written one was graded.",)


def test_a_demo_value_does_not_count_against_a_function(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"play.py": "import m\nsoftmax = m.run(3)\n", "real.py": SOFTMAX}
    assert find(tmp_path / "1", files).label == "real.py"
    assert find(tmp_path / "2", {"play.py": "softmax = 1 / 3\n", "real.py": STUB}).status == "not_started"


# ---------------------------------------------------------------- an exercise's own file

HELPER = "def softmax(z):\n    return z\n"
PLACES = {"softmax": "c5_softmax/softmax.py"}


def placed(root: Path, files: dict[str, str | bytes]) -> Found:
    return read_submission(write(root, files), NAMES, places=PLACES).find("softmax")


@pytest.mark.parametrize("above", ["", "exercises/", "week 2/exercises/", "hand in/mine/"])
def test_an_exercises_own_file_comes_before_helpers_of_its_name(tmp_path: Path, above: str) -> None:
    helpers = {f"{above}c3_layer/dense.py": DENSE + HELPER, f"{above}c5_softmax/softmax_layer.py": HELPER}
    one = placed(tmp_path, {f"{above}c5_softmax/softmax.py": SOFTMAX, **helpers})
    assert (one.status, one.label) == ("found", f"{above}c5_softmax/softmax.py")
    assert one.notes == (
        f"softmax also stands in {above}c3_layer/dense.py, line 3 and {above}c5_softmax/softmax_layer.py, line 1, taken "
        f"for helpers of the same name: graded was {above}c5_softmax/softmax.py, line 3, the exercise's own file.",
    )


def test_the_own_file_where_a_chapter_is_handed_in(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"softmax.py": SOFTMAX, "softmax_layer.py": HELPER}
    assert placed(tmp_path / "c5_softmax", files).label == "softmax.py"
    assert placed(tmp_path / "c6", files).status == "duplicate"
    path = write(tmp_path, {"a.zip": zipped({f"c5_softmax/{name}": text for name, text in files.items()})}) / "a.zip"
    assert read_submission(path, NAMES, places=PLACES).find("softmax").label == "c5_softmax/softmax.py"


def test_a_helper_that_cannot_be_read_leaves_the_own_file_alone(tmp_path: Path) -> None:
    one = placed(tmp_path / "1", {"c5_softmax/softmax.py": SOFTMAX, "c3/dense.py": "def softmax(z)\n"})
    assert (one.status, one.label) == ("found", "c5_softmax/softmax.py")
    assert "softmax also stands in c3/dense.py, taken for helpers" in one.notes[0]
    one = placed(tmp_path / "2", {"c5_softmax/softmax.py": "def softmax(z)\n", "c3/dense.py": HELPER})
    assert (one.status, one.label) == ("unreadable", "c5_softmax/softmax.py")


def test_a_place_decides_only_where_one_real_definition_stands_there(tmp_path: Path) -> None:
    one = placed(tmp_path / "1", {"c5_softmax/softmax.py": STUB, "mine.py": SOFTMAX})
    assert (one.status, one.label) == ("found", "mine.py")
    one = placed(tmp_path / "2", {"c5_softmax/softmax.py": STUB, "mine.py": SOFTMAX, "other.py": HELPER})
    assert one.status == "duplicate"
    files: dict[str, str | bytes] = {f"{k}/exercises/c5_softmax/softmax.py": SOFTMAX + "#" * k for k in (1, 2)}
    assert placed(tmp_path / "3", {**files, "other.py": HELPER}).status == "duplicate"
    one = placed(tmp_path / "4", {"backup/c5_softmax/softmax.py": SOFTMAX, "other.py": HELPER})
    assert one.status == "duplicate"
    one = placed(tmp_path / "5", {"c5_softmax/softmax.ipynb": notebook(SOFTMAX), "other.py": HELPER})
    assert one.status == "duplicate"
    one = placed(tmp_path / "6", {"c5_softmax/softmax.py": SOFTMAX, "other.py": DENSE})
    assert (one.status, one.notes) == ("found", ())


# ---------------------------------------------------------------- missing


def test_missing_says_where_one_looked(tmp_path: Path) -> None:
    one = find(tmp_path / "1", {"a.py": DENSE, "b/c.py": "x = 1\n"})
    assert (one.status, one.file, one.line, one.label) == ("missing", None, 0, "")
    assert one.message == "There is no function softmax at the left margin of a.py and b/c.py."
    root = write(tmp_path / "many", {f"f{k}.py": "" for k in range(6)})
    assert "the 6 files of many (f0.py, f1.py, f2.py and 3 more)" in read(root).find("softmax").message
    assert "the left margin of f0.py." in read(root / "f0.py").find("softmax").message


@pytest.mark.parametrize("near", ["soft_max", "Softmax", "softMax", "softmx", "sofmax"])
def test_missing_names_the_nearest(tmp_path: Path, near: str) -> None:
    message = find(tmp_path, {"a.py": f"x = 1\ndef {near}(z):\n    return z\n\ndef other():\n    pass\n"}).message
    assert f"Did you mean {near} (a.py, line 2)? Its name has to be exactly softmax." in message


@pytest.mark.parametrize(
    ("letter", "place", "name"), [("х", 7, "cyrillic small letter ha"), ("ο", 2, "greek small letter omicron")]
)
def test_missing_tells_look_alike_letters(tmp_path: Path, letter: str, place: int, name: str) -> None:
    odd = "softmax"[: place - 1] + letter + "softmax"[place:]
    message = find(tmp_path, {"a.py": f"def {odd}(z):\n    return z\n"}).message
    assert f"only looks the same: its letter {letter} at position {place} is {name}" in message
    assert "Type the name again with Latin letters." in message


def test_letters_that_python_takes_for_the_same_are_the_same(tmp_path: Path) -> None:
    assert find(tmp_path, {"a.py": "def ｓoftmax(z):\n    return z\n"}).status == "found"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "class Net:\n    def softmax(self, z):\n        return z\n",
            "inside the class Net (a.py, line 2), where it is a method",
        ),
        ("def main():\n    def softmax(z):\n        return z\n", "inside the function main (a.py, line 2)"),
        (
            'if __name__ == "__main__":\n    def softmax(z):\n        return z\n',
            'under if __name__ == "__main__" (a.py, line 2)',
        ),
        ("if '__main__' == __name__:\n    def softmax(z):\n        return z\n", 'under if __name__ == "__main__"'),
    ],
)
def test_missing_says_what_it_stands_inside_of(tmp_path: Path, source: str, words: str) -> None:
    one = find(tmp_path, {"a.py": source})
    assert one.status == "missing"
    assert words in one.message
    assert "left margin" in one.message or "Move it above" in one.message


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + SOFTMAX.replace("\n", "\r\n").encode(),
        SOFTMAX.replace("\n", "\r").encode(),
        SOFTMAX.replace("    ", "\t").encode(),
        ("# -*- coding: utf-8 -*-\n" + SOFTMAX).encode(),
        ("#!/usr/bin/python3\n# vim: set fileencoding=UTF_8 :\n" + SOFTMAX).encode(),
        ("# coding: ascii\n# 한국어\n" + SOFTMAX).encode(),
        ("x = 1\n# coding: cp949 is only spoken of here\n" + SOFTMAX).encode(),
        SOFTMAX.replace("logits", "로짓").encode(),
        SOFTMAX.rstrip("\n").encode(),
        (SOFTMAX + "s = '\u2028 \x0c'\n").encode(),
    ],
)
def test_text_that_is_fine(tmp_path: Path, load: Any, data: bytes) -> None:
    found = read(write(tmp_path, {"a.py": data}))
    assert found.find("softmax").status == "found", found.find("softmax").message
    file = found.find("softmax").file
    assert file is not None
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert "\r" not in file.chunks[0].source
    assert is_softmax(load(found, "softmax")[0])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (("# 소프트맥스\n" + SOFTMAX).encode("cp949"), "softmax.py, line 1: the file is not saved as UTF-8"),
        ((SOFTMAX + "s = '확률'\n").encode("cp949"), "softmax.py, line 6: the file is not saved as UTF-8"),
        (SOFTMAX.encode("utf-16"), "softmax.py is saved as UTF-16"),
        (b"\xfe\xff" + SOFTMAX.encode("utf-16-be"), "softmax.py is saved as UTF-16"),
        (("# coding: cp949\n" + SOFTMAX).encode(), "says at its top that it is saved as cp949, not UTF-8"),
        (("\n# coding=latin-1\n" + SOFTMAX).encode(), "says at its top that it is saved as latin-1, not UTF-8"),
        ((SOFTMAX + "\0").encode(), "softmax.py, line 6: the file holds a NUL character"),
    ],
)
def test_text_that_is_not_utf_8(tmp_path: Path, data: bytes, words: str) -> None:
    found = read(write(tmp_path, {"softmax.py": data, "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status == "unreadable"
    assert words in one.message
    assert "Save the file as UTF-8" in one.message
    assert found.find("dense").status == "found"
    assert [file.path for file in found.files] == ["dense.py"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def softmax(z):\n    return (z\n", 2, "this is not valid Python ('(' was never closed)"),
        ("def softmax(z)\n    return z\n", 1, "this is not valid Python (expected ':')"),
        ("def softmax(z):\nreturn z\n", 2, "the indentation is not right"),
        ("def softmax(z):\n    x = 1\n      y = 2\n", 3, "the indentation is not right"),
        ("def softmax(z):\n    if z:\n\treturn z\n", 3, "the indentation mixes tabs and spaces. Use four spaces"),
        ("def softmax(z):\n    print 'hello'\n", 2, "this is not valid Python"),
        ("def softmax(z, z):\n    return z\n", 1, "duplicate argument 'z'"),
        ("def softmax(z):\n    pass\nreturn 3\n", 3, "'return' outside function"),
        ("def softmax(z):\n    break\n", 2, "'break' outside loop"),
        ("def softmax(z):\n    return z\nx = '''", 3, "unterminated triple-quoted"),
        (
            "<<<<<<< HEAD\ndef softmax(z):\n=======\n>>>>>>> mine\n",
            1,
            "the marks of a git merge conflict are still there",
        ),
        ("def softmax(z):\n    x = 5\n>>>>>>> mine\n", 3, "the marks of a git merge conflict are still there"),
    ],
)
def test_faults_of_syntax(tmp_path: Path, source: str, line: int, words: str) -> None:
    found = read(write(tmp_path, {"c5/softmax.py": source, "dense.py": DENSE}))
    one = found.find("softmax")
    assert (one.status, one.line, one.label) == ("unreadable", line, "c5/softmax.py"), one
    assert one.message.startswith(f"c5/softmax.py, line {line}: ")
    assert words in one.message
    if "git" not in words:
        text = source.split("\n")[line - 1].strip()
        assert text.expandtabs(4) in one.message  # the line itself
    assert one.file is not None
    assert one.file.path == "c5/softmax.py"
    assert found.find("dense").status == "found"
    assert found.find("sigmoid").status == "missing"
    assert "What could not be read does not count: c5/softmax.py." in found.find("sigmoid").message


def test_the_caret_stands_under_the_fault(tmp_path: Path) -> None:
    lines = find(tmp_path / "1", {"a.py": "def softmax(z):\n\tx = foo bar\n"}).message.split("\n")
    assert lines[1] == "        x = foo bar"
    assert lines[2].index("^") == lines[1].index("bar")
    lines = find(tmp_path / "2", {"a.py": "def softmax(z):\n    x = '한국어' foo bar\n"}).message.split("\n")
    assert lines[1].strip() == "x = '한국어' foo bar"
    assert not any("^" in line and line.index("^") > 12 for line in lines)
    message = find(tmp_path / "4", {"a.py": "def softmax(z):\n    x = '\x1b[31m \u202e' foo bar\n"}).message
    assert "x = '\\x1b[31m \\u202e' foo bar" in message
    message = find(tmp_path / "3", {"a.py": "def softmax(z):\n    x = [" + "1, " * 500 + "\n"}).message
    assert "more characters)" in message
    assert len(message) < 500


@pytest.mark.parametrize(
    "expression",
    ["-" * 50_000 + "1", "(" * 500 + ")" * 500, "[" * 5000, "x" + "[0]" * 20_000, "1" + " + 1" * 50_000, "9" * 10_000],
    ids=["minus", "brackets", "open", "subscripts", "sum", "digits"],
)
def test_source_too_deep_for_python(tmp_path: Path, expression: str) -> None:
    found = read(write(tmp_path, {"softmax.py": f"def softmax(z):\n    return {expression}\n", "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status in ("unreadable", "found")
    assert "Traceback" not in one.message
    assert len(one.message) < 1000
    assert found.find("dense").status == "found"
    found.broken_rule("softmax", LOOPS_ONLY)
    found.files_for("softmax")


def test_a_broken_copy_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    one = find(tmp_path, {"backup/softmax.py": SOFTMAX, "softmax.py": "def softmax(z)\n    return z\n"})
    assert (one.status, one.label) == ("unreadable", "softmax.py")


def test_reading_warns_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(write(tmp_path, {"a.py": "def softmax(z):\n    s = '\\d'\n    assert (z, 1)\n    return z is 1\n"}))
    assert found.find("softmax").status == "found"
    assert found.broken_rule("softmax", ["dot"]) is None
    assert capsys.readouterr() == ("", "")


def test_nothing_of_the_learners_runs(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bad = f"open({str(mark)!r}, 'w').close()\ndef softmax(z=open({str(mark)!r}, 'w')):\n    return z\n"
    found = read(write(tmp_path / "hand in", {"a.py": bad, "b.ipynb": notebook(bad.replace("softmax", "sigmoid"))}))
    for name in ("softmax", "sigmoid"):
        assert found.find(name).status == "found"
        found.payload(name)
        found.broken_rule(name, LOOPS_ONLY)
    assert not mark.exists()


# ---------------------------------------------------------------- notebooks


def kept(root: Path, *cells: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Kept cells by number, with their text, and the notes."""
    found = read(write(root, {"n.ipynb": notebook(*cells)}) / "n.ipynb")
    (file,) = found.files
    return [(chunk.label.removeprefix("n.ipynb, cell "), chunk.source) for chunk in file.chunks], file.notes


def test_constants_that_functions_need_are_kept(tmp_path: Path) -> None:
    cells, notes = kept(
        tmp_path,
        "import numpy as np",
        "BASE = 1e-7\nUNUSED = 3",
        "EPS = BASE * 2\nTABLE = {}\nTABLE['a'] = 1\nTABLE['b'], other = 2, 3",
        "total = 0\ntotal += EPS",
        "class Cache: pass\ncache = Cache()\ncache.size = 4\nprint(cache)",
        "def softmax(z, eps=EPS):\n    return z + eps + TABLE['a'] + total + cache.size",
        "result = softmax(np.ones(3))\nfor k in range(3):\n    print(k)\nresult",
    )
    assert [number for number, _ in cells] == ["2", "3", "4", "5", "6", "7"]
    texts = dict(cells)
    assert texts["3"] == "BASE = 1e-7\n"
    assert texts["4"] == "EPS = BASE * 2\nTABLE = {}\nTABLE['a'] = 1\nTABLE['b'], other = 2, 3"
    assert texts["5"] == "total = 0\ntotal += EPS"
    assert texts["6"] == "class Cache: pass\ncache = Cache()\ncache.size = 4\n"
    assert notes == ("left out of n.ipynb: demo code in cells 3, 6, 8",)


def test_local_names_do_not_make_a_global_needed(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "x = [1]\nfor_ = 2\nk = 3\nhandle = 4\nerror = 5\nleft = 6\nouter = 7",
        "def softmax(z):\n"
        "    x = z\n"
        "    def inner(y, for_=outer):\n        return for_ + x\n"
        "    with open('f') as handle: pass\n"
        "    try: pass\n    except ValueError as error: print(error)\n"
        "    return [k for k in x] + [(lambda left: left)(1), handle, inner(1)]",
    )
    assert cells[0] == ("2", "\n\n\n\n\n\nouter = 7")


def test_a_comprehension_has_names_of_its_own(tmp_path: Path) -> None:
    cells, _ = kept(tmp_path, "k = 3", "def softmax(z):\n    return [k for k in z] + [k]")
    assert [number for number, _ in cells] == ["2", "3"]  # the last k is the global one


def test_line_numbers_are_those_of_the_cell(tmp_path: Path) -> None:
    cell = (
        '%time x = 1\nprint("""a\nb""")\n# about it\n\n@np.vectorize\ndef softmax(z):\n    return z\nsoftmax(3); y = 2'
    )
    found = read(write(tmp_path, {"n.ipynb": notebook("import numpy as np", cell)}))
    one = found.find("softmax")
    assert (one.status, one.line, one.label) == ("found", 7, "n.ipynb, cell 3")
    assert found.files[0].chunks[1].source == "\n\n\n# about it\n\n@np.vectorize\ndef softmax(z):\n    return z\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("import numpy as np; print(np.pi)", "import numpy as np;"),
        ("print(1); import numpy as np", "0       ; import numpy as np"),
        (
            "print(1); import numpy as np; print('가나'); import math;",
            "0       ; import numpy as np; 0            ; import math;",
        ),
        ("print('''a\nb'''); import numpy as np", "\n0    ; import numpy as np"),
        ("import numpy as np\nnp.ones(3);", "import numpy as np\n"),
        ("import numpy as np\nnp.ones(3); 4 ; print('가')", "import numpy as np\n"),
        ("import numpy as np\nx = 1 + \\\n  2\n", "import numpy as np\n\n\n"),
    ],
)
def test_statements_that_share_a_line(tmp_path: Path, cell: str, text: str) -> None:
    cells, _ = kept(tmp_path, cell)
    compile(cells[0][1], "cell", "exec")
    assert cells[0][1].split() == text.split()
    assert cells[0][1].count("\n") == cell.count("\n")


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("%matplotlib inline\nimport numpy as np", "1 magic line"),
        ("!pip install 'numpy\nimport numpy as np", "1 shell line"),
        ("!pip install \\\n   numpy \\\n   scipy\nimport numpy as np", "1 shell line"),
        ("files = !ls\nimport numpy as np", "1 shell line"),
        ("t = %timeit -o f()\nimport numpy as np", "1 magic line"),
        ("?np.dot\nimport numpy as np\nnp.exp??\nnp.*?", "3 help lines"),
        ("%%time\nimport numpy as np", "1 magic line"),
        ("%%capture out\nimport numpy as np", "1 magic line"),
        ("import numpy as np\nif True:\n    %matplotlib inline\n    import math", "1 magic line"),
        (
            "%load_ext x\nimport numpy as np\nx = (5\n  % 2)\ny = '''\n%not magic\n!nor this\n'''",
            "1 magic line, demo code in cell 2",
        ),
        ("!x\nimport numpy as np\ny = 7 \\\n  % 4  # why?\nz = 1  # really?", "1 shell line, demo code in cell 2"),
        (
            "!x\nimport numpy as np\ny = [1, # ]?\n '[', \"(\", ]\n%pwd",
            "1 shell line, 1 magic line, demo code in cell 2",
        ),
    ],
)
def test_magics(tmp_path: Path, cell: str, note: str) -> None:
    cells, notes = kept(tmp_path, cell, DENSE)
    assert [number for number, _ in cells] == ["2", "3"]
    assert "import numpy as np" in cells[0][1]
    assert notes == (f"left out of n.ipynb: {note}",)
    assert cells[0][1].count("\n") == cell.count("\n")
    compile(cells[0][1], "cell", "exec")


def test_python_that_looks_like_magic_is_left_alone(tmp_path: Path) -> None:
    cell = "s = '''\n%d items\n!important\n'''\ndef softmax(z):\n    return (s\n        % z)"
    cells, notes = kept(tmp_path, cell)
    assert cells == [("2", cell)]
    assert notes == ()


def test_a_cell_magic_takes_its_cell(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"n.ipynb": notebook("%%writefile softmax.py\n" + SOFTMAX, "%%bash\nls", DENSE)}))
    assert found.files[0].notes == ("left out of n.ipynb: 2 magic cells",)
    one = found.find("softmax")
    assert (one.status, one.label) == ("unreadable", "n.ipynb, cell 2")
    assert "n.ipynb, cell 2 begins with %%writefile softmax.py, which takes the whole cell" in one.message
    assert "Take that line out of the cell" in one.message
    assert found.find("dense").status == "found"


def test_a_fault_in_a_cell_concerns_that_cell(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "n.ipynb": notebook("import numpy as np", "def softmax(z):\n    return (z\n", DENSE)
    }
    found = read(write(tmp_path / "1", files))
    one = found.find("softmax")
    assert (one.status, one.label, one.line) == ("unreadable", "n.ipynb, cell 3", 2)
    assert one.message.startswith("n.ipynb, cell 3, line 2: this is not valid Python")
    assert found.find("dense").status == "found"
    assert found.files[0].notes == ("left out of n.ipynb: what is not valid Python in cell 3",)
    broken = "def softmax(z):\n    return (z\n"
    assert find(tmp_path / "2", {"n.ipynb": notebook(broken, SOFTMAX)}).status == "found"
    assert find(tmp_path / "3", {"n.ipynb": notebook(SOFTMAX, broken)}).status == "unreadable"


def test_the_later_definition_wins(tmp_path: Path, load: Any) -> None:
    cells = ["def sigmoid(z):\n    return 1", "def softmax(z):\n    return sigmoid(z)", "def sigmoid(z):\n    return 2"]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    one = found.find("sigmoid")
    assert (one.status, one.label) == ("found", "n.ipynb, cell 4")
    assert "in n.ipynb, cell 2, line 1 and in n.ipynb, cell 4, line 1: the last one counts" in one.notes[0]
    assert load(found, "softmax")[0](0) == 2


def test_demo_code_does_not_take_a_functions_place(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "n.ipynb": notebook(
                    "import numpy as np",
                    "def dense(x, w, b):\n    return 5",
                    "dense = make_layer(2)\nw = np.ones(3)",
                    "def softmax_layer(x, w, b):\n    return dense(x, w, b)",
                    "relu = lambda z: z\nsigmoid = np.vectorize(relu)\nsoftmax = softmax_layer",
                    "sigmoid = np.vectorize(sigmoid)",
                )
            },
        )
    )
    assert [chunk.label[-1] for chunk in found.files[0].chunks] == ["2", "3", "5", "6", "7"]
    assert load(found, "softmax_layer")[0](1, 2, 3) == 5
    assert load(found, "softmax")[0](1, 2, 3) == 5
    assert load(found, "sigmoid")[0](np.ones(2)).tolist() == [1, 1]


def test_a_demo_value_that_bears_an_exercises_name(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "n.ipynb": notebook(
                    "import functools\ndef softmax(z):\n    return relu(z)",
                    "dense = softmax.no_such_thing(3)\nrelu = lambda z: z\nprint(1)",
                    "relu = relu(5)",
                    "class Sigmoid:\n    def __call__(self, z):\n        return 1\nsigmoid = Sigmoid()",
                    "softmax_layer = functools.partial(softmax, 4)",
                )
            },
        )
    )
    assert found.find("dense").status == "missing"
    assert load(found, "softmax")[0](7) == 7
    assert load(found, "sigmoid")[0](7) == 1
    assert load(found, "softmax_layer")[0]() == 4


def test_a_cell_that_only_a_notebook_can_run(tmp_path: Path, load: Any) -> None:
    cells = ["TABLE = await get()\nprint(TABLE)", "def softmax(z):\n    return TABLE", DENSE]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    note = "left out of n.ipynb: demo code in cell 2, what is not valid Python in cell 2"
    assert found.files[0].notes == (note,)
    assert load(found, "dense")[0](np.eye(1), np.eye(1), 0) == 1


def test_demo_code_of_every_kind_is_left_out(tmp_path: Path) -> None:
    demo = [
        "print(1)",
        "softmax(3)",
        "plt.plot(1)\nplt.show()",
        "for k in range(3):\n    print(k)",
        "while True:\n    pass",
        "with open('x') as f:\n    print(f)",
        "if True:\n    print(1)",
        "try:\n    softmax(1)\nexcept Exception:\n    pass",
        "x_demo = softmax(1)",
        "assert softmax(1)",
        "raise SystemExit",
        "if __name__ == '__main__':\n    import torch\n    EPS = 2",
        "await something()",
        "del x",
    ]
    cells, notes = kept(tmp_path, "EPS = 1\ndef softmax(z):\n    return EPS", *demo)
    assert [number for number, _ in cells] == ["2"]
    assert notes == (f"left out of n.ipynb: demo code in cells {', '.join(str(k + 3) for k in range(len(demo)))}",)
    cells, notes = kept(tmp_path, "", "# only a comment", "'just text'", "pass", DENSE)
    assert [number for number, _ in cells] == ["6"]
    assert notes == ()


def test_imports_and_definitions_under_conditions_are_kept(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "try:\n    import numba\nexcept ImportError:\n    numba = None",
        "if numba:\n    def softmax(z):\n        return 1\nelse:\n    def softmax(z):\n        return 2",
    )
    assert len(cells) == 2


def test_a_table_filled_in_a_loop_is_kept(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "SQUARES = {}\nfor k in range(5):\n    SQUARES[k] = k * k",
        "k = 7\nfor k in range(3):\n    print(SQUARES[k])",
        "def softmax(z):\n    return SQUARES[2]",
    )
    assert cells[0][1].count("SQUARES") == 2
    assert [number for number, _ in cells] == ["2", "4"]


def test_sources_may_be_lists_of_lines_and_of_older_formats(tmp_path: Path) -> None:
    four = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": ["def softmax(z):\r\n", "    return z\r\n"]}]}  # fmt: skip
    assert find(tmp_path / "4", {"n.ipynb": json.dumps(four)}).status == "found"
    three = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], "collapsed": False,
         "input": ["def softmax(z):\n", "    return z\n"]}]}]}  # fmt: skip
    assert find(tmp_path / "3", {"n.ipynb": json.dumps(three)}).status == "found"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"cells": 3}',
        '{"nbformat": 4, "cells": [5]}',
        '{"nbformat": 99, "cells": []}',
        "[" * 100_000,
    ],
)
def test_damaged_notebooks(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(write(tmp_path, {"n.ipynb": text, "dense.py": DENSE}))
    assert found.find("dense").status == "found"
    one = found.find("softmax")
    assert (one.status, one.label) == ("unreadable", "n.ipynb")
    assert one.file is not None
    assert one.message.startswith("There is no softmax in what could be read. n.ipynb is damaged: it cannot be read as")
    assert capsys.readouterr() == ("", "")


def test_a_damaged_notebook_keeps_the_other_words(tmp_path: Path) -> None:
    message = find(tmp_path / "1", {"n.ipynb": "{", "a.py": "def softmx(z):\n    return z\n", "b.py": "x = ("}).message
    assert "Did you mean softmx (a.py, line 1)?" in message
    assert message.endswith("What could not be read does not count: b.py.")
    assert find(tmp_path / "2", {"n.ipynb": "{", "a.py": STUB}).status == "not_started"
    data = notebook(DENSE).encode() + b" " * sources.MAX_NOTEBOOK
    assert "n.ipynb is larger than 20 MiB and was not read" in find(tmp_path / "3", {"n.ipynb": data}).message


@pytest.mark.parametrize("cut", [0.95, 0.99])
def test_a_notebook_cut_short_is_said(tmp_path: Path, cut: float) -> None:
    text = notebook(SOFTMAX, "x = 1\n\ndef dense(x, w, b):\n    return x\n", *["print(1)"] * 30)
    found = read(write(tmp_path, {"n.ipynb": text[: int(len(text) * cut)]}))
    for name in ("softmax", "dense"):
        assert found.find(name).status == "unreadable"
        assert found.find(name).message.startswith("n.ipynb is damaged: it cannot be read as a notebook.")


def test_a_notebook_in_another_language(tmp_path: Path) -> None:
    text = json.loads(notebook("softmax <- function(z) z"))
    text["metadata"] = {"language_info": {"name": "R"}}
    found = read(write(tmp_path, {"softmax.ipynb": json.dumps(text)}))
    assert found.find("softmax").message == "softmax.ipynb is a notebook in R, not in Python."


def test_a_cell_with_half_a_character(tmp_path: Path) -> None:
    text = notebook("x = 'HERE'\ndef softmax(z):\n    return z", DENSE).replace("HERE", "\\ud800")
    found = read(write(tmp_path, {"n.ipynb": text}))
    assert found.find("softmax").status == "unreadable"
    assert found.find("dense").status == "found"
    json.dumps(found.payload("dense")).encode()


def test_a_notebook_beside_its_helpers(tmp_path: Path, load: Any) -> None:
    root = write(
        tmp_path,
        {"n.ipynb": notebook("from helper import twice", "def softmax(z):\n    return twice(z)"),
         "helper.py": "def twice(z):\n    return 2 * z\n", "unrelated.py": SIGMOID},
    )  # fmt: skip
    found = read(root / "n.ipynb")
    assert [one.path for one in found.files] == ["n.ipynb", "helper.py"]
    assert load(found, "softmax")[0](4) == 8


# ---------------------------------------------------------------- archives

TREE = {"hw 1/c5_softmax/softmax.py": SOFTMAX, "hw 1/c4/sigmoid.py": SIGMOID, "hw 1/data.bin": "x" * 100}


def zipped(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: dict[str, str | bytes], more: list[tarfile.TarInfo] | None = None) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in more or []:
            archive.addfile(info)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("hw.zip", zipped(TREE)),
        ("HW.ZIP", zipped(TREE, zipfile.ZIP_STORED)),
        ("lzma.zip", zipped(TREE, zipfile.ZIP_LZMA)),
        ("hw.tar", tarred(TREE)),
        ("hw.tar.gz", gzip.compress(tarred(TREE))),
        ("hw.tgz", gzip.compress(tarred(TREE))),
        ("hw.tar.xz", lzma.compress(tarred(TREE))),
        ("hw.tar.bz2", bz2.compress(tarred(TREE))),
    ],
)
def test_archives_of_every_kind(tmp_path: Path, load: Any, name: str, data: bytes) -> None:
    path = write(tmp_path, {name: data}) / name
    found = read(path)
    assert found.path == path.as_posix()
    assert [one.path for one in found.files] == ["hw 1/c4/sigmoid.py", "hw 1/c5_softmax/softmax.py"]
    assert is_softmax(load(found, "softmax")[0])
    assert sorted(os.listdir(tmp_path)) == [name]  # nothing was unpacked


def test_of_a_zipped_checkout_only_its_exercises_count(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "repo-main/exercises/c5_softmax/softmax.py": STUB,
        "repo-main/solutions/c5_softmax/softmax.py": SOFTMAX,
        "repo-main/README.md": "",
    }
    found = read(write(tmp_path, {"a.zip": zipped(files)}) / "a.zip")
    assert [one.path for one in found.files] == ["c5_softmax/softmax.py"]
    assert found.find("softmax").status == "not_started"


def test_members_that_lead_astray_are_passed_over(tmp_path: Path) -> None:
    link, device, folder = (tarfile.TarInfo(name) for name in ("link.py", "pipe.py", "softmax.py"))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.FIFOTYPE
    folder.type = tarfile.DIRTYPE
    astray: dict[str, str | bytes] = {"../up.py": SOFTMAX, "/root.py": SOFTMAX, "a/../../b.py": SOFTMAX}
    found = read(write(tmp_path, {"a.tar": tarred({"dense.py": DENSE, **astray}, [link, device, folder])}) / "a.tar")
    assert [one.path for one in found.files] == ["dense.py"]
    said = found.find("softmax").message
    for name in ("../up.py", "/root.py", "a/../../b.py"):
        assert f"{name} was passed over: its name leads out of the archive." in said
    for name in ("link.py", "pipe.py"):
        assert f"{name} was passed over: it is a link or a device" in said
    info = zipfile.ZipInfo("link.py")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("C:/x.py", SOFTMAX)
        archive.writestr("sub\\dense.py", DENSE)
        archive.writestr("__MACOSX/._dense.py", b"\0")
        archive.writestr("__MACOSX/dense.py", b"\0")
        archive.writestr("._dense.py", b"\0")
        archive.writestr(".ipynb_checkpoints/dense.py", SOFTMAX)
        archive.writestr("inner.zip", b"PK")
        archive.writestr("/".join("d" * 22) + "/x.py", "")
    found = read(write(tmp_path, {"b.zip": made.getvalue()}) / "b.zip")
    assert [one.path for one in found.files] == ["sub/dense.py"]
    assert len(found.notes) == 4


def test_bombs_are_refused_quickly(tmp_path: Path) -> None:
    start = time.process_time()
    zeros = b"\0" * (60 * sources.MIB)
    large = {"big.py": zeros[: sources.MAX_SOURCE + 1], "dense.py": DENSE}
    found = read(write(tmp_path, {"large.zip": zipped(large)}) / "large.zip")
    assert found.find("dense").status == "found"
    assert [one.path for one in found.files] == ["dense.py"]
    found = read(write(tmp_path, {"data.zip": zipped({"weights.bin": zeros, "dense.py": DENSE})}) / "data.zip")
    assert found.find("dense").status == "found"  # what is no answer is not unpacked
    many: dict[str, str | bytes] = {f"n{k}.ipynb": zeros[: 19 * sources.MIB] for k in range(3)}
    with pytest.raises(SubmissionError, match="unpacks to more than 50 MiB"):
        read(write(tmp_path, {"many.zip": zipped(many)}) / "many.zip")
    for name, data in {
        "z.tar.gz": gzip.compress(tarred({"w.bin": zeros}), 1),
        "z.tar.xz": lzma.compress(tarred({"w.bin": zeros}), preset=0),
        "z.tar.bz2": bz2.compress(tarred({"w.bin": zeros}), 1),
    }.items():
        with pytest.raises(SubmissionError, match=f"{name} unpacks to more than 50 MiB: pack only your answers"):
            read(write(tmp_path, {name: data}) / name)
    crowd = zipped({f"{k}.txt": "" for k in range(20_001)}, zipfile.ZIP_STORED)
    with pytest.raises(SubmissionError, match="holds too many files"):
        read(write(tmp_path, {"crowd.zip": crowd}) / "crowd.zip")
    with (tmp_path / "sparse.zip").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SubmissionError, match="larger than 50 MiB"):
        read(tmp_path / "sparse.zip")
    assert time.process_time() - start < 30


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tgz"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xfd7zXZ", b"BZh9", b"no archive at all" * 99])
def test_damaged_archives(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path, {name: data}) / name
    with pytest.raises(SubmissionError, match=f"{name} is damaged and cannot be unpacked"):
        read(path)


def test_a_locked_archive(tmp_path: Path) -> None:
    data = bytearray(zipped({"softmax.py": SOFTMAX}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SubmissionError, match="is locked with a password"):
        read(write(tmp_path, {"a.zip": bytes(data)}) / "a.zip")


def test_korean_names_in_a_zip_of_korean_windows(tmp_path: Path) -> None:
    data = zipped({"xxxx/softmax.py": SOFTMAX}).replace(b"xxxx", "과제".encode("cp949"))
    found = read(write(tmp_path, {"a.zip": data}) / "a.zip")
    assert found.find("softmax").label == "과제/softmax.py"
    found = read(write(tmp_path, {"b.zip": zipped({"과제/softmax.py": SOFTMAX})}) / "b.zip")
    assert found.find("softmax").label == "과제/softmax.py"


# ---------------------------------------------------------------- imports


@pytest.mark.parametrize(
    "statement",
    [
        "from exercises.c4_sigmoid.sigmoid import sigmoid",
        "from c4_sigmoid.sigmoid import sigmoid",
        "from ..c4_sigmoid.sigmoid import sigmoid",
        "from exercises.c4_sigmoid import sigmoid as module; sigmoid = module.sigmoid",
        "from ..c4_sigmoid import sigmoid as module; sigmoid = module.sigmoid",
        "import exercises.c4_sigmoid.sigmoid; sigmoid = exercises.c4_sigmoid.sigmoid.sigmoid",
        "import exercises.c4_sigmoid.sigmoid as module; sigmoid = module.sigmoid",
        "import c4_sigmoid.sigmoid; sigmoid = c4_sigmoid.sigmoid.sigmoid",
        "import c4_sigmoid.sigmoid as module; sigmoid = module.sigmoid",
        "from exercises.c4_sigmoid.sigmoid import *",
        "from helper import sigmoid",
        "import helper; sigmoid = helper.sigmoid",
        "from exercises.helper import sigmoid",
        "from .near import sigmoid",
        "from near import sigmoid",
        "from . import near; sigmoid = near.sigmoid",
        "import near; sigmoid = near.sigmoid",
        "from tools import sigmoid",
        "from tools.inner import sigmoid",
        "import tools; sigmoid = tools.sigmoid",
        "def sigmoid(z):\n    from c4_sigmoid.sigmoid import sigmoid\n    return sigmoid(z)",
    ],
)
@pytest.mark.parametrize("folder", ["loops", "김 민수", "submission/hw-1"])
def test_learners_import_in_every_way(tmp_path: Path, load: Any, statement: str, folder: str) -> None:
    root = write(
        tmp_path / folder,
        {
            "c4_sigmoid/sigmoid.py": SIGMOID,
            "c5_softmax/softmax.py": f"{statement}\ndef softmax(z):\n    return sigmoid(z)\n",
            "c5_softmax/near.py": "from c4_sigmoid.sigmoid import sigmoid\n",
            "helper.py": "from exercises.c4_sigmoid.sigmoid import sigmoid\n",
            "tools/__init__.py": "from .inner import sigmoid\n",
            "tools/inner.py": "from c4_sigmoid.sigmoid import sigmoid\n",
            "unrelated.py": "raise SystemExit\n",
        },
    )
    for where in (root, tmp_path / folder.split("/")[0]):
        found = read(where)
        function, runs = load(found, "softmax")
        assert function(np.zeros(2)).tolist() == [0.5, 0.5]
        assert len(runs) == len(set(runs))
        assert sum(one.endswith("c4_sigmoid.sigmoid") for one in runs) == 1
        paths = [one.path for one in found.files_for("softmax")]
        assert paths[0].endswith("c5_softmax/softmax.py")
        assert any(path.endswith("c4_sigmoid/sigmoid.py") for path in paths)
        assert not any("unrelated" in path for path in paths)


def test_the_root_folders_own_name_is_a_package(tmp_path: Path, load: Any) -> None:
    answer = "from loops.c4.sigmoid import sigmoid\ndef softmax(z):\n    return sigmoid(z)\n"
    found = read(write(tmp_path / "loops", {"c4/sigmoid.py": SIGMOID, "c5/softmax.py": answer}))
    assert load(found, "softmax")[0](np.zeros(1)).tolist() == [0.5]


def test_two_names_for_a_module_are_one_module(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path / "hand in",
            {
                "c1/state.py": "count = []\n",
                "c1/a.py": "import state\nimport c1.state\n"
                "from exercises.c1 import state as third\nfrom . import state as fourth\n"
                "assert state is c1.state is third is fourth\nstate.count.append(1)\n",
                "c1/softmax.py": "from exercises.c1.state import count\nimport a\n\n"
                "def softmax(z):\n    return len(count)\n",
            },
        )
    )
    function, runs = load(found, "softmax")
    assert function(0) == 1
    assert sorted(runs) == ["exercises", "exercises.c1", "exercises.c1.a", "exercises.c1.softmax", "exercises.c1.state"]


def test_folders_may_each_have_a_helper(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "c4/helper.py": "value = 4\n",
                "c4/sigmoid.py": "from helper import value\ndef sigmoid(z):\n    return value\n",
                "c5/helper.py": "value = 5\n",
                "c5/softmax.py": "from helper import value\nfrom c4.sigmoid import sigmoid\n\ndef softmax(z):\n"
                "    return value, sigmoid(z)\n",
            },
        )
    )
    assert load(found, "softmax")[0](0) == (5, 4)


def test_files_called_like_libraries_shadow_nobody(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "random.py": "raise SystemExit('never')\n",
                "numpy.py": "raise SystemExit('never')\n",
                "numba.py": "def njit(f):\n    return f\nmine = True\n",
                "softmax.py": "import random, numba, numpy as np, numpy.linalg\nfrom .wire import name\n\n"
                "def softmax(z):\n    return random.random() < 1, numba.mine, np.zeros(2).size, name\n",
                "wire.py": "name = __name__\n",
            },
        )
    )
    assert load(found, "softmax")[0](0) == (True, True, 2, "exercises.wire")
    aliases = found.payload("softmax")["aliases"]
    assert aliases == {"exercises.softmax": {"numba": "exercises.numba", ".": "exercises", ".wire": "exercises.wire"}}


def test_a_single_file_takes_the_siblings_it_imports(tmp_path: Path, load: Any) -> None:
    root = write(
        tmp_path,
        {
            "softmax.py": "from helper import twice\nfrom .third import three\n"
            "from exercises.c4_sigmoid.sigmoid import sigmoid\n"
            "import random\n\ndef softmax(z):\n    return twice(z) + three + sigmoid(0 * z)\n",
            "helper.py": "import deeper\ndef twice(z):\n    return deeper.two * z\n",
            "deeper.py": "two = 2\n",
            "third.py": "three = 3\n\ndef softmax(z):\n    return 'another'\n",
            "sigmoid.py": SIGMOID,
            "random.py": "raise SystemExit\n",
            "unrelated.py": "def dense(x, w, b):\n    return x\n",
        },
    )
    found = read(root / "softmax.py")
    assert {one.path for one in found.files} == {"softmax.py", "helper.py", "deeper.py", "third.py", "sigmoid.py"}
    assert load(found, "softmax")[0](1) == 5.5
    one = found.find("softmax")
    assert (one.status, one.label) == ("found", "softmax.py")  # what was handed in comes before its siblings
    assert found.find("dense").status == "missing"
    assert found.find("sigmoid").status == "found"


def test_all_files_in_one_folder_though_the_course_has_chapters(tmp_path: Path, load: Any) -> None:
    layer = "from exercises.c5_softmax.softmax import softmax\ndef softmax_layer(x, w, b):\n    return softmax(x)\n"
    found = read(write(tmp_path / "1", {"softmax.py": SOFTMAX, "softmax_layer.py": layer}))
    assert load(found, "softmax_layer")[0](LOGITS, 0, 0).shape == (2, 3)
    found = read(write(tmp_path / "2", {"all.py": SOFTMAX, "layers.py": layer}))
    assert load(found, "softmax_layer")[0](LOGITS, 0, 0).shape == (2, 3)


def test_an_init_runs_only_when_it_is_asked(tmp_path: Path, load: Any) -> None:
    files: dict[str, str | bytes] = {
        "__init__.py": "raise SystemExit\n",
        "c4/__init__.py": "from .sigmoid import sigmoid\nflag = 1\n",
        "c4/sigmoid.py": SIGMOID,
        "c5/__init__.py": "this is no Python\n",
        "c5/softmax.py": "from c4.sigmoid import sigmoid\ndef softmax(z):\n    return sigmoid(z)\n",
        "c5/dense.py": "from c4 import flag\ndef dense(x, w, b):\n    return flag\n",
    }
    found = read(write(tmp_path, files))
    assert load(found, "softmax")[0](np.zeros(1)).tolist() == [0.5]
    assert [one.path for one in found.files_for("softmax")] == ["c5/softmax.py", "c4/sigmoid.py"]
    assert load(found, "dense")[0](0, 0, 0) == 1
    assert found.payload("dense")["modules"]["exercises.c4"]["chunks"] != []


def test_an_exercise_may_stand_in_an_init(tmp_path: Path, load: Any) -> None:
    found = read(write(tmp_path, {"c5/__init__.py": SOFTMAX, "c5/other.py": "from . import softmax as dense\n"}))
    assert found.find("softmax").file.module == "exercises.c5"  # type: ignore[union-attr]
    assert is_softmax(load(found, "softmax")[0])
    assert is_softmax(load(found, "dense")[0])


def test_what_is_imported_but_unreadable_says_why(tmp_path: Path, load: Any) -> None:
    found = read(
        write(tmp_path, {"softmax.py": "import helper\ndef softmax(z):\n    return z\n", "helper.py": "x = (\n"})
    )
    assert found.find("softmax").status == "found"
    with pytest.raises(ImportError, match=r"helper\.py, line 1: this is not valid Python"):
        load(found, "softmax")


def test_what_is_not_handed_in_is_left_to_python(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path, {"softmax.py": "import nowhere_at_all\nimport math\ndef softmax(z):\n    return nowhere_at_all\n"}
        )
    )
    assert found.payload("softmax")["aliases"] == {}
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        load(found, "softmax")


def test_module_names_are_unique(tmp_path: Path, load: Any) -> None:
    files: dict[str, str | bytes] = {
        "a-b.py": "x = 1\n",
        "a_b.py": "x = 2\n",
        "a b.ipynb": notebook("x = 3"),
        "a.py": "def dense(x, w, b):\n    return 'file'\n",
        "a/sigmoid.py": "import a\nfrom a.near import y\ndef sigmoid(z):\n    return y\n",
        "a/near.py": "y = 7\n",
        "softmax.py": "from a import dense\nfrom a_b import x\ndef softmax(z):\n    return dense(1, 2, 3), x\n",
    }
    found = read(write(tmp_path, files))
    modules = [one.module for one in found.files]
    assert len(modules) == len(set(modules))
    assert load(found, "softmax")[0](0) == ("file", 2)
    assert load(found, "sigmoid")[0](0) == 7


def test_packages_that_an_exercise_does_not_reach_are_named(tmp_path: Path) -> None:
    source = """import numpy as np, math, matplotlib.pyplot as plt
import tensorflow as tf
import numba
from pandas import DataFrame
import helper
def softmax(z):
    return numba.njit(np.exp)(z)
def dense(x, w, b):
    import seaborn
    plt.plot(x)
    return DataFrame(x)
print(tf.ones(3))
"""
    found = read(write(tmp_path, {"a.py": source, "helper.py": "import sympy\n"}))
    assert found.payload("softmax")["absent"] == ["matplotlib", "pandas", "seaborn", "sympy", "tensorflow"]
    assert found.payload("dense")["absent"] == ["numba", "sympy", "tensorflow"]
    assert found.broken_rule("softmax", []) is None
    with pytest.raises(LookupError, match="There is no function sigmoid"):
        found.payload("sigmoid")
    assert found.files_for("sigmoid") == ()


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef softmax(x, w):\n    return np.dot(x, w)\n",
        "import numpy\ndef softmax(x, w):\n    return numpy.dot(x, w)\n",
        "from numpy import dot as d\ndef softmax(x, w):\n    return d(x, w)\n",
        "from numpy import *\ndef softmax(x, w):\n    return dot(x, w)\n",
        "def softmax(x, w):\n    return x.dot(w)\n",
        "def softmax(x, w):\n    return x[0].T.dot(w)\n",
        "def softmax(x, w):\n    from numpy import dot\n    return dot(x, w)\n",
        "def softmax(x, w):\n    import numpy as n\n    f = n.dot\n    return f(x, w)\n",
        "import numpy as np\nf = np.dot\ndef softmax(x, w):\n    return f(x, w)\n",
        "import numpy as np\nf, g = np.sum, np.dot\ndef softmax(x, w):\n    return g(x, w)\n",
        "import numpy as np\nops = {'mul': np.dot}\ndef softmax(x, w):\n    return ops['mul'](x, w)\n",
        "import numpy as np\nops = {}\nops['mul'] = np.dot\ndef softmax(x, w):\n    return ops['mul'](x, w)\n",
        "import numpy as np\ndef softmax(x, w, f=np.dot):\n    return f(x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return getattr(np, 'dot')(x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return getattr(np, 'd' + 'o' + 't')(x, w)\n",
        "def softmax(x, w):\n    return getattr(x, 'dot')(w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return np.__dict__['dot'](x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return vars(np)['dot'](x, w)\n",
        "import sys\ndef softmax(x, w):\n    return sys.modules['numpy'].dot(x, w)\n",
        "def softmax(x, w):\n    return __import__('numpy').dot(x, w)\n",
        "import operator\ndef softmax(x, w):\n    return operator.methodcaller('dot', w)(x)\n",
        "from numpy import linalg\ndef helper(x):\n    return x.dot(x)\ndef softmax(x, w):\n    return helper(x)\n",
        "def helper(x):\n    return x.dot(x)\nsoftmax = lambda x, w: helper(x)\n",
        "from numba import njit\ndef _s(x, w):\n    return x.dot(w)\nsoftmax = njit(_s)\n",
        "class Net:\n    def run(self, x):\n        return x.dot(x)\ndef softmax(x, w):\n    return Net().run(x)\n",
        "class Base:\n    def run(self, x):\n        return x.dot(x)\nclass Net(Base): pass\n"
        "def softmax(x, w):\n    return Net().run(x)\n",
        "def inner(f):\n    return lambda x, w: x.dot(w)\n@inner\ndef softmax(x, w):\n    pass\n    return 1\n",
        "def softmax(x, w):\n    return [a.dot(b) for a in x for b in w if a]\n",
        "def softmax(x, w):\n    def g():\n        return x.dot(w)\n    return g()\n",
        "def softmax(x, w):\n    return eval('x.dot(w)')\n",
        "def softmax(x, w):\n    exec('y = x.' 'dot(w)')\n",
        "import builtins\ndef softmax(x, w):\n    return builtins.eval('x.dot(w)')\n",
        "def softmax(x, w):\n    return eval(compile('x.dot(w)', 'f', 'eval'))\n",
        "import numpy as np\nnp.sum = np.dot\ndef softmax(x, w):\n    return np.sum(x, w)\n",
        "import numpy as np\nif True:\n    f = np.dot\nelse:\n    f = None\ndef softmax(x, w):\n    return f(x, w)\n",
        "import numpy as np\ndef g():\n    return np.dot\ndef softmax(x, w):\n    return globals()['g']()(x, w)\n",
        "import numpy as np\nwith np.errstate() as e:\n    f = np.dot\ndef softmax(x, w):\n    return f(x, w)\n",
    ],
)
def test_a_banned_function_is_seen_through_every_name(tmp_path: Path, source: str) -> None:
    sentence = rule(tmp_path, source, ["dot"])
    assert sentence is not None
    assert sentence.startswith("softmax uses ")
    assert "dot" in sentence
    assert "(answers.py, line " in sentence
    assert sentence.endswith(
        "This exercise asks you to write that computation yourself, without dot: use loops, sums and products in its "
        "place."
    )


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef softmax(x, w):\n    return np.sum(x * w)\n",
        "from numpy import dot\ndef softmax(x, w):\n    return x * w\n",
        "import numpy as np\nprint(np.dot(1, 2))\ndef other(x):\n    return x.dot(x)\n"
        "def softmax(x, w):\n    return x\n",
        "def dot(a, b):\n    return sum(p * q for p, q in zip(a, b))\ndef softmax(x, w):\n    return dot(x, w)\n",
        "def softmax(x, w):\n    dot = 0.0\n    for a in x:\n        dot += a\n    return dot\n",
        "def softmax(x, dot):\n    return dot + x\n",
        "class V:\n    def dot(self, other):\n        return 1\n    def go(self):\n        return self.dot(2)\n"
        "def softmax(x, w):\n    v = V()\n    return v.dot(w) + V().dot(w) + V.dot(v, w) + v.go()\n",
        "class V:\n    def __init__(self):\n        self.dot = 3\n    def go(self):\n        return self.dot\n"
        "def softmax(x, w):\n    return V().go()\n",
        'def softmax(x, w):\n    """The same as np.dot(x, w), x @ w."""\n    # x.dot(w)\n    return \'dot\'\n',
        "def softmax(x, w):\n    x['dot'] = 1\n    return x['dot']\n",
        "def softmax(x, w):\n    return x\nif __name__ == '__main__':\n    print(softmax(1, 2).dot(3))\n",
        "def helper(x):\n    return x.dot(x)\ndef helper(x):\n    return x\ndef softmax(x, w):\n    return helper(x)\n",
        "import numpy as np\ndef softmax(x: np.dot, w) -> np.dot:\n    y: np.dot = x\n    return y\n",
        "def softmax(x, w):\n    return eval('x * w') + eval('not valid (')\n",
        "def eval(x):\n    return x\ndef softmax(x, w):\n    return eval(x)\n",
        "from numpy import *\ndef softmax(x, w):\n    return sum(x)\n",
    ],
)
def test_what_is_not_reached_or_not_meant_is_allowed(tmp_path: Path, source: str) -> None:
    assert rule(tmp_path, source, ["dot", "@"]) is None


@pytest.mark.parametrize(
    "body",
    [
        "return x @ w",
        "x @= w\n    return x",
        "return operator.matmul(x, w)",
        "return mm(x, w)",
        "return operator.imatmul(x, w)",
        "return x.__matmul__(w)",
        "return w.__rmatmul__(x)",
        "return getattr(x, '__matmul__')(w)",
        "return getattr(operator, 'matmul')(x, w)",
        "return eval('x @ w')",
        "return functools.reduce(lambda a, b: a @ b, [x, w])",
    ],
)
def test_the_operator_in_all_its_spellings(tmp_path: Path, body: str) -> None:
    source = f"import functools, operator\nfrom operator import matmul as mm\ndef softmax(x, w):\n    {body}\n"
    sentence = rule(tmp_path, source, ["@"])
    assert sentence is not None
    assert "without the operator @: use loops" in sentence
    assert "(answers.py, line 4)" in sentence
    assert rule(tmp_path, source, ["einsum"]) is None


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ("return np.convolve(x, w)", True),
        ("return numpy.convolve(x, w)", True),
        ("return c(x, w)", True),
        ("return np._core.numeric.convolve(x, w)", True),
        ("return getattr(np, 'convolve')(x, w)", True),
        ("return importlib.import_module('numpy').convolve(x, w)", True),
        ("n = np\n    return n.convolve(x, w)", True),
        ("return sliding_window_view(x, 3)", True),
        ("return np.lib.stride_tricks.sliding_window_view(x, 3)", True),
        ("return np.fft.fft(x)", False),
        ("return x.convolve(w)", False),
        ("return math.convolve(w)", False),
    ],
)
def test_dotted_names(tmp_path: Path, body: str, broken: bool) -> None:
    head = "import importlib, math, numpy\nimport numpy as np\nfrom numpy import convolve as c\n"
    head += "from numpy.lib.stride_tricks import sliding_window_view\n"
    source = f"{head}def softmax(x, w):\n    {body}\n"
    assert (rule(tmp_path, source, ["np.convolve", "np.lib.stride_tricks"]) is not None) is broken


def test_a_rule_is_followed_into_other_files(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "c3/softmax.py": "import numpy as np\nfrom exercises.c3.dense import dense, other\nimport helper\n\n"
        "def softmax(x, w):\n    return dense(x, w, 0)\n",
        "c3/dense.py": "from tools import *\n\n\ndef dense(x, w, b):\n    return product(x, w)\n\n"
        "def other(x):\n    return x.vdot(x)\n",
        "tools.py": "import numpy as np\nTABLE = np.inner\ndef product(x, w):\n    return np.einsum('ij,jk', x, w)\n",
        "helper.py": "def f(x):\n    return x @ x\n",
    }
    sentence = rule(tmp_path / "1", files, LOOPS_ONLY)
    assert sentence is not None
    assert sentence.startswith("softmax uses np.einsum (tools.py, line 4).")
    assert "without matmul, dot, einsum, tensordot, inner, vdot or the operator @:" in sentence
    assert rule(tmp_path / "1", files, ["vdot", "inner", "@"]) is None
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return h.f(x)\n"
    assert "(helper.py, line 2)" in str(rule(tmp_path / "2", files, ["@"]))
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return getattr(h, w)(x)\n"
    assert "(helper.py, line 2)" in str(rule(tmp_path / "3", files, ["@"]))
    files["helper.py"] = "def dot(x):\n    return x\n"
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return h.dot(x)\n"
    assert rule(tmp_path / "4", files, ["dot"]) is None


def test_a_rule_names_the_cell(tmp_path: Path) -> None:
    cells = ["import numpy as np", "def helper(x):\n\n    return np.dot(x, x)", "def softmax(x):\n    return helper(x)"]
    assert "np.dot (n.ipynb, cell 3, line 3)" in str(rule(tmp_path, {"n.ipynb": notebook(*cells)}, ["dot"]))


@pytest.mark.parametrize("package", sorted(submission.BANNED_PACKAGES))
def test_packages_banned_everywhere(tmp_path: Path, package: str) -> None:
    sentence = rule(tmp_path, f"import {package} as p\ndef softmax(x):\n    return p.f(x)\n", [])
    assert sentence is not None
    assert sentence.startswith(
        f"softmax uses {package} (answers.py, line 3), which does the exercise's work or holds its"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.special\ndef softmax(x):\n    return scipy.special.softmax(x)\n",
        "from scipy.special import softmax\n",
        "from scipy.special import softmax as s\ndef softmax(x):\n    return s(x)\n",
        "from scipy.special import *\ndef softmax(x):\n    return expit(x)\n",
        "def softmax(x):\n    import torch\n    return torch.softmax(x)\n",
        "def softmax(x):\n    from scipy import special\n    return x\n",
        "import importlib\ndef softmax(x):\n    return importlib.import_module('scipy.special').softmax(x)\n",
        "from importlib import import_module as get\ndef softmax(x):\n    return get('torch')\n",
        "def softmax(x):\n    return __import__('torch').softmax(x)\n",
        "t = __import__('torch')\ndef softmax(x):\n    return t.softmax(x)\n",
        "import sys\ndef softmax(x):\n    return sys.modules['torch'].softmax(x)\n",
        "try:\n    import torch\nexcept ImportError:\n    torch = None\ndef softmax(x):\n    return torch.softmax(x)\n",
        "import tensorflow as tf\nlayer = tf.keras.layers.Softmax()\ndef softmax(x):\n    return layer(x)\n",
        "from solutions.c5_softmax.softmax import softmax\n",
        "from grader.build import truth\ndef softmax(x):\n    return truth(x)\n",
    ],
)
def test_banned_packages_through_every_name(tmp_path: Path, source: str) -> None:
    assert "which does the exercise's work or holds its answer" in str(rule(tmp_path, source, []))


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf\nfrom scipy import special\nprint(tf.ones(3))\ndef softmax(x):\n    return x\n",
        "import tensorflow as tf, numpy as np\ndef softmax(x):\n    return np.exp(x)\n",
        "import tensorflow as tf\ndef check(x):\n    return tf.nn.softmax(x)\ndef softmax(x):\n    return x\n",
        "import tensorflow as tf\ndef softmax(x: tf.Tensor):\n    return x\n",
        "import numba\n@numba.njit\ndef softmax(x):\n    return x\n",
        "def softmax(x):\n    keras = 3\n    return keras + x.torch\n",
        "def softmax(x):\n    return eval(x)\n",
    ],
)
def test_no_harm_in_an_import_that_is_not_used(tmp_path: Path, source: str) -> None:
    assert rule(tmp_path, source, []) is None


def test_a_learners_own_module_of_a_banned_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "solutions/mine.py": SOFTMAX,
        "a.py": "from solutions.mine import softmax as dense\n",
    }
    assert rule(tmp_path, files, [], "dense") is None


@pytest.mark.parametrize(
    "call", ["eval(w)", "exec('a' + w)", "eval(f'{x}')", "eval(compile(w, 'f', 'eval'))", "compile(w, 'f', 'exec')"]
)
def test_code_put_together_while_it_runs(tmp_path: Path, call: str) -> None:
    source = f"def softmax(x, w):\n    return {call}\n"
    sentence = rule(tmp_path, source, ["dot"])
    assert sentence is not None
    assert "on text that is put together while it runs (answers.py, line 2)" in sentence
    assert rule(tmp_path, source, []) is None


def test_rules_end_on_names_that_go_round_in_circles(tmp_path: Path) -> None:
    source = "import a\nx = y\ny = x\nz = z.T['a']()()\n"
    source += "def f(q):\n    q = q.T\n    q = q['a'](q)(q)\n    for q in q: q = q()\n    return g(q)\n"
    source += (
        "def g(q):\n    return f(q), softmax(q), x, y, z\nclass A(A): b = A\ndef softmax(q):\n    return f(q), A\n"
    )
    chain = "".join(f"n{k} = n{k + 1}()\n" for k in range(60)) + "n60 = 1\n"
    files: dict[str, str | bytes] = {
        "a.py": chain + source.replace("import a", "import b").replace("softmax(q)", "n0"),
        "b.py": "import a\nfrom a import *\n",
    }
    start = time.process_time()
    assert rule(tmp_path, {**files, "c.py": source + "import b\n"}, LOOPS_ONLY) is None
    deep = "".join(f"n{k} = n{k + 1}\n" for k in range(3000)) + "n3000 = 1\ndef softmax(q):\n    return n0\n"
    read(write(tmp_path / "deep", {"a.py": deep})).broken_rule("softmax", ["dot"])
    assert time.process_time() - start < 5


# ---------------------------------------------------------------- whatever comes


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda one: one.encode("utf-8", "surrogatepass")),
        st.lists(
            st.sampled_from(
                [
                    "def softmax(z):",
                    "\n",
                    "    ",
                    "\t",
                    "return z",
                    "(",
                    ")",
                    "'",
                    '"""',
                    "\\",
                    "if x:",
                    "%",
                    "!ls",
                    "?",
                    "import numpy as np",
                    "@",
                    "np.dot",
                    "lambda: 0",
                    "class A:",
                    "eval('",
                    "\0",
                    "\r",
                    "\ufeff",
                    "x = ",
                    ";",
                    "{",
                    "f'{",
                ]
            )
        ).map(lambda one: "".join(one).encode()),
    ),
    suffix=st.sampled_from(["a.py", "softmax.py", "a.ipynb", "a.zip", "a.tar", "a.tar.gz", "a.tar.xz"]),
    wrap=st.booleans(),
)
def test_nothing_but_submission_errors(tmp_path: Path, data: bytes, suffix: str, wrap: bool) -> None:
    if wrap and suffix.endswith(".ipynb"):
        data = notebook(data.decode("utf-8", "replace")).encode()
    elif wrap and suffix.endswith(".zip"):
        data = zipped({"softmax.py": data})
    path = tmp_path / suffix
    path.write_bytes(data)
    for where in (path, tmp_path):
        try:
            found = read(where)
        except SubmissionError:
            continue
        for name in NAMES:
            one = found.find(name)
            assert (one.message == "") == (one.status == "found")
            assert "Traceback" not in one.message
            sentence = found.broken_rule(name, LOOPS_ONLY)
            assert sentence is None or sentence.startswith(name)
            if one.status == "found":
                json.dumps(found.payload(name)).encode()
    path.unlink()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, 2000),
    value=st.integers(0, 255),
    kind=st.sampled_from(["a.zip", "a.tar", "a.tar.gz", "a.ipynb"]),
)
def test_nothing_but_submission_errors_on_a_changed_byte(tmp_path: Path, place: int, value: int, kind: str) -> None:
    whole = {
        "a.zip": zipped(TREE),
        "a.tar": tarred(TREE),
        "a.tar.gz": gzip.compress(tarred(TREE), mtime=0),
        "a.ipynb": notebook(SOFTMAX).encode(),
    }[kind]
    data = bytearray(whole)
    data[place % len(data)] = value
    path = tmp_path / kind
    path.write_bytes(bytes(data))
    try:
        found = read(path)
    except SubmissionError:
        return
    assert found.find("softmax").status in ("found", "missing", "unreadable", "not_started")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_any_file_name_is_graded(tmp_path: Path, names: list[str]) -> None:
    files = {"/".join([*names[:-1], f"{names[-1]}.py"]): SOFTMAX}
    found = read(write(tmp_path, {"a.zip": zipped(dict(files))}) / "a.zip")
    for file in found.files:
        assert all(part.isidentifier() for part in file.module.split("."))
        assert all(one.isprintable() or unicodedata.category(one) == "Zs" for one in file.path)


def test_a_course_is_read_quickly(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"c{k % 9}/f{k}.py": SOFTMAX.replace("softmax", f"f{k}") * 3 for k in range(35)}
    root = write(tmp_path, files)
    best = min(_timed(lambda: read(root)) for _ in range(10))
    assert best < 0.1  # some 15 ms


def _timed(work: Any) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
