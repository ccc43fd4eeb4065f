"""The code itself: style, types, encodings, and the order in which its files may know each other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "grader"

ORDER = [
    "words",
    "course",
    "cases",
    "compare",
    "wire",
    "heap",
    "timed",
    "control",
    "scratch",
    "landlock",
    "seccomp",
    "job",
    "limits",
    "build",
    "key",
    "stubs",
    "sources",
    "syntax",
    "notebook",
    "modules",
    "rules",
    "submission",
    "isolation",
    "namespaces",
    "seatbelt",
    "launch",
    "preloaded",
    "child",
    "trusted",
    "player",
    "ahead",
    "worker",
    "report",
    "outcome",
    "place",
    "diagnose/evidence",
    "diagnose/shapes",
    "diagnose/values",
    "diagnose/parts",
    "diagnose/mistakes",
    "diagnose/parting",
    "diagnose/__init__",
    "repeat",
    "grading",
    "estimate",
    "rival",
    "speed",
    "progress",
    "changes",
    "screen",
    "watch",
    "doctor",
    "render/__init__",
    "render/chart",
    "render/terminal",
    "render/plot",
    "render/junit",
    "render/markdown",
    "render/github",
    "render/progress",
    "render/screens",
    "render/watch",
]
"""Each file imports only from files above it. `cli`, `__init__` and `__main__` stand outside of the order."""

OUTSIDE = {"cli", "__init__", "__main__"}
ONLY_CHILDREN = {"worker": {"control", "heap", "job", "landlock", "limits", "scratch", "seccomp", "timed", "wire"}}
"""A child is a program of its own and imports its neighbours by path: these and no others of the grader."""

FILES = sorted(path for path in PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Modules that a file imports, with the line; also where it is for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by dots"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in named if own(name) is not None]
            yield from ((name, node.lineno) for name in modules)
            if modules != named:
                yield str(node.module), node.lineno


def own(module: str) -> str | None:
    """The file of the grader that a module is, as ORDER has it."""
    parts = module.split(".")
    if parts[0] != "grader" or len(parts) == 1:
        return None
    inside = "/".join(parts[1:])
    if (PACKAGE / inside / "__init__.py").exists():
        return f"{inside}/__init__"
    return inside if (PACKAGE / f"{inside}.py").exists() else None


# ---------------------------------------------------------------- style and types


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", "--no-cache", "grader", "tests", "solutions", "exercises")


def test_ruff_would_format_nothing() -> None:
    run("ruff", "format", "--check", "--no-cache", "grader")


def test_mypy_finds_nothing() -> None:
    run("mypy")


# ---------------------------------------------------------------- encodings

OPENERS = {"read_text": 0, "write_text": 1}
"""Methods that read or write text, and the place of `encoding` among their arguments."""
PROCESSES = {"run", "Popen", "check_output"}


def text_without_encoding(tree: ast.AST) -> Iterator[str]:
    """Every call that would read or write text in the encoding of the place."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        said = {one.arg: one.value for one in node.keywords}
        if "encoding" in said:
            continue
        where = f"line {node.lineno}: {ast.unparse(node)[:80]}"
        if name in OPENERS and len(node.args) <= OPENERS[name]:
            yield where
        elif name in ("open", "fdopen", "makefile", "NamedTemporaryFile", "TemporaryFile"):
            if isinstance(called, ast.Attribute) and name == "open" and ast.unparse(called.value) in ("os", "tarfile"):
                continue  # descriptors, archives
            if _is_path(called) and node.args and not isinstance(node.args[0], ast.Constant):
                continue  # a member of an archive, whose bytes it gives
            default = "w+b" if name.endswith("TemporaryFile") else "r"
            place = 1 if name == "fdopen" or (name == "open" and not _is_path(called)) else 0
            mode = said.get("mode", node.args[place] if len(node.args) > place else None)
            word = mode.value if isinstance(mode, ast.Constant) else default if mode is None else "?"
            if "b" not in str(word):
                yield where
        elif name in PROCESSES and {"text", "universal_newlines"} & said.keys():
            yield where


