"""Grade on save: what changed, which exercises that concerns, and how things stand. Nothing is drawn here.

Desk     a thread that reads the files, and grades what is wanted, the exercise looked at first
Watch    keys and signals on one side, the desk on the other: from both, the `View` that is to be shown
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader import stubs, words
from grader.changes import Changes
from grader.child import Abandoned
from grader.course import Course, CourseError
from grader.grading import Grading
from grader.key import About, Key, Part
from grader.modules import Unit
from grader.player import Player
from grader.progress import Last, Progress
from grader.report import Report
from grader.screen import ENDING, Bell, Screen, Signals, stop_here
from grader.sources import Raw, SubmissionError, from_here
from grader.submission import Found, Submission, read_submission

SETTLE = 0.25
"""Seconds after the last change until a second look: by then whoever saves has written the whole of it."""
SOON = 0.15
"""Seconds that a grading may take before the screen says that it runs: most are over by then."""


@dataclass(frozen=True)
class Setting:
    """What is watched, and how it is graded.

    chosen: the exercises that are watched, of all in `catalogue`. path: what is graded; shown: as people read it;
    root: see `Grading`. again: the options that make a run the same one again. own: whether it is the course's
    exercises/, so that results are remembered, and files can be reset.
    """

    course: Course
    key: Key
    catalogue: Sequence[About]
    chosen: Sequence[About]
    path: Path
    shown: str
    root: str
    again: Sequence[str]
    own: bool
    timeout: float
    isolation: str
    poll: bool

    @property
    def places(self) -> dict[str, str]:
        """Where the course keeps each exercise."""
        return {about.name: f"{about.chapter}/{about.name}.py" for about in self.catalogue}


def in_order(abouts: Sequence[About]) -> list[About]:
    """The exercises in the course's order, but each after those that it needs."""
    known = {about.name: about for about in abouts}
    placed: dict[str, About] = {}
    begun: set[str] = set()

    def place(about: About) -> None:
        if about.name not in begun:
            begun.add(about.name)  # two that need one another stay in the course's order
            for need in about.needs:
                if need in known:
                    place(known[need])
            placed[about.name] = about

    for about in abouts:
        place(about)
    return list(placed.values())


def has_passed(last: Last | None) -> bool:
    """Whether an exercise passed the last time."""
    return last is not None and last.status == "passed"


def following(abouts: Sequence[About], last: Mapping[str, Last], current: str) -> About | None:
    """The exercise to go on with: the next that has not passed and whose needs have; None where all have passed."""
    start = next((k for k, about in enumerate(abouts) if about.name == current), -1) + 1
    around = [*abouts[start:], *abouts[:start]]
    waiting = [about for about in around if about.name != current and not has_passed(last.get(about.name))]
    names = {about.name for about in abouts}
    ready = [about for about in waiting if all(has_passed(last.get(n)) for n in about.needs if n in names)]
    return next(iter(ready or waiting), None)


# ---------------------------------------------------------------- the desk


@dataclass(frozen=True)
class Graded:
    """A verdict. why: "opened" (looked at), "saved" (its own file), "follows" (it imports what was saved), "all"."""

    report: Report
    why: str


@dataclass(frozen=True)
class State:
    """How things stand at the desk.

    since: since when it grades without a rest, None where it does nothing. at: when each exercise was graded.
    """

    current: str
    reports: Mapping[str, Report]
    last: Mapping[str, Last]
    files: Mapping[str, str]
    running: str
    left: int
    since: float | None
    building: tuple[int, int] | None
    trouble: str
    pages_changed: bool
    at: Mapping[str, str]


@dataclass(frozen=True)
class _Mark:
    """What decides on an exercise's verdict. files: path -> digest, and when it was saved."""

    status: str
    message: str
    notes: tuple[str, ...]
    files: Mapping[str, tuple[Any, ...]]


@dataclass
class _Looks:
    """What was seen of the files at a look: the mark of each exercise, and of each file."""

    marks: dict[str, _Mark] = field(default_factory=dict)
    files: dict[str, tuple[Any, ...]] = field(default_factory=dict)


