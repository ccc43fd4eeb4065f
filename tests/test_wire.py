"""Messages: round trips of all that is sent, and nothing but WireError for bytes that are no message."""

from __future__ import annotations

import io
import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import wire

DTYPES = list(wire.DTYPES.values())
OTHERS = [np.complex64, np.complex128, np.longdouble, np.object_, "U3", "S3", "M8[s]", "m8[s]", "V4", [("a", "f4")]]
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
ARRAYS = st.one_of(*(hnp.arrays(dtype, SHAPES) for dtype in DTYPES))


def file(head: Any, body: bytes = b"") -> bytes:
    """Safetensors bytes with a header of one's own."""
    words = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<Q", len(words)) + words + body


def entry(dtype: str = "F32", shape: Any = (1,), begin: Any = 0, end: Any = 4) -> dict[str, Any]:
    return {"answer": {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}}


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal bit for bit, NaN included, apart from the byte order they are held in."""
    native = a.astype(a.dtype.newbyteorder("="))
    return a.shape == b.shape and native.dtype == b.dtype.newbyteorder("=") and native.tobytes() == b.tobytes()


def read_all(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What a parent does with the bytes of one frame."""
    head, body = wire.lengths(data[: wire.LENGTHS.size])
    at = wire.LENGTHS.size
    words = wire.decode_head(data[at : at + head])
    return words, wire.unpack(data[at + head : at + head + body]) if body else {}


# ---------------------------------------------------------------- round trips


@given(ARRAYS)
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    back = wire.unpack(wire.pack({"x": array}))
    assert list(back) == ["x"]
    assert same(array, back["x"])


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_also_empty_scalar_and_of_foreign_byte_order(dtype: np.dtype) -> None:
    for array in (
        np.array(1).astype(dtype),
        np.zeros((0, 3)).astype(dtype),
        np.zeros((3, 0, 2)).astype(dtype),
        np.arange(6).reshape(2, 3).astype(dtype),
        np.arange(6).reshape(2, 3).astype(dtype.newbyteorder(">")),
        np.arange(6).reshape(2, 3).astype(dtype.newbyteorder("<")),
    ):
        back = wire.unpack(wire.pack({"x": array}))["x"]
        assert same(array, back)
        assert back.dtype == dtype


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a.T,
        lambda a: a[::-1],
        lambda a: a[:, ::2],
        lambda a: a[1:, 1:],
        lambda a: np.asfortranarray(a),
        lambda a: np.broadcast_to(a[0], (3, 5)),
        lambda a: np.lib.stride_tricks.sliding_window_view(a, (2, 2)),
        lambda a: a[:, :, None],
        lambda a: np.swapaxes(a[None], 0, 2),
        lambda a: a.astype(">f4").T,
        lambda a: a[0, 0],
    ],
)
def test_arrays_that_do_not_lie_in_c_order(view: Any) -> None:
    array = view(np.arange(20, dtype=np.float32).reshape(4, 5))
    assert same(np.asarray(array), wire.unpack(wire.pack({"x": array}))["x"])


@pytest.mark.parametrize("code", ["q", "Q", "l", "L", "i", "I", "p", "P"])
def test_every_name_that_c_has_for_whole_numbers(code: str) -> None:
    back = wire.unpack(wire.pack({"x": np.array([1, 2], code)}))["x"]
    assert back.tolist() == [1, 2]
    assert back.dtype.itemsize == np.dtype(code).itemsize


def test_what_comes_back_cannot_be_written_to() -> None:
    for array in (np.ones(3), np.array([True]), np.zeros((0, 2)), np.array(3)):
        back = wire.unpack(wire.pack({"x": array}))["x"]
        assert not back.flags.writeable


@pytest.mark.parametrize("dtype", OTHERS, ids=str)
def test_other_dtypes_are_not_sent(dtype: Any) -> None:
    if np.dtype(dtype) == np.float64:
        pytest.skip("long double is double here")
    with pytest.raises(wire.WireError, match="cannot be sent"):
        wire.pack({"x": np.zeros(2, dtype)})


