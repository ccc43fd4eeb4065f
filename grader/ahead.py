"""A player that is started before the command line is read: nothing else that a run needs takes as long to start."""

from __future__ import annotations

from collections.abc import Sequence

from grader.launch import PlayerError
from grader.player import Player

QUIET = frozenset({"list", "show", "hint", "explain", "doctor", "--help", "-h", "--version"})
"""Words of a command line that runs nobody's code, or not at once."""


class Ahead:
    """A context manager: leaving it ends the player that nobody took."""

    def __init__(self) -> None:
        self._player: Player | None = None

    def start(self, words: Sequence[str]) -> None:
        """Start a player if the command line is likely to want one. words: the command line."""
        if QUIET.isdisjoint(words):
            try:
                self._player = Player(isolate=True)
            except PlayerError:
                self._player = None  # who wants one meets the reason again, and says it

    def take(self) -> Player:
        """A player, which is the caller's to close."""
        player, self._player = self._player, None
        return Player(isolate=True) if player is None else player

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._player is not None:
            self._player.close()
