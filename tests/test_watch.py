"""`grade watch`, as a learner has it: in a pseudo-terminal, with keys pressed and files saved in every way."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, grade
from rich.cells import cell_len
from toy import DOUBLE, ROW_SUMS, environment, write_course, write_tensorflow

from grader import changes, cli, stubs, words
from grader.course import Page
from grader.key import About
from grader.player import Player
from grader.progress import Last
from grader.render.watch import picture
from grader.report import as_dict
from grader.watch import View, Watch, following, in_order

if os.name != "posix":
    pytest.skip("pseudo-terminals are of POSIX", allow_module_level=True)

from pseudo import DEADLINE, Terminal

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")

# row_sums needs double and comes after it, though its chapter comes before.
PAGES = {"c2_numbers/double": DOUBLE, "c1_rows/row_sums": ROW_SUMS, "c3_more/triple": ""}
for old, new in (("double", "triple"), ("2", "3"), ("Twice", "Thrice"), ("add(x, x)", "add(x, x + x)")):
    PAGES["c3_more/triple"] = (PAGES["c3_more/triple"] or DOUBLE).replace(old, new)

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return 5 * x\n"
SQUARED = "def double(x):\n    return x * x\n"
ENDLESS = "def double(x):\n    while True:\n        pass\n"
ROWS = "def row_sums(x):\n    return x.sum(axis=1)\n"
ROWS_BY_DOUBLE = (
    "from exercises.c2_numbers.double import double\n\n\ndef row_sums(x):\n    return double(x).sum(axis=1) / 2\n"
)
TRIPLE = "def triple(x):\n    return 3 * x\n"
FILES = {"double": "c2_numbers/double.py", "row_sums": "c1_rows/row_sums.py", "triple": "c3_more/triple.py"}


@pytest.fixture(name="shared", scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the key of the course, and a TensorFlow that imports at once."""
    folder = tmp_path_factory.mktemp("watched")
    write_tensorflow(folder / "packages")
    root = write_course(folder / "course", PAGES).root
    run = grade("--json", "-", "--cases", "3", cwd=root, **environment(folder / "cache", folder / "packages"))
    assert run.status == 1, run.errors
    return folder


class Learner:
    """A learner's copy of the course, with a cache of its own in which the key is ready."""

    def __init__(self, root: Path, shared: Path) -> None:
        self.root = write_course(root / "course", PAGES).root
        self.cache = root / "cache"
        shutil.copytree(shared / "cache" / "keys", self.cache / "keys")
        self.scratch = root / "scratch"
        self.scratch.mkdir()
        self.own = environment(self.cache, shared / "packages")
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB", "WATCHFILES"))}
        own.pop("NO_COLOR", None)
        self.environment = {
            **own,
            "PYTHONIOENCODING": "utf-8",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.scratch),
            **self.own,
        }

    def path(self, name: str) -> Path:
        return self.root / "exercises" / FILES[name]

    def save(self, name: str, text: str) -> None:
        self.path(name).write_text(text, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "grader", "watch", "--cases", "3", *arguments]

    def watch(self, *arguments: str, columns: int = 80, lines: int = 24, **more: str) -> Terminal:
        return Terminal(self.command(*arguments), self.root, {**self.environment, **more}, columns, lines)

    def remember(self, **statuses: str) -> None:
        """As if these had been graded before."""
        for name, status in statuses.items():
            text = {"double": RIGHT, "row_sums": ROWS, "triple": TRIPLE}[name]
            if status == "passed":
                self.save(name, text)
        grade("--cases", "3", cwd=self.root, **self.own)


@pytest.fixture(name="learner")
def _learner(tmp_path: Path, shared: Path) -> Iterator[Learner]:
    learner = Learner(tmp_path, shared)
    yield learner
    assert list(learner.scratch.iterdir()) == [], "a folder was left behind"


