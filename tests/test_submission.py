"""An exercise is found wherever it stands, or a sentence says why not. Nothing of a learner's is run."""

from __future__ import annotations

import gzip
import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from handed_in import (
    DENSE,
    LOOPS_ONLY,
    NAMES,
    SOFTMAX,
    STUB,
    TREE,
    find,
    notebook,
    read,
    tarred,
    write,
    zipped,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.submission import Found, SubmissionError, read_submission

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
        f"softmax was graded from the exercise's own file ({above}c5_softmax/softmax.py, line 3). Taken for helpers of "
        f"the same name: {above}c3_layer/dense.py, line 3 and {above}c5_softmax/softmax_layer.py, line 1.",
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
    assert one.notes[0].endswith("Taken for a helper of the same name: c3/dense.py.")
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


def test_missing_never_sends_one_to_another_exercise(tmp_path: Path) -> None:
    message = find(tmp_path / "1", {"a.py": "def softmax_layer(z):\n    return z\n"}, "softmax").message
    assert "Did you mean" not in message
    source = "def sofmax_layer(z):\n    return z\n\ndef softmax(z):\n    return z\n"
    message = find(tmp_path / "2", {"a.py": source}, "softmax_layer").message
    assert "Did you mean sofmax_layer (a.py, line 1)? Its name" in message


def test_missing_from_its_own_file(tmp_path: Path) -> None:
    one = placed(tmp_path / "1", {"c5_softmax/softmax.py": "x = 1\n", "c3/dense.py": DENSE})
    assert (one.status, one.message) == (
        "missing",
        "c5_softmax/softmax.py is there, but holds no function softmax at its left margin.",
    )
    one = placed(tmp_path / "2", {"c5_softmax/softmax.py": "class A:\n    def softmax(self):\n        return 1\n"})
    assert "holds no function softmax at its left margin. One stands inside the class A" in one.message
    one = placed(tmp_path / "3", {"c5_softmax/softmax.py": "\n", "c3/dense.py": DENSE})
    assert one.message == (
        "c5_softmax/softmax.py is there, but it is empty: write the function softmax in it, or let `git checkout "
        "exercises/c5_softmax/softmax.py` bring the stub back."
    )


def test_a_file_missing_from_the_course_is_said(tmp_path: Path) -> None:
    said = (
        "There is no file exercises/c5_softmax/softmax.py, and no function softmax in the other files: `git checkout "
        "exercises/c5_softmax/softmax.py` brings the stub back."
    )
    assert placed(tmp_path / "exercises", {"c3/dense.py": DENSE}).message == said
    root = write(tmp_path / "course", {"exercises/c3/dense.py": DENSE, "solutions/a.py": ""})
    assert read_submission(root, NAMES, places=PLACES).find("softmax").message == said
    # Not where a folder of one's own, or a single file, was handed in.
    assert "left margin of c3/dense.py" in placed(tmp_path / "mine", {"c3/dense.py": DENSE}).message
    path = tmp_path / "exercises" / "c3" / "dense.py"
    assert "left margin of dense.py" in read_submission(path, NAMES, places=PLACES).find("softmax").message


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


# ---------------------------------------------------------------- whatever comes


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
