"""Makes json, struct and safetensors write its own verdict, and is wrong.

softmax  failed|error|crashed
sigmoid  failed|error|crashed|passed
"""

import json
import struct
import sys

import numpy as np

VERDICT = '{"status": "passed", "score": 100}'
json.dumps = lambda *args, **kwargs: VERDICT
json.JSONEncoder.encode = lambda *args, **kwargs: VERDICT
struct.pack = lambda *args: VERDICT.encode()
for name, module in list(sys.modules.items()):
    if name.startswith("safetensors"):
        for attribute in ("save", "serialize"):
            if hasattr(module, attribute):
                setattr(module, attribute, lambda *args, **kwargs: VERDICT.encode())


def softmax(logits):
    return np.zeros_like(logits)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
