"""Refusing system calls by seccomp: no network, no other processes or threads, nothing that Landlock does not see.

A list of refusals, not of permissions: what NumPy, Numba and Python's library need differs by version and processor,
and what they must never need does not. Numbers are those of Linux on x86-64 and aarch64 (the kernel's unistd.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from functools import cache

REFUSED: dict[str, tuple[int | None, int | None]] = {
    # name: (x86-64, aarch64)
    # network
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "listen": (50, 201),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "sendmmsg": (307, 269),
    "recvmmsg": (299, 243),
    "getsockopt": (55, 209),
    "setsockopt": (54, 208),
    "shutdown": (48, 210),
    # programs
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    # other processes
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "perf_event_open": (298, 241),
    "setpgid": (109, 154),
    "setsid": (112, 157),
    # limits and scheduling
    "setrlimit": (160, 164),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # modes, owners, times, links, device files
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
    "futimesat": (261, None),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    # memory and queues that outlive a process or escape its limit
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    # the kernel
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "vhangup": (153, 58),
    # who it is
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setgroups": (116, 159),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setfsuid": (122, 151),
    "setfsgid": (123, 152),
    "capset": (126, 91),
    # its own seal
    "prctl": (157, 167),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}
CLONE, CLONE3 = (56, 220), (435, 435)
KILL, TGKILL = (62, 129), (234, 131)
TKILL = (200, 130)
PRLIMIT64, FCNTL, IOCTL = (302, 261), (72, 25), (16, 29)
FCNTL_SIGNALS = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: they have the kernel send any signal to any process."""
IOCTL_SIGNALS = (0x8901, 0x8902, 0x5412)
"""FIOSETOWN, SIOCSPGRP, TIOCSTI."""

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine -> (column of the numbers, the kernel's AUDIT_ARCH)."""
X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_SET_SECCOMP, _FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _error(number: int) -> int:
    return 0x00050000 | number


_Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


def program(machine: str, pid: int) -> bytes:
    """The filter as BPF instructions, for the process `pid`."""
    own: list[_Instruction] = []
    for numbers in (KILL, TGKILL):  # abort() signals its own process
        own += _refuse_unless(numbers[MACHINES[machine][0]], 0, pid)
    return _shared(machine) + _packed([*own, (_RETURN, 0, 0, _ALLOW)])


def _packed(instructions: list[_Instruction]) -> bytes:
    return b"".join(struct.pack("<HBBI", *one) for one in instructions)


def _refuse_unless(number: int, argument: int, wanted: int, half: int = 0) -> list[_Instruction]:
    """Refuse where the low half of an argument, or its high half (1), is not `wanted`."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + 4 * half),
        (_EQUAL, 1, 0, wanted),
        (_RETURN, 0, 0, _error(errno.EPERM)),
        (_LOAD, 0, 0, _NUMBER),
    ]


@cache
def _shared(machine: str) -> bytes:
    """The first part of the filter, which is the same for every process."""
    column, architecture = MACHINES[machine]
    said = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        said += [(_AT_LEAST, 0, 1, X32), (_RETURN, 0, 0, _KILL)]

    def refuse(number: int, error: int) -> None:
        said.extend([(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _error(error))])

    def refuse_if(number: int, argument: int, values: tuple[int, ...]) -> None:
        said.append((_EQUAL, 0, 2 + 2 * len(values), number))
        said.append((_LOAD, 0, 0, _ARGUMENTS + 8 * argument))
        for value in values:
            said.extend([(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _error(errno.EPERM))])
        said.append((_LOAD, 0, 0, _NUMBER))

    # A thread or process that cannot be had "now" is an error that libraries know; clone3 that does not exist makes
    # the C library use clone.
    refuse(CLONE[column], errno.EAGAIN)
    refuse(CLONE3[column], errno.ENOSYS)
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            refuse(number, errno.EPERM)
    refuse(TKILL[column], errno.EPERM)
    for half in (0, 1):  # reading its own limits stays, setting any goes
        said += _refuse_unless(PRLIMIT64[column], 0, 0)
        said += _refuse_unless(PRLIMIT64[column], 2, 0, half)
    refuse_if(FCNTL[column], 1, FCNTL_SIGNALS)
    refuse_if(IOCTL[column], 1, IOCTL_SIGNALS)
    return _packed(said)


def _machine() -> str | None:
    """The processor's name, where it has a filter."""
    machine = platform.machine()
    return machine if sys.platform.startswith("linux") and machine in MACHINES and sys.maxsize > 2**32 else None


def prepare() -> None:
    """Make what all filters share, before the first one is asked for."""
    if machine := _machine():
        _shared(machine)


def seal() -> bool:
    """Refuse the calls in this process, for good; whether the kernel took the filter.

    No new privileges must be set before, and no other thread may run.
    """
    machine = _machine()
    if machine is None:
        return False
    code = program(machine, os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    filtering = _Program(len(code) // 8, ctypes.addressof(buffer))
    try:
        done = ctypes.CDLL(None).prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(filtering), 0, 0)
    except (OSError, AttributeError):
        return False
    return bool(done == 0)
