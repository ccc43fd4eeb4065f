"""The command line, as users have it: every test runs `grade` in a process of its own, on a course of two exercises."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run, grade
from toy import RIGHT, environment, fill_in, write_course, write_tensorflow

LINUX = sys.platform.startswith("linux")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")

HALF = "def double(x):\n    return 2 * x if len(x) < 4 else 3 * x\n"
HANG_SECONDS = 120
LEVELS = ["none", "limits", "confined", "sealed", "isolated"]


@pytest.fixture(name="shared", scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the key of the course for seed 0, and a TensorFlow that imports at once."""
    folder = tmp_path_factory.mktemp("shared")
    write_tensorflow(folder / "packages")
    root = write_course(folder / "course").root
    run = grade("--json", "-", cwd=root, **environment(folder / "cache", folder / "packages"))
    assert run.status == 1, run.errors
    return folder


class Toy:
    """A learner's copy of the course, with a cache of its own in which the key is ready."""

    def __init__(self, root: Path, shared: Path) -> None:
        self.root = write_course(root / "course").root
        self.cache = root / "cache"
        shutil.copytree(shared / "cache" / "keys", self.cache / "keys")
        self.environment = environment(self.cache, shared / "packages")

    def grade(self, *arguments: str | Path, cwd: Path | None = None, **more: str) -> Run:
        return grade(*arguments, cwd=self.root if cwd is None else cwd, **{**self.environment, **more})

    def command(self, *arguments: str) -> dict[str, Any]:
        """What subprocess needs to run `grade` here."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB")}
        return {
            "args": [sys.executable, "-m", "grader", *arguments],
            "cwd": self.root,
            "env": {**own, "PYTHONIOENCODING": "utf-8", **self.environment},
            "stdin": subprocess.DEVNULL,
        }


@pytest.fixture(name="toy")
def _toy(tmp_path: Path, shared: Path) -> Toy:
    return Toy(tmp_path, shared)


@pytest.fixture(name="solved")
def _solved(toy: Toy) -> Toy:
    fill_in(toy.root)
    return toy


@pytest.fixture(name="half")
def _half(toy: Toy) -> Toy:
    fill_in(toy.root, {**RIGHT, "c1_numbers/double": HALF})
    return toy


# ---------------------------------------------------------------- how it ends


def test_0_is_full_marks(solved: Toy) -> None:
    run = solved.grade()
    assert run.status == 0
    assert "Total: 3 of 3 points" in run.output
    assert run.errors == ""


def test_1_is_not_yet(toy: Toy) -> None:
    run = toy.grade("--json", "-")
    assert run.status == 1
    assert run.json["score"] == 0
    assert run.statuses() == {"double": "not_started", "row_sums": "not_started"}


def test_1_for_a_part_of_the_points(half: Toy) -> None:
    run = half.grade("--json", "-")
    assert run.status == 1
    assert run.statuses() == {"double": "failed", "row_sums": "passed"}
    assert 2 < run.json["score"] < 3
    assert half.grade("row_sums").status == 0, "full marks of what was asked for"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nothing"], "No such option"),
        (["--seed"], "requires an argument"),
        (["--cases", "0"], "--cases"),
        (["--cases", "x"], "--cases"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "nan"], "nan is not a number of seconds"),
        (["--json", "-", "--junit", "-"], "Only one report can go to standard output"),
        (["--from", "nowhere"], "nowhere"),
        (["--course", "nowhere"], "nowhere is not a course"),
        (["--require-isolation", "much"], "--require-isolation"),
        (["show"], "Missing argument"),
        (["show", "double", "row_sums"], "unexpected extra argument"),
        (["hint", "--nothing", "double"], "No such option"),
    ],
)
def test_2_is_wrong_use_in_a_sentence(toy: Toy, arguments: list[str], said: str) -> None:
    run = toy.grade(*arguments)
    assert run.status == 2
    assert said in run.errors
    assert run.output == ""
    assert "Traceback" not in run.errors


def test_3_is_a_fault_that_is_no_learners(toy: Toy) -> None:
    (toy.root / "solutions" / "c1_numbers" / "double.py").write_text("raise ValueError('oh')", encoding="utf-8")
    run = toy.grade()
    assert run.status == 3
    assert "double.py does not run: ValueError: oh" in run.errors
    assert "not the fault of any submission" in run.errors
    assert "Traceback" not in run.errors


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("doubel", "double"),
        ("Double", "double"),
        ("rowsums", "row_sums"),
        ("c1_number", "c1_numbers"),
        ("row-sums", "row_sums"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(toy: Toy, name: str, near: str) -> None:
    run = toy.grade(name)
    assert run.status == 2
    assert f"There is no exercise or chapter called {name!r}. Did you mean " in run.errors
    assert near in run.errors


@pytest.mark.parametrize("command", [[], ["show"], ["hint"]])
def test_a_name_like_no_other_is_answered_with_the_list(toy: Toy, command: list[str]) -> None:
    run = toy.grade(*command, "xyzzy")
    assert run.status == 2
    assert "There is no exercise or chapter called 'xyzzy'. `grade list` shows them all." in run.errors


def test_exercises_and_chapters_in_the_courses_order(toy: Toy) -> None:
    def graded(*names: str) -> list[str]:
        return list(toy.grade(*names, "--json", "-").statuses())

    assert graded("row_sums", "double") == ["double", "row_sums"]
    assert graded("c2_rows") == ["row_sums"]
    assert graded("c1_numbers/", "double") == ["double"]
    assert graded("double", "double") == ["double"]


def test_options_may_come_first(toy: Toy) -> None:
    assert list(toy.grade("--json", "-", "double").statuses()) == ["double"]
    assert list(toy.grade("run", "double", "--json", "-").statuses()) == ["double"]


# ---------------------------------------------------------------- seed, cases, score


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "", "1e3", "0x10", "1" * 19, "Random", "²"])
def test_a_seed_is_a_whole_number_or_random(toy: Toy, seed: str) -> None:
    run = toy.grade("--seed", seed)
    assert run.status == 2
    assert "neither a whole number from 0 (18 digits at most) nor the word random" in " ".join(run.errors.split())


@pytest.mark.parametrize("seed", ["7", "9" * 18, "007"])
def test_a_seed_is_shown(solved: Toy, seed: str) -> None:
    run = solved.grade("--seed", seed, "--json", "-")
    assert run.status == 0, run.errors
    assert run.json["seed"] == int(seed)


def test_a_random_seed_is_told_so_that_it_can_be_repeated(solved: Toy) -> None:
    reports = [solved.grade("--seed", "random", "--json", "-", "double").json for _ in range(2)]
    assert reports[0]["seed"] != reports[1]["seed"]
    run = solved.grade("--seed", "random", "double")
    assert run.status == 0
    assert re.search(r"^Seed: +\d+$", run.output, re.MULTILINE)


def test_more_cases(solved: Toy) -> None:
    few, many = (solved.grade("--json", "-", "--cases", n).json["exercises"] for n in ("1", "60"))
    assert few[0]["cases"]["total"] < 10
    assert many[0]["cases"]["total"] > 25
    assert few[0]["families"].keys() == many[0]["families"].keys(), "every family has a case at least"


def test_min_score_is_exact_at_its_edge(half: Toy) -> None:
    report = half.grade("--json", "-").json
    cases = report["exercises"][0]["cases"]
    score = Fraction(cases["passed"], cases["total"]) + 2
    below = Fraction(int(score * 10**12), 10**12)
    above = below if below == score else below + Fraction(1, 10**12)
    just_above = above + Fraction(1, 10**12)

    def status(points: Fraction) -> int:
        return half.grade("--min-score", f"{float(points):.12f}", "--json", "-").status

    assert status(below) == 0
    assert status(just_above) == 1
    assert half.grade("--min-score", "0").status == 0
    assert half.grade("--min-score", "3").status == 1
    beyond = half.grade("--min-score", "4", "row_sums")
    assert beyond.status == 2
    assert "--min-score 4 cannot be reached" in beyond.errors


@pytest.mark.parametrize("points", ["-1", "x", "nan", "inf", "", "1/2"])
def test_min_score_is_a_number_of_points(toy: Toy, points: str) -> None:
    run = toy.grade("--min-score", points)
    assert run.status == 2
    assert "is not a number of points" in run.errors


# ---------------------------------------------------------------- reports


def test_reports_in_files(half: Toy, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("report 한글.json", "report.xml", "report.md")]
    run = half.grade("--json", paths[0], "--junit", paths[1], "--markdown", paths[2])
    assert run.status == 1
    assert "double" in run.output, "the terminal has its own"
    report = json.loads(paths[0].read_text(encoding="utf-8"))
    assert report["version"] == 1
    assert report["submission"]["path"] == "exercises"
    suites = ET.fromstring(paths[1].read_bytes())
    assert {case.get("classname") or case.get("name") for case in suites.iter("testcase")}
    assert "double" in paths[2].read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["json", "junit", "markdown"])
def test_a_report_on_standard_output_is_alone_there(half: Toy, kind: str) -> None:
    run = half.grade(f"--{kind}", "-")
    assert run.status == 1
    if kind == "json":
        assert run.json["exercises"]
    elif kind == "junit":
        ET.fromstring(run.output.encode("utf-8"))
    else:
        assert run.output.lstrip().startswith("#")
    assert run.errors == ""


@pytest.mark.parametrize("target", ["nowhere/report", "."])
@pytest.mark.parametrize("kind", ["json", "junit", "markdown"])
def test_a_report_that_cannot_be_written_is_wrong_use(toy: Toy, kind: str, target: str) -> None:
    run = toy.grade(f"--{kind}", target)
    assert run.status == 2
    assert f"The {kind} report cannot be written to {target}" in " ".join(run.errors.split())
    assert "Traceback" not in run.errors


def test_what_was_graded_is_named_with_its_digest(solved: Toy) -> None:
    import hashlib

    files = solved.grade("--json", "-").json["submission"]["files"]
    for one in files:
        assert hashlib.sha256((solved.root / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    assert len(files) == 2


def test_from_a_file_a_folder_and_another_course(toy: Toy, tmp_path: Path) -> None:
    alone = tmp_path / "한글 and spaces"
    alone.mkdir()
    (alone / "answers.py").write_text("\n".join(RIGHT.values()), encoding="utf-8")
    for path in (alone, alone / "answers.py"):
        run = toy.grade("--from", path, "--json", "-")
        assert run.status == 0, run.errors
        assert run.json["submission"]["path"] == str(path)
    assert toy.grade("--json", "-").status == 1, "exercises/ itself is as empty as before"


# ---------------------------------------------------------------- where it runs


def test_it_works_anywhere_inside_the_course(solved: Toy, tmp_path: Path) -> None:
    for folder in ("exercises/c1_numbers", "solutions", "exercises"):
        assert solved.grade("--json", "-", cwd=solved.root / folder).status == 0
    outside = tmp_path / "outside"
    outside.mkdir()
    assert solved.grade("--course", solved.root, "--json", "-", cwd=outside).status == 0
    assert solved.grade("list", "--course", solved.root, cwd=outside).status == 0


def test_outside_of_any_course_it_says_where_to_go(toy: Toy, tmp_path: Path) -> None:
    """With a grader that stands beside no course: an installed one."""
    shutil.copytree(ROOT / "grader", tmp_path / "installed" / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    path = os.pathsep.join([str(tmp_path / "installed"), toy.environment["PYTHONPATH"]])
    outside = tmp_path / "outside"
    outside.mkdir()
    for command in ([], ["list"], ["show", "double"], ["hint", "double"]):
        run = toy.grade(*command, cwd=outside, PYTHONPATH=path)
        assert run.status == 2, run.errors
        assert "There is no course here" in run.errors
        assert "--course PATH" in run.errors
    assert toy.grade("doctor", cwd=outside, PYTHONPATH=path).status == 0
    assert list(outside.iterdir()) == []


def test_nothing_is_written_into_the_course(solved: Toy) -> None:
    before = sorted(solved.root.rglob("*"))
    assert solved.grade().status == 0
    assert solved.grade("list").status == 0
    assert sorted(solved.root.rglob("*")) == before


# ---------------------------------------------------------------- what can be required


def test_tensorflow_can_be_required(solved: Toy, tmp_path: Path) -> None:
    run = solved.grade("--require-tensorflow", "--json", "-")
    assert run.status == 0
    assert run.json["environment"]["tensorflow"] == "99.0"
    broken = write_tensorflow(tmp_path / "broken", "raise ImportError('no AVX')")
    (broken / "tensorflow-99.0.dist-info").rename(broken / "tensorflow-98.0.dist-info")
    own = environment(solved.cache, broken)
    run = solved.grade("--require-tensorflow", **own)
    assert run.status == 3
    assert "it cannot be imported: ImportError: no AVX" in run.errors
    run = solved.grade(**own)
    assert run.status == 0, "without the option it does not matter"
    assert "not compared" in run.output
    assert "no AVX" in run.output
    assert solved.grade("--json", "-", **own).json["environment"]["tensorflow"] is None


@pytest.mark.skipif(not LINUX, reason="what is reached elsewhere is another level")
def test_isolation_can_be_required(solved: Toy) -> None:
    reached = solved.grade("--json", "-").json["environment"]["isolation"]["level"]
    assert LEVELS.index(reached) >= LEVELS.index("limits")
    for level in LEVELS[1:]:
        run = solved.grade("--require-isolation", level, "--json", "-")
        if LEVELS.index(level) <= LEVELS.index(reached):
            assert run.status == 0, run.errors
        else:
            assert run.status == 3
            assert f'only to the level "{reached}"' in " ".join(run.errors.split())
            assert run.output == ""


# ---------------------------------------------------------------- consoles and pipes


@pytest.mark.parametrize("encoding", ["cp949", "ascii", "utf-16"])
def test_no_console_is_too_old(half: Toy, tmp_path: Path, encoding: str) -> None:
    for command, status in ([], 1), (["list"], 0), (["show", "double"], 0), (["hint", "double"], 0):
        with (tmp_path / "out").open("wb") as out:
            settings = half.command(*command)
            settings["env"]["PYTHONIOENCODING"] = encoding
            done = subprocess.run(**settings, stdout=out, stderr=subprocess.PIPE, timeout=HANG_SECONDS, check=False)
        assert done.returncode == status, done.stderr
        text = (tmp_path / "out").read_bytes().decode(encoding)
        assert "double" in text
        assert "Traceback" not in text
        assert done.stderr == b""


def test_no_colour_in_a_pipe(half: Toy) -> None:
    for own in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "true"}):
        assert "\x1b" not in half.grade(**own).output


@pytest.mark.parametrize("columns", ["40", "80"])
def test_a_narrow_console(half: Toy, columns: str) -> None:
    for command in ([], ["list"], ["doctor"]):
        lines = half.grade(*command, COLUMNS=columns).output.splitlines()
        assert lines
        if columns == "80":
            long = [line for line in lines if len(line) > 80 and str(half.cache.parent) not in line]
            assert not [line for line in long if not re.search(r"\S{60}|>>> |np\.|PATH|=|,", line)], long


@posix
def test_a_reader_that_has_seen_enough_ends_it_quietly(half: Toy) -> None:
    for command in ([], ["list"], ["show", "double"], ["--json", "-"], ["--help"]):
        process = subprocess.Popen(**half.command(*command), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read().decode("utf-8")
        process.stderr.close()
        assert process.wait(HANG_SECONDS) in (0, 1)
        assert errors == ""


def test_a_closed_standard_error_is_no_harm(toy: Toy) -> None:
    settings = toy.command("nothing_of_this_name")
    process = subprocess.Popen(**settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stdout is not None
    process.stderr.close()
    process.stdout.read()
    process.stdout.close()
    assert process.wait(HANG_SECONDS) in (1, 2, 3)


def test_help_names_every_command_and_option(toy: Toy) -> None:
    for option in ("--help", "-h"):
        run = toy.grade(option)
        assert run.status == 0
        for word in (
            "list",
            "show",
            "hint",
            "watch",
            "speed",
            "doctor",
            "--seed",
            "--cases",
            "--timeout",
            "--min-score",
        ):
            assert word in run.output
        for word in ("--from", "--require-tensorflow", "--require-isolation", "--unsafe", "--speed", "Exit status"):
            assert word in run.output
        for word in ("--json", "--junit", "--markdown"):
            assert word in run.output
    assert toy.grade("--version").output.startswith("grade")


# ---------------------------------------------------------------- the warm path


def imported(toy: Toy, *arguments: str) -> set[str]:
    settings = toy.command(*arguments)
    settings["args"][1:1] = ["-X", "importtime"]
    settings["env"]["COLUMNS"] = "200"  # what must be wrapped needs more
    done = subprocess.run(**settings, capture_output=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode in (0, 1)
    lines = done.stderr.decode("utf-8").splitlines()
    names = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert "numpy" in names
    return names


@pytest.mark.parametrize(
    "arguments", [[], ["--json", "-"], ["double"], ["list"], ["show", "double"], ["hint", "double"]]
)
def test_with_a_key_in_the_cache_nothing_heavy_is_imported(half: Toy, arguments: list[str]) -> None:
    half.grade("list")
    names = imported(half, *arguments)
    heavy = {"numba", "llvmlite", "tensorflow", "keras", "nbformat", "jsonschema", "grader.build", "asyncio"}
    assert not names & heavy
    if arguments[:1] not in (["list"], ["show"], ["hint"]):
        assert "rich.console" not in names, "a pipe needs none of it"


def test_a_file_called_as_a_library_beside_the_learner_is_not_taken(solved: Toy) -> None:
    """`python -m` puts the current folder first; the installed script does not, and no process that it starts does."""
    for name in ("numba.py", "safetensors.py", "grader.py", "json.py"):
        (solved.root / "exercises" / "c1_numbers" / name).write_text("raise SystemExit('taken')", encoding="utf-8")
    script = "import sys; from grader.__main__ import main; sys.argv[0] = 'grade'; main()"
    settings = solved.command()
    settings["args"] = [sys.executable, "-P", "-c", script, "--seed", "5", "--json", "-"]
    settings["cwd"] = solved.root / "exercises" / "c1_numbers"
    done = subprocess.run(**settings, capture_output=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode()


# ---------------------------------------------------------------- list, show, hint


def test_list_remembers_how_it_went(toy: Toy) -> None:
    run = toy.grade("list")
    assert run.status == 0
    assert re.search(r"^c1_numbers\n +double +1 point$", run.output, re.MULTILINE)
    assert "0 of 2 exercises passed when last graded: 0 of 3 points." in run.output
    fill_in(toy.root, {**RIGHT, "c1_numbers/double": HALF})
    toy.grade()
    run = toy.grade("list")
    assert re.search(r"double +1 point +not yet, \d+ of \d+ cases$", run.output, re.MULTILINE)
    assert re.search(r"row_sums +2 points +passed$", run.output, re.MULTILINE)
    assert "1 of 2 exercises passed when last graded: 2 of 3 points." in run.output
    fill_in(toy.root)
    toy.grade("double")
    assert "2 of 2 exercises passed when last graded: 3 of 3 points." in toy.grade("list").output


def test_anothers_submission_is_not_remembered(half: Toy) -> None:
    half.grade("--from", half.root / "exercises")
    assert "0 of 2 exercises" in half.grade("list").output


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"last": [], "hints": {}}',
        '{"last": {"double": 3}, "hints": {"double": "x"}}',
        '{"last": {"double": {"status": [], "passed": {}, "total": null}}, "hints": {"double": -5}}',
        '{"last": {"double": {"status": "nothing", "passed": 1, "total": 1}}, "hints": {"double": 99}}',
        '{"last": {"double": {"status": "failed"}}, "hints": {"double": null}}',
    ],
)
def test_a_damaged_memory_is_a_fresh_start(toy: Toy, damaged: str) -> None:
    toy.grade("--json", "-")
    (path,) = (toy.cache / "progress").iterdir()
    path.write_text(damaged, encoding="utf-8")
    run = toy.grade("list")
    assert run.status == 0, run.errors
    assert "0 of 2 exercises passed" in run.output
    assert "Hint 1 of 2 on double" in toy.grade("hint", "double").output
    assert toy.grade("--json", "-").status == 1


def test_a_memory_that_cannot_be_written_is_no_harm(solved: Toy) -> None:
    (solved.cache / "progress").write_text("a file in the place of a folder", encoding="utf-8")
    assert solved.grade().status == 0
    assert solved.grade("hint", "double").status == 0


def test_show_says_what_is_asked_for(toy: Toy) -> None:
    run = toy.grade("show", "row_sums")
    assert run.status == 0
    for text in ("row_sums   2 points   c2_rows", "Builds on: double", "To be done without: einsum", "row_sums(x)"):
        assert text in run.output
    assert "Your file: exercises/c2_rows/row_sums.py" in run.output
    assert "There are 2 hints: grade hint double" in toy.grade("show", "double").output
    assert "s[n] = sum over f of x[n, f]" in run.output
    inside = toy.grade("show", "row_sums", cwd=toy.root / "exercises" / "c2_rows")
    assert "Your file: row_sums.py" in inside.output


def test_hints_come_one_at_a_time(toy: Toy) -> None:
    first = toy.grade("hint", "double")
    assert (first.status, first.errors) == (0, "")
    assert "Hint 1 of 2 on double\n  What is x + x?" in first.output
    assert "Do it for each" not in first.output
    assert "The next one: grade hint double" in first.output
    second = toy.grade("hint", "double").output
    assert "Hint 2 of 2 on double" in second
    assert "What is x" not in second
    assert "no more hints" in second
    for _ in range(2):
        third = toy.grade("hint", "double").output
        assert third.index("Hint 1 of 2") < third.index("Hint 2 of 2"), "and then all of them"
    assert "There is no hint on row_sums" in toy.grade("hint", "row_sums").output


# ---------------------------------------------------------------- the first run


def test_a_first_run_says_that_it_builds(solved: Toy) -> None:
    run = solved.grade("--seed", "3")
    assert run.status == 0
    said = run.errors.splitlines()
    assert said[0] == "Building the answer key (once for each seed): 2 exercises ..."
    assert sorted(line.partition(",")[0] for line in said[1:]) == [
        "  double: passed",
        "  row_sums: passed",
        "The answer key is ready.",
    ], "each exercise as soon as its part of the key is there"
    assert solved.grade("--seed", "3").errors == ""


# ---------------------------------------------------------------- Ctrl-C


def below(pid: int) -> set[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(
                path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            )
        except OSError:
            continue
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def fields(pid: int) -> list[str]:
    """Of /proc/PID/stat, what follows the name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ["Z"] + ["0"] * 50


