"""The command line: a short function a command. Heavy imports stand where they are used."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib.util
import io
import math
import os
import signal
import stat
import sys
import warnings
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.ahead import Ahead
from grader.limits import LEVELS, required

if TYPE_CHECKING:
    from rich.console import Console

    from grader.course import Course
    from grader.grading import Grading
    from grader.key import About, Key, Part
    from grader.render.progress import Building
    from grader.report import ExerciseReport, Report
    from grader.watch import Setting, Watch

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FULL, NOT_YET, OUR_FAULT, INTERRUPTED = 0, 1, 3, 130  # 2, wrong use, is Click's own
CASE_SECONDS, BUDGET_SECONDS = 5.0, 2.0


class Fault(click.ClickException):
    """The grader or the course is at fault, or the machine cannot do what was required: no learner is."""

    exit_code = OUR_FAULT

    def show(self, file: Any = None) -> None:
        """Say so, without a traceback."""
        _say(f"{self.message}\nThis is not the fault of any submission, and no points are lost.")


class DefaultToRun(click.Group):
    """`grade softmax` is `grade run softmax`: what is no command is the name of an exercise."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name in front where there is none."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the bare form first."""
        formatter.write_usage("grade", "[NAME ...] [OPTIONS]   or   grade COMMAND [ARGS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of a run are the ones looked for."""
        run_command = self.commands["run"]
        records = [record for param in run_command.params if (record := param.get_help_record(ctx)) is not None]
        with formatter.section("Options of a run"):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)


@click.group(cls=DefaultToRun, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader", prog_name="grade")
def main() -> None:
    """Grade the course's exercises: all of them, the ones named, or a chapter's.

    Every function is run on random shapes, away from everything else, and compared with a compiled reference and with
    TensorFlow. Exit status: 0 full marks, or --min-score reached; 1 not yet; 2 wrong use; 3 a fault of the grader or
    the course.
    """


def run(ahead: Ahead | None = None) -> int:
    """The script's entry: the exit status. ahead: has the player that was started before this was imported."""
    _tolerate_any_console()
    # What Python thinks of a learner's source is told where it runs, if anywhere.
    warnings.simplefilter("ignore", SyntaxWarning)
    interrupts = _noted_interrupts()
    try:
        try:
            return int(main.main(standalone_mode=False, prog_name="grade", obj=ahead) or 0)
        except Exception as error:
            if interrupts:  # which came out as something else: from NumPy's import as an ImportError, for one
                raise KeyboardInterrupt from error
            raise
    except click.exceptions.Exit as done:
        return done.exit_code
    except Fault as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        _say(f"{error.format_message()}\n`grade --help` says how to use it.")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        from grader import words

        _say(words.INTERRUPTED)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads us (head, a pager) has seen enough.
        _hush()
        return NOT_YET
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            _hush()
            _say(f"What there is to say could not be written: {error.strerror}. Make room and run it again.")
            return OUR_FAULT
        import traceback

        _say(
            "The grader itself failed, which is our fault and not yours. Please report this:\n\n"
            + traceback.format_exc().rstrip()
        )
        return OUR_FAULT


def _noted_interrupts() -> list[int]:
    """A list that each Ctrl-C goes into as it comes; where it is ignored, as in the background, it stays so."""
    noted: list[int] = []

    def note(number: int, frame: Any) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, note)
    return noted


def _hush() -> None:
    """Write nothing more to standard output, not even what waits in its buffer."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(what: str, path: str | Path, error: OSError) -> click.ClickException:
    """The error for a file that cannot be written: a full disk is nobody's wrong use."""
    kind = Fault if error.errno in NO_ROOM else click.UsageError
    return kind(f"{what} cannot be written to {path}: {error.strerror}.")