HEADS = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(HEADS, st.dictionaries(st.text(min_size=1, max_size=5).filter(str.isalnum), ARRAYS, max_size=3))
def test_frames_come_back(head: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    data = wire.encode(head, arrays)
    for words, back in (read_all(data), wire.read(io.BytesIO(data))):
        assert words == head
        assert back.keys() == arrays.keys()
        assert all(same(arrays[name], back[name]) for name in arrays)


def test_a_head_of_some_megabytes_passes() -> None:
    """The cases of a key of ten thousand, or a file of source, written as JSON."""
    head = {"cases": [{"family": "typical", "dims": {"N": k}} for k in range(100_000)]}
    data = wire.encode(head, {})
    assert len(data) > 3_000_000
    assert wire.read(io.BytesIO(data)) == (head, {})


@pytest.mark.parametrize("text", ["\ud800", "a\udcffb", "\U0001f600", "\x00", "\u2028", "행렬", "\x1b[31m"])
def test_any_text_passes(text: str) -> None:
    assert read_all(wire.encode({"text": text}, {}))[0] == {"text": text}


def test_frames_stand_one_after_the_other_in_a_stream() -> None:
    stream = io.BytesIO(wire.encode({"a": 1}, {}) + wire.encode({"b": 2}, {"x": np.arange(3)}) + wire.encode({}, {}))
    assert wire.read(stream) == ({"a": 1}, {})
    head, arrays = wire.read(stream)
    assert head == {"b": 2}
    assert arrays["x"].tolist() == [0, 1, 2]
    assert wire.read(stream) == ({}, {})
    with pytest.raises(EOFError, match=r"the stream ended$"):
        wire.read(stream)


@pytest.mark.parametrize("cut", [1, 7, 9, 12, -1])
def test_a_stream_that_ends_within_a_message_says_so(cut: int) -> None:
    data = wire.encode({"a": 1}, {"x": np.arange(3)})
    with pytest.raises(EOFError):
        wire.read(io.BytesIO(data[:cut]))


# ---------------------------------------------------------------- lengths


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
@example(wire.MAX_HEAD, wire.MAX_ARRAYS)
@example(wire.MAX_HEAD + 1, 0)
@example(0, wire.MAX_ARRAYS + 1)
@example(2**32 - 1, 2**32 - 1)
def test_lengths_are_held_to_their_limits(head: int, body: int) -> None:
    prefix = wire.LENGTHS.pack(head, body)
    if head <= wire.MAX_HEAD and body <= wire.MAX_ARRAYS:
        assert wire.lengths(prefix) == (head, body)
    else:
        with pytest.raises(wire.WireError, match="larger than is accepted"):
            wire.lengths(prefix)


def test_lengths_have_limits_of_the_callers_own() -> None:
    assert wire.lengths(wire.LENGTHS.pack(10, 20), 10, 20) == (10, 20)
    for head, body in ((11, 20), (10, 21)):
        with pytest.raises(wire.WireError):
            wire.lengths(wire.LENGTHS.pack(head, body), 10, 20)


def test_a_stream_with_lengths_that_are_too_large_is_refused_before_it_is_read() -> None:
    class Endless(io.RawIOBase):
        def read(self, count: int = -1) -> bytes:
            assert 0 <= count <= 8, "nothing is read, or made room for, before the lengths are checked"
            return b"\xff" * count

    with pytest.raises(wire.WireError):
        wire.read(Endless())  # type: ignore[arg-type]


# ---------------------------------------------------------------- what is no message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 8,
        b"\x00" * 100,
        b"\xff" * 100,
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
        b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
        b"PK\x03\x04",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2**64 - 1) + b"{}",
        file(b"[]"),
        file(b"null"),
        file(b'"text"'),
        file(b"{"),
        file(b"\xff\xfe"),
        file(b"[" * 100_000),
        file(b'{"a":' * 100_000),
        file({"answer": 3}),
        file({"answer": {}}),
        file({"answer": {"dtype": "F32"}}),
        file(entry(), b"1234") + b"more",
        file(entry(), b"123"),
        file(entry()),
        file(entry(begin=1, end=5), b"12345"),
        file(entry(begin=4, end=0), b"1234"),
        file(entry(begin=-4, end=0), b"1234"),
        file(entry(end=2**63), b"1234"),
        file(entry(end=2**64 - 1), b"1234"),
        file(entry(begin=0.0, end=4.0), b"1234"),
        file(entry(shape=(2,)), b"1234"),
        file(entry(shape=(-1,)), b"1234"),
        file(entry(shape=(1.0,)), b"1234"),
        file(entry(shape=("1",)), b"1234"),
        file(entry(shape=(2**62, 4), end=0)),
        file(entry(shape=(2**32, 2**32), end=0)),
        file(entry(shape=(0, 2**62), end=0)),
        file(entry(dtype="BOOL", shape=(0, 2**60), end=0)),
        file(entry(dtype="U8", shape=(2**62, 0), end=0)),
        file(entry(shape=(2**20, 0, 2**20), end=0)),
        file(entry(shape=(0, 2**63 - 1), end=0)),
        file(entry(shape=(0, 2**64), end=0)),
        file(entry(shape=(2**40, 0, 2**40), end=0)),
        file(entry(shape=(1,) * 33), b"1234"),
        file(entry(shape=(1,) * 65), b"1234"),
        file(entry(shape=(1,) * 100_000), b"1234"),
        file(entry(shape=(0,) * 33, end=0)),
        *(file(entry(dtype=dtype, shape=(1,)), b"1234") for dtype in ("f32", "float32", "O", "<f4", "", "F32 ")),
        *(file(entry(dtype=dtype, shape=(4,)), b"1234") for dtype in ("F8_E5M2", "F8_E4M3", "F8_E8M0")),
        *(file(entry(dtype=dtype, shape=(2,)), b"1234") for dtype in ("BF16",)),
        *(file(entry(dtype=dtype, shape=(8,)), b"1234") for dtype in ("F4",)),
        file(entry(dtype="C64", end=8), b"12345678"),
    ],
)
def test_bytes_that_are_no_arrays_are_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(data)


