"""Grading: a submission and a key make a report.

For each exercise the cases go to a child one at a time, in the key's order, and what comes back is compared with the
key. A child that dies or overruns its time loses the cases it has left, and nothing else.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import math
import os
import platform
import re
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from grader import isolation, words
from grader.child import Child, Reply
from grader.compare import Comparison, compare, largest_difference
from grader.key import About, KeyCase, Part, version_of
from grader.launch import PlayerError
from grader.limits import BANNED_PACKAGES, LEVELS, level
from grader.outcome import Outcome
from grader.player import Player
from grader.report import (
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
    not_an_array,
    value_of,
)
from grader.submission import Found, Submission

COMPILE_SECONDS = 20.0
"""What the first case may take beyond its time where a learner uses Numba, which compiles then."""
LOAD_SECONDS = 5.0
"""What a file may take to load, beyond one case's time: imports are slow on a cold disk."""
PATIENCE = 1.0
"""What a call that took too long may take when it is looked whether it does so by itself."""
LANES = min(2, os.cpu_count() or 1) + 2
"""Exercises that run side by side: more than processors, as starting, asking and ending a child is much waiting."""
NUMBA_FAILED = "Failed in nopython mode pipeline"
"""How Numba's messages begin where it cannot compile a function."""
OURS = "Could not obtain multiprocessing lock"
"""A warning of Numba's that comes from how children are held back, not from a learner's code."""
KILLED = -9
"""The exit status of a process that SIGKILL has ended."""
MAX_SNIPPET = 400
"""Numbers in the inputs and result of a case, up to which it is printed to be pasted."""


class IsolationError(Exception):
    """This machine holds submissions back less than is required: nothing was run."""


@dataclass
class _Tallies:
    """What was seen of an exercise so far."""

    part: Part
    passed: dict[str, int] = field(default_factory=dict)
    status: Status = "passed"
    failure: Failure | None = None
    notes: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    printed: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    killed: bool = False
    diagnosis: tuple[Diagnosis, ...] = ()
    same_again: bool = True

    def note(self, text: str) -> None:
        self.notes[text] = None

    def fail(self, status: Status, failure: Failure) -> None:
        """Keep the first failure: cases go from small to large."""
        if self.failure is None:
            self.status, self.failure = status, failure

    def error(self, other: Callable[[KeyCase], np.ndarray | None]) -> float | None:
        """The largest difference of all answers from the results that `other` gives, in one go."""
        pairs = [
            (one.answer.ravel(), result.ravel())
            for one in self.outcomes
            # Where a relative tolerance is set, TensorFlow itself is off by it.
            if one.answer is not None and not one.case.tolerance.relative
            if (result := other(one.case)) is not None and result.shape == one.answer.shape
        ]
        return largest_difference(*map(np.concatenate, zip(*pairs, strict=True))) if pairs else None


