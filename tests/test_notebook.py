"""Of a notebook the functions and what they need are kept, at their lines; the rest is left out, and said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handed_in import (
    DENSE,
    SIGMOID,
    SOFTMAX,
    STUB,
    find,
    notebook,
    read,
    write,
)

from grader import sources
from grader.submission import Submission


def kept(root: Path, *cells: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Kept cells by number, with their text, and the notes."""
    found = read(write(root, {"n.ipynb": notebook(*cells)}) / "n.ipynb")
    (file,) = found.files
    return [(chunk.label.removeprefix("n.ipynb, cell "), chunk.source) for chunk in file.chunks], file.notes


def test_constants_that_functions_need_are_kept(tmp_path: Path) -> None:
    cells, notes = kept(
        tmp_path,
        "import numpy as np",
        "BASE = 1e-7\nUNUSED = 3",
        "EPS = BASE * 2\nTABLE = {}\nTABLE['a'] = 1\nTABLE['b'], other = 2, 3",
        "total = 0\ntotal += EPS",
        "class Cache: pass\ncache = Cache()\ncache.size = 4\nprint(cache)",
        "def softmax(z, eps=EPS):\n    return z + eps + TABLE['a'] + total + cache.size",
        "result = softmax(np.ones(3))\nfor k in range(3):\n    print(k)\nresult",
    )
    assert [number for number, _ in cells] == ["2", "3", "4", "5", "6", "7"]
    texts = dict(cells)
    assert texts["3"] == "BASE = 1e-7\n"
    assert texts["4"] == "EPS = BASE * 2\nTABLE = {}\nTABLE['a'] = 1\nTABLE['b'], other = 2, 3"
    assert texts["5"] == "total = 0\ntotal += EPS"
    assert texts["6"] == "class Cache: pass\ncache = Cache()\ncache.size = 4\n"
    assert notes == ("left out of n.ipynb: demo code in cells 3, 6, 8",)


def run(found: Submission, name: str) -> list[tuple[str, str]]:
    """The cells that a child runs for an exercise: number and text, without blank lines."""
    (module,) = [one for one in found.payload(name)["modules"].values() if one["chunks"]]
    return [
        (label.rpartition(" ")[2], "\n".join(line for line in source.split("\n") if line.strip()))
        for label, source in module["chunks"]
    ]


def test_an_exercise_runs_only_what_it_needs(tmp_path: Path, load: Any) -> None:
    cells = [
        "import numpy as np\nimport no_such_plots as plt",
        "data = np.loadtxt('no such train.csv')\ndef plot():\n    plt.plot(data)",
        "SCALE = 2",
        "def dense(x, w, b):\n    return x * SCALE\ndense = timer(dense)",
        "@np.vectorize\ndef sigmoid(z):\n    return half(z); y = 3\nhalf = lambda z: z / SCALE",
        "def timer(f):\n    return f",
        "from __future__ import annotations\ndef softmax(z):\n    return np.exp(z)",
    ]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    assert run(found, "softmax") == [
        ("2", "import numpy as np"),
        ("8", "from __future__ import annotations\ndef softmax(z):\n    return np.exp(z)"),
    ]
    assert [number for number, _ in run(found, "sigmoid")] == ["2", "4", "6", "8"]
    assert load(found, "sigmoid")[0](np.ones(1)).tolist() == [0.5]
    assert load(found, "softmax")[0](0) == 1
    # Its own fault stays its own: the timer is made too late.
    with pytest.raises(NameError, match="timer"):
        load(found, "dense")
    assert len(found.files[0].chunks) == 7
    assert found.files[0].notes == ()


def test_what_is_left_out_for_an_exercise_keeps_the_lines(tmp_path: Path) -> None:
    cell = "@(\n    np.vectorize)\ndef dense(x):\n    # about\n    return x\nimport math; import numpy as np\n"
    found = read(write(tmp_path, {"n.ipynb": notebook(cell + "def softmax(z):\n    return math.exp(z)")}))
    ((_, source),) = next(one for one in found.payload("softmax")["modules"].values() if one["chunks"])["chunks"]
    assert source.replace(" " * 19, "") == "\n\n\n\n\nimport math;\ndef softmax(z):\n    return math.exp(z)"


