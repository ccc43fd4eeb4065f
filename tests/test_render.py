"""What people and services read of a report: right, complete, and harmless whatever a learner wrote into it."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console
from rich.text import Text

from grader import render
from grader.render import OUTCOMES, again, github, junit, markdown, one_line, safe_text, terminal
from grader.report import (
    STATUSES,
    Diagnosis,
    Environment,
    ExerciseReport,
    Failure,
    GradedFile,
    Isolation,
    MaxError,
    Report,
    Status,
    SubmissionInfo,
    Tally,
)

ESC = "\x1b"
TOKEN = "0123456789abcdef"
XSD = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))

HOSTILE = (
    "::error file=x::forged",
    "  ::set-output name=score::100",
    "##[error]forged",
    "x ##[add-mask]y",
    "::stop-commands::x",
    f"::{TOKEN}::",
    "\r::warning::x",
    "%0A::error::x",
    f"{ESC}[31mred{ESC}[0m",
    f"{ESC}]8;;https://example.org{ESC}\\link",
    "\x9b2J",
    "\x00\x07\x7f",
    "\u202eevil\u2066",
    "\u2028::error::x",
    "\udcff",
    "\ufffe",
    "[bold red]markup[/bold red]",
    "[/]",
    "[link=https://example.org]x[/link]",
    ":smile:",
    "<script>alert(1)</script>",
    "</details>",
    "<img src=x onerror=y>",
    "<!-- ",
    "]]>",
    "&lt;&amp;",
    "![x](https://example.org/x.png)",
    "[x](https://example.org)",
    "[x]: https://example.org",
    "<https://example.org>",
    "www.example.org",
    "someone@example.org",
    "@everyone",
    "#1",
    "GH-1",
    "owner/repo#1",
    "a|b",
    "a\\|b",
    "\\",
    "`",
    "```",
    "``` ````\n# heading",
    "\n# heading\n",
    "heading\n===",
    "\n---\n",
    "\n\n<details>\n\n",
    "    code",
    "\n| a | b |\n| - | - |\n",
    "- list",
    "1. list",
    "*a* _b_ ~~c~~ $d$",
    "한글 \U0001f600",
)

ANY_TEXT = st.lists(st.one_of(st.text(st.characters(), max_size=20), st.sampled_from(HOSTILE)), max_size=4).map("".join)


def every_hostile_one(test: Callable[[str], None]) -> Callable[[str], None]:
    """Try each of HOSTILE by itself, besides what is drawn."""
    for text in HOSTILE:
        test = example(text)(test)
    return test


def environment(**changes: Any) -> Environment:
    fields: dict[str, Any] = {
        "python": "3.11.7",
        "numpy": "2.4.6",
        "numba": "0.68.1",
        "tensorflow": "2.21.0",
        "platform": "Linux",
        "isolation": Isolation("sealed", ("rlimits", "seccomp")),
    }
    return Environment(**fields | changes)


def failure(message: str = "The smallest case that fails: logits (3, 2)", **changes: Any) -> Failure:
    fields: dict[str, Any] = {
        "case": 0,
        "family": "tiny",
        "kind": "values",
        "message": message,
        "inputs": {},
        "expected": None,
        "got": None,
        "snippet": "",
    }
    return Failure(**fields | changes)


def exercise(name: str, status: Status, passed: int = 0, total: int = 20, **changes: Any) -> ExerciseReport:
    passed = total if status == "passed" else passed
    path = f"exercises/c5_softmax/{name}.py"
    fields: dict[str, Any] = {
        "name": name,
        "chapter": "c5_softmax",
        "status": status,
        "points": 3,
        "cases": Tally(passed, total),
        "families": {"tiny": Tally(min(passed, 3), 3), "typical": Tally(max(passed - 3, 0), total - 3)},
        "failure": None if status in ("passed", "not_started") else failure(),
        "file": path,
        "line": 14,
        "annotation_path": path,
    }
    return ExerciseReport(**fields | changes)


def report(*exercises: ExerciseReport, **changes: Any) -> Report:
    files = tuple(GradedFile(one.file, "0123456789abcdef" * 4) for one in exercises if one.file)
    fields: dict[str, Any] = {
        "seed": 0,
        "environment": environment(),
        "submission": SubmissionInfo("exercises", files),
        "exercises": exercises,
    }
    return Report(**fields | changes)


def over_the_batch(**changes: Any) -> ExerciseReport:
    """A failure as learners meet it."""
    fields: dict[str, Any] = {
        "max_error": MaxError(0.24, 0.24),
        "failure": failure(
            "The smallest case that fails: logits (3, 2)\n"
            "out[0, 1]   yours 0.880797   expected 0.731059\n"
            "6 of 6 values differ, by 0.24 at most (allowed: 1e-6)",
            snippet="logits = np.array([[1, 2]], np.float32)\n\nprint(softmax(logits))",
        ),
        "diagnosis": (Diagnosis("over_the_batch", "Your columns sum to 1; the rows should."),),
    }
    return exercise("softmax", "failed", 9, **fields | changes)


def hostile(text: str) -> Report:
    """A report with the text in every place that a learner's string can come to."""
    name = text or "x"
    everywhere: dict[str, Any] = {
        "file": text,
        "annotation_path": text,
        "notes": (name,),
        "printed": text,
    }
    failed = everywhere | {
        "failure": failure(name, snippet=text),
        "diagnosis": (Diagnosis("scaled", name),),
        "chapter": name,
    }
    return report(
        exercise("softmax", "passed", **everywhere),
        exercise(name, "failed", 3, families={name: Tally(3, 20)}, **failed),
        exercise("dense", "crashed", **failed),
        submission=SubmissionInfo(text, (GradedFile(name, "0" * 64), GradedFile(name, "1" * 64))),
        environment=environment(
            tensorflow=None, tensorflow_reason=text, isolation=Isolation("limits", (name, "clean environment"))
        ),
        again=("--from", text),
    )


