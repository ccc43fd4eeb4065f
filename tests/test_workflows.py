"""The GitHub workflows: linted, held to safety rules, and their shell steps run against hostile input."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMES = [path.name for path in WORKFLOWS]

runs_steps = pytest.mark.skipif(os.name == "nt", reason="the steps run in bash on Ubuntu, on names Windows has not")


def load(name: str) -> dict[Any, Any]:
    return parse((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))


def parse(text: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load(text)
    # YAML 1.1 reads the key `on` as true.
    workflow["on"] = workflow.pop(True)
    return workflow


def steps_of(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def uses(step: dict[str, Any], action: str) -> bool:
    return str(step.get("uses", "")).startswith(f"{action}@")


# Lint


def lint(*paths: Path) -> subprocess.CompletedProcess[str]:
    """actionlint on these files, its optional shell and Python linters off: they are not on every machine."""
    actionlint = shutil.which("actionlint", path=sysconfig.get_path("scripts"))
    assert actionlint, "actionlint is missing: install the extra `test`"
    return subprocess.run(
        [actionlint, "-no-color", "-shellcheck=", "-pyflakes=", *map(str, paths)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=ROOT,
    )


def test_there_are_three_workflows() -> None:
    assert NAMES == ["ci.yml", "class.yml", "grade.yml"]


def test_actionlint_finds_nothing() -> None:
    result = lint(*WORKFLOWS)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("runs-on: ubuntu-latest\n    steps: [{run: 'echo ${{ github.event.issue.title }}'}]", "untrusted"),
        ("runs-on: ubuntu-latest\n    steps: [{run: 'echo ${{ steps.absent.outputs.x }}'}]", "absent"),
        ("runs-on: ubuntu-latest\n    stepz: [{run: echo}]", "stepz"),
        ("runs-on: no-such-system\n    steps: [{run: echo}]", "no-such-system"),
    ],
)
def test_actionlint_finds_what_is_broken(broken: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_text(f"on: push\njobs:\n  test:\n    {broken}\n", encoding="utf-8")
    result = lint(path)
    assert result.returncode == 1
    assert complaint in result.stdout


# Rules


def breaches(workflow: dict[Any, Any]) -> list[str]:
    """The safety rules that a workflow breaks, in words."""
    found = []
    # With these a workflow of the default branch, its token and its secrets meet the code of a fork.
    for trigger in {"pull_request_target", "workflow_run", "issue_comment"} & set(workflow["on"]):
        found.append(f"runs on {trigger}")
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("permissions are not just contents: read")
    if re.search(r"\bsecrets\b", json.dumps(workflow)):
        found.append("uses a secret")
    for name, job in workflow["jobs"].items():
        if "permissions" in job:
            found.append(f"{name}: permissions of its own")
        if "timeout-minutes" not in job:
            found.append(f"{name}: no timeout")
    for step in steps_of(workflow):
        # Not `inputs.` and `github.event` alone: nothing is pasted into a shell, so no one has to judge what is safe.
        if "${{" in step.get("run", ""):
            found.append("an expression is pasted into a shell")
        if "uses" in step and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]):
            found.append(f"{step['uses']}: not pinned to a commit")
        if uses(step, "actions/checkout") and step.get("with", {}).get("persist-credentials") is not False:
            found.append("a checkout leaves its token on the disk")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_is_broken(name: str) -> None:
    assert breaches(load(name)) == []


@pytest.mark.parametrize(
    ("good", "bad", "breach"),
    [
        ("pull_request:", "pull_request_target:", "runs on pull_request_target"),
        ("contents: read", "contents: write", "permissions are not just contents: read"),
        ("timeout-minutes: 30", "permissions: write-all", "grade: no timeout"),
        ("timeout-minutes: 30", "permissions: write-all", "grade: permissions of its own"),
        ("vars.MIN_SCORE", "secrets.MIN_SCORE", "uses a secret"),
        ('"$SEED"', '"${{ github.run_id }}"', "an expression is pasted into a shell"),
        ("@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "@v7", "actions/upload-artifact@v7: not pinned to a commit"),
        ("persist-credentials: false", "fetch-depth: 1", "a checkout leaves its token on the disk"),
        ("persist-credentials: false", "persist-credentials: true", "a checkout leaves its token on the disk"),
    ],
)
def test_every_rule_can_be_broken(good: str, bad: str, breach: str) -> None:
    text = (ROOT / ".github" / "workflows" / "grade.yml").read_text(encoding="utf-8")
    assert good in text
    assert breach in breaches(parse(text.replace(good, bad)))


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_names_its_version(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if re.search(r"\buses: \w+/", line):
            assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) or line.startswith("#"), line


def test_one_action_is_pinned_once() -> None:
    """The same action at two commits would be an update half done."""
    pins = [re.split("[/@]", step["uses"]) for name in NAMES for step in steps_of(load(name)) if "uses" in step]
    commits = {(owner, repository, rest[-1]) for owner, repository, *rest in pins}
    assert len(commits) == len({commit[:2] for commit in commits})


# ci.yml


def test_ci_runs_the_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line.strip() for line in readme.splitlines() if line.strip().endswith("-m pytest")]
    runs = [step["run"] for step in load("ci.yml")["jobs"]["test"]["steps"] if "run" in step]
    assert commands, "README.md names no command that runs the tests"
    assert set(commands) <= set(runs)
    windows = commands[0].replace("python3 -m venv", "python -m venv").replace(".venv/bin/", ".venv/Scripts/")
    assert runs == [commands[0], windows]


def test_ci_covers_the_supported_systems() -> None:
    jobs = load("ci.yml")["jobs"]
    strategy = jobs["test"]["strategy"]
    matrix = strategy["matrix"]
    assert strategy["fail-fast"] is False
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert {entry["system"] for entry in matrix["include"]} >= {"macos-latest", "windows-latest"}
    # A run that may fail is an extra: no supported Python or system rests on it.
    assert [entry["python"] for entry in matrix["include"] if entry["may-fail"]] == ["3.14"]
    assert "tensorflow" not in jobs["without-tensorflow"]["steps"][-1]["run"]


# grade.yml


def test_grade_saves_its_caches_before_full_marks() -> None:
    """actions/cache and setup-python save only when the job succeeds: a learner would wait for TensorFlow each time."""
    steps = load("grade.yml")["jobs"]["grade"]["steps"]
    assert not any(uses(step, "actions/cache") or "cache" in step.get("with", {}) for step in steps)
    packages, kernels = [step for step in steps if uses(step, "actions/cache/save")]
    names = [step.get("name") for step in steps]
    assert names.index(packages["name"]) < names.index("Grade")
    assert "always()" in kernels["if"]
    restored = [step["with"]["path"] for step in steps if uses(step, "actions/cache/restore")]
    assert restored == [packages["with"]["path"], kernels["with"]["path"]]
    [grade] = [step for step in steps if step.get("id") == "grade"]
    assert grade["env"]["GRADER_CACHE_DIR"] == kernels["with"]["path"]
    assert grade["env"]["SEED"] == "${{ github.run_id }}"


# Steps, run


def step(name: str, identifier: str) -> str:
    [found] = [step for step in steps_of(load(name)) if step.get("id") == identifier]
    script: str = found["run"]
    return script


def run_step(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step in `folder` as a runner does for `shell: bash`."""
    path = folder.parent / "step.sh"
    path.write_text(script, encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


INPUTS = {
    "COURSE_REPOSITORY": "school/course",
    "COURSE_COMMIT": "0123456789abcdef" * 2 + "01234567",
    "LEARNER_REPOSITORY": "kim-a/deep_learning.2026",
    "LEARNER_REF": "refs/pull/7/merge",
    "MIN_SCORE": "",
    "SEED": "",
}


@runs_steps
@pytest.mark.parametrize(
    "change", [{}, {"MIN_SCORE": "87.5"}, {"SEED": "17000000000"}, {"LEARNER_REF": "v1.0"}, {"LEARNER_REF": "0" * 40}]
)
def test_class_accepts_good_inputs(change: dict[str, str], workspace: Path) -> None:
    output = workspace / "output"
    inputs = INPUTS | change
    result = run_step(step("class.yml", "inputs"), workspace, GITHUB_OUTPUT=str(output), **inputs)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    reference = inputs["LEARNER_REF"].replace("/", "-")
    assert output.read_text(encoding="utf-8") == f"artifact=report-kim-a-deep_learning.2026-{reference}\n"


@runs_steps
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COURSE_REPOSITORY", ""),
        ("COURSE_COMMIT", ""),
        ("COURSE_COMMIT", "main"),
        ("LEARNER_REPOSITORY", ""),
        ("LEARNER_REPOSITORY", "kim"),
        ("LEARNER_REPOSITORY", "kim/a/b"),
        ("LEARNER_REPOSITORY", "../course"),
        ("LEARNER_REPOSITORY", "-kim/a"),
        ("LEARNER_REPOSITORY", "kim/a;touch pwned"),
        ("LEARNER_REPOSITORY", "kim/$(touch pwned)"),
        ("LEARNER_REPOSITORY", "kim/a\n::warning::pwned"),
        ("LEARNER_REPOSITORY", "kim/a\n"),
        ("LEARNER_REPOSITORY", "김/과제"),
        ("LEARNER_REF", ""),
        ("LEARNER_REF", "--upload-pack=touch pwned"),
        ("LEARNER_REF", "main`touch pwned`"),
        ("LEARNER_REF", "main\nartifact=pwned"),
        ("MIN_SCORE", "-1"),
        ("MIN_SCORE", "60 --course learner"),
        ("MIN_SCORE", "nan"),
        ("MIN_SCORE", "1e-9"),
        ("SEED", "0x10"),
        ("SEED", "1; touch pwned"),
        ("SEED", "random"),
        ("SEED", "9" * 19),
    ],
)
def test_class_refuses_bad_inputs(name: str, value: str, workspace: Path) -> None:
    output = workspace / "output"
    result = run_step(step("class.yml", "inputs"), workspace, GITHUB_OUTPUT=str(output), **(INPUTS | {name: value}))
    assert result.returncode == 1
    # One error, in our own words: what is refused is not repeated into a log that reads commands.
    assert re.fullmatch(r"::error::[A-Z][^\n]+\.\n", result.stdout), result.stdout
    assert "pwned" not in result.stdout + result.stderr
    assert list(workspace.iterdir()) == []


