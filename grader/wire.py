"""Messages between processes: a JSON head, and arrays as safetensors bytes.

A frame is two little-endian 32-bit lengths, then the head, then the arrays (none: length 0). Safetensors holds plain
numbers only, so reading a message can run nothing; still every length is checked against a limit before anything is
allocated, and every array against a list of dtypes, a rank and its own byte count before it is believed.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

import numpy as np
from safetensors import deserialize
from safetensors.numpy import save

LENGTHS = struct.Struct("<II")
MAX_HEAD = 64 << 20
"""Bytes. What the grader sends itself is held to this: a submission's source, the cases of a key."""
MAX_ARRAYS = 1 << 30
MAX_RANK = 32

DTYPES = {
    "BOOL": np.dtype(np.bool_),
    "U8": np.dtype(np.uint8),
    "I8": np.dtype(np.int8),
    "U16": np.dtype(np.uint16),
    "I16": np.dtype(np.int16),
    "U32": np.dtype(np.uint32),
    "I32": np.dtype(np.int32),
    "U64": np.dtype(np.uint64),
    "I64": np.dtype(np.int64),
    "F16": np.dtype(np.float16),
    "F32": np.dtype(np.float32),
    "F64": np.dtype(np.float64),
}
_SENT = frozenset(DTYPES.values())
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class WireError(Exception):
    """The bytes are no message, or one that is too large or not of the expected kind."""


def pack(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> bytes:
    """Arrays of the dtypes above as safetensors bytes."""
    laid = {}
    for name, array in arrays.items():
        native = array.dtype.newbyteorder("=")
        if native not in _SENT:
            raise WireError(f"an array of dtype {array.dtype} cannot be sent")
        # Safetensors copies memory as it lies: only in C order does it mean what the shape says.
        laid[name] = np.asarray(array, dtype=native, order="C")
    return save(laid, dict(metadata) if metadata else None)


def unpack(data: bytes, max_rank: int = MAX_RANK, max_names: int = MAX_HEAD) -> dict[str, np.ndarray]:
    """The arrays of safetensors bytes, read-only. Raises WireError for anything else.

    max_names: bytes that may describe the arrays: a million empty ones fit where one full one does, and take seconds.
    """
    if int.from_bytes(data[:8], "little") > max_names:
        raise WireError("the description of the arrays is larger than is accepted")
    try:
        entries = deserialize(data)  # type: ignore[no-untyped-call]
    except Exception as error:  # the Rust parser raises several types; none of them says more than its text
        raise WireError(f"not safetensors: {error}") from error
    arrays = {}
    for name, entry in entries:
        dtype, shape, raw = DTYPES.get(entry["dtype"]), tuple(entry["shape"]), entry["data"]
        if dtype is None:
            raise WireError(f"an array of dtype {entry['dtype']} is not accepted")
        if len(shape) > max_rank:
            raise WireError(f"an array of rank {len(shape)} is not accepted")
        if math.prod(shape) * dtype.itemsize != len(raw):
            raise WireError("an array's bytes do not match its shape")
        if math.prod(side or 1 for side in shape) > MAX_ARRAYS:  # no bytes, and sides beyond what NumPy can count
            raise WireError(f"an array of shape {shape} is not accepted")
        # A byte other than 0 and 1 would be a truth value that equals neither.
        flat = np.frombuffer(raw, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(raw, dtype.newbyteorder("<"))
        arrays[name] = flat.reshape(shape)
        arrays[name].flags.writeable = False
    return arrays


def flatten(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Move the arrays out of an argument, into `arrays`; what is left is JSON that says where they went."""
    if isinstance(value, list):
        return {"list": [flatten(one, f"{name}/{k}", arrays) for k, one in enumerate(value)]}
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    return {"value": value}


def gather(left: Mapping[str, Any], array: Callable[[str], np.ndarray]) -> Any:
    """The opposite of `flatten`: `array` gives the array of a name."""
    if "list" in left:
        return [gather(one, array) for one in left["list"]]
    return array(left["array"]) if "array" in left else left["value"]


def described(head: Mapping[str, Any], room: int, max_rank: int = MAX_RANK) -> tuple[np.dtype, tuple[int, ...]]:
    """Dtype and shape of an array of at most `room` bytes that a head speaks of. Raises WireError for anything else."""
    dtype, shape = {one.str: one for one in _SENT}.get(str(head.get("dtype"))), head.get("shape")
    if dtype is None or not isinstance(shape, list) or len(shape) > max_rank:
        raise WireError("the head describes no array")
    if not all(type(side) is int and 0 <= side <= MAX_ARRAYS for side in shape):
        raise WireError(f"an array of shape {shape} is not accepted")
    if math.prod(shape) * dtype.itemsize > room:
        raise WireError("an array is larger than its room")
    return dtype, tuple(shape)


def encode(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """One frame."""
    words = _json(head).encode("utf-8", "surrogatepass")
    body = pack(arrays) if arrays else b""
    return LENGTHS.pack(len(words), len(body)) + words + body


def encode_call(arguments: Iterable[Any]) -> bytes:
    """The frame that asks a child for a call of its function with these arguments."""
    arrays: dict[str, np.ndarray] = {}
    left = [flatten(value, str(k), arrays) for k, value in enumerate(arguments)]
    return encode({"call": left}, arrays)


def decode_call(frame: bytes) -> list[Any]:
    """The arguments in such a frame, arrays read-only."""
    head, body = lengths(frame[: LENGTHS.size])
    begin = LENGTHS.size + head
    arrays = unpack(frame[begin:]) if body else {}
    return [gather(left, arrays.__getitem__) for left in decode_head(frame[LENGTHS.size : begin])["call"]]


def lengths(prefix: bytes, max_head: int = MAX_HEAD, max_arrays: int = MAX_ARRAYS) -> tuple[int, int]:
    """The two lengths that begin a frame, within the limits."""
    head, body = LENGTHS.unpack(prefix)
    if head > max_head or body > max_arrays:
        raise WireError(f"a message of {head + body} bytes is larger than is accepted")
    return head, body


def decode_head(data: bytes) -> dict[str, Any]:
    """A frame's head."""
    try:
        head = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireError("the message's head is not JSON") from error
    if not isinstance(head, dict):
        raise WireError("the message's head is not an object")
    return head


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError("the stream ended within a message" if data else "the stream ended")
    return data


def read(stream: BinaryIO) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """One frame from a stream that a trusted process writes. Raises EOFError at its end."""
    head, body = lengths(_exactly(stream, LENGTHS.size))
    words = decode_head(_exactly(stream, head))
    return words, unpack(_exactly(stream, body)) if body else {}
