"""What the tests of submissions share: learners' files to write, and what a child does with a payload."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
import pytest

from grader.submission import Found, Submission, read_submission

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
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Loads an exercise's function from its payload, as JSON brings it, and returns it with the modules that ran."""
    # This repository has an `exercises` folder of its own; a learner's modules are loaded under that name.
    for name in [one for one in sys.modules if one.partition(".")[0] == "exercises"]:
        monkeypatch.delitem(sys.modules, name)
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


LOGITS = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])


def is_softmax(function: Any) -> bool:
    answer = function(LOGITS)
    return answer.shape == (2, 3) and bool(np.allclose(answer.sum(axis=1), 1)) and bool(np.allclose(answer[1], 1 / 3))


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