def on_terminal(graded: Report, width: int = 100, **options: Any) -> str:
    file = io.StringIO()
    terminal.render(graded, console=Console(file=file, width=width, **options))
    return file.getvalue()


# Safe text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain, 한글, é, \U0001f600", "plain, 한글, é, \U0001f600"),
        (f"{ESC}[1;31mred{ESC}[0m", "red"),
        (f"{ESC}]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\x00b\x9bc\x7f", "a\\x00b\\x9bc\\x7f"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("a\u200bb\ufeff\U000e0041", "a\\u200bb\\ufeff\\U000e0041"),
        ("\u2028\u2029\ufffe", "\\u2028\\u2029\\ufffe"),
        ("caf\udce9.py", "caf\\xe9.py"),
        ("\ud800", "\\ud800"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\tx", "    x"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    ],
)
def test_safe_text(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_safe_text_says_what_it_leaves_out() -> None:
    assert safe_text("x" * 4000) == "x" * 4000
    assert safe_text("x" * 4001) == "x" * 4000 + "\n[1 more characters left out]"
    assert safe_text("x" * 10_000_000, limit=5) == "xxxxx\n[9999995 more characters left out]"


def test_one_line_keeps_a_line() -> None:
    assert one_line("a\nb\r\nc\rd") == "a\\nb\\nc\\rd"
    assert one_line("x" * 400) == "x" * 300 + " [100 more characters left out]"


@given(ANY_TEXT)
def test_any_text_becomes_safe(text: str) -> None:
    safe = safe_text(text)
    assert all(character == "\n" or character.isprintable() or character in "\u200c\u200d\u3000" or
               ord(character) > 0x9F for character in safe)  # fmt: skip
    assert not set(safe) & set("\x1b\x9b\r\u202e\u2066\u2028\udcff\ufffe")
    safe.encode("utf-8")
    assert "\n" not in one_line(text)


# Words ----------------------------------------------------------------------------------------------------------------


def test_every_status_has_a_word_a_style_and_an_element() -> None:
    assert set(OUTCOMES) == set(terminal.STYLES) == set(junit.ELEMENTS) == set(STATUSES)
    assert set(OUTCOMES.values()) == {"passed", "not started", "not yet", "could not run", "grader error"}


def test_counts() -> None:
    one_each = report(*(exercise(status, status) for status in STATUSES))
    assert render.counts_text(one_each) == (
        "1 of 9 exercises passed, 2 not yet, 4 could not run, 1 grader error, 1 not started"
    )
    assert render.counts_text(report(exercise("softmax", "passed"))) == "1 of 1 exercise passed"


@pytest.mark.parametrize(
    ("error", "tensorflow", "text"),
    [
        (MaxError(1.2e-07, 3e-08), "2.21.0", "1.2e-07 / 3.0e-08"),
        (MaxError(0.0, 0.24), "2.21.0", "0 / 0.24"),
        (MaxError(1.2e-07, None), "2.21.0", "1.2e-07 / -"),
        (MaxError(1.2e-07, None), None, "1.2e-07"),
        (MaxError(float("inf"), float("nan")), "2.21.0", "inf / nan"),
        (MaxError(12345.0, 99.0), "2.21.0", "1.2e+04 / 99"),
        (MaxError(), "2.21.0", ""),
    ],
)
def test_errors(error: MaxError, tensorflow: str | None, text: str) -> None:
    one = exercise("softmax", "passed", max_error=error)
    assert render.errors_text(report(one, environment=environment(tensorflow=tensorflow)), one) == text


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ((), "grade softmax --seed 7"),
        (("--cases", "50"), "grade softmax --cases 50 --seed 7"),
        (("--from", "my work/과제.py"), 'grade softmax --from "my work/과제.py" --seed 7'),
        (("--from", "$(rm x)"), "grade softmax --from '$(rm x)' --seed 7"),
        (("--from", "it's `x`"), "grade softmax --from 'it'\\''s `x`' --seed 7"),
    ],
)
def test_the_command_that_repeats_a_run(options: tuple[str, ...], command: str) -> None:
    one = exercise("softmax", "failed")
    assert again(report(one, seed=7, again=options), one) == command


