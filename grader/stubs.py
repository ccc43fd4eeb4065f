"""The stub of a page: what the learner gets to fill in.

    python -m grader.stubs [COURSE]

writes every stub of the course anew. A stub is read from the page's source, so that neither Numba nor TensorFlow runs.
"""

from __future__ import annotations

import ast
import itertools
import os
import sys
from pathlib import Path

from grader.course import Course, CourseError, Page, find_course


def stub(source: str, name: str) -> str:
    """The stub's text, from a page's: its first line, the signature, the docstring, and nothing of the code."""
    tree = ast.parse(source)
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            if ast.get_docstring(node) is None:
                raise CourseError(f"{name}: the function has no docstring.")
            words = ast.get_source_segment(source, node.body[0])
            return (
                f'"""{title}"""\n\nimport numpy as np\n\n\n'
                f"def {name}({ast.unparse(node.args)}):\n    {words}\n    # TODO\n    raise NotImplementedError\n"
            )
    raise CourseError(f"There is no function called {name} on its page.")


def stub_of(page: Page) -> str:
    """The text that the page's stub is to have."""
    try:
        return stub(page.path.read_text(encoding="utf-8"), page.name)
    except (CourseError, SyntaxError) as error:
        raise CourseError(f"{page.path}: {error}") from error


def write(course: Course) -> list[Path]:
    """Write the stubs that differ from their pages. What a learner has filled in is overwritten: for authors only."""
    written = []
    for page in course.pages():
        text = stub_of(page)
        if not page.stub.exists() or page.stub.read_text(encoding="utf-8") != text:
            page.stub.parent.mkdir(parents=True, exist_ok=True)
            page.stub.write_text(text, encoding="utf-8", newline="\n")
            written.append(page.stub)
    return written


def reset(page: Page) -> Path | None:
    """Put the stub in the place of what a learner has written. Where that is kept: beside it; None if there was none.

    Raises CourseError where the page gives no stub, and OSError where a file cannot be written.
    """
    text = stub_of(page)
    page.stub.parent.mkdir(parents=True, exist_ok=True)
    kept = _keep(page.stub) if page.stub.exists() else None
    # At once or not at all; of a name that nobody takes for an answer.
    writing = page.stub.with_name(f".{page.stub.name}.writing")
    try:
        writing.write_text(text, encoding="utf-8", newline="\n")
        os.replace(writing, page.stub)
    finally:
        writing.unlink(missing_ok=True)
    return kept


def _keep(path: Path) -> Path:
    """A copy of a file beside it: `softmax.py.bak`, or `softmax.py.bak2` and so on, never over an earlier one."""
    data = path.read_bytes()
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        try:
            with kept.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return kept
    raise AssertionError("there is always a number more")


def main(arguments: list[str]) -> int:
    """Write the stubs of a course, and say which."""
    course = find_course(Path(arguments[0] if arguments else ".").resolve())
    if course is None:
        print("There is no course here: no folder that holds solutions/ and exercises/.", file=sys.stderr)
        return 2
    try:
        for path in write(course):
            print(path.relative_to(course.root))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
