"""The layers that hold submissions back on this machine, and those that do not, with the reason and what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader import landlock, limits, seccomp

NOT_LINUX = "this system has nothing of the kind"


class Layer(NamedTuple):
    """One layer. held: whether it was seen to hold. fact: what it is made of, or why it is lacking."""

    name: str
    held: bool
    fact: str
    advice: str = ""


def examined(held: Sequence[str], tried: Mapping[str, str]) -> list[Layer]:
    """Every layer, from the outermost.

    held: those that a child was seen to be held back by. tried: those that were tried in vain, with the reason.
    """
    small = [name for name in held if name not in (limits.FILES, limits.CALLS, limits.NAMESPACES)]
    return [
        _namespaces(limits.NAMESPACES in held, tried),
        _files(limits.FILES in held, tried),
        _calls(limits.CALLS in held),
        Layer("limits", limits.TIME_LIMIT in held, ", ".join(small) or NOT_LINUX),
    ]


def words(held: Sequence[str], tried: Mapping[str, str]) -> list[str]:
    """The layers for a report: those that hold, then those that do not, each with its reason."""
    return [*held, *(f"without {one.name}: {one.fact}" for one in examined(held, tried) if not one.held)]


def _linux() -> bool:
    return sys.platform.startswith("linux")


def _namespaces(held: bool, tried: Mapping[str, str]) -> Layer:
    name = limits.NAMESPACES
    if held:
        return Layer(name, True, "by bubblewrap: no network, processes or files of this machine in sight")
    if not _linux():
        return Layer(name, False, NOT_LINUX)
    reason = tried.get(name, "not tried")
    if "not installed" in reason:
        return Layer(name, False, reason, "Install it: the package is called bubblewrap in every distribution.")
    advice = "On Ubuntu: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or grade in a container."
    return Layer(name, False, f"bubblewrap does not work here ({reason})", advice if "ermission" in reason else "")


def _files(held: bool, tried: Mapping[str, str]) -> Layer:
    name = limits.FILES
    if held:
        version = landlock.version()
        return Layer(name, True, f"by Landlock {version}" if version else "by a sandbox profile")
    if sys.platform == "darwin":
        return Layer(name, False, f"sandbox-exec does not hold ({tried.get(name, 'it is not installed')})")
    if not _linux():
        return Layer(name, False, NOT_LINUX)
    if not landlock.version():
        advice = "It needs Linux 5.13 or later with landlock among the kernel's lsm= modules."
        return Layer(name, False, "this kernel has no Landlock", advice)
    return Layer(name, False, "Landlock did not refuse what it must", "Please report this machine's kernel.")


def _calls(held: bool) -> Layer:
    name = limits.CALLS
    if held:
        return Layer(name, True, "by seccomp: no network, no other processes, no threads")
    if not _linux():
        return Layer(name, False, NOT_LINUX)
    machine = platform.machine()
    if machine not in seccomp.MACHINES:
        return Layer(name, False, f"there is no filter for {machine} processors")
    return Layer(name, False, "this kernel takes no seccomp filter", "A container may forbid it: allow seccomp there.")