# Terminal -------------------------------------------------------------------------------------------------------------


def test_a_failure_reads_like_the_example() -> None:
    printed = on_terminal(report(over_the_batch()))
    assert (
        printed
        == """\
Graded:     exercises
            exercises/c5_softmax/softmax.py  sha256 0123456789ab
Seed:       0
Isolation:  sealed
TensorFlow: 2.21.0

error: the largest difference from reference / TensorFlow, where they can be compared
c5_softmax  1.4 / 3 points
  softmax  not yet  9 of 20 cases  1.4 / 3 points  error 0.24 / 0.24

softmax   not yet   9 of 20 cases   1.4 / 3 points
  exercises/c5_softmax/softmax.py:14  sha256 0123456789ab

  The smallest case that fails: logits (3, 2)
  out[0, 1]   yours 0.880797   expected 0.731059
  6 of 6 values differ, by 0.24 at most (allowed: 1e-6)
  Your columns sum to 1; the rows should.
  Cases passed: tiny 3 of 3, typical 6 of 17
  Try it:
      logits = np.array([[1, 2]], np.float32)

      print(softmax(logits))
  Run it again: grade softmax --seed 0
  A hint:       grade hint softmax

Total: 1.4 of 3 points
0 of 1 exercise passed, 1 not yet
"""
    )


def test_a_course_not_started_is_calm_and_says_where_to_begin() -> None:
    names = ("dense", "softmax", "sigmoid", "relu")
    printed = on_terminal(report(*(exercise(name, "not_started") for name in names)), width=80)
    assert (
        printed
        == """\
Graded:     exercises (4 files; the JSON report has the sha256 of each)
Seed:       0
Isolation:  sealed
TensorFlow: 2.21.0

c5_softmax  0 / 12 points
  dense    not started  0 / 3 points
  softmax  not started  0 / 3 points
  sigmoid  not started  0 / 3 points
  relu     not started  0 / 3 points

Total: 0 of 12 points
0 of 4 exercises passed, 4 not started
Begin with dense in exercises/c5_softmax/dense.py, line 14. Then run: grade
dense
"""
    )


def test_all_passed_has_no_block() -> None:
    one = exercise("softmax", "passed", max_error=MaxError(1.2e-07, 3e-08))
    end = on_terminal(report(one)).split(", where they can be compared\n")[1]
    assert (
        end
        == """\
c5_softmax  3 / 3 points
  softmax  passed  20 of 20 cases  3 / 3 points  error 1.2e-07 / 3.0e-08

Total: 3 of 3 points
1 of 1 exercise passed
Everything passed. Well done!
"""
    )


def test_tensorflow_missing_is_said_and_its_column_goes() -> None:
    bare = environment(tensorflow=None, tensorflow_reason="it is not installed")
    printed = on_terminal(report(over_the_batch(), environment=bare))
    assert "TensorFlow: not compared (it is not installed)\n" in printed
    assert "error: the largest difference from reference, where they can be compared\n" in printed
    assert "1.4 / 3 points  error 0.24\n" in printed


@pytest.mark.parametrize("width", [80, 60])
def test_narrow_columns_have_headings_and_only_where_names_cannot_fit_two_lines(width: int) -> None:
    error = MaxError(1.2e-07, 3e-08)
    graded = report(
        exercise("sparse_categorical_cross_entropy", "crashed", 3, max_error=error),
        exercise("softmax", "passed", max_error=error),
    )
    lines = on_terminal(graded, width=width).splitlines()
    assert any(line.startswith("error: the largest difference from reference, where") for line in lines)
    start = lines.index("c5_softmax  3.5 / 6 points")
    assert lines[start - 1].split() == ["outcome", "cases", "points", "error"]
    name, row = "  sparse_categorical_cross_entropy", lines[start + 1]
    if width == 60:
        assert row == name
        row = lines[start + 2]
    else:
        assert row.startswith(f"{name}  ")
        row = row.removeprefix(name)
    assert re.split(" {2,}", row.strip()) == ["could not run", "3 of 20", "0.5 / 3", "1.2e-07"]
    assert lines[start + (3 if width == 60 else 2)].startswith("  softmax ")
    for heading, cell in (("outcome", "could not run"), ("cases", "3 of 20"), ("points", "0.5 / 3")):
        assert lines[start - 1].index(heading) == lines[start + (2 if width == 60 else 1)].index(cell)


