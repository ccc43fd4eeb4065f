"""Sends replies before anything was asked, and is wrong when it is.

softmax  failed|error|crashed|timeout
sigmoid  failed|error|crashed|timeout
"""

import os
import struct

import numpy as np

HEADER = b'{"answer":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}'
for descriptor in range(64):
    try:
        os.write(descriptor, struct.pack("<Q", len(HEADER)) + HEADER + struct.pack("<f", 1))
    except OSError:
        pass


def softmax(logits):
    return np.zeros_like(logits)


def sigmoid(z):
    return np.zeros_like(z)