class Grading:
    """Grades the exercises of one submission.

    timeout: seconds that a case may take.
    root: the folder that shown paths of files start from, such as "exercises"; "" where they stand by themselves.
    diagnosis: whether to say why an answer is wrong, beside where and by how much.
    saving: whether the first case that fails is written to a file, so that this need not be offered.
    required: the least level of isolation that anything may be run at.
    """

    def __init__(
        self,
        submission: Submission,
        player: Player,
        *,
        timeout: float,
        root: str = "",
        diagnosis: bool = True,
        saving: bool = False,
        required: str = "none",
    ) -> None:
        self.submission = submission
        self.player = player
        self.timeout = timeout
        self.root = root
        self.diagnosis = diagnosis
        self.saving = saving
        self.required = required
        self._lanes = threading.Semaphore(LANES)
        self._entering = threading.Lock()

    # ------------------------------------------------------------ one exercise

    def grade(self, part: Part) -> ExerciseReport:
        """Grade one exercise. Nothing that the submission does raises an exception here."""
        self.isolation()
        return self._finish(*self._looked_at(part))

    def grade_all(self, parts: Iterable[Part], done: Callable[[Part, ExerciseReport], None]) -> list[ExerciseReport]:
        """Grade exercises as their parts come, several side by side; the reports in the order of the parts.

        done: called with each exercise as soon as it is graded, by one thread at a time.
        """
        self.isolation()
        telling = threading.Lock()
        room = threading.Semaphore(LANES + 1)  # not all parts need be in memory at once

        def finish(found: Found, tallies: _Tallies) -> ExerciseReport:
            try:
                report = self._finish(found, tallies)
            finally:
                room.release()
            with telling:
                done(tallies.part, report)
            return report

        with ThreadPoolExecutor(LANES) as pool:
            try:
                graded = []
                for part in parts:
                    # Sources are looked at here: silencing Python's warnings on them is for one thread alone.
                    looked_at = self._looked_at(part)
                    room.acquire()
                    graded.append(pool.submit(finish, *looked_at))
                return [one.result() for one in graded]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.player.stop()
                raise

    def _finish(self, found: Found, tallies: _Tallies) -> ExerciseReport:
        if tallies.status == "passed":
            self._run(found, tallies)
            if self.diagnosis and tallies.failure is not None:
                from grader.diagnose import diagnose  # not loaded where all is right, as it mostly is

                tallies.diagnosis = diagnose(tallies.part, tallies.outcomes)
                self._look_for_state(found, tallies)
        return self._report(found, tallies)

    def _looked_at(self, part: Part) -> tuple[Found, _Tallies]:
        """What can be said of an exercise before it runs: only where that is nothing, its status is still "passed"."""
        about = part.about
        found = self.submission.find(about.name)
        tallies = _Tallies(part)
        for note in (*found.notes, *(found.file.notes if found.file is not None else ()), *self.submission.notes):
            tallies.note(note)
        if found.status == "not_started":
            tallies.status = "not_started"
        elif found.status == "missing":
            tallies.fail("missing", _plain_failure("missing", found.message))
        elif found.status != "found":
            tallies.fail("error", _plain_failure(found.status, found.message))
        elif broken := self.submission.broken_rule(about.name, about.forbid):
            tallies.fail("rule_broken", _plain_failure("rule", broken))
        return found, tallies

    def _run(self, found: Found, tallies: _Tallies) -> None:
        """Run the exercise in a child; again where the grader's own processes failed, or somebody killed it.

        The second time nothing runs beside it: where signals are open, another exercise may have been the reason.
        """
        for attempt, lanes in enumerate((1, LANES)):
            fresh = _Tallies(tallies.part, notes=dict(tallies.notes))
            with self._occupied(lanes):
                restarts = self.player.restarts
                try:
                    self._run_once(found, fresh)
                except PlayerError as error:
                    self.player.restart(restarts)
                    if attempt == 1:
                        tallies.status = "grader_error"
                        tallies.failure = _plain_failure("grader", words.broken_process(str(error)))
                    continue
            if fresh.killed and attempt == 0:  # the system may have, for want of memory, or somebody by mistake
                continue
            tallies.__dict__.update(fresh.__dict__)
            return

    @contextmanager
    def _occupied(self, lanes: int) -> Iterator[None]:
        """Have so many lanes, waiting for them."""
        with ExitStack() as stack:
            with self._entering:  # by one thread at a time: two that wait for what the other has would wait for good
                for _ in range(lanes):
                    stack.enter_context(self._lanes)
            yield

    def _run_once(self, found: Found, tallies: _Tallies) -> None:
        cases = tallies.part.cases
        load = self.payload(found)
        with self._child(load, len(cases)) as (child, compiling):
            if not self._load(child, load, tallies):
                return
            for case in cases:
                reply = child.ask_frame(case.call, self.timeout + (0.0 if case.index else compiling))
                alive = self._take(reply, case, tallies)
                if not alive:
                    return
            wrong = [one for one in tallies.outcomes if not one.right]
            if wrong and self.diagnosis:
                from grader.repeat import same_answer

                # The last is the largest: chance shows there soonest.
                tallies.same_again = same_answer(child.ask_frame(wrong[-1].case.call, self.timeout), wrong[-1].answer)

    def payload(self, found: Found) -> dict[str, Any]:
        """What a child is told to load an exercise's function."""
        load = self.submission.payload(found.name)
        # A notebook's plots are left out, so what drew them may be missing; a file runs as Python would run it.
        unused = load["absent"] if found.file is not None and found.file.path.endswith(".ipynb") else ()
        load["absent"] = sorted({*unused, *BANNED_PACKAGES})
        load["packages"] = self._packages(load)
        return load

    def _look_for_state(self, found: Found, tallies: _Tallies) -> None:
        """Call again in fresh children where random numbers, or what is kept between calls, may be the reason."""
        failure = tallies.failure
        if failure is None or failure.case is None or tallies.killed:
            return
        from grader.repeat import look_again, not_alone

        case, needed = tallies.part.cases[failure.case], []
        if failure.kind in ("crash", "timeout"):
            seconds = self.timeout if failure.kind == "crash" else min(self.timeout, PATIENCE)
            needed = not_alone(tallies.part, case, lambda calls: self._replies(found, calls, seconds))
            if needed:
                tallies.diagnosis = (Diagnosis("stale", words.answered_alone(len(needed))),)
        elif any(one.case is case and not one.right for one in tallies.outcomes):
            sources = [chunk.source for file in self.submission.files_for(found.name) for chunk in file.chunks]
            tallies.diagnosis, needed = look_again(
                tallies.part,
                tallies.outcomes,
                tallies.diagnosis,
                tallies.same_again,
                "\n".join(sources),
                lambda calls: self._replies(found, calls, self.timeout),
            )
        if needed:
            about = tallies.part.about
            shown = snippet(about, case, "values", self.importing(about), needed)
            tallies.failure = failure._replace(snippet=shown)

    def _replies(self, found: Found, calls: Sequence[KeyCase], seconds: float) -> list[Reply]:
        """What a child of their own answers to these calls, in `seconds` each; [] where it does not answer all."""
        replies: list[Reply] = []
        load = self.payload(found)
        with self._occupied(1):
            restarts = self.player.restarts
            try:
                with self._child(load, len(calls)) as (child, compiling):
                    if "loaded" not in child.ask({"load": load}, {}, self.timeout + LOAD_SECONDS).head:
                        return []
                    for case in calls:
                        replies.append(child.ask_frame(case.call, seconds + (0.0 if replies else compiling)))
            except PlayerError:
                self.player.restart(restarts)
                return []
        return replies if all(one.outcome == "said" for one in replies) else []

    @contextmanager
    def _child(self, load: Mapping[str, Any], calls: int) -> Iterator[tuple[Child, float]]:
        """A child that has the time for so many calls; and the seconds that the first may take beyond its own."""
        compiling = COMPILE_SECONDS if "numba" in load["packages"] else 0.0
        with self.player.child(_cpu_seconds(self.timeout * (calls + 2) + LOAD_SECONDS + compiling)) as child:
            yield child, compiling

    def _load(self, child: Child, load: dict[str, Any], tallies: _Tallies) -> bool:
        reply = child.ask({"load": load}, {}, self.timeout + LOAD_SECONDS)
        self._printed(reply, tallies)
        if reply.outcome == "timeout":
            tallies.fail(
                "timeout", _plain_failure("timeout", words.timed_out(self.timeout + LOAD_SECONDS, loading=True))
            )
        elif reply.outcome == "died":
            tallies.killed = reply.status == KILLED
            tallies.fail("crashed", _plain_failure("crash", words.died(reply.status, loading=True)))
        elif reply.outcome == "misbehaved":
            tallies.fail("crashed", _plain_failure("protocol", words.misbehaved(reply.reason)))
        elif "raised" in reply.head:
            lines = [*self._raised(reply.head["raised"], tallies.part.about), words.while_loading()]
            tallies.fail("error", _plain_failure("exception", "\n".join(lines)))
        elif "not_callable" in reply.head:
            message = words.not_callable(load["function"], str(reply.head["not_callable"])[:100])
            tallies.fail("error", _plain_failure("type", message))
        else:
            return True
        return False

    def _packages(self, load: Mapping[str, Any]) -> list[str]:
        """The top-level names that the files of an exercise import: what of them is installed, the child may read."""
        sources = [source for module in load["modules"].values() for _, source in module["chunks"]]
        found = {
            name for source in sources for name in re.findall(r"^[ \t\f]*(?:import|from)\s+(\w+)", source, re.MULTILINE)
        }
        return sorted(found - set(load["absent"]) - sys.stdlib_module_names)

    # ------------------------------------------------------------ one case

    def _take(self, reply: Reply, case: KeyCase, tallies: _Tallies) -> bool:
        """Judge the reply to one case; whether the child can go on."""
        part = tallies.part
        if tallies.failure is None:
            self._printed(reply, tallies)
        if reply.outcome != "said":
            left = len(part.cases) - case.index - 1
            if reply.outcome == "timeout":
                status: Status = "timeout"
                kind, message = "timeout", words.timed_out(self.timeout, loading=False)
            elif reply.outcome == "died":
                tallies.killed = reply.status == KILLED
                status, kind, message = "crashed", "crash", words.died(reply.status, loading=False)
            else:
                status, kind, message = "crashed", "protocol", words.misbehaved(reply.reason)
            tallies.fail(status, self._failure(case, part, kind, [message, words.not_run(left)], None))
            if tallies.failure is not None and tallies.failure.case != case.index:
                tallies.note(" ".join([message, words.not_run(left)]).strip())
            return False
        head = reply.head
        self._notes(head, case, part, tallies)
        if "raised" in head:
            if tallies.failure is None:
                lines = self._raised(head["raised"], part.about)
                tallies.fail("error", self._failure(case, part, "exception", lines, None))
            tallies.outcomes.append(Outcome(case, None, right=False, kind="raised"))
            return True
        answer = reply.arrays.get("answer") if len(reply.arrays) == 1 else None
        if answer is None:
            kind = str(head.get("type", "?"))[:100]
            message = words.refused(
                str(head.get("refused", "")),
                kind,
                str(head.get("dtype", ""))[:100],
                str(head.get("bytes", head.get("rank", "")))[:30],
                *_number_meant(case),
            )
            tallies.fail("failed", self._failure(case, part, "type", [message], not_an_array(kind)))
            tallies.outcomes.append(Outcome(case, None, right=False, kind=kind))
            return True
        compared = compare(answer, case.truth, case.tolerance)
        warned = tuple(str(one.get("text", "")) for one in _dicts(head.get("warnings")))
        tallies.outcomes.append(Outcome(case, answer, compared.right, warned=warned, wrong=compared.wrong))
        if compared.right:
            tallies.passed[case.family] = tallies.passed.get(case.family, 0) + 1
            self._accepted(str(head.get("answer", ""))[:100], answer, case, tallies)
        elif tallies.failure is None:  # only the first is shown, and telling of one takes longer than grading it
            lines = _mismatch(compared, answer, case, part)
            tallies.fail("failed", self._failure(case, part, compared.kind, lines, value_of(answer)))
        return True

    def _accepted(self, kind: str, answer: np.ndarray, case: KeyCase, tallies: _Tallies) -> None:
        """Note what counts although it is not what was asked for."""
        scalar = not case.truth.ndim
        if not scalar and kind != "ndarray":
            tallies.note(words.note_kind(kind, "an array (np.ndarray)"))
        meant = "float32" if case.truth.dtype.kind == "f" else "int32"
        if not scalar and kind == "ndarray" and answer.dtype.name != meant:
            tallies.note(words.note_dtype(answer.dtype.name, meant))

    def _notes(self, head: Mapping[str, Any], case: KeyCase, part: Part, tallies: _Tallies) -> None:
        changed = head.get("changed")
        if isinstance(changed, list):
            names = [
                part.about.arguments[k] for k in changed if isinstance(k, int) and 0 <= k < len(part.about.arguments)
            ]
            if names:
                tallies.note(words.note_changed(names))
        for one in _dicts(head.get("warnings"))[:5]:
            if len(tallies.notes) < 8 and not str(one.get("text", "")).startswith(OURS):
                label, line = str(one.get("file", ""))[:200], one.get("line")
                where = f"{self.shown(label)}, line {line}" if label and isinstance(line, int) else ""
                tallies.note(words.note_warning(str(one.get("text", "")).partition("\n")[0][:500], where))
        threads = head.get("threads")
        if isinstance(threads, int) and 0 < threads < 10**6:
            tallies.note(words.note_threads(threads))

    def _printed(self, reply: Reply, tallies: _Tallies) -> None:
        """Keep what was printed up to and with the first case that fails: later prints are rarely looked for."""
        if len(tallies.printed) < 20_000:
            tallies.printed += reply.output
        if reply.dropped:
            tallies.note(words.note_dropped(reply.dropped))

    def _raised(self, said: Any, about: About) -> list[str]:
        """The lines on an exception, from what the child says of it: text only, and the learner's own source."""
        raised = said if isinstance(said, dict) else {}
        kinds = [kind for kind in _list(raised.get("kinds")) if isinstance(kind, str)]
        kind, message = str(raised.get("type", "?"))[:100], str(raised.get("message", ""))
        frames = [
            (str(frame[0]), frame[1])
            for frame in _list(raised.get("frames"))
            if isinstance(frame, list) and len(frame) == 3 and isinstance(frame[1], int)
        ]
        numba = message.startswith(NUMBA_FAILED)
        if numba:
            message, place = _from_numba(message)
            frames = frames or place
        lines = [words.raised(kind, message, kinds)]
        # A recursion, or a comprehension within a line, comes to the same line again: once is enough.
        frames = list(dict.fromkeys(reversed(frames)))[:3][::-1]
        sources = [self._source_line(label, line) for label, line in frames]
        lines += [
            words.at_line(self.shown(label), line, source)
            for (label, line), source in zip(frames, sources, strict=True)
        ]
        if "TypeError" in kinds and not frames and "argument" in message:
            lines.append(words.wrong_arguments(about.name, about.arguments))
        found = re.search(r"has no attribute '(\w+)'", message) if "AttributeError" in kinds else None
        name = str(raised.get("name", ""))[:100] or (found[1] if found else "")
        pools = self._near(kinds, message, about.name) if name else []
        known = {name, about.name, *self.submission.places}
        # Python's own names are many and short: "max" is not far enough from "sofmax" to be left out by the usual 0.6.
        loose = "NameError" in kinds or len(name) <= 4  # NumPy has many names: only of a short one is 0.6 near
        matches = (
            difflib.get_close_matches(name, pool - known, n=2, cutoff=0.6 if k == 0 and loose else 0.75)
            for k, pool in enumerate(pools)
        )
        near = next((found for found in matches if found), [])
        source = sources[-1] if sources else ""
        importing = self._other_exercise(kinds, name, source, about)
        lines.append(words.BY_NUMBA if numba else words.help_on(kinds, message, name, near, source, importing))
        return [line for line in lines if line]

    def _other_exercise(self, kinds: Sequence[str], name: str, source: str, about: About) -> str:
        """The line that imports the exercise that an exception is about, by its name or by the call; "" for none."""
        called = [name] if "NameError" in kinds else re.findall(r"\b(\w+)\s*\(", source)
        places = {one: self.submission.places[one] for one in called if one in self.submission.places}
        if len(places) != 1 or about.name in places:
            return ""
        ((one, place),) = places.items()
        return f"from exercises.{place.removesuffix('.py').replace('/', '.')} import {one}"

    def _near(self, kinds: Sequence[str], message: str, exercise: str) -> list[set[str]]:
        """Sets of names, the likelier first, among which one may be that was meant by a name that does not exist."""
        if "AttributeError" in kinds:
            owner = np if message.startswith("module 'numpy'") else np.ndarray if "'numpy.ndarray'" in message else None
            return [{one for one in dir(owner) if not one.startswith("_")}] if owner is not None else []
        if "NameError" in kinds:
            return [self._names(exercise), {one for one in dir(builtins) if one.islower()}]
        return []

    def _names(self, exercise: str) -> set[str]:
        """The names that the files of an exercise give to something."""
        names: set[str] = set()
        for file in self.submission.files_for(exercise):
            for chunk in file.chunks:
                try:
                    nodes = list(ast.walk(ast.parse(chunk.source)))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
                names.update(node.arg for node in nodes if isinstance(node, ast.arg))
                names.update(
                    node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                )
                names.update(node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
                names.update(node.asname or node.name for node in nodes if isinstance(node, ast.alias))
        return names

    def _source_line(self, label: str, line: int) -> str:
        for file in self.submission.files:
            for chunk in file.chunks:
                if chunk.label == label:
                    lines = chunk.source.split("\n")  # as Python counts them
                    return lines[line - 1].strip() if 0 < line <= len(lines) else ""
        return ""

    def shown(self, label: str) -> str:
        """A file's path, or a chunk's label, as people read it."""
        return f"{self.root}/{label}" if self.root else label

    # ------------------------------------------------------------ the report

    def _failure(self, case: KeyCase, part: Part, kind: str, lines: Sequence[str], got: Any) -> Failure:
        # Where an answer could not be read, there is none to check.
        code = snippet(part.about, case, kind, self.importing(part.about)) if kind != "protocol" else ""
        large = not code and kind != "protocol"
        title = words.case_title(
            _call(part.about), _shapes(case), case.family, kind not in ("timeout", "crash", "protocol")
        )
        return Failure(
            case=case.index,
            family=case.family,
            kind=kind,
            message="\n".join(
                [
                    title,
                    *(
                        line
                        for line in (*lines, words.too_large(numbers_of(case), self.saving) if large else "")
                        if line
                    ),
                ]
            ),
            inputs={name: value_of(value) for name, value in case.inputs.items()},
            expected=value_of(_as_shown(case.truth)),
            got=got,
            snippet=code,
        )

    def importing(self, about: About) -> str | None:
        """The line that imports the learner's function; None where the course's `exercises/` holds it."""
        file = self.submission.find(about.name).file
        if file is None:
            return None
        path = PurePosixPath(file.path)
        own = path == PurePosixPath(about.chapter, f"{about.name}.py")
        if own and Path(self.submission.path).name == "exercises":
            return None
        if path.suffix == ".py" and path.stem.isidentifier():
            folder = PurePosixPath(self.shown(file.path)).parent
            return (f"# in the folder {folder}:\n" if folder.name else "") + f"from {path.stem} import {about.name}"
        return f"# {about.name} is the function in {self.shown(file.path)}"

    def _report(self, found: Found, tallies: _Tallies) -> ExerciseReport:
        about, cases = tallies.part.about, tallies.part.cases
        families: dict[str, int] = {}
        for case in cases:
            families[case.family] = families.get(case.family, 0) + 1
        path = found.file.path if found.file is not None else ""
        return ExerciseReport(
            name=about.name,
            chapter=about.chapter,
            status=tallies.status,
            points=about.points,
            cases=Tally(sum(tallies.passed.values()), len(cases)),
            families={name: Tally(tallies.passed.get(name, 0), total) for name, total in families.items()},
            max_error=MaxError(tallies.error(lambda case: case.reference), tallies.error(lambda case: case.tensorflow)),
            failure=tallies.failure,
            diagnosis=tallies.diagnosis,
            notes=tuple(tallies.notes),
            file=self.shown(path) if path else "",
            cell=found.label.removeprefix(f"{path}, ") if path.endswith(".ipynb") else "",
            line=found.line or 1,
            annotation_path=_from_repository(Path(self.submission.path), path) if path else None,
            printed=tallies.printed,
        )

    def report(
        self, exercises: Sequence[ExerciseReport], environment: Environment, seed: int, path: str, again: Sequence[str]
    ) -> Report:
        """The report on these exercises. path: the submission's, as shown; again: see `Report`."""
        files: dict[str, str] = {}
        notes = dict.fromkeys(self.submission.notes)
        for exercise in exercises:
            for file in self.submission.files_for(exercise.name):
                notes.update(dict.fromkeys(file.notes))
                if file.sha256:
                    files[file.path] = file.sha256
        return Report(
            seed=seed,
            environment=environment,
            submission=SubmissionInfo(
                path, tuple(GradedFile(self.shown(name), sha256) for name, sha256 in files.items()), tuple(notes)
            ),
            exercises=tuple(exercises),
            again=tuple(again),
        )

    def isolation(self) -> Isolation:
        """How far this machine holds submissions back, found by a child that has run nothing yet.

        Raises IsolationError where that is less than is required.
        """
        held = self.player.layers()
        reached = level(held)
        if LEVELS.index(reached) < LEVELS.index(self.required):
            raise IsolationError(words.held_back_too_little(self.required, reached))
        return Isolation(reached, tuple(isolation.words(held, self.player.without)))

    def environment(self, tensorflow: str | None, reason: str) -> Environment:
        """The versions and the isolation of this run."""
        return Environment(
            python=platform.python_version(),
            numpy=np.__version__,
            numba=version_of("numba"),
            tensorflow=tensorflow,
            platform=f"{sys.platform} {platform.machine()}",
            isolation=self.isolation(),
            tensorflow_reason=reason,
        )


def _from_numba(message: str) -> tuple[str, list[tuple[str, int]]]:
    """What a message of Numba's compiler says of the learner's code, and the line (label, number) that it is about.

    The message is long: the reason comes first, then where, then what the compiler tried.
    """
    lines = [line.strip() for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith(NUMBA_FAILED)]
    reason = lines[0] if lines else ""
    call = next((line.removeprefix(">>>").strip() for line in lines if line.startswith(">>>")), "")
    if call:
        inner = [found[1] for line in lines if (found := re.match(r"TypingError: (.+)", line))]
        reason = words.not_for_numba(call, inner[0] if inner else "")
    place = re.search(r" at (\S+) \((\d+)\)$", message, re.MULTILINE)
    return reason, [(place[1], int(place[2]))] if place else []


def _cpu_seconds(whole: float) -> int:
    """A child's limit: in powers of two, since it can read it, and is not to count the cases by it."""
    return 1 << max(0, math.ceil(math.log2(whole)))


def _plain_failure(kind: str, message: str) -> Failure:
    """A failure before any case."""
    return Failure(case=None, family=None, kind=kind, message=message, inputs={}, expected=None, got=None, snippet="")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _from_repository(root: Path, path: str) -> str | None:
    """The file's path below the repository that GitHub Actions checked out, for annotations."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace:
        return None
    whole = (root / path if root.is_dir() else root).resolve()
    try:
        return whole.relative_to(Path(workspace).resolve()).as_posix()
    except ValueError:
        return None


# ---------------------------------------------------------------- values in words


def _as_shown(truth: np.ndarray) -> np.ndarray:
    """The truth as a learner's answer would hold it."""
    if truth.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return truth.astype(np.float32)
    return truth


def _call(about: About) -> str:
    return f"{about.name}({', '.join(about.arguments)})"


def _shapes(case: KeyCase) -> dict[str, str]:
    """Each argument's shape, or its value where it is a number or a word."""
    said = {}
    for name, value in case.inputs.items():
        if isinstance(value, list):
            said[name] = "[" + ", ".join(words.shape(one.shape) for one in value) + "]"
        elif isinstance(value, np.ndarray):
            said[name] = words.shape(value.shape)
        else:
            said[name] = f"= {value!r}"
    return said


def _number_meant(case: KeyCase) -> tuple[str, ...]:
    """What an exercise asks for that does not ask for an array."""
    if case.truth.ndim:
        return ()
    return (words.A_NUMBER if case.truth.dtype.kind == "f" else words.A_WHOLE_NUMBER,)


def _number(value: Any) -> str:
    return f"{float(value):.7g}" if np.asarray(value).dtype.kind == "f" else str(value)


def _mismatch(compared: Comparison, answer: np.ndarray, case: KeyCase, part: Part) -> list[str]:
    """The facts of a wrong answer."""
    from grader.place import place_of, values_map

    truth = case.truth
    if compared.kind in ("rank", "shape"):
        said = part.about.sizes
        axes = [words.sizes_by_name(axis, said) for axis in case.returns.split()]
        return words.wrong_shape(
            words.named_shape(axes, truth.shape),
            words.shape(answer.shape),
            words.sizes_by_name(_in_names(answer.shape, case), said),
        )
    if compared.kind == "dtype":
        kinds = {
            "f": "floating-point numbers",
            "i": "whole numbers (int32)",
            "u": "whole numbers",
            "b": "truth values (bool)",
        }
        got = {"f": f"floating-point numbers ({answer.dtype})", "i": f"whole numbers ({answer.dtype})"}
        return words.wrong_dtype(kinds[truth.dtype.kind], got.get(answer.dtype.kind, kinds[answer.dtype.kind]))
    assert compared.wrong is not None
    where = np.argwhere(compared.wrong)
    first = tuple(int(k) for k in where[0])
    place = f"out[{', '.join(map(str, first))}]" if first else "out"
    allowed = float(case.tolerance.allowed(truth).max(initial=0.0))
    difference = None
    if truth.dtype.kind == "f":
        off = compared.wrong & np.isfinite(answer.astype(np.float64)) & np.isfinite(truth)
        if off.any():
            difference = f"{float(np.abs(answer.astype(np.float64) - truth)[off].max()):.3g}"
    lines = words.wrong_values(
        place, _number(answer[first]), _number(truth[first]), len(where), truth.size, difference, f"{allowed:.1g}"
    )
    if truth.size > 1:
        alike = [name for name, axes in part.about.shapes.items() if axes == part.about.returns]
        lines += [place_of(compared.wrong, case, alike), *values_map(compared.wrong)]
    if compared.kind == "not_finite":
        got = answer[compared.wrong].astype(np.float64)
        which = [name for name, there in (("nan", np.isnan(got).any()), ("inf", np.isinf(got).any())) if there]
        if which:
            lines.append(words.not_finite(" and ".join(which)))
    return lines


def _in_names(sides: Sequence[int], case: KeyCase) -> str:
    """The sides of a wrong shape in the names of the expected axes; "" where a side has no name, or two."""
    names: dict[int, list[str]] = {}
    for axis, side in zip(case.returns.split(), case.truth.shape, strict=True):
        names.setdefault(side, []).append(axis)
    own = [name for found in names.values() for name in found]
    for letter, size in case.dims.items():  # what may as well be another size is named by neither
        for side in size if isinstance(size, list) else [size]:
            if letter not in own and side in names:
                names[side].append(letter)
    if any(side != 1 and len(names.get(side, ())) != 1 for side in sides):
        return ""
    named = [names[side][0] if side in names and len(names[side]) == 1 else str(side) for side in sides]
    if all(one.isdecimal() for one in named):
        return ""
    return "(" + ", ".join(named) + ("," if len(named) == 1 else "") + ")"


def _literal(value: Any) -> str:
    """A value as Python source that makes the very same value."""
    if isinstance(value, list):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if not value.size:
        return f"np.empty({value.shape}, dtype=np.{value.dtype.name})"
    return f"np.array({_nested(value)}, dtype=np.{value.dtype.name})"


def _nested(array: np.ndarray) -> str:
    if array.ndim:
        return "[" + ", ".join(_nested(one) for one in array) + "]"
    # The text of a float32 is the shortest that reads back as it; with the dtype beside it, whole ones need no point.
    text = str(array[()]).removesuffix(".0")
    return re.sub(r"nan|inf", r"np.\g<0>", text)


def _assigned(name: str, value: Any) -> str:
    """An assignment, broken where a line would be long: inside brackets a break means nothing."""
    return textwrap.fill(
        f"{name} = {_literal(value)}", 74, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def numbers_of(case: KeyCase) -> int:
    """How many numbers the inputs and the result of a case hold."""
    arrays = [one for value in case.inputs.values() for one in (value if isinstance(value, list) else [value])]
    return sum(one.size for one in arrays if isinstance(one, np.ndarray)) + case.truth.size


def snippet(
    about: About,
    case: KeyCase,
    kind: str = "values",
    importing: str | None = None,
    before: Sequence[KeyCase] = (),
) -> str:
    """Python to paste: the inputs, the call, and the check; "" where the case is too large to read.

    kind: what was wrong with the answer (see `Failure`); it decides what is checked besides shape and values.
    importing: the line that imports the learner's function; by default from the course's `exercises/`.
    before: the cases whose calls it takes to make the answer wrong.
    """
    if sum(numbers_of(one) for one in (case, *before)) > MAX_SNIPPET:
        return ""
    given = []
    for one in before:
        given += [*(_assigned(name, value) for name, value in one.inputs.items()), _call(about)]
    if before:
        given += [f"# {line}" for line in words.MATTERS]
    given += [_assigned(name, value) for name, value in case.inputs.items()]
    given.append(_assigned("expected", _as_shown(case.truth)))
    return _with_check(about, case, given, kind, importing)


def save_case(about: About, case: KeyCase, path: Path, importing: str | None = None) -> str:
    """Write inputs and expected result of a case to `path`, an .npz file; Python to paste that loads and checks it.

    Raises OSError where the file cannot be written.
    """
    arrays: dict[str, np.ndarray] = {"expected": _as_shown(case.truth)}
    given = [f"case = np.load({str(path)!r})"]
    for name, value in case.inputs.items():
        if isinstance(value, list):
            arrays.update({f"{name}_{k}": one for k, one in enumerate(value)})
            named = ", ".join(f'case["{name}_{k}"]' for k in range(len(value)))
            given.append(f"{name} = [{named}]")
        elif isinstance(value, np.ndarray):
            arrays[name] = value
            given.append(f"{name} = case[{name!r}]")
        else:
            given.append(f"{name} = {value!r}")
    given.append('expected = case["expected"]')
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # its other keywords are names that no argument has
    return _with_check(about, case, given, "values", importing)


def _with_check(about: About, case: KeyCase, given: Sequence[str], kind: str, importing: str | None) -> str:
    if importing is None:
        importing = f"from exercises.{about.chapter}.{about.name} import {about.name}"
    lines = ["import numpy as np", importing, "", *given]
    lines.append(f"result = {_call(about)}")
    if kind == "type":
        if case.truth.ndim:
            lines.append("assert type(result) is np.ndarray, type(result)")
        lines.append("assert np.asarray(result).dtype.kind in 'biuf', np.asarray(result).dtype")
    if kind == "dtype":
        lines.append(f"assert np.asarray(result).dtype.kind == {case.truth.dtype.kind!r}, np.asarray(result).dtype")
    lines.append(f"assert np.shape(result) == {case.truth.shape}, np.shape(result)")
    relative, absolute = case.tolerance.relative, case.tolerance.absolute
    lines.append(f"np.testing.assert_allclose(result, expected, rtol={relative:.2g}, atol={absolute:.2g})")
    return "\n".join(lines)
