"""Holding a child back on Windows by a job object: memory, processor time, number of processes, and an end with us.

Names and numbers are those of the Windows headers (winnt.h). A job confines neither files nor the network. Both sides
use this file: the parent to make the job, the child to see that it is in one.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

SUSPENDED = 0x4
"""CREATE_SUSPENDED: nothing of a process runs before a job holds it."""

_EXTENDED_LIMITS = 9
_PROCESS_TIME, _ACTIVE_PROCESSES, _PROCESS_MEMORY = 0x2, 0x8, 0x100
_DIE_ON_UNHANDLED_EXCEPTION, _KILL_ON_JOB_CLOSE = 0x400, 0x2000
_LAYERS = {
    "processor time limit": _PROCESS_TIME,
    "memory limit": _PROCESS_MEMORY,
    "no more processes": _ACTIVE_PROCESSES,
    "ends with its parent": _KILL_ON_JOB_CLOSE,
}


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),  # in units of 100 ns
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def _kernel() -> Any:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    return kernel


def hold(process: int, cpu_seconds: int, memory: int) -> int | None:
    """Put a suspended process, by its handle, into a job of its own, and let it run; the job's handle, or None.

    Closing the handle ends the process and what it started. memory: bytes. Where the system refuses the job, the
    process runs without one, and says so when it is asked.
    """
    kernel = _kernel()
    job: int | None = kernel.CreateJobObjectW(None, None)
    wanted = _Extended()
    wanted.basic.flags = sum(_LAYERS.values()) | _DIE_ON_UNHANDLED_EXCEPTION
    wanted.basic.process_time = cpu_seconds * 10**7
    wanted.basic.active_processes = 1
    wanted.process_memory = memory
    if job and not (
        kernel.SetInformationJobObject(
            ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(wanted), ctypes.sizeof(wanted)
        )
        and kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(process))
    ):
        release(job)
        job = None
    ctypes.WinDLL("ntdll").NtResumeProcess(ctypes.c_void_p(process))  # type: ignore[attr-defined]
    return job or None


def release(job: int) -> None:
    """End what the job holds."""
    _kernel().CloseHandle(ctypes.c_void_p(job))


def layers() -> list[str]:
    """What the job that this process is in holds it back by, as the system tells it."""
    if sys.platform != "win32":
        return []
    found = _Extended()
    told = _kernel().QueryInformationJobObject(None, _EXTENDED_LIMITS, ctypes.byref(found), ctypes.sizeof(found), None)
    return [layer for layer, flag in _LAYERS.items() if told and found.basic.flags & flag]
