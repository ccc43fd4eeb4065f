"""The answer key: all that grading needs, computed once from the pages and a seed.

The key has a part for each exercise, a safetensors file with JSON metadata, so that only what is asked for is built
and a changed page rebuilds its own part alone. A part's name holds a digest of all that it depends on, and a digest of
its own bytes: a file that is damaged, or that is not what its name says, is built again and never trusted.

Building runs `grader.build` in two processes side by side. Grading against a key imports neither Numba nor TensorFlow.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np
from safetensors import SafetensorError, safe_open

from grader import wire
from grader.compare import Tolerance, as_truth, compare, largest, largest_difference
from grader.course import DEFAULT_CASES, Course, Page

ENGINE = ("build.py", "cases.py", "compare.py", "course.py", "key.py", "wire.py")
"""The files of the grader that decide what is in a key."""
KEPT_FILES = 2000
"""Parts of old seeds and old pages are thrown away, oldest first, beyond so many."""


class KeyFault(Exception):  # noqa: N818  a fault is ours; an error is what a learner meets
    """The key could not be built: a fault of the course or of the grader, never of a learner."""


class About(NamedTuple):
    """What is said of an exercise apart from its cases.

    sizes: letter of a dim -> the argument that is given that number, as `stride` is S: a stub has no other name for it.
    """

    name: str
    chapter: str
    order: int
    points: float
    needs: list[str]
    arguments: list[str]
    shapes: dict[str, str | None]
    sizes: dict[str, str]
    returns: str
    forbid: list[str]
    doc: str
    hints: list[str]
    mistakes: list[dict[str, str]]


@dataclass(frozen=True)
class KeyCase:
    """One case of a key.

    arguments: their names.
    call: the frame that asks for the call, as a child reads it (see `wire.encode_call`): cases are sent far more often
        than their inputs are looked at.
    truth: the reference in float64, or integers.
    reference, tensorflow: float32 outputs; None where TensorFlow was not asked.
    mistakes: name -> what the known mistake answers, or the name of the exception it raises.
    """

    index: int
    family: str
    dims: dict[str, Any]
    returns: str
    arguments: Sequence[str]
    call: bytes
    truth: np.ndarray
    reference: np.ndarray
    tensorflow: np.ndarray | None
    tolerance: Tolerance
    mistakes: Mapping[str, np.ndarray | str]

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """Argument name -> array (read-only), list of arrays, int, float or str."""
        return dict(zip(self.arguments, wire.decode_call(self.call), strict=True))

    @cached_property
    def largest(self) -> float:
        """The largest absolute value of the truth that is finite."""
        return largest(self.truth)


class Part(NamedTuple):
    """The key of one exercise. `tensorflow` is its version, or None, for the reason in `no_tensorflow`."""

    about: About
    cases: list[KeyCase]
    tensorflow: str | None
    no_tensorflow: str


# ---------------------------------------------------------------- what a key depends on


def version_of(*distributions: str) -> str | None:
    """The version of the first of these distributions that is installed, without importing it."""
    for distribution in distributions:
        # The folder's name tells (PEP 376 and 427), at a hundredth of what importing importlib.metadata takes.
        start = distribution.replace("-", "_") + "-"
        for entry in sys.path:
            with contextlib.suppress(OSError):
                for name in os.listdir(entry or "."):
                    if name.lower().startswith(start) and name.endswith(".dist-info"):
                        return name[len(start) : -len(".dist-info")]
    import importlib.metadata  # for those that were not installed from wheels

    for distribution in distributions:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(distribution)
    return None


def tensorflow_version() -> str | None:
    """The version of TensorFlow, whichever of its packages is installed."""
    return version_of("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-intel")


def _digest(*pieces: bytes) -> str:
    total = hashlib.sha256()
    for piece in pieces:
        total.update(len(piece).to_bytes(8, "little"))
        total.update(piece)
    return total.hexdigest()


def _engine_digest() -> str:
    here = Path(__file__).parent
    versions = [sys.version.split()[0], np.__version__, version_of("numba"), tensorflow_version()]
    return _digest(json.dumps(versions).encode(), *((here / name).read_bytes() for name in ENGINE))


def cache_folder() -> tuple[Path, str]:
    """Where keys and compiled code are kept, and a sentence where that is not the usual place ("" where it is).

    GRADER_CACHE_DIR names another folder. Where neither can be written, a temporary one serves.
    """
    wanted = os.environ.get("GRADER_CACHE_DIR")
    if wanted:
        folder = Path(wanted)
    else:
        from platformdirs import user_cache_path

        folder = user_cache_path("grader", appauthor=False)
    if _writable(folder):
        return folder, ""
    name = f"grader-{os.getuid()}" if hasattr(os, "getuid") else "grader"
    instead = Path(tempfile.gettempdir()) / name
    if _writable(instead) and instead.stat().st_uid == (
        os.getuid() if hasattr(os, "getuid") else instead.stat().st_uid
    ):
        return instead, f"The cache folder {folder} cannot be written; {instead} is used instead."
    raise KeyFault(
        f"Neither {folder} nor {instead} can be written, and the answer key must be kept somewhere. "
        "Set GRADER_CACHE_DIR to a folder that can."
    )


def _writable(folder: Path) -> bool:
    try:
        (folder / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.access(folder / "keys", os.W_OK | os.X_OK)
    except OSError:
        return False


# ---------------------------------------------------------------- reading and writing parts


def _write(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Write a file under a name that tells its content, at once or not at all."""
    path = folder / f"{stem}-{hashlib.sha256(data).hexdigest()[:32]}{suffix}"
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise KeyFault(
            f"The answer key cannot be kept in {folder} ({error.strerror}). Make room there, or set GRADER_CACHE_DIR "
            "to another folder."
        ) from error
    return path


