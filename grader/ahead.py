"""A player that is started before the command line is read: nothing else that a run needs takes as long to start."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what grades nothing does without
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
            from grader.launch import PlayerError

            with contextlib.suppress(PlayerError):  # who wants one meets the reason again, and says it
                self._player = self.take()

    def take(self) -> Player:
        """A player, which is the caller's to close."""
        from grader.player import Player

        player, self._player = self._player, None
        return Player(isolate=True) if player is None else player

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._player is not None:
            self._player.close()