def parent_of(pid: int) -> int:
    return int(fields(pid)[1])


def busy(pid: int) -> float:
    """Seconds of processor time."""
    return (int(fields(pid)[11]) + int(fields(pid)[12])) / os.sysconf("SC_CLK_TCK")


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def workers(pid: int) -> set[int]:
    """The preloaded process and its children."""
    return {
        one for one in below(pid) if b"worker.py" in command(one) and command(one).startswith(sys.executable.encode())
    }


def until(true: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(name="interrupted")
def _interrupted(toy: Toy, tmp_path: Path) -> Iterator[Callable[..., tuple[int, str, set[int]]]]:
    """Start `grade`, wait until it is ready, interrupt its process group as Ctrl-C does: status, words, processes."""
    started: list[subprocess.Popen[bytes]] = []
    scratch = tmp_path / "tmp"
    scratch.mkdir()

    def interrupt(ready: Callable[[int], bool], *arguments: str, **more: str) -> tuple[int, str, set[int]]:
        settings = toy.command(*arguments)
        settings["env"].update(TMPDIR=str(scratch), **more)
        process = subprocess.Popen(**settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        started.append(process)
        assert until(lambda: ready(process.pid))
        processes = below(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=HANG_SECONDS)
        assert output == b""
        return process.returncode, errors.decode("utf-8"), processes

    yield interrupt
    for process in started:
        process.kill()
        process.communicate()
    assert list(scratch.iterdir()) == []


LOOPS = """
def double(x):
    while True:
        pass
"""


@pytest.mark.skipif(not LINUX, reason="reads /proc")
@pytest.mark.parametrize("report", [[], ["--json", "-"]])
def test_an_interrupted_run_says_so_and_leaves_nothing(
    toy: Toy, tmp_path: Path, interrupted: Callable[..., tuple[int, str, set[int]]], report: list[str]
) -> None:
    fill_in(toy.root, {"c1_numbers/double": LOOPS})

    def looping(pid: int) -> bool:
        return any(busy(one) > 0.3 and parent_of(one) in workers(pid) for one in workers(pid))

    status, words, processes = interrupted(looping, "--timeout", "600", *report)
    assert status == 130
    assert words.strip() == "Interrupted. Nothing was changed."
    assert len(processes) in (2, 4), "the preloaded process and the child that it forked, and perhaps bubblewrap's two"
    assert until(lambda: not any(map(running, processes)))


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_an_interrupted_build_says_so_and_leaves_nothing(
    toy: Toy, tmp_path: Path, interrupted: Callable[..., tuple[int, str, set[int]]]
) -> None:
    slow = write_tensorflow(tmp_path / "slow", "import time\ntime.sleep(600)")

    def building(pid: int) -> bool:
        return any(b"grader.build" in command(one) and busy(one) > 0.02 for one in below(pid))

    own = environment(toy.cache, slow)
    status, words, processes = interrupted(building, "--seed", "4", **own)
    assert status == 130
    lines = [line for line in words.splitlines() if line and not line.startswith("Building the answer key")]
    assert lines == ["Interrupted. Nothing was changed."]
    assert until(lambda: not any(map(running, processes)))
    assert not list(toy.cache.rglob(".writing-*"))


# ---------------------------------------------------------------- GitHub Actions


FORGER = """
def double(x):
    print("::error file=a.py::forged by print")
    print("  ::set-output name=score::100")
    print("##[command]forged")
    raise ValueError("::error::forged by message\\n::stop-commands::x\\n##[error]forged")
"""


@pytest.fixture(name="summary")
def _summary(tmp_path: Path) -> Path:
    return tmp_path / "summary.md"


def commands(output: str) -> list[str]:
    """The workflow commands in a log that a runner would carry out."""
    done, stopped = [], None
    for line in output.splitlines():
        text = line.strip()
        if stopped is not None:
            if text == f"::{stopped}::":
                stopped = None
            continue
        if text.startswith("::stop-commands::"):
            stopped = text[len("::stop-commands::") :]
        elif text.startswith("::") or "##[" in line:
            done.append(line)
    assert stopped is None, "commands are taken again at the end"
    return done


@pytest.mark.parametrize("arguments", [[], ["--json", "report.json"]])
def test_in_github_actions_there_are_annotations_and_a_summary(toy: Toy, summary: Path, arguments: list[str]) -> None:
    fill_in(toy.root, {**RIGHT, "c1_numbers/double": HALF})
    summary.write_text("# before\n", encoding="utf-8")
    own = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(toy.root)}
    run = toy.grade(*arguments, **own)
    assert run.status == 1
    assert summary.read_text(encoding="utf-8").startswith("# before\n")
    assert "double" in summary.read_text(encoding="utf-8")
    (annotation,) = commands(run.output)
    assert annotation.startswith("::warning file=exercises/c1_numbers/double.py,line=4,title=double%3A ")
    assert re.search(r"^::stop-commands::[0-9a-f]{32}$", run.output, re.MULTILINE)


def test_in_github_actions_nothing_printed_is_a_command(toy: Toy, summary: Path) -> None:
    fill_in(toy.root, {"c1_numbers/double": FORGER})
    own = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(toy.root)}
    for arguments in ([], ["--json", "-"]):
        run = toy.grade(*arguments, **own)
        assert run.status == 1
        (annotation,) = commands(run.output) + commands(run.errors)
        assert annotation.startswith("::error file=exercises/c1_numbers/double.py")


@pytest.mark.parametrize("kind", ["json", "junit", "markdown"])
def test_in_github_actions_a_report_on_standard_output_commands_nothing(toy: Toy, kind: str, summary: Path) -> None:
    fill_in(toy.root, {"c1_numbers/double": FORGER})
    own = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    run = toy.grade(f"--{kind}", "-", **own)
    if kind == "json":
        assert run.status == 1
        assert run.json["score"] == 0
        assert commands(run.output) == []
    else:
        assert run.status == 2
        assert f"the {kind} report goes to a file: --{kind} PATH" in " ".join(run.errors.split())


def test_outside_of_github_actions_there_are_no_commands(toy: Toy) -> None:
    fill_in(toy.root, {"c1_numbers/double": HALF})
    assert "::" not in toy.grade().output
