"""`grade doctor`: each thing looked at, in every state, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from toy import environment, write_course, write_tensorflow

from grader import doctor
from grader.doctor import Finding, examine
from grader.launch import PlayerError
from grader.limits import LEVELS


@pytest.fixture(name="course")
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course in which all is well."""
    packages = write_tensorflow(tmp_path / "packages")
    for name, value in environment(tmp_path / "cache", packages).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(packages))
    return write_course(tmp_path / "course").root


def found(here: Path) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(here)}


def test_everything_is_looked_at(course: Path) -> None:
    findings = found(course)
    assert {"Python", "course", "cache folder"} <= findings.keys()
    assert {"numpy", "safetensors", "click", "rich", "nbformat", "watchfiles"} <= findings.keys()
    assert {"numba", "tensorflow", "isolation"} <= findings.keys()
    for what, finding in findings.items():
        if what != "isolation" and not what.startswith("  "):
            assert (finding.state, finding.advice) == ("good", ""), finding
    assert findings["tensorflow"].fact == "99.0"
    assert "2 exercises" in findings["course"].fact
    assert sys.executable in findings["Python"].fact
    layers = {what.strip(): finding for what, finding in findings.items() if what.startswith("  ")}
    assert list(layers) == ["namespaces", "files", "system calls", "limits"]
    for layer in layers.values():
        assert layer.fact
    if sys.platform.startswith("linux"):
        assert findings["isolation"].state == "good"
        assert findings["isolation"].fact in LEVELS[1:]
        assert layers["limits"].state == "good"


@pytest.mark.parametrize(
    ("source", "said"),
    [("raise ImportError('no DLL')", "ImportError: no DLL"), ("import os; os._exit(132)", "exit status 132")],
)
def test_a_broken_tensorflow_is_found_by_importing_it(course: Path, source: str, said: str) -> None:
    write_tensorflow(course.parent / "packages", source)
    finding = found(course)["tensorflow"]
    assert finding.state == "missing", "the grader works without it"
    assert said in finding.fact
    assert finding.fact.startswith("99.0 is installed; importing it failed")
    assert "pip install" in finding.advice


def test_an_import_that_never_ends_is_given_up(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tensorflow(course.parent / "packages", "while True: pass")
    monkeypatch.setattr(doctor, "IMPORT_SECONDS", 3)
    finding = found(course)["tensorflow"]
    assert finding.state == "missing"
    assert "timed out" in finding.fact


def test_missing_packages(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version_of", lambda *names: None)
    monkeypatch.setattr(doctor, "tensorflow_version", lambda: None)
    findings = found(course)
    assert (findings["numpy"].state, findings["numpy"].fact) == ("broken", "not installed")
    assert findings["numba"].state == "broken"
    assert findings["tensorflow"].state == "missing"
    assert all(findings[what].advice for what in ("numpy", "numba", "tensorflow"))


def test_windows_gets_a_word_on_long_paths(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "tensorflow_version", lambda: None)
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    advice = [finding.advice for finding in doctor._imports()][1]
    assert "enable-long-paths" in advice


def test_a_course_that_lacks_something(course: Path) -> None:
    (course / "exercises" / "c1_numbers" / "double.py").unlink()
    finding = found(course / "solutions")["course"]
    assert "no file for double" in finding.fact
    assert "git checkout exercises" in finding.advice
    for page in (course / "solutions").rglob("*.py"):
        page.unlink()
    assert found(course)["course"].state == "broken"


def test_a_cache_folder_that_cannot_be_written(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GRADER_CACHE_DIR", str(course / "file" / "cache"))
    monkeypatch.setattr("grader.key.tempfile.tempdir", str(course.parent))
    finding = found(course)["cache folder"]
    assert finding.state == "missing"
    assert "is used instead" in finding.fact
    monkeypatch.setattr("grader.key.tempfile.tempdir", str(course / "file"))
    monkeypatch.setattr(doctor, "_isolation", lambda: [Finding("isolation", "good", "")])
    assert found(course)["cache folder"].state == "broken"


def test_a_machine_that_runs_no_children(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __init__(self, isolate: bool) -> None:
            raise PlayerError("Python could not be started.")

    monkeypatch.setattr(doctor, "Player", Broken)
    assert found(course)["isolation"].state == "broken"


def test_no_isolation_is_told(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "level", lambda layers: "none")
    finding = found(course)["isolation"]
    assert (finding.state, finding.fact) == ("missing", "none")
    assert finding.advice


def test_the_command_says_that_all_is_well(course: Path, grade: Callable[..., Run]) -> None:
    run = grade("doctor", cwd=course)
    assert run.status == 0
    assert run.errors == ""
    assert "ok  Python" in run.output
    assert "All is well." in run.output or "`grade` works" in run.output
    write_tensorflow(course.parent / "packages", "raise ImportError('no DLL')")
    run = grade("doctor", cwd=course)
    assert run.status == 0
    assert "--  tensorflow" in run.output
    assert "no DLL" in run.output
    assert "`grade` works; what is marked -- would make it better." in run.output


def test_the_command_ends_with_3_where_something_must_be_mended(course: Path, grade: Callable[..., Run]) -> None:
    for page in (course / "solutions").rglob("*.py"):
        page.unlink()
    run = grade("doctor", cwd=course)
    assert run.status == 3
    assert "!!  course" in run.output
    assert "1 thing must be mended" in run.output


def test_nothing_is_left_of_an_examination(course: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    own: dict[str, Any] = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    code = "from pathlib import Path; from grader.doctor import examine; examine(Path())"
    subprocess.run([sys.executable, "-c", code], cwd=course, env=own, check=True)
    assert list(scratch.iterdir()) == []
