"""Every snippet that a report prints fails for the wrong answer that it was printed for, and passes for the right one.

Those of the misconceptions, of the golden reports and of the odd submissions; those of known mistakes are in
`test_diagnose.py`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT
from grading import graded
from test_field_cases import CASES, reference, reports
from test_golden import FOLDER, NAMES

from grader.course import Course

EXERCISES = {page.name for page in Course(ROOT).pages()}
SUBMISSIONS = Path(__file__).with_name("submissions")


def odd(*families: str) -> list[Path]:
    return sorted(path for path in SUBMISSIONS.glob("*.py") if path.name.startswith(families))


ODD = odd("inplace_", "input_", "layout_", "name_", "number_", "rule_", "signature_", "source_", "state_", "type_")
HARD = [path for path in odd("exit_", "raise_", "tamper_", "time_") if path.stem != "tamper_comparison"]
"""These end Python, or never end, or change what is nobody's to change: not what the snippet checks with. Those that
fill memory, disks or the table of processes (memory_, output_, process_) are run by nobody but the grader."""
PATIENCE = 5.0
"""Seconds after which a snippet that has not come through never will."""

pytestmark = pytest.mark.filterwarnings("ignore")


@contextmanager
def imported(name: str, module: types.ModuleType) -> Iterator[None]:
    """Have `import name` find this module."""
    kept = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
        if kept is None:
            del sys.modules[name]
        else:
            sys.modules[name] = kept


def run(snippet: str, exercise: str, module: types.ModuleType) -> None:
    with imported(exercise, module):
        exec(compile(snippet, "snippet", "exec"), {})


def written(exercise: str, source: str) -> types.ModuleType:
    """A learner's file as a module."""
    module = types.ModuleType(exercise)
    exec(compile(source, f"{exercise}.py", "exec"), module.__dict__)
    return module


def right(exercise: str) -> types.ModuleType:
    module = types.ModuleType(exercise)
    setattr(module, exercise, reference(exercise))
    return module


def check(exercise: str, snippet: str, source: str) -> None:
    run(snippet, exercise, right(exercise))
    try:
        module = written(exercise, source)
    except Exception:
        return  # it cannot even be imported: the snippet stops at its second line
    with pytest.raises(BaseException):  # noqa: B017, PT011  whatever stops it, exit() too
        run(snippet, exercise, module)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.title for case in CASES])
def test_of_a_misconception(number: int) -> None:
    case, report = CASES[number], reports()[number]
    if report.failure is None or not report.failure.snippet:
        return
    check(case.exercise, report.failure.snippet, "import numpy as np\n\n\n" + case.source)


def functions(source: str) -> list[str]:
    return [name for name in re.findall(r"^(?:async )?def (\w+)\(", source, re.MULTILINE) if name in EXERCISES]


@cache
def snippets_of(files: tuple[Path, ...]) -> dict[tuple[str, str], str]:
    """(file's stem, exercise) -> the snippet of its report, where it has one."""
    asked = [
        (path.stem, name, path.read_text(encoding="utf-8"))
        for path in files
        for name in dict.fromkeys(functions(path.read_text(encoding="utf-8")))
    ]
    told = graded([(name, source) for _, name, source in asked])
    return {
        (stem, name): report.failure.snippet
        for (stem, name, _), report in zip(asked, told, strict=True)
        if report.failure is not None and report.failure.snippet
    }


@pytest.mark.parametrize("name", NAMES)
def test_of_a_golden_report(name: str) -> None:
    path = FOLDER / f"{name}.py"
    for (_, exercise), snippet in snippets_of((path,)).items():
        check(exercise, snippet, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ODD, ids=lambda path: path.stem)
def test_of_an_odd_submission(path: Path) -> None:
    for (stem, exercise), snippet in snippets_of(tuple(ODD)).items():
        if stem == path.stem:
            check(exercise, snippet, path.read_text(encoding="utf-8"))


def comes_through(snippet: str, folder: Path) -> bool:
    """Whether a snippet, pasted into a Python of its own, gets to its end."""
    command = [sys.executable, "-c", f"{snippet}\nprint('came through', file=__import__('sys').__stderr__)"]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # some end their whole group
    ) as process:
        try:
            _, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return b"came through" in errors


@pytest.mark.parametrize("path", HARD, ids=lambda path: path.stem)
def test_of_a_hard_submission(path: Path, tmp_path: Path) -> None:
    for (stem, exercise), snippet in snippets_of(tuple(HARD)).items():
        if stem == path.stem:
            run(snippet, exercise, right(exercise))
            (tmp_path / f"{exercise}.py").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
            assert not comes_through(snippet, tmp_path)


def test_a_right_answer_comes_through(tmp_path: Path) -> None:
    snippet = "import numpy as np\nfrom double import double\nassert double(np.array([1.0])) == 2"
    (tmp_path / "double.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    assert comes_through(snippet, tmp_path)


def test_there_are_snippets_to_run() -> None:
    assert sum(bool(report.failure and report.failure.snippet) for report in reports()) > 300
    assert len(snippets_of(tuple(ODD))) > 30
    assert len(snippets_of(tuple(HARD))) > 20