def _find(folder: Path, files: Mapping[str, Sequence[str]], stem: str, suffix: str) -> Path | None:
    """The undamaged file of that stem; damaged ones are removed. files: stem -> the names of files that begin so."""
    for name in files.get(stem, ()):
        if name.endswith(suffix):
            path = folder / name
            try:
                if hashlib.sha256(path.read_bytes()).hexdigest()[:32] == name[len(stem) + 1 : -len(suffix)]:
                    return path
                path.unlink()
            except OSError:
                continue
    return None


def _load(path: Path) -> Part | None:
    """A part; None where the file holds none."""
    try:
        return _part(path)
    except (SafetensorError, OSError, AttributeError, KeyError, TypeError, ValueError):
        return None


class _Recorded(Mapping[str, np.ndarray | str]):
    """What the known mistakes answer in a case: unpacked when one of them is asked for, as right answers never do."""

    def __init__(self, packed: bytes, raised: Mapping[str, str]) -> None:
        self._packed = packed
        self._raised = raised

    @cached_property
    def _all(self) -> dict[str, np.ndarray | str]:
        return {**self._raised, **wire.unpack(self._packed)}

    def __getitem__(self, name: str) -> np.ndarray | str:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def _part(path: Path) -> Part:
    with safe_open(path, framework="np") as file:
        said = json.loads(file.metadata()["key"])
        cases = []
        for index, case in enumerate(said["cases"]):
            here = f"{index:04d}/"
            cases.append(
                KeyCase(
                    index,
                    case["family"],
                    case["dims"],
                    case["returns"],
                    said["exercise"]["arguments"],
                    file.get_tensor(here + "call").tobytes(),
                    file.get_tensor(here + "truth"),
                    file.get_tensor(here + "reference"),
                    file.get_tensor(here + "tensorflow") if said["tensorflow"] is not None else None,
                    Tolerance(*case["tolerance"]),
                    _Recorded(file.get_tensor(here + "mistakes").tobytes(), case["raised"]),
                )
            )
    return Part(About(**said["exercise"]), cases, said["tensorflow"], said["no_tensorflow"])


# ---------------------------------------------------------------- the processes that build