@pytest.fixture(name="idle")
def _idle(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A watch in this process, on a course in which one exercise has passed; its threads are not started."""
    learner.remember(double="passed")
    for name, value in learner.own.items():
        monkeypatch.setenv(name, value)
    for entry in reversed(learner.own["PYTHONPATH"].split(os.pathsep)):
        monkeypatch.syspath_prepend(entry)
    monkeypatch.chdir(learner.root)
    with Player(isolate=True) as player:
        watch = Watch(cli._setting(cli._course(None), (), None, 0, 3, 5.0, True), player)
        watch._desk._wanted.clear()
        yield watch
        watch._bell.close()


def banner(name: str, outcome: str) -> Callable[[str], bool]:
    """Whether the verdict at the top is this one."""
    pattern = re.compile(rf"^  {name}   {outcome}\b", re.MULTILINE)
    return lambda text: bool(pattern.search(text))


def quit_by_key(terminal: Terminal) -> None:
    terminal.send("q")
    assert terminal.wait() == 0
    assert_restored(terminal)


def assert_restored(terminal: Terminal) -> None:
    assert terminal.settings() == terminal.before
    assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")


# ---------------------------------------------------------------- where it opens


def test_it_opens_on_the_first_that_has_not_passed_and_honours_needs(learner: Learner) -> None:
    with learner.watch() as terminal:
        text = terminal.until(banner("double", "not started"))
        assert "Twice each number, y[n] = 2 x[n]." in text
        assert words.WATCH_WRITE in text
        assert "0 of 3 passed   0 / 4 points" in text
        quit_by_key(terminal)


def test_it_goes_on_where_one_has_left_off(learner: Learner) -> None:
    learner.remember(double="passed")
    with learner.watch() as terminal:
        text = terminal.until(banner("row_sums", "not started"))
        assert "1 of 3 passed   1 / 4 points" in text
        assert "has not passed yet" not in text
        quit_by_key(terminal)
    assert terminal.text.strip() == words.watch_ended(1, 3)


def test_where_nothing_is_remembered_it_grades_all_and_then_opens(learner: Learner) -> None:
    learner.save("double", RIGHT)
    learner.save("row_sums", ROWS)
    with learner.watch() as terminal:
        text = terminal.until(banner("triple", "not started"))
        assert "2 of 3 passed" in text
        quit_by_key(terminal)


def test_names_say_what_is_watched(learner: Learner) -> None:
    with learner.watch("triple") as terminal:
        assert "0 of 1 passed   0 / 1 point" in terminal.until(banner("triple", "not started"))
        terminal.send("n")
        terminal.until("This is the only exercise that is watched")
        quit_by_key(terminal)


def test_a_wrong_name_is_said_before_there_is_a_screen(learner: Learner) -> None:
    with learner.watch("doubel") as terminal:
        assert terminal.wait() == 2
        assert "Did you mean double?" in terminal.text
        assert b"\x1b[?1049h" not in terminal.raw


def test_an_order_with_needs() -> None:
    def about(name: str, *needs: str) -> About:
        return About(name, "c", 1, 1, list(needs), [], {}, {}, "", [], "", [], [])

    a, b, c, d = about("a", "c"), about("b"), about("c"), about("d", "a", "elsewhere")
    assert in_order([a, b, c, d]) == [c, a, b, d]
    x, y = about("x", "y"), about("y", "x")
    assert in_order([x, y]) == [y, x]
    passed, failed = Last("passed", 3, 3), Last("failed", 1, 3)
    order = [c, a, b, d]
    assert following(order, {}, "") is c
    assert following(order, {"c": passed}, "c") is a
    assert following(order, {"c": failed}, "c") is b, "a needs c"
    assert following(order, {"a": passed, "b": passed, "c": passed}, "a") is d
    assert following(order, {"a": failed, "b": passed, "c": passed}, "b") is a, "d needs a"
    assert following([c, a], {"c": failed}, "c") is a, "there is nothing else"
    assert following(order, dict.fromkeys("abcd", passed), "a") is None


# ---------------------------------------------------------------- saves


def test_a_save_is_graded_as_grade_would(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        learner.save("double", SQUARED)
        text = terminal.until(banner("double", "not yet"))
        assert "The smallest case that fails" in text
        assert "You square each number; twice a number is meant." in text
        assert "0 of 3 passed" in text
        learner.save("double", RIGHT)
        text = terminal.until(banner("double", "passed"))
        assert "solutions/c2_numbers/double.py" in text
        assert "Next: row_sums (press n)." in text
        assert "1 of 3 passed   1 / 4 points" in text
        quit_by_key(terminal)
    remembered = [json.loads(path.read_text(encoding="utf-8")) for path in (learner.cache / "progress").iterdir()]
    assert remembered[0]["last"]["double"] == {"status": "passed", "passed": 6, "total": 6}


def test_after_the_last_it_says_what_to_do(learner: Learner) -> None:
    learner.remember(double="passed", row_sums="passed")
    with learner.watch() as terminal:
        terminal.until(banner("triple", "not started"))
        learner.save("triple", TRIPLE)
        text = terminal.until(banner("triple", "passed"))
        assert "All 3 exercises have passed. Well done!" in text
        assert "grade --seed random" in text
        assert "solutions/c3_more/triple.py" in text
        quit_by_key(terminal)


def test_what_imports_the_saved_file_is_graded_too(learner: Learner) -> None:
    learner.save("double", RIGHT)
    learner.save("row_sums", ROWS_BY_DOUBLE)
    learner.remember()
    with learner.watch() as terminal:
        terminal.until(banner("triple", "not started"))
        assert "2 of 3 passed" in terminal.text
        learner.save("double", WRONG)
        # The screen goes to the one that was saved, and the other is no longer passed either.
        terminal.until(lambda text: banner("double", "not yet")(text) and "0 of 3 passed" in text)
        terminal.send("l")
        text = terminal.until("exercises passed when last graded")
        assert re.search(r"row_sums +2 points +not yet", text)
        learner.save("double", RIGHT)
        terminal.until("2 of 3 passed")
        quit_by_key(terminal)


def test_an_editor_that_writes_beside_and_renames(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        for text, outcome in ((WRONG, "not yet"), (RIGHT, "passed"), (WRONG, "not yet")):
            beside = learner.path("double").with_name(".double.py.tmp")
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, learner.path("double"))
            terminal.until(banner("double", outcome))
        # As vim does: the old file becomes the copy, and a new one is written.
        os.rename(learner.path("double"), learner.path("double").with_name("double.py~"))
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


def test_the_same_text_saved_again_is_graded_again(learner: Learner) -> None:
    learner.save("double", RIGHT)
    with learner.watch("double") as terminal:
        at = re.search(r"graded at [\d:]+", terminal.until(banner("double", "passed")))
        assert at is not None
        while time.strftime("%H:%M:%S") in at[0]:
            time.sleep(0.05)
        learner.save("double", RIGHT)
        terminal.until(lambda text: "graded at" in text and at[0] not in text)
        quit_by_key(terminal)


def test_a_half_written_file_is_waited_for(idle: Watch, learner: Learner) -> None:
    desk = idle._desk
    for half in ("", "def double(", "def double(x):\n    return 2 *", '"""Twice."""\n'):
        learner.save("double", half)
        desk.changed()
        assert desk._next() == ""
        desk._take(desk._read())
        assert desk._wanted == {}, "a first look says nothing on what cannot be read"
    learner.save("double", RIGHT)
    desk.changed()
    desk._next()
    desk._take(desk._read())
    assert desk._wanted == {"double": "saved"}
    desk._wanted.clear()
    learner.save("double", "def double(")
    desk.changed()
    desk._next()
    desk._take(desk._read())
    desk._second_look = 0.0
    assert desk._next() == "", "some moments later, without a further change"
    desk._take(desk._read())
    assert desk._wanted == {"double": "saved"}


def test_a_file_that_does_not_parse(learner: Learner) -> None:
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not started"))
        learner.save("double", RIGHT + "def (")
        assert "double.py, line 3" in terminal.until(banner("double", "could not run"))
        quit_by_key(terminal)


def test_a_file_deleted_and_restored(learner: Learner) -> None:
    learner.save("double", RIGHT)
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "passed"))
        learner.path("double").unlink()
        assert "There is no file exercises/c2_numbers/double.py" in terminal.until(banner("double", "could not run"))
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        shutil.rmtree(learner.path("double").parent)
        terminal.until(banner("double", "could not run"))
        learner.path("double").parent.mkdir()
        learner.save("double", WRONG)
        terminal.until(banner("double", "not yet"))
        quit_by_key(terminal)


def test_the_whole_folder_deleted_and_restored(learner: Learner) -> None:
    learner.save("double", RIGHT)
    away = learner.root / "away"
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "passed"))
        os.rename(learner.root / "exercises", away)
        terminal.until("cannot be opened")
        (away / FILES["double"]).write_text(WRONG, encoding="utf-8")
        os.rename(away, learner.root / "exercises")
        terminal.until(banner("double", "not yet"))
        assert "cannot be opened" not in terminal.text
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


def test_another_branch(learner: Learner) -> None:
    def git(*arguments: str) -> None:
        own = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *own, *arguments], cwd=learner.root, check=True, capture_output=True)

    git("init", "-q", "-b", "stubs")
    git("add", "-A")
    git("commit", "-q", "-m", "stubs")
    git("checkout", "-q", "-b", "done")
    for name, text in (("double", RIGHT), ("row_sums", ROWS), ("triple", TRIPLE)):
        learner.save(name, text)
    git("commit", "-q", "-a", "-m", "done")
    with learner.watch() as terminal:
        terminal.until("3 of 3 passed 4 / 4 points")
        git("checkout", "-q", "stubs")
        terminal.until(lambda text: banner("double", "not started")(text) and "0 of 3 passed" in text)
        git("checkout", "-q", "done")
        terminal.until(lambda text: banner("double", "passed")(text) and "3 of 3 passed" in text)
        quit_by_key(terminal)


def test_many_files_saved_one_after_another(idle: Watch, learner: Learner) -> None:
    desk = idle._desk
    assert desk.state().current == "row_sums"

    def save(name: str, text: str) -> None:
        learner.save(name, text)
        desk.changed()
        desk._next()
        desk._take(desk._read())

    save("triple", TRIPLE)
    assert desk.state().current == "triple", "as far as one can know, it is worked at"
    save("double", WRONG)
    assert desk.state().current == "row_sums", "where one was"
    assert set(desk._wanted) == {"triple", "double"}
    desk._second_look = 0.0
    desk._next()
    desk._take(desk._read())
    save("double", RIGHT)
    assert desk.state().current == "double"


def test_a_save_gives_up_the_grading_of_the_one_before(learner: Learner) -> None:
    learner.save("double", ENDLESS)
    with learner.watch("--timeout", "3000", "double", "triple") as terminal:
        terminal.until("Grading double")
        terminal.send("?")
        terminal.until("next: on to an exercise")
        terminal.send("n")
        terminal.until(banner("triple", "not started"))
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        learner.save("double", ENDLESS)
        terminal.until(banner("double", "grading"))
        assert words.WATCH_BEFORE in terminal.text
        quit_by_key(terminal)


def test_a_single_file(learner: Learner, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "all.py").write_text(RIGHT + WRONG.replace("double", "triple"), encoding="utf-8")
    with learner.watch("--from", str(mine / "all.py"), "double", "triple") as terminal:
        terminal.until(banner("triple", "not yet"))
        (mine / "new").write_text(RIGHT + TRIPLE, encoding="utf-8")
        os.replace(mine / "new", mine / "all.py")
        terminal.until(banner("triple", "passed"))
        assert "2 of 2 passed" in terminal.text
        terminal.send("r")
        terminal.until("Only files of the course's exercises/ can be reset")
        quit_by_key(terminal)
    assert not (learner.cache / "progress").exists(), "only the course's own exercises are remembered"


def test_pages_that_change(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        page = learner.root / "solutions" / "c3_more" / "triple.py"
        page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        learner.save("double", RIGHT)
        terminal.until("pages in solutions/ have changed")
        quit_by_key(terminal)


# ---------------------------------------------------------------- keys


def test_n_and_p(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        terminal.send("n")  # row_sums needs what is not passed
        terminal.until(banner("triple", "not started"))
        terminal.send("p")
        text = terminal.until(banner("row_sums", "not started"))
        assert "row_sums builds on double, which has not passed yet." in text
        terminal.send("P")
        terminal.until(banner("double", "not started"))
        terminal.send("p")
        terminal.until(banner("triple", "not started"))
        quit_by_key(terminal)


def test_l_and_question_mark(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        terminal.send("l")
        text = terminal.until("exercises passed when last graded")
        assert text.index("c2_numbers") < text.index("c1_rows") < text.index("c3_more")
        terminal.send("l")
        terminal.until(lambda text: "when last graded" not in text)
        terminal.send("?")
        text = terminal.until("keys: this page")
        assert all(line in " ".join(text.split()) for _, line in words.WATCH_KEYS)
        terminal.send("\x1b")
        terminal.until("y[n] = 2 x[n]")
        terminal.send("\x1b[1;5Czé\x00\x7f")  # nothing that means something
        terminal.send("?")
        terminal.until("keys: this page")
        quit_by_key(terminal)


def test_h(learner: Learner) -> None:
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        terminal.send("h")
        assert "The next one: press h" in terminal.until("What is x + x?")
        terminal.send("h")
        terminal.until("Do it for each number of x.")
        quit_by_key(terminal)


def test_e(learner: Learner) -> None:
    learner.save("double", WRONG)
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not yet"))
        assert "e explain" not in terminal.text
        terminal.send("e")
        terminal.until("names no known mistake")
        learner.save("double", SQUARED)
        terminal.until("e explain")
        terminal.send("e")
        text = terminal.until("and so is its double: try 3.")
        assert "double.squared" in text
        terminal.send("x")
        terminal.until("The smallest case that fails")
        quit_by_key(terminal)


def test_a(learner: Learner) -> None:
    learner.remember()
    (learner.root / "exercises" / FILES["triple"]).write_text(TRIPLE, encoding="utf-8")
    with learner.watch() as terminal:
        terminal.until(banner("double", "not started"))
        assert "0 of 3 passed" in terminal.text
        terminal.send("a")
        text = terminal.until("1 of 3 passed")
        assert re.search(r"triple +1 point +passed", terminal.until("when last graded"))
        assert banner("double", "not started")(text), "where one is, one stays"
        quit_by_key(terminal)


def test_r_asks_first_and_keeps_the_code(learner: Learner) -> None:
    stub = learner.path("double").read_text(encoding="utf-8")
    learner.save("double", RIGHT)
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "passed"))
        terminal.send("r")
        terminal.until("Put the stub back in exercises/c2_numbers/double.py?")
        terminal.send("n")
        terminal.until(lambda text: "Put the stub back" not in text)
        assert learner.path("double").read_text(encoding="utf-8") == RIGHT
        for number, code in (("", RIGHT), ("2", WRONG), ("3", SQUARED)):
            if number:
                learner.save("double", code)
                terminal.until(banner("double", "not yet"))
            terminal.send("r")
            terminal.until("Put the stub back")
            terminal.send("y")
            terminal.until(banner("double", "not started"))
            terminal.until(f"Your code is in double.py.bak{number}.")
            assert learner.path("double").read_text(encoding="utf-8") == stub
            assert learner.path("double").with_name(f"double.py.bak{number}").read_text(encoding="utf-8") == code
        quit_by_key(terminal)
    assert sorted(path.name for path in learner.path("double").parent.iterdir() if not path.is_dir()) == [
        "double.py",
        "double.py.bak",
        "double.py.bak2",
        "double.py.bak3",
    ]


def test_a_reset_that_cannot_be_done(tmp_path: Path) -> None:
    course = write_course(tmp_path, PAGES)
    page = next(page for page in course.pages() if page.name == "double")
    page.stub.unlink()
    assert stubs.reset(page) is None
    assert "NotImplementedError" in page.stub.read_text(encoding="utf-8")
    page.path.write_text("x = 1", encoding="utf-8")
    with pytest.raises(stubs.CourseError):
        stubs.reset(page)
    assert not list(page.stub.parent.glob("*.bak*"))
    nowhere = Page("double", page.chapter, page.path, page.stub / "below" / "a" / "file.py")
    page.path.write_text(DOUBLE, encoding="utf-8")
    with pytest.raises(OSError, match=r"."):
        stubs.reset(nowhere)


def test_arrows_scroll(learner: Learner) -> None:
    learner.save("double", SQUARED)
    with learner.watch("double", lines=15) as terminal:
        terminal.until(banner("double", "not yet"))
        first = terminal.until("the arrow keys show the rest")
        assert "smallest case that fails" in first
        terminal.send("\x1b[B\x1bOB\x1b[6~  ")
        terminal.until("np.testing.assert_allclose")
        assert "smallest case that fails" not in terminal.text
        terminal.send("\x1b[5~\x1b[5~\x1b[5~\x1b[A")
        terminal.until("smallest case that fails")
        terminal.send("\x1b[6~")
        terminal.until(lambda text: "smallest case that fails" not in text)
        learner.save("double", WRONG)
        terminal.until("smallest case that fails")
        quit_by_key(terminal)


def test_ctrl_c_restores_the_terminal(learner: Learner) -> None:
    learner.save("double", ENDLESS)
    with learner.watch("--timeout", "3000", "double") as terminal:
        terminal.until("Grading double")
        assert terminal.settings() != terminal.before
        terminal.send("\x03")
        assert terminal.wait() == 130
        assert_restored(terminal)
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT"])
def test_signals_restore_the_terminal(learner: Learner, name: str) -> None:
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not started"))
        number = signal.Signals[name]
        os.kill(terminal.pid, number)
        assert terminal.wait() == 128 + number
        assert_restored(terminal)


def test_a_fault_of_ours_restores_the_terminal(learner: Learner) -> None:
    program = (
        "import grader.render.watch as w, grader.cli, sys\n"
        "good = w.picture\n"
        "def picture(view, *more):\n"
        "    if view.overlay: raise ValueError('our fault')\n"
        "    return good(view, *more)\n"
        "w.picture = picture\n"
        "sys.argv = ['grade', 'watch', '--cases', '3', 'double']\n"
        "sys.exit(grader.cli.run())\n"
    )
    with Terminal([sys.executable, "-P", "-c", program], learner.root, learner.environment) as terminal:
        terminal.until(banner("double", "not started"))
        terminal.send("l")
        assert terminal.wait() == 3
        assert_restored(terminal)
        assert "which is our fault and not yours" in terminal.raw.decode()


def test_a_fault_of_the_course_ends_it_in_a_sentence(learner: Learner) -> None:
    page = learner.root / "solutions" / FILES["double"]
    page.write_text(DOUBLE.replace("y[n] = 2 * x[n]", "y[n] = 3 * x[n]"), encoding="utf-8")
    with learner.watch("double") as terminal:
        assert terminal.wait() == 3
        assert_restored(terminal)
        assert "disagree" in terminal.text
        assert "Traceback" not in terminal.text


def test_stopped_and_continued(learner: Learner) -> None:
    """Ctrl-Z under a shell: the terminal is the shell's until `fg`."""
    shell = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTTOU, signal.SIG_IGN)\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    os.setpgid(0, 0)\n"
        "    os.tcsetpgrp(0, os.getpid())\n"
        "    signal.signal(signal.SIGTTOU, signal.SIG_DFL)\n"
        "    os.execv(sys.argv[1], sys.argv[1:])\n"
        "_, status = os.waitpid(pid, os.WUNTRACED)\n"
        "assert os.WIFSTOPPED(status), status\n"
        "os.tcsetpgrp(0, os.getpid())\n"
        "print('shell:', input('shell$'), flush=True)\n"
        "os.tcsetpgrp(0, pid)\n"
        "os.kill(pid, signal.SIGCONT)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    command = [sys.executable, "-c", shell, *learner.command("--timeout", "3000", "double")]
    learner.save("double", ENDLESS)
    with Terminal(command, learner.root, learner.environment) as terminal:
        terminal.until("Grading double")
        terminal.send("\x1a")
        terminal.until("shell$")
        assert_restored(terminal)
        learner.save("double", RIGHT)
        terminal.send("fg\n")
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