@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
def test_nothing_is_cut_at_any_width(width: int) -> None:
    message = "One long line of facts that goes on and on, " * 5 + "x" * 150
    graded = report(over_the_batch(failure=failure(message, snippet="print('" + "y" * 300 + "')")))
    printed = on_terminal(graded, width=width)
    assert "".join(message.split()) in "".join(printed.split())
    assert "      print('" + "y" * 300 + "')\n" in printed  # code is never broken: it is to be pasted
    whole = ("yyy", "Run it again: ", "More on this: ")  # a command is pasted too
    assert all(len(line) <= width for line in printed.splitlines() if not any(one in line for one in whole))
    assert not any(line != line.rstrip() for line in printed.splitlines())


def test_korean_letters_take_two_columns() -> None:
    printed = on_terminal(report(exercise("소프트맥스", "failed"), exercise("dense", "passed")), width=80)
    assert "  소프트맥스  not yet  " in printed
    assert "  dense       passed   " in printed


def test_a_grader_error_is_not_the_learners_fault() -> None:
    printed = on_terminal(report(exercise("softmax", "grader_error")))
    assert "A grader error is a fault of the grader or of the course, not of your code." in printed
    assert "grade hint" not in printed
    assert "Next:" not in printed


def test_next_is_the_first_that_does_not_pass() -> None:
    graded = report(exercise("dense", "passed"), exercise("relu", "grader_error"), exercise("softmax", "not_started"))
    assert "Next: softmax, not started (exercises/c5_softmax/softmax.py:14)\n" in on_terminal(graded)
    moved = report(exercise("softmax", "not_started", file=""), again=("--from", "a b"))
    assert 'Begin with softmax. Then run: grade softmax --from "a b"\n' in on_terminal(moved)
    assert "There was no exercise to grade.\n" in on_terminal(report())


def test_a_note_on_many_exercises_is_said_once() -> None:
    notes = ("Your answer is float64.",)
    graded = report(
        *(exercise(name, "passed", notes=notes) for name in ("dense", "softmax")), over_the_batch(notes=notes)
    )
    printed = on_terminal(graded)
    assert "\ndense, softmax\n  Note: Your answer is float64.\n" in printed
    assert printed.count("Your answer is float64.") == 2


def test_what_the_code_printed_is_quoted_and_capped() -> None:
    graded = report(
        exercise("softmax", "failed", printed=f"here\n{ESC}[31m::error::x\n"),
        exercise("dense", "passed", printed="y" * 2001),
    )
    printed = on_terminal(graded, width=3000)
    assert "  Your code printed:\n    | here\n    | ::error::x\n  Run it again" in printed
    assert f"dense  printed:\n    | {'y' * 2000}\n    | [1 more characters left out]\n" in printed


def test_markup_of_a_learner_is_text() -> None:
    text = "[bold]x[/bold] [/] [link=https://example.org]y[/link] :smile: [red"
    printed = on_terminal(report(over_the_batch(failure=failure(text, snippet=text), notes=(text,))), width=200)
    assert printed.count(text) == 3


def test_colour_only_repeats_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    graded = report(over_the_batch(), exercise("dense", "passed"), exercise("relu", "not_started"))
    coloured = on_terminal(graded, force_terminal=True, color_system="standard")
    assert f"{ESC}[33m" in coloured
    unpadded = [line.rstrip() for line in re.sub(ESC + r"\[[0-9;]*m", "", coloured).splitlines()]
    assert unpadded == on_terminal(graded).splitlines()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(ESC + r"\[3\dm", on_terminal(graded, force_terminal=True, color_system="standard"))


@given(ANY_TEXT, st.sampled_from([30, 80, 120]))
def test_a_pipe_gets_what_a_console_without_colour_gets(text: str, width: int) -> None:
    graded = hostile(text)
    pipe = terminal.Pipe(io.StringIO())
    pipe.width = width
    pipe.__dict__["rich"] = Console(file=pipe.file, width=width, highlight=False, markup=False, emoji=False)
    terminal.render(graded, console=pipe)
    assert pipe.file.getvalue() == on_terminal(graded, width, highlight=False, markup=False, emoji=False)