class _Job:
    """A process that runs `grader.build`, and a thread that hands its messages on."""

    def __init__(
        self, job: str, order: Mapping[str, Any], cache: Path, messages: queue.Queue[tuple[str, Any, Any]]
    ) -> None:
        self.name = job
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in end()
        root = str(Path(__file__).resolve().parent.parent)
        # -P and an explicit path: a file called numpy.py in the current folder must not be taken for NumPy.
        code = f"import sys; sys.path.append({root!r}); from grader.build import main; main({job!r})"
        environment = dict(os.environ, NUMBA_CACHE_DIR=str(cache / "numba"), PYTHONIOENCODING="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
        )
        self.thread = threading.Thread(target=self._listen, args=(messages,), daemon=True)
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(wire.encode(order, {}))
            self.process.stdin.close()
        except OSError:
            pass  # it has already ended, which the listener will find
        self.thread.start()

    def _listen(self, messages: queue.Queue[tuple[str, Any, Any]]) -> None:
        stream = cast(BinaryIO, self.process.stdout)
        try:
            while True:
                head, arrays = wire.read(stream)
                messages.put((self.name, head, arrays))
        except (EOFError, OSError, ValueError, wire.WireError):
            messages.put((self.name, {"ended": True}, {}))

    def last_words(self) -> str:
        """The end of what the process wrote to standard error."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")[-1500:].strip()

    def end(self) -> None:
        """Kill the process if it still runs."""
        self.process.kill()
        self.process.wait()
        self.thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.close()


def _run(
    jobs: Sequence[tuple[str, Mapping[str, Any]]], cache: Path, messages: queue.Queue[tuple[str, Any, Any]]
) -> Iterator[tuple[str, dict[str, Any], dict[str, np.ndarray]]]:
    """Run jobs side by side and give their messages as they come. Raises KeyFault; leaves no process behind."""
    started: list[_Job] = []
    try:
        for name, order in jobs:
            started.append(_Job(name, order, cache, messages))
        running = {job.name: job for job in started}
        heard: set[str] = set()
        while running:
            name, head, arrays = messages.get()
            if "ended" in head and name == "tensorflow" and name in running and name not in heard:
                # It did not survive its import, as where the processor lacks an instruction that it was built for.
                said = running[name].last_words().splitlines() or ["its process ended unexpectedly"]
                head = {"unavailable": said[-1][:300]}
            heard.add(name)
            if "fault" in head:
                raise KeyFault(head["fault"])
            if "ended" in head and name in running:
                words = running[name].last_words()
                raise KeyFault(
                    f"The process that computes the answer key ({name}) ended unexpectedly.\n{words}".strip()
                )
            if "done" in head or "unavailable" in head:
                running.pop(name, None)
            if "ended" not in head:
                yield name, head, arrays
    finally:
        for job in started:
            job.end()


# ---------------------------------------------------------------- the key


class Key:
    """The key of a course for one seed and number of cases: found in the cache, or built.

    require_tensorflow: build parts again that were built without TensorFlow: its install may have been mended since.
    progress: called with the number of parts ready and the number wanted while parts are built.
    """

    def __init__(
        self,
        course: Course,
        seed: int = 0,
        cases: int = DEFAULT_CASES,
        progress: Callable[[int, int], None] = lambda ready, wanted: None,
        require_tensorflow: bool = False,
    ) -> None:
        self.course = course
        self.seed = seed
        self.cases = cases
        self.progress = progress
        self.require_tensorflow = require_tensorflow
        self.cache, self.note = cache_folder()
        self._folder = self.cache / "keys"
        self._pages = {page.name: page for page in course.pages()}
        self._engine = _engine_digest()
        self._sources = {name: page.path.read_bytes() for name, page in self._pages.items()}
        self._files: dict[str, list[str]] = {}
        for name in os.listdir(self._folder):
            self._files.setdefault(name.rpartition("-")[0], []).append(name)
        self._messages: queue.Queue[tuple[str, Any, Any]] = queue.Queue()

    def stop(self) -> None:
        """From any thread: what is being built is given up, with a KeyFault. The key is of no use afterwards."""
        self._messages.put(("", {"fault": "The building of the answer key was stopped."}, {}))

    def _order(self, names: Sequence[str]) -> dict[str, Any]:
        return {"course": str(self.course.root.resolve()), "names": list(names), "seed": self.seed, "cases": self.cases}

    def _stem(self, page: Page) -> str:
        depends = _digest(
            self._engine.encode(),
            page.chapter.encode(),
            self._sources[page.name],
            str(self.seed).encode(),
            str(self.cases).encode(),
        )
        return f"{page.name}-{depends[:32]}"

    def catalogue(self) -> list[About]:
        """Every exercise of the course, in the course's order."""
        pages = (f"{page.chapter}/{name}:".encode() + self._sources[name] for name, page in self._pages.items())
        stem = "catalogue-" + _digest(self._engine.encode(), *pages)[:32]
        path = _find(self._folder, self._files, stem, ".json")
        if path is not None:
            said = json.loads(path.read_text(encoding="utf-8"))
        else:
            self.progress(0, 0)
            said = []
            for _, head, _ in _run([("catalogue", self._order([]))], self.cache, self._messages):
                said += head.get("exercises", [])
            _write(self._folder, stem, ".json", json.dumps(said, ensure_ascii=False).encode("utf-8"))
        return sorted((About(**one) for one in said), key=lambda about: (about.chapter, about.order, about.name))

    def parts(self, names: Sequence[str]) -> Iterator[Part]:
        """The parts of these exercises, each as soon as it is there: those found first, in this order."""
        missing: list[str] = []
        for name in names:
            path = _find(self._folder, self._files, self._stem(self._pages[name]), ".safetensors")
            part = _load(path) if path is not None else None
            # A file of that name, but not what the name says; or built while TensorFlow was broken.
            if part is None or part.about.name != name or (self.require_tensorflow and part.no_tensorflow):
                if path is not None:
                    path.unlink(missing_ok=True)
                missing.append(name)
            else:
                yield part
        if not missing:
            return
        building = self._build(missing)
        try:
            for ready, (name, path) in enumerate(building, start=1):
                self.progress(ready, len(missing))
                part = _load(path)
                if part is None:
                    raise KeyFault(f"The answer key of {name} cannot be read back from {self._folder}.")
                yield part
        finally:
            building.close()
        self._prune()

    def _build(self, names: Sequence[str]) -> Generator[tuple[str, Path], None, None]:
        """Build these parts, each as soon as both processes have said their half."""
        self.progress(0, len(names))
        jobs = [("references", self._order(names))]
        version, reason = tensorflow_version(), "it is not installed"
        if version is not None:
            jobs.append(("tensorflow", self._order(names)))
        references: dict[str, tuple[dict[str, Any], dict[str, np.ndarray]]] = {}
        answers: dict[str, dict[str, np.ndarray]] = {}
        waiting = list(names)
        for job, head, arrays in _run(jobs, self.cache, self._messages):
            if "unavailable" in head:
                version, reason = None, f"it cannot be imported: {head['unavailable']}"
            elif "tensorflow" in head:
                version = head["tensorflow"]
            elif job == "references" and "exercise" in head:
                references[head["exercise"]["name"]] = head, arrays
            elif job == "tensorflow" and "name" in head:
                answers[head["name"]] = arrays
            for name in [name for name in waiting if name in references and (version is None or name in answers)]:
                waiting.remove(name)
                yield name, self._join(name, *references.pop(name), answers.pop(name, {}), version, reason)

    def _join(
        self,
        name: str,
        head: dict[str, Any],
        arrays: dict[str, np.ndarray],
        answers: dict[str, np.ndarray],
        version: str | None,
        reason: str,
    ) -> Path:
        """Check that reference and TensorFlow agree with the truth, and write the part."""
        for index, case in enumerate(head["cases"]):
            truth = as_truth(arrays[f"{index:04d}/truth"])
            allowed = Tolerance(*case["tolerance"])
            says = {"the compiled reference": arrays[f"{index:04d}/reference"]}
            if version is not None:
                says["TensorFlow"] = answers[f"{index:04d}/tensorflow"]
            for who, array in says.items():
                compared = compare(array, truth, allowed)
                if not compared.right:
                    error = largest_difference(array, truth)
                    raise KeyFault(
                        f"{name}: {who} and the reference in float64 disagree on case {index} ({case['family']}, "
                        f"{_said(case['dims'])}): {compared.kind}; shapes {array.shape} and {truth.shape}, "
                        f"largest difference {'none' if error is None else f'{error:.3g}'}, "
                        f"allowed {float(allowed.allowed(truth).max(initial=0.0)):.3g}. It is a fault of the course's "
                        f"page {self._pages[name].path}, not of any submission."
                    )
        said = {
            "exercise": head["exercise"],
            "cases": head["cases"],
            "tensorflow": version,
            "no_tensorflow": "" if version is not None else reason,
        }
        data = wire.pack({**arrays, **answers}, {"key": json.dumps(said, ensure_ascii=False)})
        return _write(self._folder, self._stem(self._pages[name]), ".safetensors", data)

    def _prune(self) -> None:
        """Throw away the oldest files beyond the limit."""
        paths = []
        for path in self._folder.iterdir():
            try:
                paths.append((path.stat().st_mtime, path))
            except OSError:
                continue
        for _, path in sorted(paths)[:-KEPT_FILES]:
            path.unlink(missing_ok=True)


def _said(dims: Mapping[str, Any]) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in dims.items())
