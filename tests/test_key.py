"""The answer key: found or built, damaged files, faults of a course, TensorFlow in every state of repair."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import grade
from safetensors import safe_open
from safetensors.numpy import save_file
from toy import DOUBLE, PAGES, ROW_SUMS, TENSORFLOW, environment, fill_in, write_course, write_tensorflow

from grader import key as key_module
from grader.course import Course
from grader.key import Key, KeyFault, Part, cache_folder, tensorflow_version

CASES = 4
NAMES = ["double", "row_sums"]
posix = pytest.mark.skipif(os.name != "posix", reason="folders and signals of POSIX")


@pytest.fixture(name="tensorflow")
def _tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A TensorFlow that imports at once; the folder to change it in."""
    folder = write_tensorflow(tmp_path / "packages")
    for name, value in environment(tmp_path / "cache", folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture(name="cache")
def _cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(name="course")
def _course(tmp_path: Path, tensorflow: Path) -> Course:
    return write_course(tmp_path / "course")


@pytest.fixture(name="built", scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that holds the course's key and catalogue."""
    folder = tmp_path_factory.mktemp("built")
    packages = write_tensorflow(folder / "packages")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder / "cache", packages).items():
            patch.setenv(name, value)
        patch.syspath_prepend(str(packages))
        course = write_course(folder / "course")
        Key(course).catalogue()
        parts(course)
    return folder / "cache"


@pytest.fixture(name="ready")
def _ready(built: Path, cache: Path, course: Course) -> list[Part]:
    """The course with its key in the cache, and what the key says."""
    shutil.copytree(built, cache, ignore=shutil.ignore_patterns("numba"))
    return parts(course)


@pytest.fixture(name="nothing_starts")
def _nothing_starts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, building anything is an error."""

    def begin() -> None:
        def refuse(*arguments: Any, **options: Any) -> None:
            raise AssertionError("a process was started")

        monkeypatch.setattr(key_module.subprocess, "Popen", refuse)

    return begin


@pytest.fixture(name="started")
def _started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that are started, by name."""
    jobs: list[str] = []
    original = key_module._Job.__init__

    def note(self: Any, job: str, *rest: Any) -> None:
        jobs.append(job)
        original(self, job, *rest)

    monkeypatch.setattr(key_module._Job, "__init__", note)
    return jobs


def parts(course: Course, names: list[str] = NAMES, **options: Any) -> list[Part]:
    coming = Key(course, **{"cases": CASES, **options}).parts(names)
    return sorted(coming, key=lambda part: names.index(part.about.name))


def files(cache: Path, suffix: str = ".safetensors") -> list[Path]:
    return sorted(path for path in (cache / "keys").iterdir() if path.name.endswith(suffix))


def equal(a: Part, b: Part) -> bool:
    """Whether two parts hold the same cases, bit for bit."""

    def plain(part: Part) -> list[Any]:
        return [
            (case.family, case.dims, {k: np.asarray(v).tobytes() for k, v in case.inputs.items()}, case.truth.tobytes())
            for case in part.cases
        ]

    return a.about == b.about and plain(a) == plain(b)


# ---------------------------------------------------------------- what a key holds


def test_a_key_holds_all_that_grading_needs(course: Course) -> None:
    progress: list[tuple[int, int]] = []
    double, row_sums = parts(course, progress=lambda ready, wanted: progress.append((ready, wanted)))
    assert progress == [(0, 2), (1, 2), (2, 2)]
    assert (double.about.name, double.about.chapter, double.about.points) == ("double", "c1_numbers", 1)
    assert double.about.hints == ["What is x + x?", "Do it for each number of x."]
    assert [one["name"] for one in double.about.mistakes] == ["squared"]
    assert double.about.mistakes[0]["page"].startswith("The square of 2 is 4")
    assert (row_sums.about.needs, row_sums.about.forbid) == (["double"], ["einsum"])
    assert double.tensorflow == row_sums.tensorflow == "99.0"
    first = double.cases[0]
    assert first.inputs["x"].tolist() == [1, -2]
    assert first.dims == {"N": 2}
    for part in (double, row_sums):
        assert [case.index for case in part.cases] == list(range(len(part.cases)))
        for case in part.cases:
            x = case.inputs["x"]
            expected = 2.0 * x if part is double else x.astype(np.float64).sum(axis=1)
            assert case.truth.dtype == np.float64
            assert np.array_equal(case.truth, expected)
            assert case.reference.dtype == x.dtype == np.float32
            assert case.tensorflow is not None
            assert case.tensorflow.shape == case.truth.shape
            assert 0 < case.tolerance.absolute < 1e-3
    assert np.array_equal(first.mistakes["squared"], [1, 4])


def test_a_mistake_that_raises_is_kept_by_the_exceptions_name(tmp_path: Path, tensorflow: Path) -> None:
    mistake = '\n\n@double.mistake\ndef halved(x):\n    """Halved."""\n    return x[len(x)]\n'
    course = write_course(tmp_path / "course", {"c1/double": DOUBLE + mistake})
    (part,) = parts(course, ["double"])
    assert {case.mistakes["halved"] for case in part.cases} == {"IndexError"}


def test_the_catalogue_is_in_the_courses_order(tmp_path: Path, tensorflow: Path) -> None:
    late = DOUBLE.replace("order=1", "order=2")
    triple = DOUBLE.replace("double", "a_late").replace("order=1", "order=3")
    early = DOUBLE.replace("double", "z_early")
    course = write_course(tmp_path / "course", {"c1/double": late, "c1/a_late": triple, "c1/z_early": early})
    assert [about.name for about in Key(course).catalogue()] == ["z_early", "double", "a_late"]


def test_parts_come_in_the_order_asked_for(course: Course) -> None:
    assert [part.about.name for part in parts(course, NAMES[::-1])] == NAMES[::-1]
    assert parts(course, []) == []


# ---------------------------------------------------------------- found again


def test_a_key_is_built_once(
    course: Course, nothing_starts: Callable[[], None], cache: Path, ready: list[Part]
) -> None:
    first = ready
    nothing_starts()
    catalogue = Key(course).catalogue()
    again = parts(course)
    assert all(map(equal, first, again))
    assert Key(course).catalogue() == catalogue
    assert len(files(cache)) == 2
    shutil.move(course.root, course.root.with_name("moved"))
    assert all(map(equal, first, parts(Course(course.root.with_name("moved"))))), "a key knows no folder"


def test_only_what_is_missing_is_built(course: Course, started: list[str], nothing_starts: Callable[[], None]) -> None:
    parts(course, ["double"])
    assert sorted(started) == ["references", "tensorflow"]
    progress: list[tuple[int, int]] = []
    parts(course, progress=lambda ready, wanted: progress.append((ready, wanted)))
    assert progress == [(0, 1), (1, 1)]
    nothing_starts()
    parts(course)


def test_what_is_there_does_not_wait_for_what_is_built(course: Course) -> None:
    parts(course, [NAMES[1]])
    assert [part.about.name for part in Key(course, cases=CASES).parts(NAMES)] == NAMES[::-1]


def test_a_changed_page_builds_its_own_part_alone(
    course: Course, cache: Path, nothing_starts: Callable[[], None], ready: list[Part]
) -> None:
    before = set(files(cache))
    page = course.solutions / "c1_numbers" / "double.py"
    page.write_text(DOUBLE.replace('hint("What is x + x?")', 'hint("Add.")'), encoding="utf-8")
    (double, _) = parts(course)
    assert double.about.hints[0] == "Add."
    (new,) = set(files(cache)) - before
    assert new.name.startswith("double-")
    assert Key(course).catalogue()[0].hints[0] == "Add."
    page.write_text(DOUBLE, encoding="utf-8")
    nothing_starts()
    assert parts(course)[0].about.hints[0] == "What is x + x?", "the old part is still there"


def test_seed_and_number_of_cases_make_a_key_of_their_own(course: Course, cache: Path) -> None:
    (zero,) = parts(course, ["double"])
    (seven,) = parts(course, ["double"], seed=7)
    (more,) = parts(course, ["double"], cases=40)
    assert not equal(zero, seven)
    assert len(more.cases) > len(zero.cases)
    assert len(files(cache)) == 3


def test_a_page_that_moves_to_another_chapter_is_there(course: Course) -> None:
    assert [about.chapter for about in Key(course).catalogue()] == ["c1_numbers", "c2_rows"]
    (course.solutions / "c1_numbers").rename(course.solutions / "c3_numbers")
    assert [about.chapter for about in Key(course).catalogue()] == ["c2_rows", "c3_numbers"]


def test_versions_are_a_part_of_the_key(course: Course, tensorflow: Path, started: list[str]) -> None:
    parts(course, ["double"])
    (tensorflow / "tensorflow-99.0.dist-info").rename(tensorflow / "tensorflow-100.0.dist-info")
    assert tensorflow_version() == "100.0"
    started.clear()
    parts(course, ["double"])
    assert sorted(started) == ["references", "tensorflow"]


# ---------------------------------------------------------------- damaged files


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(bytes(data))


def replace(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95pickle")


def swap(path: Path) -> None:
    other = next(one for one in files(path.parent.parent) if one != path)
    path.write_bytes(other.read_bytes())


def _renamed(path: Path, data: bytes) -> None:
    """These bytes under the name that they would have as this file's content."""
    stem = path.name.rpartition("-")[0]
    path.with_name(f"{stem}-{hashlib.sha256(data).hexdigest()[:32]}.safetensors").write_bytes(data)
    path.unlink()


def foreign_bytes(path: Path) -> None:
    _renamed(path, b"whatever")


def foreign_tensors(path: Path) -> None:
    save_file({"a": np.zeros(3)}, path, {"other": "tool"})
    _renamed(path, path.read_bytes())


def foreign_key(path: Path) -> None:
    save_file({"a": np.zeros(3)}, path, {"key": json.dumps({"exercise": {}, "cases": [3]})})
    _renamed(path, path.read_bytes())


def a_list(path: Path) -> None:
    save_file({"a": np.zeros(3)}, path, {"key": "[]"})
    _renamed(path, path.read_bytes())


def anothers_part(path: Path) -> None:
    other = next(one for one in files(path.parent.parent) if one != path)
    _renamed(path, other.read_bytes())


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        empty,
        flip,
        replace,
        swap,
        foreign_bytes,
        foreign_tensors,
        foreign_key,
        a_list,
        anothers_part,
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_built_again(
    course: Course,
    cache: Path,
    damage: Callable[[Path], None],
    nothing_starts: Callable[[], None],
    ready: list[Part],
) -> None:
    first = ready
    damage(files(cache)[0])
    assert all(map(equal, first, parts(course)))
    nothing_starts()
    assert all(map(equal, first, parts(course)))


@pytest.mark.parametrize("damage", [truncate, empty, flip, replace])
def test_a_damaged_catalogue_is_built_again(
    course: Course, cache: Path, damage: Callable[[Path], None], ready: list[Part]
) -> None:
    first = Key(course).catalogue()
    damage(files(cache, ".json")[0])
    assert Key(course).catalogue() == first


def test_a_part_that_goes_away_between_listing_and_reading_is_built(
    course: Course, cache: Path, ready: list[Part]
) -> None:
    key = Key(course, cases=CASES)
    for path in files(cache):
        path.unlink()
    assert all(map(equal, ready, key.parts(NAMES)))


# ---------------------------------------------------------------- writing


def test_nothing_half_written_is_left(course: Course, cache: Path) -> None:
    parts(course)
    assert not list(cache.rglob(".writing-*"))


@pytest.mark.parametrize("what", ["replace", "fdopen"])
def test_a_part_that_cannot_be_written_leaves_nothing(
    course: Course, cache: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    key = Key(course, cases=CASES)
    original = getattr(os, what)

    def full(first: Any, *rest: Any, **options: Any) -> Any:
        if what == "fdopen":
            os.close(first)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(key_module.os, what, full)
    with pytest.raises(KeyFault, match=r"cannot be kept in .*No space left on device"):
        list(key.parts(NAMES))
    monkeypatch.setattr(key_module.os, what, original)
    assert list((cache / "keys").iterdir()) == []


def test_a_folder_that_goes_away_is_told(course: Course, cache: Path) -> None:
    key = Key(course, cases=CASES)
    shutil.rmtree(cache)
    with pytest.raises(KeyFault, match="cannot be kept"):
        list(key.parts(NAMES))


def test_old_parts_are_thrown_away(
    course: Course, cache: Path, monkeypatch: pytest.MonkeyPatch, ready: list[Part]
) -> None:
    old = cache / "keys" / "old-x-y.safetensors"
    old.write_bytes(b"old")
    os.utime(old, (1, 1))
    monkeypatch.setattr(key_module, "KEPT_FILES", 5)
    parts(course, ["double"], seed=1)
    assert old.exists(), "3 parts, the catalogue and an old one are 5"
    parts(course, ["double"], seed=2)
    assert not old.exists()
    assert len(files(cache)) == 4


# ---------------------------------------------------------------- the cache folder


def test_the_cache_folder_can_be_named(cache: Path, tensorflow: Path) -> None:
    assert cache_folder() == (cache, "")
    assert (cache / "keys").is_dir()
    if os.name == "posix":
        assert (cache / "keys").stat().st_mode & 0o077 == 0


def test_without_a_name_it_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRADER_CACHE_DIR", raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    folder, note = cache_folder()
    assert note == ""
    if os.name == "posix":
        assert tmp_path in folder.parents


def unwritable(tmp_path: Path) -> Path:
    """A folder that cannot be made, for root neither: there is a file in its place."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    return tmp_path / "file" / "cache"


def test_a_cache_folder_that_cannot_be_written_is_replaced_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wanted = unwritable(tmp_path)
    monkeypatch.setenv("GRADER_CACHE_DIR", str(wanted))
    monkeypatch.setattr(key_module.tempfile, "tempdir", str(tmp_path))
    folder, note = cache_folder()
    assert folder.parent == tmp_path
    assert (folder / "keys").is_dir()
    assert note == f"The cache folder {wanted} cannot be written; {folder} is used instead."


def test_without_any_folder_it_is_a_fault_with_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = unwritable(tmp_path)
    monkeypatch.setenv("GRADER_CACHE_DIR", str(wanted))
    monkeypatch.setattr(key_module.tempfile, "tempdir", str(wanted))
    with pytest.raises(KeyFault, match=r"Neither .* can be written.*Set GRADER_CACHE_DIR"):
        cache_folder()


@posix
def test_a_temporary_folder_of_somebody_else_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRADER_CACHE_DIR", str(unwritable(tmp_path)))
    monkeypatch.setattr(key_module.tempfile, "tempdir", str(tmp_path))
    user = os.getuid()
    (tmp_path / f"grader-{user + 1}").mkdir()
    monkeypatch.setattr(key_module.os, "getuid", lambda: user + 1)
    with pytest.raises(KeyFault):
        cache_folder()


@posix
def test_numba_compiles_though_there_is_no_home(tmp_path: Path, tensorflow: Path) -> None:
    """Numba looks for a place beside the page, then at home: neither can be written in many containers."""
    compiled = DOUBLE.replace("from grader", "from numba import njit\n\nfrom grader").replace(
        "def double(", "@njit(cache=True)\ndef double("
    )
    course = write_course(tmp_path / "course", {"c1/double": compiled})
    fill_in(course.root, {"c1/double": "def double(x):\n    return 2 * x\n"})
    nowhere = unwritable(tmp_path)
    own = {"HOME": str(nowhere), "XDG_CACHE_HOME": str(nowhere), "TMPDIR": str(tmp_path), "GRADER_CACHE_DIR": ""}
    for _ in range(2):
        run = grade("--json", "-", cwd=course.root, **{**environment(nowhere, tensorflow), **own})
        assert run.status == 0, run.errors
        assert run.errors.count("cannot be written") == 1
    assert not list(course.root.rglob("*.nb?"))
    assert list(tmp_path.glob("grader-*/numba/**/*.nbi"))


# ---------------------------------------------------------------- a course at fault

BROKEN = {
    "raises": ("raise ValueError('oh')\n" + DOUBLE, r"double\.py does not run: ValueError: oh"),
    "syntax": (DOUBLE + "def (:\n", r"double\.py does not run: SyntaxError: "),
    "import": ("import nothing_of_this_name\n" + DOUBLE, r"does not run: ModuleNotFoundError: "),
    "no exercise": ("x = 1\n", r"double\.py must declare one exercise, called double; it declares none"),
    "another name": (DOUBLE.replace("double", "triple"), r"it declares triple"),
    "two": (DOUBLE + DOUBLE.replace("double", "triple").replace("says", "said"), r"it declares double, triple"),
    "no docstring": (
        DOUBLE.replace('    """Twice each', '    x\n    """Twice each'),
        r"double: the function has no doc",
    ),
    "parameters": (DOUBLE.replace("x=uniform", "y=uniform"), r"double: the function takes \['x'\]"),
    "dims": (DOUBLE.replace('returns="N"', 'returns="N-9"'), r"double: no dims fit in the family 'tiny'"),
    "shape string": (DOUBLE.replace('returns="N"', 'returns="N**2"'), r"double: the shape expression 'N\*\*2'"),
    "reference": (DOUBLE.replace("2 * x[n]", "x[n + 1]"), r"The course could not be computed\..*IndexError"),
    "exit": ("import sys; sys.exit(0)\n" + DOUBLE, r"The process that computes the answer key \(\w+\) ended"),
    "killed": (
        DOUBLE.replace("    y = np", "    import os; os.kill(os.getpid(), 9)\n    y = np"),
        r"The process that computes the answer key \(references\) ended",
    ),
    "print": ("print('x' * 100_000)\nimport os; os.write(1, b'y'); os.abort()\n" + DOUBLE, r"\(\w+\) ended"),
    "TensorFlow raises": (DOUBLE.replace("tf.add(x, x)", "tf.oops(x)"), r"could not be computed.*AttributeError"),
    "no TensorFlow": (
        DOUBLE.replace("@double.tensorflow\n", ""),
        r"double: the page has no @double\.tensorflow function",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_page_is_a_fault_of_the_course_in_a_sentence(tmp_path: Path, tensorflow: Path, how: str) -> None:
    text, message = BROKEN[how]
    course = write_course(tmp_path / "course")
    (course.solutions / "c1_numbers" / "double.py").write_text(text, encoding="utf-8")
    with pytest.raises(KeyFault, match=f"(?s){message}"):
        parts(course)
    if os.name == "posix":
        assert parts(course, ["row_sums"])[0].about.name == "row_sums", "another page does not suffer"


def test_a_page_that_prints_is_no_harm(tmp_path: Path, tensorflow: Path) -> None:
    noisy = "import os\nprint('x' * 200_000)\nos.write(1, b'\\xff' * 200_000)\n" + DOUBLE
    assert parts(write_course(tmp_path / "course", {"c1/double": noisy}), ["double"])


OFF = {
    "compiled value": (
        'def double(x):\n    """Twice.""" \n    return (2 * x + (x.dtype == np.float32) * np.float32(0.01))\n',
        "the compiled reference",
        "values",
    ),
    "compiled shape": (
        'def double(x):\n    """Twice."""\n    return 2 * x if x.dtype == np.float64 else np.atleast_2d(2 * x)\n',
        "the compiled reference",
        "rank",
    ),
    "compiled nan": (
        'def double(x):\n    """Twice."""\n    return 2 * x + (np.nan if x.dtype == np.float32 else 0)\n',
        "the compiled reference",
        "not_finite",
    ),
}


@pytest.mark.parametrize("how", OFF)
def test_a_reference_off_the_truth_is_named_with_case_and_size(tmp_path: Path, tensorflow: Path, how: str) -> None:
    function, who, kind = OFF[how]
    begin, end = DOUBLE.index("def double"), DOUBLE.index("@double.tensorflow")
    course = write_course(tmp_path / "course", {"c1/double": DOUBLE[:begin] + function + "\n\n" + DOUBLE[end:]})
    with pytest.raises(KeyFault) as caught:
        parts(course, ["double"])
    message = str(caught.value)
    assert message.startswith(f"double: {who} and the reference in float64 disagree on case 0 (tiny, N = 2): {kind}; ")
    assert f"It is a fault of the course's page {course.solutions / 'c1' / 'double.py'}, not of any" in message
    if kind == "values":
        assert "largest difference 0.01, allowed" in message
    assert not files(tmp_path / "cache"), "nothing of it is kept"


def test_tensorflow_off_the_truth_is_named(course: Course, tensorflow: Path) -> None:
    wrong = TENSORFLOW.replace("return x.sum(axis=axis)", "return x.sum(axis=axis) + 0.5")
    write_tensorflow(tensorflow, wrong)
    with pytest.raises(KeyFault, match=r"row_sums: TensorFlow and the reference .* case 0 \(tiny, N = \d, F = \d\)"):
        parts(course)


def test_a_course_at_fault_is_exit_status_3(course: Course, tensorflow: Path, cache: Path) -> None:
    write_tensorflow(tensorflow, TENSORFLOW.replace("return a + b", "return a + b + 1"))
    fill_in(course.root)
    run = grade("--json", "-", cwd=course.root, **environment(cache, tensorflow))
    assert run.status == 3
    assert run.output == ""
    assert "double: TensorFlow and the reference in float64 disagree" in run.errors
    assert "no points are lost" in run.errors
    assert "Traceback" not in run.errors


# ---------------------------------------------------------------- TensorFlow missing or broken


DEAD = {
    "raises": ("raise ImportError('DLL load failed\\nmore')", "ImportError: DLL load failed"),
    "raises anything": ("raise RuntimeError('no AVX')", "RuntimeError: no AVX"),
    "has no version": ("x = 1", "AttributeError"),
    "exits": ("import sys; sys.exit('no AVX here')", "no AVX here"),
    "aborts": ("import os; os.write(2, b'compiled for AVX2\\n'); os._exit(134)", "compiled for AVX2"),
    "dies silently": ("import os; os._exit(1)", "its process ended unexpectedly"),
}


@pytest.mark.parametrize("how", DEAD)
def test_a_broken_tensorflow_is_left_out_and_the_reason_kept(
    course: Course, tensorflow: Path, how: str, nothing_starts: Callable[[], None]
) -> None:
    source, reason = DEAD[how]
    write_tensorflow(tensorflow, source)
    built = parts(course)
    nothing_starts()
    for part in (*built, *parts(course)):
        assert part.tensorflow is None
        assert part.no_tensorflow.startswith("it cannot be imported: ")
        assert reason in part.no_tensorflow
        assert "\n" not in part.no_tensorflow
        assert all(case.tensorflow is None for case in part.cases)


@posix
def test_a_tensorflow_that_dies_at_work_is_a_fault(course: Course, tensorflow: Path) -> None:
    write_tensorflow(tensorflow, TENSORFLOW.replace("return a + b", "import os; os.kill(os.getpid(), 9)"))
    with pytest.raises(KeyFault, match=r"The process that computes the answer key \(tensorflow\) ended unexpectedly"):
        parts(course)


def test_a_missing_tensorflow_starts_no_process(
    course: Course, monkeypatch: pytest.MonkeyPatch, started: list[str]
) -> None:
    monkeypatch.setattr(key_module, "tensorflow_version", lambda: None)
    (double, _) = parts(course)
    assert started == ["references"]
    assert double.tensorflow is None
    assert double.no_tensorflow == "it is not installed"


def test_the_real_tensorflow_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if tensorflow_version() is None:
        pytest.skip("TensorFlow is not installed")
    monkeypatch.setenv("GRADER_CACHE_DIR", str(tmp_path / "cache"))
    (double, row_sums) = parts(write_course(tmp_path / "course"))
    assert double.tensorflow is not None
    assert row_sums.cases[-1].tensorflow is not None


# ---------------------------------------------------------------- two at once, and nothing left


def test_two_that_build_at_once_end_with_one_good_key(
    course: Course, tensorflow: Path, cache: Path, nothing_starts: Callable[[], None]
) -> None:
    fill_in(course.root)
    command = [sys.executable, "-m", "grader", "--cases", str(CASES), "--json", "-"]
    own = {**os.environ, **environment(cache, tensorflow)}
    both = [
        subprocess.Popen(command, cwd=course.root, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()
        assert json.loads(output)["score"] == 3
    assert len(files(cache)) == 2
    assert not list(cache.rglob(".writing-*"))
    nothing_starts()
    assert [part.about.name for part in parts(course)] == NAMES


def test_leaving_early_ends_the_processes(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[subprocess.Popen[bytes]] = []
    original = key_module._Job.end

    def end(self: Any) -> None:
        original(self)
        ended.append(self.process)

    monkeypatch.setattr(key_module._Job, "end", end)
    coming = Key(course, cases=CASES).parts(NAMES)
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert len(ended) == 2
    assert all(process.returncode is not None for process in ended)


def test_a_page_of_a_course_without_pages(tmp_path: Path, tensorflow: Path) -> None:
    (tmp_path / "course" / "solutions" / "c1").mkdir(parents=True)
    run = grade("--course", tmp_path / "course", **environment(tmp_path / "cache", tensorflow))
    assert run.status == 2, "there is no exercises/ either"
    (tmp_path / "course" / "exercises").mkdir()
    run = grade("--course", tmp_path / "course", **environment(tmp_path / "cache", tensorflow))
    assert run.status == 3
    assert "There is no page in" in run.errors


def test_two_pages_of_one_name(tmp_path: Path, tensorflow: Path, cache: Path) -> None:
    course = write_course(tmp_path / "course", {"c1/double": DOUBLE})
    (course.solutions / "c2").mkdir()
    shutil.copy(course.solutions / "c1" / "double.py", course.solutions / "c2")
    run = grade(cwd=course.root, **environment(cache, tensorflow))
    assert run.status == 3
    assert "Two pages are called double" in run.errors


def test_a_part_is_one_safetensors_file_with_json_metadata(course: Course, cache: Path) -> None:
    parts(course, ["double"])
    (path,) = files(cache)
    with safe_open(path, framework="np") as file:
        said = json.loads(file.metadata()["key"])
    assert said["exercise"]["name"] == "double"
    assert path.name.endswith(f"-{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}.safetensors")
    assert set(PAGES) == {"c1_numbers/double", "c2_rows/row_sums"}
    assert ROW_SUMS in PAGES.values()
