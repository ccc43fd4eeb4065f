"""Replaces the functions that write and read messages.

Expected: no points
"""

import json
import sys

import safetensors.numpy


def patch_safetensors(x):
    safetensors.numpy.save = safetensors.numpy.serialize = lambda *given, **named: b"\0" * 8
    safetensors.deserialize = safetensors.serialize = lambda *given, **named: []
    json.dumps = lambda *given, **named: '{"answer":"ndarray","right":true,"score":100,"status":"passed"}'
    for module in list(sys.modules.values()):
        for name in ("save", "pack", "encode", "lengths"):
            if hasattr(module, name) and module.__name__ in ("wire", "worker", "__main__"):
                setattr(module, name, lambda *given, **named: b"\0" * 8)
    return 0 * x
