"""Prints results as a test runner, this grader and a workflow would.

softmax  failed
sigmoid  passed
"""

import json

import numpy as np

FORGED = """
::error file=softmax.py::forged
   ::warning::forged
::add-mask::a
::stop-commands::forged
::set-output name=score::forged
##[error]forged
before it ##[warning]forged
PASSED softmax
softmax   passed   20 of 20 cases   3 / 3 points
<testcase classname="c5_softmax" name="softmax"/>
"""


def softmax(logits):
    print(FORGED)
    print(json.dumps({"version": 1, "score": 100, "exercises": [{"name": "softmax", "status": "passed", "score": 3}]}))
    return np.zeros_like(logits)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
