"""Stubs: made from a page's source, the words unharmed and nothing of the code."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from toy import DOUBLE, PAGES, fill_in, write_course

from grader.course import Course, CourseError
from grader.stubs import main, stub, stub_of, write

STUB = '''"""Twice a number: the smallest exercise there is."""

import numpy as np


def double(x):
    """Twice each number, y[n] = 2 x[n].

    Arguments:
        x: float32 array of shape (N,).

    Example:
        >>> double(np.array([1, 2], dtype=np.float32)).tolist()
        [2.0, 4.0]
    """
    # TODO
    raise NotImplementedError
'''


def test_a_stub_is_signature_and_docstring() -> None:
    assert stub(DOUBLE, "double") == STUB


def test_nothing_of_the_code_is_in_it() -> None:
    text = stub(DOUBLE, "double")
    for word in ("empty_like", "range", "hint", "mistake", "uniform", "exercise(", "grader", "tensorflow", "numba"):
        assert word not in text


@pytest.mark.parametrize(
    "words",
    [
        '"""One line."""',
        '"""The kernel is KH × KW: 합성곱.\n\n    y[n] = Σ x[n]\n    """',
        'r"""With \\alpha and \\n in it."""',
        '"""With a \\\\ backslash and a \\"quote\\"."""',
        "'''Other quotes, and \"\"\" inside.'''",
        '"""Deeper\n\n        lines:\n            stay.\n    """',
    ],
)
def test_words_come_through_as_they_stand(words: str) -> None:
    page = f'"""Title."""\n\ndef f(x, weights, stride=1):\n    {words}\n    return x\n'
    text = stub(page, "f")
    tree = ast.parse(text)
    made, source = (
        next(node for node in one.body if isinstance(node, ast.FunctionDef)) for one in (tree, ast.parse(page))
    )
    assert ast.get_docstring(made) == ast.get_docstring(source)
    assert ast.unparse(made.args) == "x, weights, stride=1"
    assert isinstance(made.body[-1], ast.Raise)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ('"""Title."""\ndef other(x):\n    """Words."""\n', "There is no function called f"),
        ('"""Title."""\ndef f(x):\n    return x\n', "f: the function has no docstring"),
        ('"""Title."""\ndef f(x):\n    3\n', "f: the function has no docstring"),
        ('"""Title."""\nclass A:\n    def f(x):\n        """Words."""\n', "There is no function called f"),
    ],
)
def test_a_page_without_words_is_a_fault_of_the_course(page: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        stub(page, "f")


def test_a_fault_names_the_page(tmp_path: Path) -> None:
    course = write_course(tmp_path)
    (page, _) = course.pages()
    for text in ("def (:", "x = 1"):
        page.path.write_text(text, encoding="utf-8")
        with pytest.raises(CourseError, match=r"double\.py: "):
            stub_of(page)


def test_only_stubs_that_differ_are_written(tmp_path: Path) -> None:
    course = write_course(tmp_path)
    assert write(course) == []
    fill_in(tmp_path, {"c1_numbers/double": "def double(x):\n    return x\n"})
    path = tmp_path / "exercises" / "c1_numbers" / "double.py"
    assert write(course) == [path]
    assert path.read_bytes() == STUB.encode("utf-8"), "UTF-8, and a newline is one byte on every system"
    (tmp_path / "exercises" / "c2_rows" / "row_sums.py").unlink()
    assert [one.name for one in write(course)] == ["row_sums.py"]


def test_files_that_are_no_pages_are_left_alone(tmp_path: Path) -> None:
    course = write_course(tmp_path)
    for name in ("__init__.py", "_helper.py", "README.md"):
        (course.solutions / "c1_numbers" / name).write_text("x", encoding="utf-8")
    (course.solutions / "loose.py").write_text("x", encoding="utf-8")
    assert [page.name for page in Course(tmp_path).pages()] == [name.rpartition("/")[2] for name in PAGES]
    assert write(course) == []


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_course(tmp_path)
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    (tmp_path / "exercises" / "c2_rows" / "row_sums.py").unlink()
    assert main([str(tmp_path / "exercises")]) == 0
    assert capsys.readouterr().out.split() == [str(Path("exercises", "c2_rows", "row_sums.py"))]
    (tmp_path / "solutions" / "c1_numbers" / "double.py").write_text("def (:", encoding="utf-8")
    assert main([str(tmp_path)]) == 3
    assert "double.py" in capsys.readouterr().err


def test_the_command_imports_neither_numba_nor_tensorflow(tmp_path: Path) -> None:
    write_course(tmp_path)
    code = (
        "import sys; from grader.stubs import main; main([sys.argv[1]]); "
        "print(sorted({'numba', 'tensorflow', 'rich', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[]"