def _tolerate_any_console() -> None:
    """A letter that the console's encoding lacks is replaced, and never ends the run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _say(text: str) -> None:
    click.echo(text, err=True)


# ---------------------------------------------------------------- what the commands share


def _course(path: str | None) -> Course:
    from grader.course import Course, find_course, is_course

    if path is not None:
        if not is_course(Path(path)):
            raise click.UsageError(
                f"{path} is not a course: a course is a folder that holds solutions/ and exercises/."
            )
        return Course(Path(path))
    course = find_course(Path.cwd())
    if course is None:
        raise click.UsageError(
            "There is no course here: neither this folder nor one above it holds solutions/ and exercises/. "
            "Go into the course's folder, or name it with --course PATH."
        )
    return course


def _key(
    course: Course,
    seed: int = 0,
    cases: int | None = None,
    require_tensorflow: bool = False,
    building: Building | None = None,
) -> Key:
    from grader.course import DEFAULT_CASES
    from grader.key import Key
    from grader.render.progress import Building

    key = Key(course, seed, DEFAULT_CASES if cases is None else cases, building or Building(), require_tensorflow)
    if key.note:
        _say(key.note)
    return key


def _chosen(catalogue: Sequence[About], names: Sequence[str]) -> list[About]:
    """The exercises named, in the course's order: by name or by chapter; all where none is named."""
    if not names:
        return list(catalogue)
    known = {about.name for about in catalogue} | {about.chapter for about in catalogue}
    # A stub's path, as the shell completes it, names its exercise; a folder's its chapter.
    wanted = {Path(name).stem if name.endswith(".py") else Path(name).name for name in names}
    for name in wanted - known:
        raise click.UsageError(_unknown(name, sorted({*known, *main.commands} - {"run"})))
    return [about for about in catalogue if about.name in wanted or about.chapter in wanted]