def test_continued_on_another_branch_after_a_stop_that_nobody_can_hear(learner: Learner) -> None:
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not started"))
        os.kill(terminal.pid, signal.SIGSTOP)
        shutil.rmtree(learner.root / "solutions")
        learner.save("double", RIGHT)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.until(banner("double", "passed"))
        assert "pages in solutions/ have changed" in terminal.text
        quit_by_key(terminal)


def test_time_that_ran_out_while_stopped_does_not_count(learner: Learner) -> None:
    slow = "import time\n\n\ndef double(x):\n    time.sleep(0.5)\n    return 2 * x\n"
    with learner.watch("--timeout", "1", "double") as terminal:
        terminal.until(banner("double", "not started"))
        learner.save("double", slow)
        terminal.until("Grading double")
        os.kill(terminal.pid, signal.SIGSTOP)
        time.sleep(3)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


def test_a_terminal_that_goes_away(learner: Learner) -> None:
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not started"))
        terminal.hang_up()
        assert terminal.wait() == 128 + signal.SIGHUP


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (60, 15), (120, 40), (30, 10), (20, 5), (200, 60), (9, 2)])
def test_it_fits_every_size(learner: Learner, columns: int, lines: int) -> None:
    learner.save("double", SQUARED)
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not yet"))
        terminal.resize(columns, lines)
        terminal.until(lambda text: text.lstrip().startswith("double"[: columns - 2]))
        for key in "?lhe":
            terminal.send(key)
            terminal.read(0.2)
        terminal.resize(80, 24)
        terminal.send("l")
        terminal.until("when last graded")
        quit_by_key(terminal)
    for size in re.findall(rb"\x1b\[(\d+);1H", terminal.raw):
        assert 1 <= int(size) <= max(lines, 24)