PIECES = st.one_of(st.sampled_from([" ", "  ", "    ", "\n", "-", ", ", "a/b_c.py"]), st.text("ab", max_size=12))


@given(st.lists(PIECES).map("".join), st.integers(1, 30))
def test_a_pipe_breaks_lines_where_rich_does(text: str, width: int) -> None:
    lines = list(Text(text).wrap(Console(file=io.StringIO(), width=80), width))
    for line in lines:
        line.rstrip()
    assert terminal.wrapped(text, width) in (None, [line.plain for line in lines])


def test_a_pipe_needs_no_rich_for_a_long_note_in_plain_letters() -> None:
    note = "A warning was raised in c2_minibatch/sigmoid_neuron.py, line 10: overflow encountered in exp. " * 2
    pipe = terminal.Pipe(io.StringIO())
    terminal.render(report(exercise("dense", "passed", notes=(note,))), console=pipe)
    assert "rich" not in pipe.__dict__
    assert "\n  overflow" in pipe.file.getvalue()


@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "ascii", "utf-8"])
def test_a_console_without_unicode_gets_what_it_can_show(encoding: str) -> None:
    graded = report(over_the_batch(failure=failure("caf\u00e9 \u2713 \u2014 소프트 \U0001f600")))
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)  # errors="strict": one letter too many would raise
    terminal.render(graded, console=Console(file=file, width=100))
    file.flush()
    printed = raw.getvalue().decode(encoding)
    assert ("\u2713" if encoding == "utf-8" else "\\u2713") in printed
    assert ("소프트" if encoding in ("utf-8", "cp949") else "\\uc18c\\ud504\\ud2b8") in printed


def test_the_frame_of_a_report_is_ascii() -> None:
    on_terminal(report(*(exercise(status, status) for status in STATUSES))).encode("ascii")


def test_the_console_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal.open_console(io.StringIO()).width == 100
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal.open_console(io.StringIO()).width == 72


@given(ANY_TEXT, st.sampled_from([30, 80, 120]))
def test_no_text_acts_on_the_terminal(text: str, width: int) -> None:
    printed = on_terminal(hostile(text), width=width)
    assert not set(printed) & set("\x1b\x9b\r\x07\x00\u202e\u2066\u2028")
    printed.encode("utf-8")


# JUnit ----------------------------------------------------------------------------------------------------------------


def test_junit_has_a_suite_a_chapter_and_the_right_counts() -> None:
    graded = report(
        exercise("dense", "passed", chapter="c3_layer", max_error=MaxError(1.2e-07, 3e-08)),
        *(exercise(status, status) for status in STATUSES),
    )
    text = junit.render(graded)
    XSD.validate(text)
    root = ET.fromstring(text.encode())
    counts = {"tests": "10", "failures": "2", "errors": "5", "skipped": "1"}
    assert {name: root.attrib[name] for name in counts} == counts
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("c3_layer", "1"), ("c5_softmax", "9")]
    assert root[0].find("testcase/system-out").text == (  # type: ignore[union-attr]
        "20 of 20 cases, 3 / 3 points\nCases passed: tiny 3 of 3, typical 17 of 17\n"
        "Largest error against the reference / TensorFlow: 1.2e-07 / 3.0e-08"
    )
    results = {case.get("name"): [child.tag for child in case] for case in root[1].iter("testcase")}
    assert results == {
        "passed": ["system-out"],
        "failed": ["failure", "system-out"],
        "rule_broken": ["failure", "system-out"],
        "not_started": ["skipped", "system-out"],
        **{name: ["error", "system-out"] for name in ("missing", "error", "timeout", "crashed", "grader_error")},
    }


def test_junit_tells_the_seed_the_isolation_and_the_score() -> None:
    text = junit.render(report(over_the_batch(printed="here"), seed=12))
    properties = {one.get("name"): one.get("value") for one in ET.fromstring(text.encode()).iter("property")}
    assert properties == {
        "seed": "12",
        "isolation": "sealed (rlimits, seccomp)",
        "tensorflow": "2.21.0",
        "score": "1.4 of 3 points",
        "total": "1.4 of 3 points",
    }
    failed = ET.fromstring(text.encode()).find("testsuite/testcase/failure")
    assert failed is not None
    assert failed.get("message") == "Your columns sum to 1; the rows should."
    assert (failed.text or "").splitlines()[0] == "exercises/c5_softmax/softmax.py:14"
    assert "the rows should.\nTry it:\nlogits = np.array([[1, 2]], np.float32)\n" in (failed.text or "")
    assert (failed.text or "").endswith("print(softmax(logits))\nRun it again: grade softmax --seed 12")
    assert "Your code printed:\nhere" in text


