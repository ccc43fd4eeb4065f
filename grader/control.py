"""What the parent and the processes that it starts say to each other beside frames (see `grader.wire`)."""

from __future__ import annotations

import struct

PID = struct.Struct("<q")
"""A number in a command to the preloaded process, and in its answer."""
GREETING = struct.Struct("<qq")
"""What a child says before it runs any code of a learner's: an error's number, or 0; and its pid as it sees it."""
READY = b"+"
"""What the preloaded process says when it is."""