# ---------------------------------------------------------------- without a terminal


def _lines(learner: Learner, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        learner.command(*arguments),
        cwd=learner.root,
        env=learner.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,
    )


class Reader:
    """Reads a program's lines until a text has come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.text = ""

    def until(self, wanted: str) -> None:
        import select

        assert self.process.stdout is not None
        end = time.monotonic() + DEADLINE
        while wanted not in self.text:
            assert time.monotonic() < end, f"{wanted!r} did not come: {self.text}"
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                data = os.read(self.process.stdout.fileno(), 1 << 16)
                assert data, f"{wanted!r} did not come: {self.text}"
                self.text += data.decode("utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_terminal_it_says_lines(learner: Learner, number: signal.Signals) -> None:
    learner.remember()
    learner.save("row_sums", ROWS_BY_DOUBLE)
    with _lines(learner) as process:
        reader = Reader(process)
        reader.until("double   not started   0 of 6 cases   0 / 1 point\n")
        reader.until("Write double in exercises/c2_numbers/double.py, and save it.")
        assert reader.text.startswith("Watching 3 exercises in exercises: save a file, and its verdict comes here.")
        learner.save("double", SQUARED)
        reader.until("double   not yet")
        reader.until("np.testing.assert_allclose")
        reader.until("row_sums   not yet")
        learner.save("double", RIGHT)
        reader.until("double   passed   6 of 6 cases   1 / 1 point\n")
        reader.until("Next: ")
        reader.until("row_sums   passed")
        assert "\x1b" not in reader.text
        assert reader.text.count("double   passed") == 1
        process.send_signal(number)
        assert process.wait(DEADLINE) == 128 + number
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_terminal_at_one_end_only_is_none(learner: Learner) -> None:
    with learner.watch("double", TERM="dumb") as terminal:
        terminal.until("double not started")
        assert b"\x1b" not in terminal.raw
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM


def test_whoever_reads_may_go(learner: Learner) -> None:
    with _lines(learner, "double") as process:
        Reader(process).until("double   not started")
        assert process.stdout is not None
        process.stdout.close()
        learner.save("double", RIGHT)
        assert process.wait(DEADLINE) == 1
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


# ---------------------------------------------------------------- where the system does not tell


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (["--poll"], {}, words.POLLING_ASKED),
        ([], {"WATCHFILES_FORCE_POLLING": "1"}, words.POLLING_FORCED),
    ],
)
def test_polling_is_said_and_works(learner: Learner, arguments: list[str], more: dict[str, str], said: str) -> None:
    with learner.watch(*arguments, "double", columns=200, **more) as terminal:
        assert words.polling(said) in terminal.until(banner("double", "not started"))
        for text, outcome in ((WRONG, "not yet"), (RIGHT, "passed")):
            beside = learner.path("double").with_name("new")
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, learner.path("double"))
            terminal.until(banner("double", outcome))
        quit_by_key(terminal)


def test_no_room_for_another_watch(learner: Learner) -> None:
    program = (
        "import watchfiles, grader.cli, sys\n"
        "real = watchfiles.watch\n"
        "def watch(*paths, force_polling, **more):\n"
        "    if not force_polling: raise OSError(28, 'OS file watch limit reached')\n"
        "    return real(*paths, force_polling=force_polling, **more)\n"
        "watchfiles.watch = watch\n"
        "sys.argv = ['grade', 'watch', '--cases', '3', 'double']\n"
        "sys.exit(grader.cli.run())\n"
    )
    with Terminal([sys.executable, "-P", "-c", program], learner.root, learner.environment, 200, 24) as terminal:
        terminal.until(words.polling(words.POLLING_NO_EVENTS))
        terminal.until(banner("double", "not started"))
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


MOUNTS = """22 27 0:21 / /proc rw - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:40 / /mnt/my\\040drive rw,relatime shared:1 - nfs4 server:/x rw
31 27 0:41 / /mnt/over rw - cifs //server/x rw
32 27 0:42 / /mnt/over rw - tmpfs tmpfs rw
33 27 0:43 / /host rw - fuse.grpcfuse grpcfuse rw
34 27 0:44 / /disk rw - fuseblk /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "remote"),
    [
        ("/course", "ext4", False),
        ("/mnt/my drive/course", "nfs4", True),
        ("/mnt/my drives", "ext4", False),
        ("/mnt/over/course", "tmpfs", False),
        ("/host/course", "fuse.grpcfuse", True),
        ("/disk/course", "fuseblk", False),
    ],
)
def test_file_systems_that_do_not_tell(tmp_path: Path, path: str, kind: str, remote: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert changes._file_system(Path(path), str(mounts)) == kind
    assert bool(changes.REMOTE.fullmatch(kind)) == remote
    assert changes._file_system(Path(path), str(tmp_path / "none")) == ""


def test_why_polling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WATCHFILES_FORCE_POLLING", raising=False)
    monkeypatch.setattr(changes, "_file_system", lambda path: "cifs")
    assert "(cifs)" in changes.why_polling(tmp_path)
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "false")
    assert changes.why_polling(tmp_path) == ""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    assert changes.why_polling(tmp_path) == words.POLLING_FORCED