def test_the_junit_schema_is_strict() -> None:
    text = junit.render(report(over_the_batch()))
    for change in (
        lambda xml: xml.replace(' tests="1"', "", 1),
        lambda xml: xml.replace("<failure", "<failures").replace("</failure", "</failures"),
        lambda xml: xml.replace('classname="c5_softmax"', ""),
        lambda xml: xml.replace("<system-out>", '<skipped message="x"/><system-out>'),
        lambda xml: xml.replace('failures="1"', 'failures="one"', 1),
    ):
        assert not XSD.is_valid(change(text))


@given(ANY_TEXT)
@every_hostile_one
def test_any_text_makes_valid_junit(text: str) -> None:
    xml = junit.render(hostile(text))
    XSD.validate(xml)
    root = ET.fromstring(xml.encode("utf-8"))
    assert len(list(root.iter("testcase"))) == 3
    assert len(list(root.iter("failure"))) == len(list(root.iter("error"))) == 1


# Markdown -------------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a reader of rendered Markdown meets: tags, cells a row, and the text that is not code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.rows: list[int] = []
        self.prose = ""
        self.everything = ""
        self.feed(MarkdownIt("commonmark").enable("table").render(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "tr":
            self.rows.append(0)
        elif tag in ("td", "th"):
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_data(self, data: str) -> None:
        self.everything += data
        if "code" not in self.open:
            self.prose += data


TAGS = {"h1", "p", "strong", "code", "pre", "details", "summary", "ul", "li"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


def test_markdown_of_a_failure() -> None:
    text = markdown.render(report(over_the_batch(), exercise("dense", "passed", notes=("Your answer is float64.",))))
    assert text.startswith("# Grade: 4.4 of 6 points\n\n1 of 2 exercises passed, 1 not yet.\n\n| exercise |")
    assert "| `softmax` | not yet | 9 of 20 | 1.4 / 3 | 0.24 / 0.24 |\n" in text
    assert "<summary><code>softmax</code>: not yet, 9 of 20 cases, 1.4 / 3 points</summary>\n\n" in text
    assert "\n```text\nThe smallest case that fails: logits (3, 2)\nout[0, 1]   yours" in text
    assert "\n```python\nlogits = np.array([[1, 2]], np.float32)\n\nprint(softmax(logits))\n```\n" in text
    page = Page(text)
    assert "Your columns sum to 1; the rows should." in page.prose
    assert "dense: Your answer is float64." in page.everything
    assert "Run it again: grade softmax --seed 0, a hint: grade hint softmax" in page.everything
    assert "exercises, 2 files, seed 0. Isolation: sealed (rlimits, seccomp). TensorFlow: 2.21.0." in page.everything
    assert "0123456789abcdef" * 4 in page.everything


def test_markdown_folds_the_chapters_of_a_long_report() -> None:
    names = [f"exercise_{number}" for number in range(markdown.LONG + 1)]
    text = markdown.render(report(*(exercise(name, "not_started") for name in names)))
    assert "<summary><code>c5_softmax</code>: 0 of 13 passed, 0 / 39 points</summary>\n\n| exercise |" in text
    assert Page(text).tags.count("table") == 2
    assert "<details>" not in markdown.render(report(exercise("softmax", "not_started"))).split("Graded:")[0]


def test_markdown_without_tensorflow() -> None:
    bare = environment(tensorflow=None, tensorflow_reason="it is not installed")
    text = markdown.render(report(over_the_batch(), environment=bare))
    assert "TensorFlow: not compared (it is not installed)." in Page(text).prose
    assert "largest error against reference |" in text


@pytest.mark.parametrize(
    ("text", "span"),
    [("softmax", "`softmax`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", "`  `"), ("a|b", "<code>a&#124;b</code>")],
)
def test_code_cannot_be_ended(text: str, span: str) -> None:
    assert markdown.code(text) == span


@given(ANY_TEXT)
@every_hostile_one
def test_any_text_in_markdown_is_only_read(text: str) -> None:
    page = Page(markdown.render(hostile(text)))
    assert page.open == []
    assert set(page.tags) <= TAGS
    assert page.tags.count("h1") == 1
    assert page.tags.count("details") == 4 - 1
    assert set(page.rows) == {2, 5}
    assert page.rows.count(5) == 4
    # What GitHub would link in text that is not code: mentions, references, addresses.
    assert not re.search(r"@\w|#\d|GH-\d|://\w|www\.", page.prose)


@given(ANY_TEXT)
@every_hostile_one
def test_escaped_text_reads_as_it_was(text: str) -> None:
    prose = Page(f"x{markdown.escape(text)}x").prose.replace("\u200b", "").strip("\n")
    assert prose == f"x{' '.join(safe_text(text).split())}x"


# GitHub ---------------------------------------------------------------------------------------------------------------

COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output", "set-env", "add-path"}


def unescaped(text: str, **more: str) -> str:
    for escape, character in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(escape, character)
    return text


def executed(log: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands that GitHub's runner would execute of a log: its rules, as its source has them."""
    registered, stopped, found = {*COMMANDS, "stop-commands"}, "", []
    for line in re.split("\r\n|\r|\n", log):
        name, properties, data = parsed(line, registered)
        if stopped:
            if name == stopped:
                registered.discard(stopped)
                stopped = ""
        elif name == "stop-commands":
            stopped = data
            registered.add(stopped)
        elif name:
            found.append((name, properties, data))
    assert not stopped
    return found


def parsed(line: str, registered: set[str]) -> tuple[str, dict[str, str], str]:
    trimmed = line.lstrip()
    if trimmed.startswith("::") and (end := trimmed.find("::", 2)) >= 0:
        name, _, rest = trimmed[2:end].partition(" ")
        if name in registered:
            pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair)
            properties = {key: unescaped(value, **{"%3A": ":", "%2C": ","}) for key, value in pairs}
            return name, properties, unescaped(trimmed[end + 2 :])
    if (start := line.find("##[")) >= 0 and (end := line.find("]", start)) >= 0:
        name = line[start + 3 : end].partition(" ")[0]
        if name in registered:
            return name, {}, line[end + 1 :]
    return "", {}, ""


def test_annotations_stand_at_the_stub() -> None:
    graded = report(over_the_batch(), exercise("dense", "timeout"), exercise("relu", "not_started"))
    assert github.annotations(graded) == (
        "::warning file=exercises/c5_softmax/softmax.py,line=14,"
        "title=softmax%3A not yet%2C 9 of 20 cases%2C 1.4 / 3 points::"
        "Your columns sum to 1; the rows should.%0A"
        "The smallest case that fails: logits (3, 2)%0A"
        "out[0, 1]   yours 0.880797   expected 0.731059%0A"
        "6 of 6 values differ, by 0.24 at most (allowed: 1e-6)\n"
        "::error file=exercises/c5_softmax/dense.py,line=14,"
        "title=dense%3A could not run%2C 0 of 20 cases%2C 0 / 3 points::The smallest case that fails: logits (3, 2)\n"
    )


def test_the_name_of_a_known_mistake_is_in_junit_and_in_the_annotations() -> None:
    found = Diagnosis("over_the_batch", "Your columns sum to 1; the rows should.", explained=True)
    graded = report(over_the_batch(diagnosis=(found,)))
    more = "the rows should. (More on this: grade explain softmax.over_the_batch)"
    assert more in junit.render(graded)
    assert more in github.annotations(graded)


def test_the_reason_is_the_first_fact_where_there_is_no_diagnosis() -> None:
    failed = ET.fromstring(junit.render(report(over_the_batch(diagnosis=()))).encode()).find(
        "testsuite/testcase/failure"
    )
    assert failed is not None
    assert failed.get("message") == "out[0, 1]   yours 0.880797   expected 0.731059"


def test_of_a_notebook_the_cell_is_said() -> None:
    graded = report(over_the_batch(file="kim.ipynb", annotation_path="kim.ipynb", cell="cell 7", line=2))
    for text in (on_terminal(graded), markdown.render(graded), junit.render(graded)):
        assert "kim.ipynb, cell 7, line 2" in text
        assert "kim.ipynb:2" not in text
    assert "file=kim.ipynb,title" in github.annotations(graded)


def test_no_annotation_where_there_is_nothing_to_say() -> None:
    assert github.annotations(report(exercise("softmax", "passed"), exercise("dense", "not_started"))) == ""


def test_an_annotation_without_a_file() -> None:
    text = github.annotations(report(exercise("softmax", "missing", annotation_path=None)))
    assert text.startswith("::error title=softmax%3A could not run")


def test_tensorflow_missing_is_a_notice() -> None:
    bare = environment(tensorflow=None, tensorflow_reason="100% missing")
    text = github.annotations(report(exercise("softmax", "passed"), environment=bare))
    assert text == "::notice title=TensorFlow::not compared (100%25 missing)\n"


@pytest.mark.parametrize(("count", "annotated"), [(10, 10), (11, 11), (48, 48), (49, 48), (200, 48)])
def test_at_most_50_annotations_and_a_sentence_on_the_rest(count: int, annotated: int) -> None:
    bare = environment(tensorflow=None, tensorflow_reason="it is not installed")
    graded = report(*(exercise(f"e{number}", "failed") for number in range(count)), environment=bare)
    commands = executed(github.annotations(graded))
    assert len(commands) <= 50
    assert sum(name == "warning" for name, _, _ in commands) == annotated
    sentences = [data for _, properties, data in commands if properties["title"] == "More in the summary"]
    assert len(sentences) == (count > 10)
    for sentence in sentences:
        assert sentence.startswith(f"{count} exercises were started and do not pass yet. ")
        assert (f" {count - annotated} of them have no annotation. " in sentence) == (count > annotated)


@given(ANY_TEXT)
@every_hostile_one
def test_no_text_forges_an_annotation(text: str) -> None:
    log = github.annotations(hostile(text))
    assert all(re.match("::(error|warning|notice) ", line) for line in log.splitlines())
    commands = executed(log)
    assert [name for name, _, _ in commands] == ["notice", "warning", "error"]
    name = text or "x"
    _, properties, data = commands[1]
    assert set(properties) == ({"file", "line", "title"} if text else {"title"})
    assert properties["title"] == f"{one_line(name)}: not yet, 3 of 20 cases, 0.5 / 3 points"
    assert properties.get("file", "") == one_line(text)
    assert data == f"{safe_text(name, limit=1000)}\n{safe_text(name, limit=1000)}"


def test_guarded_output_commands_nothing() -> None:
    printed = f"hello\n::error::x\r::warning::y\n{ESC}[31m##[error]z\n::stop-commands::x\n"
    assert github.guard(printed, TOKEN) == (
        f"::stop-commands::{TOKEN}\n| hello\n| ::error::x\n| ::warning::y\n| ## [error]z\n"
        f"| ::stop-commands::x\n| \n::{TOKEN}::\n"
    )


@given(ANY_TEXT)
@every_hostile_one
def test_no_text_escapes_the_guard(text: str) -> None:
    text = text.replace(TOKEN, "")
    log = github.guard(text, TOKEN)
    assert executed(log) == []
    assert log.startswith(f"::stop-commands::{TOKEN}\n")
    assert all(line.startswith("| ") for line in log.split("\n")[1:-2])
    # Even were the runner not to stop, no line of it would be a command.
    assert executed("".join(f"{line}\n" for line in log.split("\n")[1:-2])) == []


@pytest.mark.parametrize("token", ["", "short", "with-some-dashes-in-it", TOKEN, TOKEN.upper()])
def test_a_token_that_can_be_guessed_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        github.guard(f"::{TOKEN}::", token)


def test_the_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "요약.md"
    path.write_text("before\n", encoding="utf-8")
    assert github.write_summary("# 점수\n", {"GITHUB_STEP_SUMMARY": str(path)})
    assert path.read_bytes() == "before\n# 점수\n".encode()
    assert not github.write_summary("x", {})
    assert not github.write_summary("x", {"GITHUB_STEP_SUMMARY": ""})


@pytest.mark.parametrize("before", [0, 1000, github.SUMMARY_BYTES - 300, github.SUMMARY_BYTES - 10])
@pytest.mark.parametrize("block", ["<details>\n\n점수\n\n</details>\n", "점수\n", "점수"])
def test_a_summary_that_is_too_large_is_cut_with_a_sentence(tmp_path: Path, before: int, block: str) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * before)
    assert github.write_summary(
        block * (github.SUMMARY_BYTES // len(block.encode()) + 1), {"GITHUB_STEP_SUMMARY": str(path)}
    )
    data = path.read_bytes()
    assert len(data) <= github.SUMMARY_BYTES
    text = data[before:].decode("utf-8")
    if github.SUMMARY_BYTES - before > 200:
        assert text.endswith(
            "\n\nThe summary was cut here: GitHub takes 1 MiB for a step. The JSON report has everything.\n"
        )
        assert text.count("<details>") == text.count("</details>")
    else:
        assert text == ""


def test_a_summary_that_fits_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    text = "x" * (github.SUMMARY_BYTES - 1) + "\n"
    assert github.write_summary(text, {"GITHUB_STEP_SUMMARY": str(path)})
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("show", [on_terminal, markdown.render, junit.render, github.annotations])
def test_a_report_shows_alike_twice(show: Callable[[Report], str]) -> None:
    assert show(hostile("".join(HOSTILE))) == show(hostile("".join(HOSTILE)))