@runs_steps
def test_class_takes_only_python_files_and_notebooks(workspace: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("secret", encoding="utf-8")
    exercises = workspace / "learner" / "exercises"
    wanted = [
        "c4_sigmoid/sigmoid.py",
        "c4_sigmoid/notebook.ipynb",
        "c5_softmax/한글 이름 [1].py",
        "c5_softmax/-rf.py",
        "--target-directory=x.py",
        ";rm -rf ..;.py",
        "$(touch pwned).py",
        "`touch pwned`.ipynb",
        "'\"\\.py",
        " leading.py",
        "*.py",
    ]
    unwanted = [
        "conftest.py",
        "sub/conftest.py",
        "sub/sitecustomize.py",
        "sub/usercustomize.py",
        "evil.pth",
        "pyproject.toml",
        "pytest.ini",
        ".github/workflows/grade.yml",
        "README.md",
        "key.safetensors",
        "numpy.so",
        "module.pyc",
        "softmax.PY.txt",
        "two\nlines.py",
        "two\nlines/softmax.py",
        "\x1b[2Jscreen.py",
        "carriage\rreturn.ipynb",
    ]
    for name in wanted + unwanted:
        (exercises / name).parent.mkdir(parents=True, exist_ok=True)
        (exercises / name).write_text(name, encoding="utf-8")
    (exercises / "folder.py").mkdir()
    (exercises / "password.py").symlink_to("/etc/passwd")
    (exercises / "secret.py").symlink_to(outside / "secret.py")
    (exercises / "dangling.ipynb").symlink_to("nowhere")
    (exercises / "linked").symlink_to(outside, target_is_directory=True)
    (exercises / "loop").symlink_to(".", target_is_directory=True)
    os.mkfifo(exercises / "pipe.py")
    (workspace / "learner" / "solutions").mkdir()
    (workspace / "learner" / "solutions" / "softmax.py").write_text("edited", encoding="utf-8")

    result = run_step(step("class.yml", "take"), workspace)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    submission = workspace / "submission" / "exercises"
    taken = [path for path in submission.rglob("*") if not path.is_dir() or path.is_symlink()]
    assert not any(path.is_symlink() for path in taken)
    assert sorted(str(path.relative_to(submission)) for path in taken) == sorted(wanted)
    assert all(path.read_text(encoding="utf-8") == str(path.relative_to(submission)) for path in taken)
    # Of the learner's repository nothing else is left, and nothing was made beside it.
    assert [path.name for path in workspace.iterdir()] == ["submission"]
    assert [path.name for path in (workspace / "submission").iterdir()] == ["exercises"]
    assert (outside / "secret.py").read_text(encoding="utf-8") == "secret"


@runs_steps
@pytest.mark.parametrize("kind", ["absent", "file", "link"])
def test_class_wants_a_folder_of_exercises(kind: str, workspace: Path, tmp_path: Path) -> None:
    learner = workspace / "learner"
    learner.mkdir()
    if kind == "file":
        (learner / "exercises").write_text("", encoding="utf-8")
    elif kind == "link":
        (tmp_path / "other.py").write_text("", encoding="utf-8")
        (learner / "exercises").symlink_to(tmp_path, target_is_directory=True)
    result = run_step(step("class.yml", "take"), workspace)
    assert result.returncode == 1
    assert result.stdout == "::error::The learner's repository has no folder named exercises.\n"
    assert not (workspace / "submission").exists()


def test_class_grades_over_a_pristine_course() -> None:
    workflow = load("class.yml")
    assert set(workflow["on"]) == {"workflow_call", "workflow_dispatch"}
    steps = workflow["jobs"]["grade"]["steps"]
    course, learner = [step for step in steps if uses(step, "actions/checkout")]
    assert course["with"] | {"path": "course"} == course["with"]
    assert course["with"]["repository"] == "${{ job.workflow_repository }}"
    assert course["with"]["ref"] == "${{ job.workflow_sha }}"
    assert learner["with"]["path"] == "learner"
    assert learner["with"]["sparse-checkout"] == "/exercises/"
    # In cone mode the files at the top of the learner's repository would come along.
    assert learner["with"]["sparse-checkout-cone-mode"] is False
    # What was checked comes before what uses it; what is installed, before anything of the learner's.
    order = [step.get("id") or step.get("name") for step in steps]
    assert order[0] == "inputs"
    assert order.index("Install") < order.index("learner") < order.index("take") < order.index("grade")
    assert not any(uses(step, "actions/cache") or "cache" in step.get("with", {}) for step in steps)
    called, by_hand = (set(workflow["on"][trigger]["inputs"]) for trigger in ("workflow_call", "workflow_dispatch"))
    assert called == by_hand == {"repository", "ref", "min_score", "seed"}


GRADE = 'for argument; do printf "%s\\n" "[$argument]"; done; exit "$STATUS"'


@runs_steps
@pytest.mark.parametrize("status", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("workflow", "program", "fixed"),
    [
        ("grade.yml", ".venv/bin/grade", "--seed 17 --json report.json --junit report.xml"),
        (
            "class.yml",
            "course/.venv/bin/grade",
            "--course course --from submission/exercises --seed 17 --json report.json --junit report.xml"
            " --require-tensorflow --require-isolation sealed",
        ),
    ],
)
def test_the_check_is_as_grade_says(workflow: str, program: str, fixed: str, status: int, workspace: Path) -> None:
    executable(workspace / program, GRADE)
    script = step(workflow, "grade")
    for score, extra in [("", []), ("60", ["--min-score", "60"]), ("6 $(id)", ["--min-score", "6 $(id)"])]:
        result = run_step(script, workspace, SEED="17", MIN_SCORE=score, STATUS=str(status))
        assert result.returncode == status
        assert result.stdout.splitlines() == [f"[{argument}]" for argument in [*fixed.split(), *extra]]


SCHEMA = {
    "type": "object",
    "required": ["seed", "score", "max_score", "exercises"],
    "properties": {
        "seed": {"type": "integer"},
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "exercises": {"items": {"properties": {"status": {"enum": ["passed", "not_started"]}}, "required": ["status"]}},
    },
}
REPORT = {
    "seed": 17,
    "score": 61.5,
    "max_score": 100,
    "exercises": [
        {"name": "softmax | <script>", "status": "passed"},
        {"name": "sigmoid", "status": "not_started"},
        {"name": "dense", "status": "not_started"},
    ],
}


def publish(workspace: Path, report: object) -> tuple[int, str]:
    """Run the step that publishes `report`; its exit status and the summary it wrote."""
    executable(workspace / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    for path, content in [("course/grader/report.schema.json", SCHEMA), ("report/report.json", report)]:
        (workspace / path).parent.mkdir(parents=True)
        (workspace / path).write_text(json.dumps(content), encoding="utf-8")
    summary = workspace / "summary.md"
    result = run_step(
        step("class.yml", "publish"),
        workspace,
        GITHUB_STEP_SUMMARY=str(summary),
        LEARNER_REPOSITORY="kim/homework",
        LEARNER_COMMIT="0" * 40,
    )
    return result.returncode, summary.read_text(encoding="utf-8")


@runs_steps
def test_class_publishes_numbers_and_statuses(workspace: Path) -> None:
    status, summary = publish(workspace, REPORT)
    assert status == 0
    assert summary.splitlines() == [
        "## kim/homework: 61.5 of 100 points",
        "",
        f"Commit {'0' * 40}, seed 17.",
        "",
        "| Exercises | Status |",
        "| ---: | :--- |",
        "| 2 | not started |",
        "| 1 | passed |",
    ]


@runs_steps
@pytest.mark.parametrize(
    "change",
    [
        {"score": "100](https://example.org)"},
        {"seed": None},
        {"exercises": [{"name": "dense", "status": "<img src=x>"}]},
    ],
)
def test_class_publishes_nothing_that_breaks_the_schema(change: dict[str, object], workspace: Path) -> None:
    status, summary = publish(workspace, REPORT | change)
    assert status != 0
    assert summary == ""


def test_the_schema_is_where_class_looks_for_it() -> None:
    [path] = re.findall(r'Path\("course/([\w./]+)"\)', step("class.yml", "publish"))
    schema = json.loads((ROOT / path).read_text(encoding="utf-8"))
    assert set(REPORT) <= set(schema["required"])