# ---------------------------------------------------------------- for a long time


def _ended(family: Iterable[int]) -> bool:
    """Whether these processes end: what is in namespaces does a moment after what made them."""
    end = time.monotonic() + DEADLINE
    while any(Path(f"/proc/{pid}").exists() for pid in family) and time.monotonic() < end:
        time.sleep(0.01)
    return not any(Path(f"/proc/{pid}").exists() for pid in family)


def _family(pid: int) -> set[int]:
    """A process's children, theirs, and so on."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                waiting += (new := set(map(int, child.read_text(encoding="ascii").split())) - found)
            except (FileNotFoundError, ProcessLookupError):
                continue
            found |= new
    return found


def _memory(pid: int) -> int:
    """Kilobytes that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


def _descriptors_at_rest(pid: int) -> int:
    """How many a process holds: the fewest of a second, as it opens one for a moment now and then."""
    counted = []
    for _ in range(50):
        counted.append(len(os.listdir(f"/proc/{pid}/fd")))
        time.sleep(0.02)
    return min(counted)


@linux
def test_a_thousand_saves_leave_nothing_behind(learner: Learner) -> None:
    with learner.watch("double") as terminal:
        terminal.until(banner("double", "not started"))
        at_rest = len(_family(terminal.pid))
        held: list[tuple[int, int]] = []
        for number in range(1, 1001):
            learner.save("double", (RIGHT if number % 20 else WRONG) + f"# {number}\n")
            time.sleep(0.01)
            if number % 10 == 0:  # the others may be given up halfway: somebody saves in a hurry
                terminal.until(banner("double", "passed" if number % 20 else "not yet"))
            if number in (200, 1000):
                terminal.until(lambda _: len(_family(terminal.pid)) == at_rest)
                held.append((_descriptors_at_rest(terminal.pid), _memory(terminal.pid)))
        (descriptors, memory), (descriptors_later, memory_later) = held
        assert descriptors_later == descriptors
        assert memory_later < memory + 3000, "kilobytes"
        family = _family(terminal.pid)
        quit_by_key(terminal)
    assert _ended(family)