def test_all_is_run_where_names_are_looked_up_by_text(tmp_path: Path, load: Any) -> None:
    cells = ["def one():\n    return 1", "def softmax(z):\n    return globals()['one']()"]
    assert load(read(write(tmp_path / "1", {"n.ipynb": notebook(*cells)})), "softmax")[0](0) == 1
    files: dict[str, str | bytes] = {
        "n.ipynb": notebook("from helper import *", "def softmax(z):\n    return two"),
        "helper.py": "two = 2\n",
    }
    assert load(read(write(tmp_path / "2", files)), "softmax")[0](0) == 2


def test_method_calls_fill_what_is_needed(tmp_path: Path, load: Any) -> None:
    cells = [
        "import numpy as np\nimport math\nP = {}\nlayers = [3]\nshown = []",
        "P.update(a=math.pi)\nP.setdefault('b', []).append(4)\nnp.random.seed(0)\nP['b'].append(5)",
        "for k in range(2):\n    layers.append(k)\nlayers.sort()\nshown.append(1 / 0)",
        "if True:\n    layers.extend([7])\nif __name__ == '__main__':\n    layers.clear()",
        "W = np.zeros(2)\nW.fill(5)\nsoftmax(P).sum()",
        "def softmax(z):\n    return P['b'], layers, W.tolist(), round(P['a'], 2)",
        "def dense(x, w, b):\n    return shown",
    ]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    assert load(found, "softmax")[0](0) == ([4, 5], [0, 1, 3, 7], [5, 5], 3.14)
    assert not any("seed" in source or "shown" in source for _, source in run(found, "softmax")[1:])
    with pytest.raises(ZeroDivisionError):
        load(found, "dense")
    assert found.files[0].notes == ("left out of n.ipynb: demo code in cells 3, 5, 6",)


def test_what_a_method_call_uses_is_not_absent(tmp_path: Path) -> None:
    cells = ["import pandas as pd, seaborn\nP = {}\nP.update(pd.read())", "def softmax(z):\n    return P"]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    assert found.payload("softmax")["absent"] == ["seaborn"]


def test_local_names_do_not_make_a_global_needed(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "x = [1]\nfor_ = 2\nk = 3\nhandle = 4\nerror = 5\nleft = 6\nouter = 7",
        "def softmax(z):\n"
        "    x = z\n"
        "    def inner(y, for_=outer):\n        return for_ + x\n"
        "    with open('f') as handle: pass\n"
        "    try: pass\n    except ValueError as error: print(error)\n"
        "    return [k for k in x] + [(lambda left: left)(1), handle, inner(1)]",
    )
    assert cells[0] == ("2", "\n\n\n\n\n\nouter = 7")


def test_a_comprehension_has_names_of_its_own(tmp_path: Path) -> None:
    cells, _ = kept(tmp_path, "k = 3", "def softmax(z):\n    return [k for k in z] + [k]")
    assert [number for number, _ in cells] == ["2", "3"]  # the last k is the global one