class Desk:
    """Grades in a thread of its own, and answers at once to a file saved meanwhile or another exercise looked at.

    bell: rung whenever something is new.
    """

    def __init__(self, setting: Setting, player: Player, bell: Bell) -> None:
        self.setting = setting
        self._player = player
        self._bell = bell
        self.abouts = in_order(setting.chosen)
        self._names = [about.name for about in setting.catalogue]
        self._known: dict[Raw, Unit] = {}
        self._pages = self._page_marks()
        self._seen = _Looks()
        self._turn = threading.Condition()
        # What follows is touched by several threads, each time while `_turn` is held.
        self._parts: dict[str, Part] = {}
        self._last = self._remembered()
        self._reports: dict[str, Report] = {}
        self._files: dict[str, str] = {}
        self._graded: list[Graded] = []
        self._wanted: dict[str, str] = {}
        self._running = ""
        self._given_up = False
        self._since: float | None = None
        self._building: tuple[int, int] | None = None
        self._trouble = ""
        self._pages_changed = False
        self._at: dict[str, str] = {}
        self._reread = False
        self._second_look: float | None = None
        self._burst: set[str] = set()  # exercises whose files were saved, one shortly after another
        self._before = ""  # the exercise looked at before that
        self._paused = False
        self._over = False
        self._fault: BaseException | None = None
        self._moving = not self._last  # until everything was graded once, nobody knows where to open
        first = following(self.abouts, self._last, "") or self.abouts[0]
        self._current = first.name
        read = self._read()
        if isinstance(read, str):
            raise SubmissionError(read)
        self._take(read)
        self._want("opened", [self._current])
        if self._moving:
            self._want("all", [about.name for about in self.abouts])
        order = sorted(self.abouts, key=lambda about: about.name != self._current)
        self._loading = [about.name for about in order]
        setting.key.progress = self._build
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=work.__name__, daemon=True)
            for work in (self._load, self._work)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End, whatever runs."""
        with self._turn:
            self._over = True
            self._give_up()
            self._turn.notify_all()
        self.setting.key.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    # ------------------------------------------------------------ what others ask of it

    def state(self) -> State:
        """How things stand. Raises what has made a thread fail."""
        with self._turn:
            if self._fault is not None:
                raise self._fault
            return State(
                self._current,
                dict(self._reports),
                dict(self._last),
                self._files,
                self._running,
                len(self._wanted),
                self._since,
                self._building,
                self._trouble,
                self._pages_changed,
                dict(self._at),
            )

    def take(self) -> list[Graded]:
        """The verdicts reached since."""
        with self._turn:
            taken, self._graded = self._graded, []
            return taken

    def changed(self) -> None:
        """A file may have changed: what is being graded may be stale."""
        with self._turn:
            self._reread = True
            self._give_up()
            self._turn.notify_all()

    def look_at(self, name: str) -> None:
        """Go to an exercise, and grade it where it has no verdict yet."""
        with self._turn:
            self._moving = False
            self._burst = set()
            self._current = name
            if name not in self._reports and name != self._running:
                self._give_up()
                self._want("opened", [name])
            self._turn.notify_all()

    def grade_all(self) -> None:
        """Grade everything, the exercise looked at first."""
        with self._turn:
            self._moving = False
            self._want("all", [about.name for about in self.abouts])
            self._turn.notify_all()

    def pause(self) -> None:
        """Grade nothing: this process is about to be stopped, and its clocks go on."""
        with self._turn:
            self._paused = True
            self._give_up()

    def go_on(self) -> None:
        """Grade again. While this process was stopped, time has run out for what was being graded."""
        with self._turn:
            self._paused = False
            self._reread = True
            self._give_up()
            late = [name for name, report in self._reports.items() if report.counts["timeout"]]
            self._want("opened", late)
            self._turn.notify_all()

    def fail(self, error: BaseException) -> None:
        """Something has failed that is no learner's fault: `state` raises it."""
        with self._turn:
            self._fault = self._fault or error
        self._bell.ring()

    # ------------------------------------------------------------ its threads

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            if not self._over:
                self.fail(error)

    def _build(self, ready: int, wanted: int) -> None:
        with self._turn:
            self._building = (ready, wanted) if ready < wanted or not wanted else None
        self._bell.ring()

    def _load(self) -> None:
        """Get the parts of the key, each for use as soon as it is there."""
        for part in self.setting.key.parts(self._loading):
            with self._turn:
                self._parts[part.about.name] = part
                self._turn.notify_all()
                if self._over:
                    return
        with self._turn:
            self._building = None
        self._bell.ring()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            if job:
                self._grade(job)
            else:
                self._take(self._read())
            self._bell.ring()

    def _next(self) -> str | None:
        """Wait for something to do: the exercise to grade, "" to read the files, None at the end."""
        with self._turn:
            while not self._over:
                now = time.monotonic()
                if self._reread or (self._second_look is not None and now >= self._second_look):
                    self._second_look = now + SETTLE if self._reread else None
                    self._reread = False
                    return ""
                ready = [] if self._paused else [name for name in self._wanted if name in self._parts]
                if ready:
                    self._since = self._since or now
                    # Rings that were meant for the grading before this one.
                    self._player.resume()
                    self._given_up = False
                    self._running = self._current if self._current in ready else ready[0]
                    self._bell.ring()
                    return self._running
                self._since = None
                self._bell.ring()
                self._turn.wait(None if self._second_look is None else self._second_look - now)
        return None

    def _give_up(self) -> None:
        if self._running:
            self._given_up = True
            self._player.abandon()

    def _want(self, why: str, names: Sequence[str]) -> None:
        """Grade these, in this order, before others that wait."""
        self._wanted = {**{name: self._wanted.get(name, why) for name in names}, **self._wanted}

    # ------------------------------------------------------------ reading

    def _read(self) -> Submission | str:
        """The files as they are now, or why they cannot be read."""
        setting = self.setting
        try:
            return read_submission(setting.path, self._names, setting.places, self._known)
        except SubmissionError as error:
            return str(error)

    def _take(self, read: Submission | str) -> None:
        """Find out whose verdict may be another one now, and want those graded."""
        with self._turn:
            settled = self._second_look is None
            if isinstance(read, str):
                self._trouble = read if settled else self._trouble
                return
            self._trouble = ""
            self._pages_changed = self._page_marks() != self._pages
            self._grading = Grading(
                read,
                self._player,
                timeout=self.setting.timeout,
                root=self.setting.root,
                required=self.setting.isolation,
            )
            found = {about.name: read.find(about.name) for about in self.abouts}
            self._files = {
                name: self._grading.shown(one.file.path) for name, one in found.items() if one.file is not None
            }
            looks = _look(read, found)
            if not self._seen.marks:  # the first look of all: nothing has changed
                self._seen = looks
            changed = [
                name
                for name, mark in looks.marks.items()
                # A file that is gone, or does not parse, may be half written: a second look will tell.
                if mark != self._seen.marks[name] and (settled or found[name].status == "found")
            ]
            saved = {path for path, mark in looks.files.items() if mark != self._seen.files.get(path)}
            for name in changed:
                self._seen.marks[name] = looks.marks[name]
                self._seen.files |= looks.marks[name].files
            if settled:
                self._seen.files = looks.files
            if changed:
                self._order(changed, {name for name in changed if _path(found[name]) in saved})
            if settled:
                self._burst = set()

    def _order(self, changed: Sequence[str], own: set[str]) -> None:
        """Want what changed graded; go to the exercise that was saved, where it is one by itself.

        own: those whose own files were saved.
        """
        self._moving = False
        self._before = self._before if self._burst else self._current
        self._burst |= own
        # Of many saved at once, as by a change of branches, none is the one that is worked at.
        self._current = self._before if self._before in self._burst or len(self._burst) != 1 else min(self._burst)
        for name in changed:
            self._wanted.pop(name, None)
        ahead = sorted(changed, key=lambda name: (name != self._current, name not in own))
        for name in reversed(ahead):
            self._want("saved" if name in own or name == self._current else "follows", [name])

    def _page_marks(self) -> dict[Path, tuple[int, int] | None]:
        try:
            return {page.path: _stamp(page.path) for page in self.setting.course.pages()}
        except CourseError:  # none are there, as in the middle of a change of branches
            return {}

    # ------------------------------------------------------------ grading

    def _grade(self, name: str) -> None:
        part = self._parts[name]
        grading = self._grading
        setting = self.setting
        try:
            exercise = grading.grade(part)
            environment = grading.environment(part.tensorflow, part.no_tensorflow)
        except Abandoned:
            exercise = None
        with self._turn:
            self._running = ""
            if exercise is None or self._given_up:
                # Last, so that an endless loop does not keep others waiting a second time.
                self._wanted[name] = self._wanted.pop(name, "opened")
                return
            report = grading.report([exercise], environment, setting.key.seed, setting.shown, setting.again)
            self._reports[name] = report
            self._last[name] = Last(exercise.status, exercise.cases.passed, exercise.cases.total)
            self._at[name] = time.strftime("%H:%M:%S")
            self._graded.append(Graded(report, self._wanted.pop(name, "opened")))
            if self._moving and not self._wanted:
                self._moving = False
                there = following(self.abouts, self._last, "")
                if there is not None and there.name != self._current:
                    self._current = there.name
                    self._graded.append(Graded(self._reports[there.name], "opened"))
        self._bell.ring()
        if setting.own:
            # Read anew each time: a `grade` in another terminal remembers there too.
            Progress(setting.key.cache, setting.course.root).remember(report)

    def _remembered(self) -> dict[str, Last]:
        if not self.setting.own:
            return {}
        progress = Progress(self.setting.key.cache, self.setting.course.root)
        every = ((about.name, progress.last(about.name)) for about in self.abouts)
        return {name: last for name, last in every if last is not None}