@linux
def test_nothing_goes_on_after_it_was_killed_in_the_middle(learner: Learner) -> None:
    learner.save("double", ENDLESS)
    with learner.watch("--timeout", "3000", "double") as terminal:
        terminal.until("Grading double")
        family = _family(terminal.pid)
        assert len(family) >= 2
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert _ended(family)


@linux
def test_the_building_of_a_key_ends_with_it(learner: Learner) -> None:
    slow = write_tensorflow(learner.root.parent / "slow", '__version__ = "99.0"\nimport time\ntime.sleep(600)\n')
    with learner.watch("--seed", "7", "double", **environment(learner.cache, slow)) as terminal:
        text = terminal.until("0 of 1 exercise ready")
        assert "y[n] = 2 x[n]" in text, "what it asks for is there already"
        family = _family(terminal.pid)
        quit_by_key(terminal)
    assert _ended(family)


def test_the_key_is_built_while_the_screen_is_there(learner: Learner) -> None:
    with learner.watch("--seed", "8") as terminal:
        terminal.until("The answer key is built, once")
        terminal.until(banner("double", "not started"))
        learner.save("double", RIGHT)
        terminal.until(banner("double", "passed"))
        quit_by_key(terminal)


def test_the_report_is_the_one_of_grade(idle: Watch, learner: Learner) -> None:
    learner.save("double", SQUARED)
    learner.save("row_sums", ROWS_BY_DOUBLE)
    idle._desk.changed()
    idle._desk.grade_all()
    with idle:
        end = time.monotonic() + DEADLINE
        while len(reports := idle._desk.state().reports) < 3 and time.monotonic() < end:
            time.sleep(0.02)
    for name, report in reports.items():
        run = grade(name, "--cases", "3", "--json", "-", cwd=learner.root, **learner.own)
        assert as_dict(report) == run.json


