"""Reports of different failures, kept as a learner reads them: at 80 columns without colour, and in Markdown.

Beside each `golden/NAME.py` stand `NAME.txt` and `NAME.md`. After a change that is meant, write them anew, and read
what has changed as a new learner would:

    python tests/test_golden.py
    git diff tests/golden
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT, grade

FOLDER = Path(__file__).with_name("golden")
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))

# What differs from machine to machine says nothing of the learner's code.
VARIES = [
    (r"(Isolation: +)\w+( \(.*?\)| \\\(.*?\\\))?", r"\1..."),
    (r"(TensorFlow: +)[\w\\.]+", r"\1..."),
    (r"(error )\S+ / \S+", r"\1..."),
    (r"\| \S+ / \S+ \|$", "| ... |"),
    (r"(  )\d\S*e-\d+ / \S+$", r"\1..."),
    (r"sha256 [0-9a-f]{12}", "sha256 ..."),
    (r"\b[0-9a-f]{64}\b", "..."),
]


def _same_everywhere(text: str) -> str:
    for pattern, instead in VARIES:
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text


def _reports(name: str) -> dict[str, str]:
    """The endings of the files beside `NAME.py`, and what they should hold."""
    source = FOLDER / f"{name}.py"
    (function,) = re.findall(r"^def (\w+)\(", source.read_text(encoding="utf-8"), re.MULTILINE)[:1]
    with tempfile.TemporaryDirectory() as folder:
        markdown = Path(folder, "report.md")
        path = source.relative_to(ROOT).as_posix()
        run = grade(function, "--from", path, "--markdown", markdown, COLUMNS="80", NO_COLOR="1")
        assert run.status == 1, run.errors
        return {
            ".txt": _same_everywhere(run.output),
            ".md": _same_everywhere(markdown.read_text(encoding="utf-8")),
        }


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_as_it_was(name: str) -> None:
    for ending, text in _reports(name).items():
        assert text == (FOLDER / f"{name}{ending}").read_text(encoding="utf-8"), "python tests/test_golden.py"


@pytest.mark.parametrize("name", NAMES)
def test_the_report_can_be_read(name: str) -> None:
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    commands = ("  Run it again: ", "  More on this: ")  # to be copied: a line break would cut them in two
    assert max(len(line) for line in lines if not line.startswith(commands)) <= 80
    assert len(lines) <= 60
    assert not any("\x1b" in line for line in lines)
    # Nothing twice: a sentence that stands in one place stands in no other.
    text = " ".join(line.strip() for line in lines)
    sentences = [one for one in re.split(r"(?<=[.?])\s+", text) if len(one) > 40]
    assert len(sentences) == len(set(sentences))


def test_there_are_twenty_and_more() -> None:
    assert len(NAMES) >= 20


if __name__ == "__main__":
    for each in NAMES:
        for suffix, report in _reports(each).items():
            (FOLDER / f"{each}{suffix}").write_text(report, encoding="utf-8", newline="\n")