def _path(found: Found) -> str:
    return found.file.path if found.file is not None else ""


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_size


def _look(read: Submission, found: Mapping[str, Found]) -> _Looks:
    """What decides on each exercise: its files, those that they import, and when each was saved."""
    root = Path(read.path)
    root = root if root.is_dir() else root.parent
    looks = _Looks()
    for file in read.files:
        # With the time: whoever saves the same text again wants it graded again.
        looks.files[file.path] = (file.sha256, _stamp(root / file.path))
    for name, one in found.items():
        files = {file.path: looks.files.get(file.path, (file.sha256,)) for file in read.files_for(name)}
        looks.marks[name] = _Mark(one.status, one.message, (*one.notes, *read.notes), files)
    return looks


# ---------------------------------------------------------------- keys, signals, and what is to be shown


@dataclass(frozen=True)
class View:
    """All that is to be shown.

    last: how each exercise went last time. report: the verdict on `about`, None where there is none yet; stale: another
    is on its way, and takes its time. file: the learner's, page: the reference's ("" where there is none). overlay: "",
    "keys", "list", "hint" or "explain", in the verdict's place. hint: which, from 0. asking, busy, message: what is
    asked, runs, was done; "" for nothing. notes: what else to know. ahead: the exercise to go on with. lacking: what
    `about` needs and has not passed. scroll: lines left out above.
    """

    abouts: Sequence[About]
    last: Mapping[str, Last]
    about: About
    report: Report | None
    stale: bool
    file: str
    page: str
    overlay: str
    hint: int
    asking: str
    busy: str
    message: str
    notes: tuple[str, ...]
    ahead: About | None
    lacking: tuple[str, ...]
    scroll: int