def _is_path(called: ast.expr) -> bool:
    """Whether it is the method `open`, as of a path: its first argument is the mode."""
    return isinstance(called, ast.Attribute) and called.attr == "open" and ast.unparse(called.value) != "io"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_text_is_read_and_written_as_utf_8(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(text_without_encoding(tree)) == []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "encoding" and isinstance(node.value, ast.Constant):
            assert node.value.value in ("utf-8", "ascii", "unicode"), f"line {node.value.lineno}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("path.read_text()", True),
        ("path.write_text(text)", True),
        ("open(path)", True),
        ("open(path, 'w')", True),
        ("path.open()", True),
        ("os.fdopen(handle, 'w')", True),
        ("subprocess.run(command, text=True)", True),
        ("tempfile.NamedTemporaryFile('w')", True),
        ("open(path, mode)", True),
        ("path.read_text(encoding='utf-8')", False),
        ("open(path, 'rb')", False),
        ("path.open('ab')", False),
        ("os.open(path, os.O_RDONLY)", False),
        ("os.fdopen(handle, 'wb')", False),
        ("tempfile.TemporaryFile()", False),
        ("subprocess.run(command)", False),
        ("stream.makefile('wb')", False),
        ("tarfile.open(fileobj=file, mode='r:')", False),
        ("archive.open(member)", False),
    ],
)
def test_the_check_on_encodings_sees_what_it_should(source: str, found: bool) -> None:
    assert bool(list(text_without_encoding(ast.parse(source)))) == found


# ---------------------------------------------------------------- the order of the house


def test_every_file_has_its_place() -> None:
    names = {name_of(path) for path in FILES}
    assert len(set(ORDER)) == len(ORDER)
    assert names - OUTSIDE <= set(ORDER), "a new file needs a place in the order"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_from_files_above_it(path: Path) -> None:
    name = name_of(path)
    if name in OUTSIDE:
        return
    for module, line in imports(path):
        other = own(module)
        if other is None:
            continue
        assert other not in OUTSIDE - {"__init__"}, f"line {line}: the command line is nobody's to import"
        if other == name:
            continue
        assert ORDER.index(other) < ORDER.index(name), f"line {line}: {other} stands below {name}"


def test_a_child_imports_numpy_and_its_neighbours_only() -> None:
    allowed = {"numpy", "safetensors", *sys.stdlib_module_names}
    seen = set()
    for name in ("worker", *ONLY_CHILDREN["worker"]):
        path = PACKAGE / f"{name}.py"
        if not path.exists():
            continue
        for module, line in imports(path):
            top = module.partition(".")[0]
            if top in ONLY_CHILDREN["worker"]:
                seen.add(top)
                continue
            assert top in allowed, f"{name}.py, line {line}: {module}"
    assert {"limits", "wire"} <= seen


def test_what_grading_needs_imports_nothing_heavy_at_the_top() -> None:
    heavy = {"numba", "tensorflow", "keras", "nbformat", "jsonschema", "rich", "jinja2", "watchfiles"}
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [str(node.module)]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            tops = {name.partition(".")[0] for name in names}
            assert not tops & heavy or name_of(path) == "render/terminal", f"{name_of(path)}, line {node.lineno}"


def test_the_engine_names_no_exercise() -> None:
    exercises = {path.stem for path in (ROOT / "solutions").glob("*/*.py")}
    # Names that are also words: a NumPy function, an English word.
    plain_words = {"dense", "softmax", "sigmoid", "conv2d"}
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not names & (exercises - plain_words), name_of(path)


# ---------------------------------------------------------------- this machine, and others


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("this is no clone")
    return [path for name in done.stdout.decode("utf-8").split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_place_of_this_machine() -> None:
    # Put together here, so that this file does not hold them.
    places = ["/" + "work/", "/" + "opt/venv", "/" + "root/", "../" + "shared", ".lib" + "rary", "/" + "home/runner"]
    places += [str(Path.home()) + "/"] if len(Path.home().parts) > 2 else []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        for place in places:
            assert place not in text, f"{path.relative_to(ROOT)} names {place}"


def test_every_text_file_is_utf_8_with_plain_line_ends() -> None:
    odd = ROOT / "tests" / "submissions"
    for path in tracked():
        if path.suffix not in (".py", ".md", ".toml", ".yml", ".json", ".xsd") or odd in path.parents:
            continue
        data = path.read_bytes()
        data.decode("utf-8")
        assert b"\r" not in data, path
        assert not data.startswith(b"\xef\xbb\xbf"), path
        assert data.endswith(b"\n") or not data, path
        assert not re.search(rb"[ \t]\n", data) or path.suffix != ".py", path