def test_help_names_it() -> None:
    run = grade("--help", cwd=ROOT)
    assert re.search(r"watch +Grade what you save", run.output)
    assert "--poll" in grade("watch", "--help", cwd=ROOT).output


# ---------------------------------------------------------------- the picture by itself


def _view(number: int, **changes: Any) -> View:
    abouts = [About(f"e{k}", f"c{k // 5}", k, 1, [], ["x"], {}, {}, "", [], "Do it.", [], []) for k in range(number)]
    view = View(
        abouts=abouts,
        last={},
        about=abouts[0],
        report=None,
        stale=False,
        file="exercises/c0/e0.py",
        page="",
        overlay="",
        hint=0,
        asking="",
        busy="",
        message="",
        notes=(),
        ahead=None,
        lacking=(),
        scroll=0,
    )
    return replace(view, **changes)


def _plain(view: View, width: int, height: int, encoding: str = "utf-8") -> list[str]:
    lines, _ = picture(view, width, height, encoding)
    return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]


def test_the_progress_bar_has_a_mark_for_each_exercise_where_there_is_room() -> None:
    last = {"e0": Last("passed", 3, 3), "e1": Last("failed", 1, 2), "e2": Last("not_started", 0, 3)}
    assert _plain(_view(7, last=last), 80, 24)[-2] == "█▒░░░ ░░   1 of 7 passed   1.5 / 7 points"
    assert _plain(_view(7, last=last), 80, 24, "ascii")[-2] == "#+... ..   1 of 7 passed   1.5 / 7 points"
    # As shares: what there is is seen.
    assert _plain(_view(200, last=last), 60, 24)[-2] == "█▒" + "░" * 21 + "   1 of 200 passed   1.5 / 200 points"
    done = {f"e{k}": Last("passed", 3, 3) for k in range(199)}
    assert "░" in _plain(_view(200, last=done), 60, 24)[-2]