def test_line_numbers_are_those_of_the_cell(tmp_path: Path) -> None:
    cell = (
        '%time x = 1\nprint("""a\nb""")\n# about it\n\n@np.vectorize\ndef softmax(z):\n    return z\nsoftmax(3); y = 2'
    )
    found = read(write(tmp_path, {"n.ipynb": notebook("import numpy as np", cell)}))
    one = found.find("softmax")
    assert (one.status, one.line, one.label) == ("found", 7, "n.ipynb, cell 3")
    assert found.files[0].chunks[1].source == "\n\n\n# about it\n\n@np.vectorize\ndef softmax(z):\n    return z\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("import numpy as np; print(np.pi)", "import numpy as np;"),
        ("print(1); import numpy as np", "0       ; import numpy as np"),
        (
            "print(1); import numpy as np; print('가나'); import math;",
            "0       ; import numpy as np; 0            ; import math;",
        ),
        ("print('''a\nb'''); import numpy as np", "\n0    ; import numpy as np"),
        ("import numpy as np\nnp.ones(3);", "import numpy as np\n"),
        ("import numpy as np\nnp.ones(3); 4 ; print('가')", "import numpy as np\n"),
        ("import numpy as np\nx = 1 + \\\n  2\n", "import numpy as np\n\n\n"),
    ],
)
def test_statements_that_share_a_line(tmp_path: Path, cell: str, text: str) -> None:
    cells, _ = kept(tmp_path, cell)
    compile(cells[0][1], "cell", "exec")
    assert cells[0][1].split() == text.split()
    assert cells[0][1].count("\n") == cell.count("\n")


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("%matplotlib inline\nimport numpy as np", "1 magic line"),
        ("!pip install 'numpy\nimport numpy as np", "1 shell line"),
        ("!pip install \\\n   numpy \\\n   scipy\nimport numpy as np", "1 shell line"),
        ("files = !ls\nimport numpy as np", "1 shell line"),
        ("t = %timeit -o f()\nimport numpy as np", "1 magic line"),
        ("?np.dot\nimport numpy as np\nnp.exp??\nnp.*?", "3 help lines"),
        ("%%time\nimport numpy as np", "1 magic line"),
        ("%%capture out\nimport numpy as np", "1 magic line"),
        ("import numpy as np\nif True:\n    %matplotlib inline\n    import math", "1 magic line"),
        (
            "%load_ext x\nimport numpy as np\nx = (5\n  % 2)\ny = '''\n%not magic\n!nor this\n'''",
            "1 magic line, demo code in cell 2",
        ),
        ("!x\nimport numpy as np\ny = 7 \\\n  % 4  # why?\nz = 1  # really?", "1 shell line, demo code in cell 2"),
        (
            "!x\nimport numpy as np\ny = [1, # ]?\n '[', \"(\", ]\n%pwd",
            "1 shell line, 1 magic line, demo code in cell 2",
        ),
    ],
)
def test_magics(tmp_path: Path, cell: str, note: str) -> None:
    cells, notes = kept(tmp_path, cell, DENSE)
    assert [number for number, _ in cells] == ["2", "3"]
    assert "import numpy as np" in cells[0][1]
    assert notes == (f"left out of n.ipynb: {note}",)
    assert cells[0][1].count("\n") == cell.count("\n")
    compile(cells[0][1], "cell", "exec")


def test_python_that_looks_like_magic_is_left_alone(tmp_path: Path) -> None:
    cell = "s = '''\n%d items\n!important\n'''\ndef softmax(z):\n    return (s\n        % z)"
    cells, notes = kept(tmp_path, cell)
    assert cells == [("2", cell)]
    assert notes == ()


def test_a_cell_magic_takes_its_cell(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"n.ipynb": notebook("%%writefile softmax.py\n" + SOFTMAX, "%%bash\nls", DENSE)}))
    assert found.files[0].notes == ("left out of n.ipynb: 2 magic cells",)
    one = found.find("softmax")
    assert (one.status, one.label) == ("unreadable", "n.ipynb, cell 2")
    assert "n.ipynb, cell 2 begins with %%writefile softmax.py, which takes the whole cell" in one.message
    assert "Take that line out of the cell" in one.message
    assert found.find("dense").status == "found"


def test_a_fault_in_a_cell_concerns_that_cell(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "n.ipynb": notebook("import numpy as np", "def softmax(z):\n    return (z\n", DENSE)
    }
    found = read(write(tmp_path / "1", files))
    one = found.find("softmax")
    assert (one.status, one.label, one.line) == ("unreadable", "n.ipynb, cell 3", 2)
    assert one.message.startswith("n.ipynb, cell 3, line 2: this is not valid Python")
    assert found.find("dense").status == "found"
    assert found.files[0].notes == ("left out of n.ipynb: what is not valid Python in cell 3",)
    broken = "def softmax(z):\n    return (z\n"
    assert find(tmp_path / "2", {"n.ipynb": notebook(broken, SOFTMAX)}).status == "found"
    assert find(tmp_path / "3", {"n.ipynb": notebook(SOFTMAX, broken)}).status == "unreadable"