def test_overlapping_arrays_are_refused() -> None:
    overlap = {
        "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
        "b": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
    }
    with pytest.raises(wire.WireError):
        wire.unpack(file(overlap, b"1234"))


def test_the_rank_can_be_held_lower() -> None:
    data = wire.pack({"x": np.zeros((1, 1, 1))})
    assert wire.unpack(data, max_rank=3)["x"].shape == (1, 1, 1)
    with pytest.raises(wire.WireError, match="rank 3"):
        wire.unpack(data, max_rank=2)


def test_what_describes_the_arrays_can_be_held_shorter() -> None:
    """A million empty arrays fit where one full one does."""
    many = file({str(k): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for k in range(1000)})
    assert len(wire.unpack(many)) == 1000
    with pytest.raises(wire.WireError, match="description of the arrays"):
        wire.unpack(many, max_names=4096)
    assert wire.unpack(file(entry(), b"1234"), max_names=4096)["answer"].shape == (1,)


def test_truth_values_are_0_and_1_whatever_the_byte() -> None:
    values = wire.unpack(file(entry("BOOL", (4,)), bytes([0, 1, 2, 255])))["answer"]
    assert values.dtype == np.bool_
    assert values.tobytes() == bytes([0, 1, 1, 1])
    assert (values == np.array([False, True, True, True])).all()


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b" ",
        b"[]",
        b"3",
        b"null",
        b'"text"',
        b"{",
        b"{'a': 1}",
        b'{"a": 1} x',
        b"\xff",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"1" * 5000 + b"}",
        b'\xef\xbb\xbf{"a": 1}',
    ],
)
def test_a_head_that_is_no_object_is_refused(head: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_head(head)


def check(data: bytes) -> None:
    """Whatever the bytes are, a parent gets arrays that it can use, or WireError."""
    try:
        words, arrays = read_all(data)
    except wire.WireError:
        return
    assert isinstance(words, dict)
    for array in arrays.values():
        assert type(array) is np.ndarray
        assert array.dtype.kind in "biuf"
        assert array.nbytes == math.prod(array.shape) * array.dtype.itemsize <= len(data)
        array.astype(np.float64).sum()
        np.isfinite(array.astype(np.float64)).all()


VALID = wire.encode({"answer": "ndarray", "warnings": []}, {"answer": np.arange(6, dtype=np.float32).reshape(2, 3)})


@settings(max_examples=150)
@given(st.binary(min_size=8, max_size=200))
def test_random_bytes(data: bytes) -> None:
    check(data)


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_random_bytes_as_arrays_or_head(data: bytes) -> None:
    check(wire.LENGTHS.pack(len(data), 0) + data)
    check(wire.LENGTHS.pack(2, len(data)) + b"{}" + data)


@pytest.mark.parametrize("cut", range(8, len(VALID)))
def test_truncated_frames(cut: int) -> None:
    check(VALID[:cut])


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(8, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_frames(changes: list[tuple[int, int]]) -> None:
    data = bytearray(VALID)
    for at, byte in changes:
        data[at] = byte
    check(bytes(data))


@settings(max_examples=150)
@given(
    st.sampled_from([*wire.DTYPES, "BF16", "F4", "C64", "F8_E5M2", "x"]),
    st.lists(st.integers(0, 4) | st.integers(0, 2**64), max_size=5),
    st.integers(0, 40),
    st.integers(-8, 40) | st.integers(0, 2**64),
    st.binary(max_size=40),
)
def test_headers_of_any_content(dtype: str, shape: list[int], begin: int, end: int, body: bytes) -> None:
    data = file(entry(dtype, shape, begin, end), body)
    check(wire.LENGTHS.pack(2, len(data)) + b"{}" + data)