def test_what_was_remembered_may_be_damaged() -> None:
    last = {"e0": Last("passed", 9, 3), "e1": Last("no such status", -1, 0)}
    assert "1 of 2 passed   0 / 2 points" in _plain(_view(2, last=last), 80, 24)[-2]


@pytest.mark.parametrize("overlay", ["", "keys", "list", "hint", "explain"])
def test_a_picture_fits(overlay: str) -> None:
    notes = ("A note on something that has happened meanwhile.", "한국어 파일 이름.py")
    asking = words.watch_reset_question("exercises/c0/e0.py")
    for width, height in itertools.product([1, 5, 17, 40, 80, 200], [1, 2, 5, 8, 20, 50]):
        lines = _plain(_view(35, overlay=overlay, notes=notes, asking=asking, scroll=3), width, height)
        assert len(lines) <= height
        assert all(cell_len(line) <= max(width, 2) for line in lines), "a letter may be two columns wide"
        assert width < 17 or "e0" in "".join(lines[:2])


def test_text_of_others_cannot_act() -> None:
    lines, _ = picture(_view(2, message="a\x1b[2Jb\x07", file="\x1b]0;t\x07.py"), 80, 24, "utf-8")
    assert not re.search(r"\x1b(?!\[[\d;]*m)|\x07", "".join(lines))