def _unknown(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    near = near or [one for one in known if name and one.startswith(name.lower())][:3]
    help_text = f" Did you mean {' or '.join(near)}?" if near else " `grade list` shows them all."
    return f"There is no exercise or chapter called {name!r}.{help_text}"


def _one(catalogue: Sequence[About], name: str) -> About:
    for about in catalogue:
        if about.name == name:
            return about
    inside = [about.name for about in catalogue if about.chapter == name]
    if inside:
        raise click.UsageError(f"{name} is a chapter. Name one of its exercises: {', '.join(inside)}.")
    raise click.UsageError(_unknown(name, [about.name for about in catalogue]))


def _console() -> Console:
    from grader.render.terminal import open_console

    return open_console(sys.stdout)


# ---------------------------------------------------------------- grade


def _as_seed(_: click.Context, __: click.Parameter, value: str) -> int:
    if value == "random":
        import secrets

        return secrets.randbits(32)
    if not value.isdecimal() or len(value) > 18:
        raise click.BadParameter(f"{value!r} is neither a whole number from 0 (18 digits at most) nor the word random.")
    return int(value)


def _as_seconds(_: click.Context, __: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("nan is not a number of seconds.")
    return value


def _as_points(_: click.Context, __: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    try:
        points = Fraction(Decimal(value))
    except (InvalidOperation, ValueError, OverflowError):
        points = Fraction(-1)
    if points < 0:
        raise click.BadParameter(f"{value!r} is not a number of points, such as 60 or 61.5.")
    return points


def _as_share(context: click.Context, parameter: click.Parameter, value: str | None) -> Fraction:
    share = _as_points(context, parameter, value or "0") or Fraction(0)
    if share > 1:
        raise click.BadParameter(f"{value!r} is no share of the points, from 0 to 1.")
    return share


budget_option = click.option(
    "--budget",
    type=click.FloatRange(0.1, 600),
    callback=_as_seconds,
    default=BUDGET_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="About how long an exercise is timed.",
)


course_option = click.option(
    "--course", "course_path", metavar="PATH", help="The course's folder; by default the one you are in."
)
source_option = click.option(
    "--from", "source", metavar="PATH", help="Grade this folder, file, notebook or archive, not exercises/."
)
seed_option = click.option(
    "--seed", default="0", callback=_as_seed, metavar="N|random", help="Which cases are drawn (default 0)."
)
cases_option = click.option(
    "--cases", type=click.IntRange(1, 10_000), help="About how many cases an exercise gets (default 20)."
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    callback=_as_seconds,
    default=CASE_SECONDS,
    show_default=True,
    help="Seconds for a case.",
)


@main.command("run", hidden=True)
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@source_option
@course_option
@seed_option
@cases_option
@timeout_option
@click.option("--min-score", callback=_as_points, metavar="POINTS", help="Exit with 0 from this score on.")
@click.option("--no-diagnosis", is_flag=True, help="Say where answers are wrong, but not why.")
@click.option("--save-case", metavar="FILE", help="Write the first case that fails to FILE (.npz), and how to load it.")
@click.option("--speed", is_flag=True, help="Time what passes, beside the compiled reference and TensorFlow.")
@budget_option
@click.option(
    "--speed-points",
    callback=_as_share,
    metavar="SHARE",
    help="Give this share of the points for speed, such as 0.2 (default: none). Implies --speed.",
)
@click.option("--require-tensorflow", is_flag=True, help="Fail (3) where TensorFlow cannot be compared with.")
@click.option(
    "--require-isolation",
    metavar="LEVEL",
    type=click.Choice(LEVELS[1:]),
    help="Fail (3) where code is held back less than this: limits, confined, sealed, isolated.",
)
@click.option("--unsafe", is_flag=True, help="Run code also where nothing at all holds it back.")
@click.option("--json", "json_path", metavar="PATH", help='Write the report as JSON ("-": standard output).')
@click.option("--junit", "junit_path", metavar="PATH", help="Write the report as JUnit XML.")
@click.option("--markdown", "markdown_path", metavar="PATH", help="Write the report as Markdown.")
def run_command(
    names: tuple[str, ...],
    source: str | None,
    course_path: str | None,
    seed: int,
    cases: int | None,
    timeout: float,
    min_score: Fraction | None,
    no_diagnosis: bool,
    save_case: str | None,
    speed: bool,
    budget: float,
    speed_points: Fraction,
    require_tensorflow: bool,
    require_isolation: str | None,
    unsafe: bool,
    json_path: str | None,
    junit_path: str | None,
    markdown_path: str | None,
) -> int:
    """Grade exercises."""
    outputs = {"json": json_path, "junit": junit_path, "markdown": markdown_path}
    if list(outputs.values()).count("-") > 1:
        raise click.UsageError('Only one report can go to standard output ("-").')
    report = _graded(
        course_path,
        names,
        source,
        seed,
        cases,
        timeout,
        min_score,
        not no_diagnosis,
        save_case,
        require_tensorflow,
        required(require_isolation, unsafe, os.environ),
        budget if speed or speed_points else None,
        speed_points=speed_points,
    )
    _show(report, outputs)
    if source is None:
        from grader.key import cache_folder
        from grader.progress import Progress

        Progress(cache_folder()[0], _course(course_path).root).remember(report)
    if report.counts["grader_error"]:
        return OUR_FAULT
    return FULL if report.score >= (report.max_score if min_score is None else min_score) else NOT_YET


def _graded(
    course_path: str | None,
    names: Sequence[str],
    source: str | None,
    seed: int = 0,
    cases: int | None = None,
    timeout: float = CASE_SECONDS,
    min_score: Fraction | None = None,
    diagnosis: bool = True,
    save_case: str | None = None,
    require_tensorflow: bool = False,
    isolation: str = "limits",
    budget: float | None = None,
    scaling: bool = False,
    speed_points: Fraction = Fraction(0),
) -> Report:
    from grader.launch import PlayerError

    # The process that runs submissions starts up while this one reads files.
    with click.get_current_context().ensure_object(Ahead).take() as player:
        from grader.course import CourseError
        from grader.grading import Grading, IsolationError
        from grader.key import KeyFault
        from grader.render.progress import Building
        from grader.submission import SubmissionError, read_submission

        player.prove()
        gc.freeze()  # what is loaded now stays: collections need not look at it again and again
        course = _course(course_path)
        path = Path(source) if source is not None else course.exercises
        try:
            building = Building()
            key = _key(course, seed, cases, require_tensorflow, building)
            catalogue = key.catalogue()
            chosen = _chosen(catalogue, names)
            places = {about.name: f"{about.chapter}/{about.name}.py" for about in catalogue}
            most = sum(Fraction(str(about.points)) for about in chosen)
            if min_score is not None and min_score > most:
                raise click.UsageError(
                    f"--min-score {float(min_score):g} cannot be reached: there are {float(most):g} points."
                )
            submission = read_submission(path, list(places), places)
            root = _shown_root(path, submission.path)
            grading = Grading(
                submission,
                player,
                timeout=timeout,
                root=root,
                diagnosis=diagnosis,
                saving=save_case is not None,
                required=isolation,
            )
            grading.isolation()  # before a key is built, which can take a minute
            order = [about.name for about in chosen]
            tensorflow: tuple[str | None, str] = None, ""
            failed: dict[str, Part] = {}

            def parts() -> Iterator[Part]:
                nonlocal tensorflow
                for part in key.parts(order):
                    tensorflow = part.tensorflow, part.no_tensorflow
                    if part.tensorflow is None and require_tensorflow:
                        raise Fault(f"--require-tensorflow: TensorFlow is not compared with, since {tensorflow[1]}.")
                    yield part

            def done(part: Part, report: ExerciseReport) -> None:
                building.graded(report)
                if save_case is not None and report.failure is not None and report.failure.case is not None:
                    failed[report.name] = part

            exercises = sorted(grading.grade_all(parts(), done), key=lambda report: order.index(report.name))
            for report in exercises:
                if save_case is not None and report.name in failed:
                    assert report.failure is not None
                    assert report.failure.case is not None
                    part = failed[report.name]
                    _save(part, report.failure.case, Path(save_case), grading.importing(part.about))
                    break
            if budget is not None:
                with_tensorflow = tensorflow[0] is not None
                exercises = _timed(course, key, grading, exercises, budget, with_tensorflow, scaling, speed_points)
            shown = source if source is not None else _shown_path(path)
            environment = grading.environment(*tensorflow)
            return grading.report(exercises, environment, seed, shown, _again(source, cases))
        except SubmissionError as error:
            raise click.UsageError(str(error)) from error
        except (CourseError, IsolationError, KeyFault, PlayerError) as error:
            raise Fault(str(error)) from error


def _again(source: str | None, cases: int | None) -> list[str]:
    """The options, besides the seed, with which a run is the same one again."""
    again = ["--from", source] if source is not None else []
    return again + (["--cases", str(cases)] if cases is not None else [])


def _timed(
    course: Course,
    key: Key,
    grading: Grading,
    exercises: list[ExerciseReport],
    budget: float,
    tensorflow: bool,
    scaling: bool,
    points: Fraction,
) -> list[ExerciseReport]:
    """The same reports, with the speed of what passes: after all grading, when nothing else runs."""
    from grader.render.progress import SPEED, Building
    from grader.speed import Stopwatch

    passed = [exercise for exercise in exercises if exercise.status == "passed"]
    if not passed:
        return exercises
    progress = Building(SPEED)
    progress(0, len(passed))
    timed = {}
    try:
        with Stopwatch(
            course, key.cache, grading, budget=budget, tensorflow=tensorflow, scaling=scaling, points=points
        ) as watch:
            for exercise in passed:
                timed[exercise.name] = watch.add_to(exercise)
                progress(len(timed), len(passed))
    finally:
        progress.close()
    return [timed.get(exercise.name, exercise) for exercise in exercises]


def _save(part: Part, case: int, path: Path, importing: str | None) -> None:
    from grader.grading import save_case

    try:
        code = save_case(part.about, part.cases[case], path, importing)
    except OSError as error:
        raise _unwritten("The case", path, error) from error
    _say(f"The first case of {part.about.name} that fails is in {path}. To load and check it:\n\n{code}\n")


def _shown_root(path: Path, root: str) -> str:
    """The folder that the paths of a submission's files are shown from: as short as it can be and still be opened.

    root: what they are relative to, which for a checkout of a whole course is its `exercises/`.
    """
    folder = Path(root) if path.is_dir() else path.parent
    with contextlib.suppress(ValueError):
        folder = folder.resolve().relative_to(Path.cwd().resolve())
    return "" if str(folder) == "." else folder.as_posix()


def _show(report: Report, outputs: dict[str, str | None]) -> None:
    """Write the reports that were asked for; show it on the terminal, unless standard output is taken."""
    from grader.render import terminal

    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    for kind, target in outputs.items():
        if target is None:
            continue
        text = _made(kind, report)
        if target == "-":
            if in_actions:
                text = _harmless(kind, text)
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8"))
            sys.stdout.buffer.flush()
            continue
        try:
            Path(target).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise _unwritten(f"The {kind} report", target, error) from error
    quiet = "-" in outputs.values()
    if in_actions:
        from grader.render import github

        github.write_summary(_made("markdown", report), os.environ)
    if not quiet:
        log = io.StringIO() if in_actions else None
        terminal.render(report, console=terminal.open_output(log or sys.stdout))
        if log is not None:
            import secrets

            click.echo(github.guard(log.getvalue(), secrets.token_hex(16)), nl=False)
    if in_actions:
        click.echo(github.annotations(report), nl=False, err=quiet)


def _made(kind: str, report: Report) -> str:
    """The report as text of this kind."""
    if kind == "json":
        from grader.report import to_json as make
    elif kind == "junit":
        from grader.render.junit import render as make
    else:
        from grader.render.markdown import render as make
    return make(report)


def _harmless(kind: str, text: str) -> str:
    """A report for standard output in GitHub Actions, where a line of it could be taken for a command to the runner."""
    if kind != "json" and not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
        raise click.UsageError(f"In GitHub Actions the {kind} report goes to a file: --{kind} PATH.")
    # In JSON no text begins a line, and the older form of a command can be written so that only JSON readers see it.
    return text.replace("##[", "##\\u005b")


# ---------------------------------------------------------------- speed


@main.command("speed")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@source_option
@course_option
@budget_option
@click.option("--scaling", is_flag=True, help="Measure four sizes, and say how the times grow.")
@click.option("--plot", metavar="FILE", help="Draw it: FILE.svg or FILE.png (needs matplotlib).")
def speed_command(
    names: tuple[str, ...], source: str | None, course_path: str | None, budget: float, scaling: bool, plot: str | None
) -> int:
    """Time what passes, beside the compiled reference and TensorFlow."""
    from grader.render import terminal

    if plot is not None:
        _check_plot(plot)
    isolation = required(None, False, os.environ)
    report = _graded(course_path, names, source, diagnosis=False, isolation=isolation, budget=budget, scaling=scaling)
    terminal.render_speed(report, console=_console())
    if plot is not None:
        _plot(report, Path(plot))
    if report.counts["grader_error"]:
        return OUR_FAULT
    return FULL if report.score >= report.max_score else NOT_YET


def _check_plot(path: str) -> None:
    """Before anything is timed."""
    if Path(path).suffix not in (".svg", ".png"):
        raise click.UsageError(f"--plot {path}: a figure's name ends in .svg or .png.")
    if importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError('--plot needs matplotlib: python -m pip install -e ".[plot]"')


def _plot(report: Report, path: Path) -> None:
    from grader.render import plot

    try:
        plot.draw(report, path)
    except ValueError:
        raise click.UsageError("There is nothing to draw: no exercise was timed.") from None
    except OSError as error:
        raise _unwritten("The figure", path, error) from error
    _say(f"The figure is in {path}.")


# ---------------------------------------------------------------- list, show, hint, doctor


@main.command("list")
@course_option
def list_command(course_path: str | None) -> None:
    """Show every exercise, its points, and how it went last time."""
    from grader.progress import Progress
    from grader.render import screens

    course = _course(course_path)
    key, catalogue = _catalogue(course)
    progress = Progress(key.cache, course.root)
    screens.exercises([(about, progress.last(about.name)) for about in catalogue], _console())


@main.command("show")
@click.argument("name")
@course_option
def show_command(name: str, course_path: str | None) -> None:
    """Show what an exercise asks for."""
    from grader.render import screens

    course = _course(course_path)
    _, catalogue = _catalogue(course)
    about = _one(catalogue, name)
    stub = course.exercises / about.chapter / f"{about.name}.py"
    screens.exercise(about, _shown_path(stub), _console())


@main.command("hint")
@click.argument("name")
@course_option
def hint_command(name: str, course_path: str | None) -> None:
    """Give the next hint on an exercise: one at a time."""
    from grader.progress import Progress
    from grader.render import screens

    course = _course(course_path)
    key, catalogue = _catalogue(course)
    about = _one(catalogue, name)
    number = Progress(key.cache, course.root).next_hint(name, len(about.hints))
    screens.hint(about, number, _console())


@main.command("explain")
@click.argument("mistake", metavar="NAME.MISTAKE")
@course_option
def explain_command(mistake: str, course_path: str | None) -> None:
    """Explain a mistake that a report has named, such as softmax.over_the_batch."""
    from grader.render import screens

    name, _, wanted = mistake.partition(".")
    _, catalogue = _catalogue(_course(course_path))
    about = _one(catalogue, name)
    known = [one["name"] for one in about.mistakes]
    if wanted not in known:
        import difflib

        near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
        if near:
            raise click.UsageError(
                f"There is no mistake called {wanted!r} on {name}'s page. "
                f"Did you mean {' or '.join(f'{name}.{one}' for one in near)}?"
            )
        listed = "".join(f"\n  {name}.{one}" for one in known)
        raise click.UsageError(f"Name a mistake, as a report does. On {name}'s page there are:{listed}")
    screens.mistake(about, about.mistakes[known.index(wanted)], _console())


@main.command("watch")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@source_option
@course_option
@seed_option
@cases_option
@timeout_option
@click.option("--poll", is_flag=True, help="Look for changes, where the system does not tell of them.")
def watch_command(
    names: tuple[str, ...],
    source: str | None,
    course_path: str | None,
    seed: int,
    cases: int | None,
    timeout: float,
    poll: bool,
) -> int:
    """Grade what you save as soon as it is saved, on a screen that stays."""
    from grader.launch import PlayerError

    with click.get_current_context().ensure_object(Ahead).take() as player:
        from grader.course import CourseError
        from grader.grading import IsolationError
        from grader.key import KeyFault
        from grader.submission import SubmissionError
        from grader.watch import Watch

        course = _course(course_path)
        try:
            with Watch(_setting(course, names, source, seed, cases, timeout, poll), player) as watch:
                return _watch(watch)
        except SubmissionError as error:
            raise click.UsageError(str(error)) from error
        except (CourseError, IsolationError, KeyFault, PlayerError) as error:
            raise Fault(str(error)) from error


def _setting(
    course: Course,
    names: Sequence[str],
    source: str | None,
    seed: int,
    cases: int | None,
    timeout: float,
    poll: bool,
) -> Setting:
    from grader.submission import read_submission
    from grader.watch import Setting

    key, catalogue = _catalogue(course, seed, cases)
    path = Path(source) if source is not None else course.exercises
    return Setting(
        course=course,
        key=key,
        catalogue=catalogue,
        chosen=_chosen(catalogue, names),
        path=path,
        shown=source if source is not None else _shown_path(path),
        root=_shown_root(path, read_submission(path, []).path),
        again=_again(source, cases),
        own=source is None,
        timeout=timeout,
        isolation=required(None, False, os.environ),
        poll=poll,
    )


def _watch(watch: Watch) -> int:
    """Show what is watched, until it is ended, on a terminal or line by line; the exit status."""
    from grader.render.watch import Lines, picture
    from grader.screen import Screen

    if not Screen.usable():
        lines = Lines(sys.stdout)
        lines.begin(watch.setting)
        return watch.on_lines(lines.verdict, lines.note)
    screen = Screen()
    status = watch.on_screen(screen, lambda view, width, height: picture(view, width, height, screen.encoding))
    if not screen.gone:
        click.echo(watch.ended())
    return status


@main.command("doctor")
@course_option
def doctor_command(course_path: str | None) -> int:
    """Check this machine: Python, packages, cache folder, TensorFlow, isolation; and say what to do."""
    from grader.doctor import examine
    from grader.render import screens

    findings = examine(Path.cwd() if course_path is None else _course(course_path).root)
    screens.findings(findings, _console())
    return OUR_FAULT if any(finding.state == "broken" for finding in findings) else FULL


def _catalogue(course: Course, seed: int = 0, cases: int | None = None) -> tuple[Key, list[About]]:
    from grader.course import CourseError
    from grader.key import KeyFault
    from grader.render.progress import Building

    try:
        building = Building()
        key = _key(course, seed, cases, building=building)
        catalogue = key.catalogue()
        building.close()
        return key, catalogue
    except (CourseError, KeyFault) as error:
        raise Fault(str(error)) from error


def _shown_path(path: Path) -> str:
    from grader.sources import from_here

    return from_here(path)