class Watch:
    """Watches until it is told to end. A context manager: leaving it ends what was started."""

    def __init__(self, setting: Setting, player: Player) -> None:
        self.setting = setting
        self._bell = Bell()
        try:
            self._desk = Desk(setting, player, self._bell)
        except BaseException:
            self._bell.close()
            raise
        self._changes = Changes(setting.path, setting.poll, self._desk.changed, self._desk.fail)
        self._abouts = {about.name: about for about in self._desk.abouts}
        self._pages = {page.name: page for page in setting.course.pages()}
        self._overlay = ""
        self._hint = 0
        self._asking = ""
        self._message = ""
        self._scroll = 0

    def __enter__(self) -> Watch:
        self._desk.start()
        self._changes.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._changes.close()
        self._desk.close()
        self._bell.close()

    # ------------------------------------------------------------ on a terminal, and without one

    def on_screen(self, screen: Screen, draw: Callable[[View, int, int], tuple[list[str], int]]) -> int:
        """Show how things stand until a key or a signal ends it; the exit status.

        draw: the lines of a view at so many columns and lines, and how far it can be scrolled.
        """
        with Signals(self._bell) as signals:
            drawn: tuple[View, tuple[int, int]] | None = None
            try:
                screen.enter()
                while not screen.gone:
                    for name in signals.take():
                        if name in ENDING:
                            return _status(name)
                        if name == "SIGTSTP":
                            self._desk.pause()
                            screen.leave()
                            stop_here()
                        if name in ("SIGTSTP", "SIGCONT"):
                            screen.enter()
                            self._desk.go_on()
                        drawn = None
                        screen.forget()
                    self._desk.take()  # the view has the verdict
                    view, soon = self.view()
                    if drawn is not None and (drawn[0].about, drawn[0].report) != (view.about, view.report):
                        self._scroll = 0  # another verdict is read from its beginning
                        view = replace(view, scroll=0)
                    if drawn != (view, screen.size()):
                        drawn = view, screen.size()
                        lines, furthest = draw(view, *drawn[1])
                        screen.show(lines)
                        self._scroll = min(self._scroll, furthest)
                    screen.wait(self._bell, soon)
                    if any(self.press(key) for key in screen.pressed()):
                        return 0
            finally:
                screen.leave()
        return _status("SIGHUP")

    def on_lines(self, say: Callable[[Graded, View], None], note: Callable[[str], None]) -> int:
        """Say each verdict once, until a signal ends it; the exit status.

        say: is given each verdict, and how things stand with it. note: a sentence on what else happens.
        """
        with Signals(self._bell) as signals:
            told: set[str] = set()
            while True:
                for name in signals.take():
                    if name in ENDING:
                        return _status(name)
                    if name == "SIGTSTP":
                        self._desk.pause()
                        stop_here()
                    if name in ("SIGTSTP", "SIGCONT"):
                        self._desk.go_on()
                for graded in self._desk.take():
                    say(graded, self.view(graded.report.exercises[0].name)[0])
                notes = set(self.view()[0].notes)
                building = self._desk.state().building
                notes |= {words.watch_building(0, building[1])} if building is not None and building[1] else set()
                for text in sorted(notes - told):
                    note(text)
                told = notes
                _wait(self._bell)

    def ended(self) -> str:
        """What is left to say."""
        last = self._desk.state().last
        return words.watch_ended(sum(map(has_passed, last.values())), len(self._abouts))

    # ------------------------------------------------------------ the view

    def view(self, name: str = "") -> tuple[View, float | None]:
        """What is to be shown, and the seconds after which it is to be asked for again; None for never by itself.

        name: the exercise; by default the one looked at.
        """
        state = self._desk.state()
        about = self._abouts[name or state.current]
        page = self._pages[about.name].path
        lacking = tuple(n for n in about.needs if n in self._abouts and not has_passed(state.last.get(n)))
        notes = [state.trouble] if state.trouble else []
        notes += [words.watch_pages_changed()] if state.pages_changed else []
        notes += [words.polling(self._changes.polling)] if self._changes.polling else []
        busy, soon = self._busy(state, about)
        view = View(
            abouts=self._desk.abouts,
            last=state.last,
            about=about,
            report=state.reports.get(about.name),
            stale=about.name == state.running and busy == words.watch_grading(about.name, state.left - 1),
            file=state.files.get(about.name, ""),
            page=from_here(page) if page.exists() else "",
            overlay=self._overlay,
            hint=self._hint,
            asking=self._asking,
            busy=busy,
            message=self._message,
            notes=tuple(notes),
            ahead=following(self._desk.abouts, state.last, about.name),
            lacking=lacking,
            scroll=self._scroll,
        )
        return view, soon

    def _busy(self, state: State, about: About) -> tuple[str, float | None]:
        """What runs, or ran last; and the seconds after which that may be another."""
        if state.building is not None and not state.running:
            said = words.watch_building(*state.building)
            return said if about.name in state.reports else f"{said} {words.watch_not_graded(about.name)}", None
        if state.since is not None:
            left = state.since + SOON - time.monotonic()
            if left <= 0 and state.running:
                return words.watch_grading(state.running, state.left - 1), None
            soon: float | None = max(left, 0.01)
        else:
            soon = None
        if about.name not in state.reports:
            return words.watch_not_graded(about.name), soon
        if state.reports[about.name].counts["not_started"]:
            return words.WATCH_WRITE, soon
        return words.watch_graded(about.name, state.at[about.name]), soon

    # ------------------------------------------------------------ keys

    def press(self, key: str) -> bool:
        """Do what a key asks for; whether that is to end."""
        if self._asking:
            self._asking = ""
            if key in ("y", "Y"):
                self._message = self._reset()
            return False
        self._message = ""
        moves = {"up": -1, "down": 1, "page up": -10, "page down": 10}
        if key in moves:
            self._scroll = max(self._scroll + moves[key], 0)
            return False
        if key in ("q", "Q"):
            return True
        overlay, self._overlay, self._scroll = self._overlay, "", 0
        actions: dict[str, Callable[[], None]] = {
            "n": lambda: self._go(1),
            "p": lambda: self._go(-1),
            "l": lambda: self._open("list", overlay),
            "h": self._next_hint,
            "e": self._explain,
            "a": self._all,
            "r": self._ask,
            "?": lambda: self._open("keys", overlay),
        }
        if key.lower() in actions:
            actions[key.lower()]()
        return False

    def _current(self) -> About:
        return self._abouts[self._desk.state().current]

    def _open(self, wanted: str, before: str) -> None:
        """Show something in the verdict's place; the same key takes it away again."""
        self._overlay = wanted if before != wanted else ""

    def _go(self, step: int) -> None:
        state = self._desk.state()
        abouts = self._desk.abouts
        if len(abouts) == 1:
            self._message = words.watch_only_one()
            return
        ahead = following(abouts, state.last, state.current) if step > 0 else None
        here = next(k for k, about in enumerate(abouts) if about.name == state.current)
        self._desk.look_at((ahead or abouts[(here + step) % len(abouts)]).name)

    def _next_hint(self) -> None:
        about = self._current()
        progress = Progress(self.setting.key.cache, self.setting.course.root)
        self._hint = progress.next_hint(about.name, len(about.hints))
        self._overlay = "hint"

    def _explain(self) -> None:
        about = self._current()
        report = self._desk.state().reports.get(about.name)
        if report is not None and any(one.explained for one in report.exercises[0].diagnosis):
            self._overlay = "explain"
        else:
            self._message = words.watch_nothing_to_explain(about.name)

    def _all(self) -> None:
        self._desk.grade_all()
        self._overlay = "list"

    def _ask(self) -> None:
        if self.setting.own:
            self._asking = words.watch_reset_question(from_here(self._pages[self._current().name].stub))
        else:
            self._message = words.watch_no_reset(self.setting.shown)

    def _reset(self) -> str:
        page = self._pages[self._current().name]
        path = from_here(page.stub)
        try:
            kept = stubs.reset(page)
        except CourseError as error:
            return words.watch_reset_failed(path, str(error))
        except OSError as error:
            return words.watch_reset_failed(path, str(error.strerror))
        self._desk.changed()  # events may be late, or not come
        return words.watch_reset(path, kept.name if kept is not None else "")


def _status(name: str) -> int:
    """The exit status that a shell gives to a program that a signal has ended."""
    return 128 + int(getattr(signal, name, 1))


def _wait(bell: Bell) -> None:
    select.select([bell], [], [], 0.5 if os.name == "nt" else None)  # where no signal interrupts a wait
    bell.hush()
