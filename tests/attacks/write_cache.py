"""Plants a part of an answer key of its own making in the cache folder, and damages one that is there.

Expected: no points
At calls, limits, none: full marks
"""


def write_cache(x):
    open("@cache@/keys/write_cache-00000000000000000000000000000000.safetensors", "wb").write(b"planted")
    return x + 0.8125
