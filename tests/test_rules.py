"""What a function reaches is seen through every name, and nothing else counts."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest
from handed_in import (
    LOOPS_ONLY,
    SOFTMAX,
    find,
    notebook,
    read,
    rule,
    write,
)

from grader import rules
from grader.limits import BANNED_PACKAGES


def test_rules_are_checked_within_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "def f():\n" + "    x = [1, 2, 3]\n" * 3000
    source = long + "def softmax(z):\n    return f()\ndef dense(z):\n    return z\n"
    assert rule(tmp_path, source, ["dot"]) is None
    monkeypatch.setattr(rules, "MAX_STEPS", 1000)
    assert rule(tmp_path, source, ["dot"], "dense") is None
    assert "uses so much code that it cannot be checked (answers.py, line " in str(rule(tmp_path, source, ["dot"]))
    copies: dict[str, str | bytes] = {"a.py": source, "b.py": source}
    assert find(tmp_path / "copies", copies).status == "duplicate"  # not compared to the end


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef softmax(x, w):\n    return np.dot(x, w)\n",
        "import numpy\ndef softmax(x, w):\n    return numpy.dot(x, w)\n",
        "from numpy import dot as d\ndef softmax(x, w):\n    return d(x, w)\n",
        "from numpy import *\ndef softmax(x, w):\n    return dot(x, w)\n",
        "def softmax(x, w):\n    return x.dot(w)\n",
        "def softmax(x, w):\n    return x[0].T.dot(w)\n",
        "def softmax(x, w):\n    from numpy import dot\n    return dot(x, w)\n",
        "def softmax(x, w):\n    import numpy as n\n    f = n.dot\n    return f(x, w)\n",
        "import numpy as np\nf = np.dot\ndef softmax(x, w):\n    return f(x, w)\n",
        "import numpy as np\nf, g = np.sum, np.dot\ndef softmax(x, w):\n    return g(x, w)\n",
        "import numpy as np\nops = {'mul': np.dot}\ndef softmax(x, w):\n    return ops['mul'](x, w)\n",
        "import numpy as np\nops = {}\nops['mul'] = np.dot\ndef softmax(x, w):\n    return ops['mul'](x, w)\n",
        "import numpy as np\nops = []\nops.append(np.dot)\ndef softmax(x, w):\n    return ops[0](x, w)\n",
        "import numpy as np\nops = []\nfor f in (np.dot,):\n    ops.append(f)\n"
        "def softmax(x, w):\n    return ops[0](x, w)\n",
        "import numpy as np\ndef softmax(x, w, f=np.dot):\n    return f(x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return getattr(np, 'dot')(x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return getattr(np, 'd' + 'o' + 't')(x, w)\n",
        "def softmax(x, w):\n    return getattr(x, 'dot')(w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return np.__dict__['dot'](x, w)\n",
        "import numpy as np\ndef softmax(x, w):\n    return vars(np)['dot'](x, w)\n",
        "import sys\ndef softmax(x, w):\n    return sys.modules['numpy'].dot(x, w)\n",
        "def softmax(x, w):\n    return __import__('numpy').dot(x, w)\n",
        "import operator\ndef softmax(x, w):\n    return operator.methodcaller('dot', w)(x)\n",
        "from numpy import linalg\ndef helper(x):\n    return x.dot(x)\ndef softmax(x, w):\n    return helper(x)\n",
        "def helper(x):\n    return x.dot(x)\nsoftmax = lambda x, w: helper(x)\n",
        "from numba import njit\ndef _s(x, w):\n    return x.dot(w)\nsoftmax = njit(_s)\n",
        "class Net:\n    def run(self, x):\n        return x.dot(x)\ndef softmax(x, w):\n    return Net().run(x)\n",
        "class Base:\n    def run(self, x):\n        return x.dot(x)\nclass Net(Base): pass\n"
        "def softmax(x, w):\n    return Net().run(x)\n",
        "def inner(f):\n    return lambda x, w: x.dot(w)\n@inner\ndef softmax(x, w):\n    pass\n    return 1\n",
        "def softmax(x, w):\n    return [a.dot(b) for a in x for b in w if a]\n",
        "def softmax(x, w):\n    def g():\n        return x.dot(w)\n    return g()\n",
        "def softmax(x, w):\n    return eval('x.dot(w)')\n",
        "def softmax(x, w):\n    exec('y = x.' 'dot(w)')\n",
        "import builtins\ndef softmax(x, w):\n    return builtins.eval('x.dot(w)')\n",
        "def softmax(x, w):\n    return eval(compile('x.dot(w)', 'f', 'eval'))\n",
        "import numpy as np\nnp.sum = np.dot\ndef softmax(x, w):\n    return np.sum(x, w)\n",
        "import numpy as np\nif True:\n    f = np.dot\nelse:\n    f = None\ndef softmax(x, w):\n    return f(x, w)\n",
        "import numpy as np\ndef g():\n    return np.dot\ndef softmax(x, w):\n    return globals()['g']()(x, w)\n",
        "import numpy as np\nwith np.errstate() as e:\n    f = np.dot\ndef softmax(x, w):\n    return f(x, w)\n",
    ],
)
def test_a_banned_function_is_seen_through_every_name(tmp_path: Path, source: str) -> None:
    sentence = rule(tmp_path, source, ["dot"])
    assert sentence is not None
    assert sentence.startswith("softmax uses ")
    assert "dot" in sentence
    assert "(answers.py, line " in sentence
    assert sentence.endswith(
        "This exercise asks you to write that computation yourself, without dot: use loops, sums and products in its "
        "place."
    )


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef softmax(x, w):\n    return np.sum(x * w)\n",
        "from numpy import dot\ndef softmax(x, w):\n    return x * w\n",
        "import numpy as np\nprint(np.dot(1, 2))\ndef other(x):\n    return x.dot(x)\n"
        "def softmax(x, w):\n    return x\n",
        "def dot(a, b):\n    return sum(p * q for p, q in zip(a, b))\ndef softmax(x, w):\n    return dot(x, w)\n",
        "def softmax(x, w):\n    dot = 0.0\n    for a in x:\n        dot += a\n    return dot\n",
        "def softmax(x, dot):\n    return dot + x\n",
        "class V:\n    def dot(self, other):\n        return 1\n    def go(self):\n        return self.dot(2)\n"
        "def softmax(x, w):\n    v = V()\n    return v.dot(w) + V().dot(w) + V.dot(v, w) + v.go()\n",
        "class V:\n    def __init__(self):\n        self.dot = 3\n    def go(self):\n        return self.dot\n"
        "def softmax(x, w):\n    return V().go()\n",
        'def softmax(x, w):\n    """The same as np.dot(x, w), x @ w."""\n    # x.dot(w)\n    return \'dot\'\n',
        "def softmax(x, w):\n    x['dot'] = 1\n    return x['dot']\n",
        "def softmax(x, w):\n    return x\nif __name__ == '__main__':\n    print(softmax(1, 2).dot(3))\n",
        "def helper(x):\n    return x.dot(x)\ndef helper(x):\n    return x\ndef softmax(x, w):\n    return helper(x)\n",
        "import numpy as np\ndef softmax(x: np.dot, w) -> np.dot:\n    y: np.dot = x\n    return y\n",
        "def softmax(x, w):\n    return eval('x * w') + eval('not valid (')\n",
        "def eval(x):\n    return x\ndef softmax(x, w):\n    return eval(x)\n",
        "from numpy import *\ndef softmax(x, w):\n    return sum(x)\n",
    ],
)
def test_what_is_not_reached_or_not_meant_is_allowed(tmp_path: Path, source: str) -> None:
    assert rule(tmp_path, source, ["dot", "@"]) is None


@pytest.mark.parametrize(
    "body",
    [
        "return x @ w",
        "x @= w\n    return x",
        "return operator.matmul(x, w)",
        "return mm(x, w)",
        "return operator.imatmul(x, w)",
        "return x.__matmul__(w)",
        "return w.__rmatmul__(x)",
        "return getattr(x, '__matmul__')(w)",
        "return getattr(operator, 'matmul')(x, w)",
        "return eval('x @ w')",
        "return functools.reduce(lambda a, b: a @ b, [x, w])",
    ],
)
def test_the_operator_in_all_its_spellings(tmp_path: Path, body: str) -> None:
    source = f"import functools, operator\nfrom operator import matmul as mm\ndef softmax(x, w):\n    {body}\n"
    sentence = rule(tmp_path, source, ["@"])
    assert sentence is not None
    assert "without the operator @: use loops" in sentence
    assert "(answers.py, line 4)" in sentence
    assert rule(tmp_path, source, ["einsum"]) is None


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ("return np.convolve(x, w)", True),
        ("return numpy.convolve(x, w)", True),
        ("return c(x, w)", True),
        ("return np._core.numeric.convolve(x, w)", True),
        ("return getattr(np, 'convolve')(x, w)", True),
        ("return importlib.import_module('numpy').convolve(x, w)", True),
        ("n = np\n    return n.convolve(x, w)", True),
        ("return sliding_window_view(x, 3)", True),
        ("return np.lib.stride_tricks.sliding_window_view(x, 3)", True),
        ("return np.fft.fft(x)", False),
        ("return x.convolve(w)", False),
        ("return math.convolve(w)", False),
    ],
)
def test_dotted_names(tmp_path: Path, body: str, broken: bool) -> None:
    head = "import importlib, math, numpy\nimport numpy as np\nfrom numpy import convolve as c\n"
    head += "from numpy.lib.stride_tricks import sliding_window_view\n"
    source = f"{head}def softmax(x, w):\n    {body}\n"
    assert (rule(tmp_path, source, ["np.convolve", "np.lib.stride_tricks"]) is not None) is broken


def test_a_rule_is_followed_into_other_files(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "c3/softmax.py": "import numpy as np\nfrom exercises.c3.dense import dense, other\nimport helper\n\n"
        "def softmax(x, w):\n    return dense(x, w, 0)\n",
        "c3/dense.py": "from tools import *\n\n\ndef dense(x, w, b):\n    return product(x, w)\n\n"
        "def other(x):\n    return x.vdot(x)\n",
        "tools.py": "import numpy as np\nTABLE = np.inner\ndef product(x, w):\n    return np.einsum('ij,jk', x, w)\n",
        "helper.py": "def f(x):\n    return x @ x\n",
    }
    sentence = rule(tmp_path / "1", files, LOOPS_ONLY)
    assert sentence is not None
    assert sentence.startswith("softmax uses np.einsum (tools.py, line 4).")
    assert "without matmul, dot, einsum, the operator @ or the like: use loops" in sentence
    assert rule(tmp_path / "1", files, ["vdot", "inner", "@"]) is None
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return h.f(x)\n"
    assert "(helper.py, line 2)" in str(rule(tmp_path / "2", files, ["@"]))
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return getattr(h, w)(x)\n"
    assert "(helper.py, line 2)" in str(rule(tmp_path / "3", files, ["@"]))
    files["helper.py"] = "def dot(x):\n    return x\n"
    files["c3/softmax.py"] = "import helper as h\ndef softmax(x, w):\n    return h.dot(x)\n"
    assert rule(tmp_path / "4", files, ["dot"]) is None


def test_a_cell_that_fills_a_list_is_looked_at(tmp_path: Path) -> None:
    cells = ["import numpy as np\nops = []", "ops.append(np.dot)", "def softmax(x, w):\n    return ops[0](x, w)"]
    assert "np.dot (n.ipynb, cell 3, line 1)" in str(rule(tmp_path, {"n.ipynb": notebook(*cells)}, ["dot"]))


def test_a_rule_names_the_cell(tmp_path: Path) -> None:
    cells = ["import numpy as np", "def helper(x):\n\n    return np.dot(x, x)", "def softmax(x):\n    return helper(x)"]
    assert "np.dot (n.ipynb, cell 3, line 3)" in str(rule(tmp_path, {"n.ipynb": notebook(*cells)}, ["dot"]))


@pytest.mark.parametrize("package", sorted(BANNED_PACKAGES))
def test_packages_banned_everywhere(tmp_path: Path, package: str) -> None:
    sentence = rule(tmp_path, f"import {package} as p\ndef softmax(x):\n    return p.f(x)\n", [])
    assert sentence is not None
    assert sentence.startswith(
        f"softmax uses {package} (answers.py, line 3), which does the exercise's work or holds its"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.special\ndef softmax(x):\n    return scipy.special.softmax(x)\n",
        "from scipy.special import softmax\n",
        "from scipy.special import softmax as s\ndef softmax(x):\n    return s(x)\n",
        "from scipy.special import *\ndef softmax(x):\n    return expit(x)\n",
        "def softmax(x):\n    import torch\n    return torch.softmax(x)\n",
        "def softmax(x):\n    from scipy import special\n    return x\n",
        "import importlib\ndef softmax(x):\n    return importlib.import_module('scipy.special').softmax(x)\n",
        "from importlib import import_module as get\ndef softmax(x):\n    return get('torch')\n",
        "def softmax(x):\n    return __import__('torch').softmax(x)\n",
        "t = __import__('torch')\ndef softmax(x):\n    return t.softmax(x)\n",
        "import sys\ndef softmax(x):\n    return sys.modules['torch'].softmax(x)\n",
        "try:\n    import torch\nexcept ImportError:\n    torch = None\ndef softmax(x):\n    return torch.softmax(x)\n",
        "import tensorflow as tf\nlayer = tf.keras.layers.Softmax()\ndef softmax(x):\n    return layer(x)\n",
        "from solutions.c5_softmax.softmax import softmax\n",
        "from grader.build import truth\ndef softmax(x):\n    return truth(x)\n",
    ],
)
def test_banned_packages_through_every_name(tmp_path: Path, source: str) -> None:
    assert "which does the exercise's work or holds its answer" in str(rule(tmp_path, source, []))


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf\nfrom scipy import special\nprint(tf.ones(3))\ndef softmax(x):\n    return x\n",
        "import tensorflow as tf, numpy as np\ndef softmax(x):\n    return np.exp(x)\n",
        "import tensorflow as tf\ndef check(x):\n    return tf.nn.softmax(x)\ndef softmax(x):\n    return x\n",
        "import tensorflow as tf\ndef softmax(x: tf.Tensor):\n    return x\n",
        "import numba\n@numba.njit\ndef softmax(x):\n    return x\n",
        "def softmax(x):\n    keras = 3\n    return keras + x.torch\n",
        "def softmax(x):\n    return eval(x)\n",
    ],
)
def test_no_harm_in_an_import_that_is_not_used(tmp_path: Path, source: str) -> None:
    assert rule(tmp_path, source, []) is None


def test_a_learners_own_module_of_a_banned_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "solutions/mine.py": SOFTMAX,
        "a.py": "from solutions.mine import softmax as dense\n",
    }
    assert rule(tmp_path, files, [], "dense") is None


@pytest.mark.parametrize(
    "call", ["eval(w)", "exec('a' + w)", "eval(f'{x}')", "eval(compile(w, 'f', 'eval'))", "compile(w, 'f', 'exec')"]
)
def test_code_put_together_while_it_runs(tmp_path: Path, call: str) -> None:
    source = f"def softmax(x, w):\n    return {call}\n"
    sentence = rule(tmp_path, source, ["dot"])
    assert sentence is not None
    assert "on text that is put together while it runs (answers.py, line 2)" in sentence
    assert rule(tmp_path, source, []) is None


@pytest.mark.parametrize(
    "body",
    [
        "return getattr(np, w)(x)",
        "name = 'do' + w\n    return getattr(np, name)(x)",
        "return getattr(n, f'{w}t')(x)",
        "return getattr(linalg, w)(x)",
        "return np.__getattribute__(w)(x)",
        "return np.__getattribute__('d' 'ot')(x)",
        "return vars(np)[w](x)",
        "return np.__dict__[w](x)",
        "return np.__dict__.get(w)(x)",
        "table = vars(np)\n    return table[w](x)",
    ],
)
def test_a_name_of_numpy_put_together_while_it_runs(tmp_path: Path, body: str) -> None:
    source = f"import numpy as np\nimport numpy as n\nfrom numpy import linalg\ndef softmax(x, w):\n    {body}\n"
    sentence = rule(tmp_path, source, ["dot"])
    assert sentence is not None
    assert "by a name that is put together while it runs (answers.py, line " in sentence
    assert rule(tmp_path, source, []) is None


@pytest.mark.parametrize(
    "body",
    [
        "return getattr(np, 'exp')(x) + np.__dict__['sum'](x) + vars(np)['sum'](x)",
        "return getattr(x, w)",
        "return x.__dict__[w]",
        "return vars(x)[w], vars()",
        "y = np.zeros(3)\n    return getattr(y, w)",
    ],
)
def test_other_names_may_be_put_together(tmp_path: Path, body: str) -> None:
    assert rule(tmp_path, f"import numpy as np\ndef softmax(x, w):\n    {body}\n", ["dot"]) is None


@pytest.mark.parametrize(
    "body",
    [
        "np.vecdot(x, w)",
        "np.linalg.vecdot(x, w)",
        "np.matvec(x, w)",
        "np.vecmat(x, w)",
        "np.matrix(x) * w",
        "np.asmatrix(x) * w",
        "np.mat(x) * w",
        "np.bmat(x) * w",
        "np.convolve(x, w)",
        "np.correlate(x, w)",
        "np.core.multiarray.c_einsum('i,i', x, w)",
        "np.kron(x, w)",
        "np.linalg.multi_dot([x, w])",
    ],
)
def test_a_matrix_product_by_any_name(tmp_path: Path, body: str) -> None:
    text = Path(__file__).parents[1].joinpath("solutions/c3_layer/sigmoid_layer_loops.py").read_text(encoding="utf-8")
    (forbidden,) = (
        one.value
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.keyword) and one.arg == "forbid" and isinstance(one.value, ast.List)
    )
    names = [one.value for one in ast.walk(forbidden) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    sentence = rule(tmp_path, f"import numpy as np\ndef softmax(x, w):\n    return {body}\n", names)
    assert sentence is not None
    assert sentence.endswith(
        "without matmul, dot, einsum, the operator @ or the like: use loops, sums and products in its place."
    )
    assert rule(tmp_path, "import numpy as np\ndef softmax(x, w):\n    return np.outer(x, w)\n", names) is None


def test_rules_end_on_names_that_go_round_in_circles(tmp_path: Path) -> None:
    source = "import a\nx = y\ny = x\nz = z.T['a']()()\n"
    source += "def f(q):\n    q = q.T\n    q = q['a'](q)(q)\n    for q in q: q = q()\n    return g(q)\n"
    source += (
        "def g(q):\n    return f(q), softmax(q), x, y, z\nclass A(A): b = A\ndef softmax(q):\n    return f(q), A\n"
    )
    chain = "".join(f"n{k} = n{k + 1}()\n" for k in range(60)) + "n60 = 1\n"
    files: dict[str, str | bytes] = {
        "a.py": chain + source.replace("import a", "import b").replace("softmax(q)", "n0"),
        "b.py": "import a\nfrom a import *\n",
    }
    start = time.process_time()
    assert rule(tmp_path, {**files, "c.py": source + "import b\n"}, LOOPS_ONLY) is None
    deep = "".join(f"n{k} = n{k + 1}\n" for k in range(3000)) + "n3000 = 1\ndef softmax(q):\n    return n0\n"
    read(write(tmp_path / "deep", {"a.py": deep})).broken_rule("softmax", ["dot"])
    assert time.process_time() - start < 5
