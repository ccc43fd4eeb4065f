"""The player that is started before the command line is read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grader import cli, preloaded
from grader.ahead import QUIET, Ahead
from grader.launch import PlayerError
from grader.player import Player

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is preloaded elsewhere")


@pytest.fixture(name="started")
def _started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started, as they are."""
    processes: list[subprocess.Popen[bytes]] = []
    start = preloaded.launch.start

    def noted(*arguments: object, **named: object) -> subprocess.Popen[bytes]:
        processes.append(start(*arguments, **named))  # type: ignore[arg-type]
        return processes[-1]

    monkeypatch.setattr(preloaded.launch, "start", noted)
    return processes


def test_each_command_either_grades_or_is_quiet() -> None:
    names = set(cli.main.commands)
    assert names - QUIET == {"run", "speed", "watch"}
    assert QUIET - names == {"--help", "-h", "--version"}


@linux
@pytest.mark.parametrize("words", [["list"], ["hint", "softmax"], ["--version"], ["softmax", "--help"]])
def test_what_grades_nothing_starts_nothing(started: list[subprocess.Popen[bytes]], words: list[str]) -> None:
    with Ahead() as ahead:
        ahead.start(words)
        assert started == []


@linux
@pytest.mark.parametrize("words", [[], ["softmax"], ["watch"], ["--seed", "4"]])
def test_one_player_is_started_and_taken(started: list[subprocess.Popen[bytes]], words: list[str]) -> None:
    with Ahead() as ahead:
        ahead.start(words)
        assert len(started) == 1
        with ahead.take() as player, player.child(60) as child:
            assert child.layers()
        assert len(started) == 1
        with ahead.take() as another:
            assert another is not player
        assert len(started) == 2
    assert all(process.returncode is not None for process in started)


@linux
def test_what_nobody_took_is_ended(started: list[subprocess.Popen[bytes]]) -> None:
    with Ahead() as ahead:
        ahead.start([])
    assert [process.returncode is not None for process in started] == [True]


def test_a_player_that_cannot_be_started_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Player:
        raise PlayerError("There is no folder to run submissions in.")

    monkeypatch.setattr("grader.player.Player", fail)
    with Ahead() as ahead:
        ahead.start([])
        with pytest.raises(PlayerError, match="no folder"):
            ahead.take()