def test_the_later_definition_wins(tmp_path: Path, load: Any) -> None:
    cells = ["def sigmoid(z):\n    return 1", "def softmax(z):\n    return sigmoid(z)", "def sigmoid(z):\n    return 2"]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    one = found.find("sigmoid")
    assert (one.status, one.label) == ("found", "n.ipynb, cell 4")
    assert "in n.ipynb, cell 2, line 1 and in n.ipynb, cell 4, line 1: the last one counts" in one.notes[0]
    assert load(found, "softmax")[0](0) == 2


def test_demo_code_does_not_take_a_functions_place(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "n.ipynb": notebook(
                    "import numpy as np",
                    "def dense(x, w, b):\n    return 5",
                    "dense = make_layer(2)\nw = np.ones(3)",
                    "def softmax_layer(x, w, b):\n    return dense(x, w, b)",
                    "relu = lambda z: z\nsigmoid = np.vectorize(relu)\nsoftmax = softmax_layer",
                    "sigmoid = np.vectorize(sigmoid)",
                )
            },
        )
    )
    assert [chunk.label[-1] for chunk in found.files[0].chunks] == ["2", "3", "5", "6", "7"]
    assert load(found, "softmax_layer")[0](1, 2, 3) == 5
    assert load(found, "softmax")[0](1, 2, 3) == 5
    assert load(found, "sigmoid")[0](np.ones(2)).tolist() == [1, 1]


def test_a_demo_value_that_bears_an_exercises_name(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "n.ipynb": notebook(
                    "import functools\ndef softmax(z):\n    return relu(z)",
                    "dense = softmax.no_such_thing(3)\nrelu = lambda z: z\nprint(1)",
                    "relu = relu(5)",
                    "class Sigmoid:\n    def __call__(self, z):\n        return 1\nsigmoid = Sigmoid()",
                    "softmax_layer = functools.partial(softmax, 4)",
                )
            },
        )
    )
    assert found.find("dense").status == "missing"
    assert load(found, "softmax")[0](7) == 7
    assert load(found, "sigmoid")[0](7) == 1
    assert load(found, "softmax_layer")[0]() == 4


def test_a_cell_that_only_a_notebook_can_run(tmp_path: Path, load: Any) -> None:
    cells = ["TABLE = await get()\nprint(TABLE)", "def softmax(z):\n    return TABLE", DENSE]
    found = read(write(tmp_path, {"n.ipynb": notebook(*cells)}))
    note = "left out of n.ipynb: demo code in cell 2, what is not valid Python in cell 2"
    assert found.files[0].notes == (note,)
    assert load(found, "dense")[0](np.eye(1), np.eye(1), 0) == 1


def test_demo_code_of_every_kind_is_left_out(tmp_path: Path) -> None:
    demo = [
        "print(1)",
        "softmax(3)",
        "plt.plot(1)\nplt.show()",
        "for k in range(3):\n    print(k)",
        "while True:\n    pass",
        "with open('x') as f:\n    print(f)",
        "if True:\n    print(1)",
        "try:\n    softmax(1)\nexcept Exception:\n    pass",
        "x_demo = softmax(1)",
        "assert softmax(1)",
        "raise SystemExit",
        "if __name__ == '__main__':\n    import torch\n    EPS = 2",
        "await something()",
        "del x",
    ]
    cells, notes = kept(tmp_path, "EPS = 1\ndef softmax(z):\n    return EPS", *demo)
    assert [number for number, _ in cells] == ["2"]
    assert notes == (f"left out of n.ipynb: demo code in cells {', '.join(str(k + 3) for k in range(len(demo)))}",)
    cells, notes = kept(tmp_path, "", "# only a comment", "'just text'", "pass", DENSE)
    assert [number for number, _ in cells] == ["6"]
    assert notes == ()


def test_imports_and_definitions_under_conditions_are_kept(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "try:\n    import numba\nexcept ImportError:\n    numba = None",
        "if numba:\n    def softmax(z):\n        return 1\nelse:\n    def softmax(z):\n        return 2",
    )
    assert len(cells) == 2


