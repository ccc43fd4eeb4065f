"""What Python cannot read is said in a sentence with the line itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from handed_in import (
    DENSE,
    LOOPS_ONLY,
    SOFTMAX,
    find,
    read,
    write,
)

from grader.syntax import all_statements


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
    source = f"if {expression} == 1:\n    pass\nx = [y := {expression}]\n" + SOFTMAX
    assert find(tmp_path / "top", {"a.py": source}).status in ("unreadable", "found")


def test_a_broken_copy_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    one = find(tmp_path, {"backup/softmax.py": SOFTMAX, "softmax.py": "def softmax(z)\n    return z\n"})
    assert (one.status, one.label) == ("unreadable", "softmax.py")


def test_what_the_compiler_does_not_get_through_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.syntax.COMPILE_SECONDS", 0.3)
    slow = "def f(): pass\n" * 20_000
    found = find(tmp_path, {"softmax.py": SOFTMAX + slow, "dense.py": DENSE})
    assert found.status == "unreadable"
    assert "softmax.py is more than Python can read in a few seconds" in found.message


def test_a_large_file_is_read_like_any_other(tmp_path: Path) -> None:
    found = find(tmp_path, {"softmax.py": SOFTMAX + "# long\n" * 20_000})
    assert found.status == "found"
    broken = find(tmp_path, {"softmax.py": SOFTMAX + "# long\n" * 20_000 + "x = (\n"})
    assert "'(' was never closed" in broken.message


def test_no_statement_is_missed() -> None:
    root = Path(__file__).parents[1]
    for path in (root / "grader").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        wanted = [one for one in ast.walk(tree) if isinstance(one, (ast.stmt, ast.ExceptHandler, ast.match_case))]
        assert list(all_statements(tree.body)) == wanted
    source = "match a:\n    case 1:\n        import b\ntry:\n    pass\nexcept* E:\n    from c import d\n"
    assert sum(isinstance(one, (ast.Import, ast.ImportFrom)) for one in all_statements(ast.parse(source).body)) == 2
