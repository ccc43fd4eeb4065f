"""How much longer a warm run takes in which everything fails, with diagnosis and without; printed as Markdown.

    python tests/benchmarks/diagnosis.py [PAIRS]

For each kind of submission, `grade` and `grade --no-diagnosis` take turns, PAIRS times (by default 9), on one machine
and the same key. The medians stand beside each other, and the median of the ratios of neighbours.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from conftest import ROOT, grade

from grader.course import Course, Page

PAGES = list(Course(ROOT).pages())


def _signature(page: Page) -> tuple[str, str]:
    """'softmax(logits)' and 'logits'."""
    text = (ROOT / "exercises" / page.chapter / f"{page.name}.py").read_text(encoding="utf-8")
    call = re.findall(rf"^def ({page.name}\((.*?)\)):", text, re.MULTILINE)[0]
    return call[0], call[1]


def _everywhere(body: str) -> str:
    """The same body for every exercise, with ARGUMENT for its first argument."""
    functions = []
    for page in PAGES:
        call, arguments = _signature(page)
        functions.append(f"def {call}:\n    {body.replace('ARGUMENT', arguments.partition(',')[0])}\n")
    return "\n\n".join(["import numpy as np\n", *functions])


def _right_but(change: str) -> str:
    """Right answers, from the honest ones in the tests, each changed in the same way: RIGHT stands for them."""
    functions = [(ROOT / "tests" / "honest" / "vectorised.py").read_text(encoding="utf-8")]
    for page in PAGES:
        call, arguments = _signature(page)
        body = change.replace("RIGHT", f"np.asarray(right_{page.name}({arguments}))")
        functions.append(f"right_{page.name} = {page.name}\n\n\ndef {call}:\n    return {body}\n")
    return "\n\n".join(functions)


SUBMISSIONS = {
    "zeros of the first argument's shape": _everywhere("return np.zeros(np.shape(ARGUMENT), np.float32)"),
    "an exception": _everywhere("return undefined"),
    "random numbers": _everywhere("return np.random.normal(size=np.shape(ARGUMENT))"),
    "right, times 1.37": _right_but("1.37 * RIGHT + 0.01"),
    "right, in float16": _right_but("RIGHT.astype(np.float16)"),
    "right, squared and shifted": _right_but("RIGHT ** 2 + 3"),
}
"""What fails everywhere, or nearly: by kind, since each takes another way through the diagnosis."""


def _seconds(path: Path, *options: str) -> float:
    begin = time.perf_counter()
    run = grade("--from", path, *options)
    took = time.perf_counter() - begin
    assert run.status == 1, run.errors
    return took


def main(pairs: int) -> None:
    print("| submission | without | with | ratio |")
    print("|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for said, source in SUBMISSIONS.items():
            path = Path(folder, "answers.py")
            path.write_text(source, encoding="utf-8")
            _seconds(path)  # the key is found, files are in memory
            times = [(_seconds(path, "--no-diagnosis"), _seconds(path)) for _ in range(pairs)]
            without, diagnosed = (statistics.median(one) for one in zip(*times, strict=True))
            ratio = statistics.median(b / a for a, b in times)
            print(f"| {said} | {without:.3f} s | {diagnosed:.3f} s | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