def test_a_table_filled_in_a_loop_is_kept(tmp_path: Path) -> None:
    cells, _ = kept(
        tmp_path,
        "SQUARES = {}\nfor k in range(5):\n    SQUARES[k] = k * k",
        "k = 7\nfor k in range(3):\n    print(SQUARES[k])",
        "def softmax(z):\n    return SQUARES[2]",
    )
    assert cells[0][1].count("SQUARES") == 2
    assert [number for number, _ in cells] == ["2", "4"]


def test_sources_may_be_lists_of_lines_and_of_older_formats(tmp_path: Path) -> None:
    four = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": ["def softmax(z):\r\n", "    return z\r\n"]}]}  # fmt: skip
    assert find(tmp_path / "4", {"n.ipynb": json.dumps(four)}).status == "found"
    three = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], "collapsed": False,
         "input": ["def softmax(z):\n", "    return z\n"]}]}]}  # fmt: skip
    assert find(tmp_path / "3", {"n.ipynb": json.dumps(three)}).status == "found"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"cells": 3}',
        '{"nbformat": 4, "cells": [5]}',
        '{"nbformat": 99, "cells": []}',
        "[" * 100_000,
    ],
)
def test_damaged_notebooks(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(write(tmp_path, {"n.ipynb": text, "dense.py": DENSE}))
    assert found.find("dense").status == "found"
    one = found.find("softmax")
    assert (one.status, one.label) == ("unreadable", "n.ipynb")
    assert one.file is not None
    assert one.message.startswith("There is no softmax in what could be read. n.ipynb is damaged: it cannot be read as")
    assert capsys.readouterr() == ("", "")


def test_a_damaged_notebook_keeps_the_other_words(tmp_path: Path) -> None:
    message = find(tmp_path / "1", {"n.ipynb": "{", "a.py": "def softmx(z):\n    return z\n", "b.py": "x = ("}).message
    assert "Did you mean softmx (a.py, line 1)?" in message
    assert message.endswith("What could not be read does not count: b.py.")
    assert find(tmp_path / "2", {"n.ipynb": "{", "a.py": STUB}).status == "not_started"
    data = notebook(DENSE).encode() + b" " * sources.MAX_NOTEBOOK
    assert "n.ipynb is larger than 20 MiB and was not read" in find(tmp_path / "3", {"n.ipynb": data}).message


@pytest.mark.parametrize("cut", [0.95, 0.99])
def test_a_notebook_cut_short_is_said(tmp_path: Path, cut: float) -> None:
    text = notebook(SOFTMAX, "x = 1\n\ndef dense(x, w, b):\n    return x\n", *["print(1)"] * 30)
    found = read(write(tmp_path, {"n.ipynb": text[: int(len(text) * cut)]}))
    for name in ("softmax", "dense"):
        assert found.find(name).status == "unreadable"
        assert found.find(name).message.startswith("n.ipynb is damaged: it cannot be read as a notebook.")


def test_a_notebook_in_another_language(tmp_path: Path) -> None:
    text = json.loads(notebook("softmax <- function(z) z"))
    text["metadata"] = {"language_info": {"name": "R"}}
    found = read(write(tmp_path, {"softmax.ipynb": json.dumps(text)}))
    assert found.find("softmax").message == "softmax.ipynb is a notebook in R, not in Python."


def test_a_cell_with_half_a_character(tmp_path: Path) -> None:
    text = notebook("x = 'HERE'\ndef softmax(z):\n    return z", DENSE).replace("HERE", "\\ud800")
    found = read(write(tmp_path, {"n.ipynb": text}))
    assert found.find("softmax").status == "unreadable"
    assert found.find("dense").status == "found"
    json.dumps(found.payload("dense")).encode()


def test_a_notebook_beside_its_helpers(tmp_path: Path, load: Any) -> None:
    root = write(
        tmp_path,
        {"n.ipynb": notebook("from helper import twice", "def softmax(z):\n    return twice(z)"),
         "helper.py": "def twice(z):\n    return 2 * z\n", "unrelated.py": SIGMOID},
    )  # fmt: skip
    found = read(root / "n.ipynb")
    assert [one.path for one in found.files] == ["n.ipynb", "helper.py"]
    assert load(found, "softmax")[0](4) == 8
