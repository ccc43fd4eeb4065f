"""Whether each known mistake is named when a submission makes it, and only it.

    python tests/mistakes.py [SEED] > .github/MISTAKES.md

Every mistake of every page is handed in as a learner would write it, and graded by the real `grade`.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from conftest import ROOT, grade

from grader.course import Course, Page


@cache
def mistake_sources(page: Page) -> dict[str, str]:
    """Name of a mistake -> a file in which the exercise's function is that mistake, with the helpers that it needs."""
    tree = ast.parse(page.path.read_text(encoding="utf-8"))
    imports: list[ast.stmt] = []
    helpers: dict[str, ast.stmt] = {}
    mistakes: dict[str, ast.FunctionDef] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            if f"{page.name}.mistake" in decorators:
                mistakes[node.name] = node
            elif node.name != page.name:
                helpers[node.name] = node
        elif isinstance(node, ast.Assign):
            helpers.update({one.id: node for one in node.targets if isinstance(one, ast.Name)})
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and "grader" not in ast.unparse(node):
            imports.append(node)
    made = {}
    for name, node in mistakes.items():
        needed, found = [node], [node.name]
        for one in needed:
            for used in ast.walk(one):
                if isinstance(used, ast.Name) and used.id in helpers and used.id not in found:
                    found.append(used.id)
                    needed.append(helpers[used.id])
        function = ast.FunctionDef(page.name, node.args, node.body[1:], [], lineno=1)  # without the docstring
        parts = [*imports, *reversed(needed[1:]), function]
        made[name] = "\n\n".join(map(ast.unparse, parts)) + "\n"
    return made


def rounds(course: Course) -> Iterator[dict[Page, str]]:
    """Rounds in which every exercise makes one of its mistakes, until all were made."""
    left = {page: list(mistake_sources(page)) for page in course.pages()}
    while any(left.values()):
        yield {page: names.pop(0) for page, names in left.items() if names}


def named(course: Course, seed: int, every: int = 1) -> Iterator[tuple[str, str, list[str]]]:
    """(exercise, mistake made, what the report names), of all rounds or of every so many."""
    for made in islice(rounds(course), 0, None, every):
        with tempfile.TemporaryDirectory() as folder:
            for page, mistake in made.items():
                Path(folder, f"{page.name}.py").write_text(mistake_sources(page)[mistake], encoding="utf-8")
            run = grade("--from", folder, "--seed", str(seed), "--json", "-", *(page.name for page in made))
        if run.status != 1:
            raise SystemExit(f"grade ended with {run.status}:\n{run.errors}")
        for one in run.json["exercises"]:
            page = next(page for page in made if page.name == one["name"])
            yield page.name, made[page], [found["mistake"] for found in one["diagnosis"]]


def main(seed: int) -> None:
    """Print the table."""
    rows: dict[str, list[tuple[str, list[str]]]] = {}
    for exercise, mistake, found in named(Course(ROOT), seed):
        rows.setdefault(exercise, []).append((mistake, found))
    total = sum(len(row) for row in rows.values())
    right = sum(found == [mistake] for row in rows.values() for mistake, found in row)
    print("# Known mistakes, and whether they are named\n")
    print(
        f"Printed by `python tests/mistakes.py`: every known mistake handed in and graded with seed {seed}. "
        f"{right} of {total} are named, and nothing else is.\n"
    )
    print("| exercise | mistakes | named | otherwise |")
    print("|---|--:|--:|---|")
    for exercise, row in rows.items():
        wrong = "; ".join(f"{mistake}: {', '.join(found) or 'nothing'}" for mistake, found in row if found != [mistake])
        print(f"| {exercise} | {len(row)} | {sum(found == [mistake] for mistake, found in row)} | {wrong} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
