"""Learners import in every way that works on some machine; each file is one module, whatever its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handed_in import (
    LOGITS,
    SIGMOID,
    SOFTMAX,
    is_softmax,
    notebook,
    read,
    write,
)

from grader.submission import read_submission


@pytest.mark.parametrize(
    "statement",
    [
        "from exercises.c4_sigmoid.sigmoid import sigmoid",
        "from c4_sigmoid.sigmoid import sigmoid",
        "from ..c4_sigmoid.sigmoid import sigmoid",
        "from exercises.c4_sigmoid import sigmoid as module; sigmoid = module.sigmoid",
        "from ..c4_sigmoid import sigmoid as module; sigmoid = module.sigmoid",
        "import exercises.c4_sigmoid.sigmoid; sigmoid = exercises.c4_sigmoid.sigmoid.sigmoid",
        "import exercises.c4_sigmoid.sigmoid as module; sigmoid = module.sigmoid",
        "import c4_sigmoid.sigmoid; sigmoid = c4_sigmoid.sigmoid.sigmoid",
        "import c4_sigmoid.sigmoid as module; sigmoid = module.sigmoid",
        "from exercises.c4_sigmoid.sigmoid import *",
        "from helper import sigmoid",
        "import helper; sigmoid = helper.sigmoid",
        "from exercises.helper import sigmoid",
        "from .near import sigmoid",
        "from near import sigmoid",
        "from . import near; sigmoid = near.sigmoid",
        "import near; sigmoid = near.sigmoid",
        "from tools import sigmoid",
        "from tools.inner import sigmoid",
        "import tools; sigmoid = tools.sigmoid",
        "def sigmoid(z):\n    from c4_sigmoid.sigmoid import sigmoid\n    return sigmoid(z)",
    ],
)
@pytest.mark.parametrize("folder", ["loops", "김 민수", "submission/hw-1"])
def test_learners_import_in_every_way(tmp_path: Path, load: Any, statement: str, folder: str) -> None:
    root = write(
        tmp_path / folder,
        {
            "c4_sigmoid/sigmoid.py": SIGMOID,
            "c5_softmax/softmax.py": f"{statement}\ndef softmax(z):\n    return sigmoid(z)\n",
            "c5_softmax/near.py": "from c4_sigmoid.sigmoid import sigmoid\n",
            "helper.py": "from exercises.c4_sigmoid.sigmoid import sigmoid\n",
            "tools/__init__.py": "from .inner import sigmoid\n",
            "tools/inner.py": "from c4_sigmoid.sigmoid import sigmoid\n",
            "unrelated.py": "raise SystemExit\n",
        },
    )
    for where in (root, tmp_path / folder.split("/")[0]):
        found = read(where)
        function, runs = load(found, "softmax")
        assert function(np.zeros(2)).tolist() == [0.5, 0.5]
        assert len(runs) == len(set(runs))
        assert sum(one.endswith("c4_sigmoid.sigmoid") for one in runs) == 1
        paths = [one.path for one in found.files_for("softmax")]
        assert paths[0].endswith("c5_softmax/softmax.py")
        assert any(path.endswith("c4_sigmoid/sigmoid.py") for path in paths)
        assert not any("unrelated" in path for path in paths)


def test_the_root_folders_own_name_is_a_package(tmp_path: Path, load: Any) -> None:
    answer = "from loops.c4.sigmoid import sigmoid\ndef softmax(z):\n    return sigmoid(z)\n"
    found = read(write(tmp_path / "loops", {"c4/sigmoid.py": SIGMOID, "c5/softmax.py": answer}))
    assert load(found, "softmax")[0](np.zeros(1)).tolist() == [0.5]


def test_two_names_for_a_module_are_one_module(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path / "hand in",
            {
                "c1/state.py": "count = []\n",
                "c1/a.py": "import state\nimport c1.state\n"
                "from exercises.c1 import state as third\nfrom . import state as fourth\n"
                "assert state is c1.state is third is fourth\nstate.count.append(1)\n",
                "c1/softmax.py": "from exercises.c1.state import count\nimport a\n\n"
                "def softmax(z):\n    return len(count)\n",
            },
        )
    )
    function, runs = load(found, "softmax")
    assert function(0) == 1
    assert sorted(runs) == ["exercises", "exercises.c1", "exercises.c1.a", "exercises.c1.softmax", "exercises.c1.state"]


def test_folders_may_each_have_a_helper(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "c4/helper.py": "value = 4\n",
                "c4/sigmoid.py": "from helper import value\ndef sigmoid(z):\n    return value\n",
                "c5/helper.py": "value = 5\n",
                "c5/softmax.py": "from helper import value\nfrom c4.sigmoid import sigmoid\n\ndef softmax(z):\n"
                "    return value, sigmoid(z)\n",
            },
        )
    )
    assert load(found, "softmax")[0](0) == (5, 4)


def test_files_called_like_libraries_shadow_nobody(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path,
            {
                "random.py": "raise SystemExit('never')\n",
                "numpy.py": "raise SystemExit('never')\n",
                "numba.py": "def njit(f):\n    return f\nmine = True\n",
                "softmax.py": "import random, numba, numpy as np, numpy.linalg\nfrom .wire import name\n\n"
                "def softmax(z):\n    return random.random() < 1, numba.mine, np.zeros(2).size, name\n",
                "wire.py": "name = __name__\n",
            },
        )
    )
    assert load(found, "softmax")[0](0) == (True, True, 2, "exercises.wire")
    aliases = found.payload("softmax")["aliases"]
    assert aliases == {"exercises.softmax": {"numba": "exercises.numba", ".": "exercises", ".wire": "exercises.wire"}}


def test_a_single_file_takes_the_siblings_it_imports(tmp_path: Path, load: Any) -> None:
    root = write(
        tmp_path,
        {
            "softmax.py": "from helper import twice\nfrom .third import three\n"
            "from exercises.c4_sigmoid.sigmoid import sigmoid\n"
            "import random\n\ndef softmax(z):\n    return twice(z) + three + sigmoid(0 * z)\n",
            "helper.py": "import deeper\ndef twice(z):\n    return deeper.two * z\n",
            "deeper.py": "two = 2\n",
            "third.py": "three = 3\n\ndef softmax(z):\n    return 'another'\n",
            "sigmoid.py": SIGMOID,
            "random.py": "raise SystemExit\n",
            "unrelated.py": "def dense(x, w, b):\n    return x\n",
        },
    )
    found = read(root / "softmax.py")
    assert {one.path for one in found.files} == {"softmax.py", "helper.py", "deeper.py", "third.py", "sigmoid.py"}
    assert load(found, "softmax")[0](1) == 5.5
    one = found.find("softmax")
    assert (one.status, one.label) == ("found", "softmax.py")  # what was handed in comes before its siblings
    assert found.find("dense").status == "missing"
    assert found.find("sigmoid").status == "found"


@pytest.mark.parametrize(
    ("path", "told"), [("c5_wrong.sigmoid", True), ("c4_sigmoid.sigmoid", False), ("c4_sigmoid.helper", True)]
)
def test_an_import_that_could_only_be_guessed_is_told(tmp_path: Path, load: Any, path: str, told: bool) -> None:
    layer = f"from exercises.{path} import sigmoid\ndef sigmoid_layer(x, w, b):\n    return sigmoid(x)\n"
    file = f"{path.rpartition('.')[2]}.py"
    root = write(tmp_path / "all", {file: SIGMOID, "sigmoid_layer.py": layer})
    places = {one: f"c4_sigmoid/{one}.py" for one in ("sigmoid", "sigmoid_layer")}
    found = read_submission(root, list(places), places)
    assert load(found, "sigmoid_layer")[0](0, 0, 0) == 0.5
    said = [note for note in found.find("sigmoid_layer").notes if f"exercises.{path}" in note and file in note]
    assert len(said) == told
    # Where one chapter's folder was handed in, its own name is right.
    root = write(tmp_path / "c4_sigmoid", {file: SIGMOID, "sigmoid_layer.py": layer})
    assert bool(read_submission(root, list(places), places).find("sigmoid_layer").notes) == (path == "c5_wrong.sigmoid")


def test_all_files_in_one_folder_though_the_course_has_chapters(tmp_path: Path, load: Any) -> None:
    layer = "from exercises.c5_softmax.softmax import softmax\ndef softmax_layer(x, w, b):\n    return softmax(x)\n"
    found = read(write(tmp_path / "1", {"softmax.py": SOFTMAX, "softmax_layer.py": layer}))
    assert load(found, "softmax_layer")[0](LOGITS, 0, 0).shape == (2, 3)
    found = read(write(tmp_path / "2", {"all.py": SOFTMAX, "layers.py": layer}))
    assert load(found, "softmax_layer")[0](LOGITS, 0, 0).shape == (2, 3)


def test_a_bare_name_may_mean_the_only_file_so_called(tmp_path: Path, load: Any) -> None:
    files: dict[str, str | bytes] = {
        "c4_sigmoid/sigmoid.py": SIGMOID,
        "c5_softmax/softmax.py": "from sigmoid import sigmoid\ndef softmax(z):\n    return sigmoid(z)\n",
    }
    found = read(write(tmp_path / "1", files))
    assert load(found, "softmax")[0](np.zeros(1)).tolist() == [0.5]
    assert [one.path for one in found.files_for("softmax")] == ["c5_softmax/softmax.py", "c4_sigmoid/sigmoid.py"]
    # Of two nobody knows which; and a file called like a library is not meant where it lacks what is asked for.
    found = read(write(tmp_path / "2", {**files, "old/sigmoid.py": SIGMOID}))
    assert found.payload("softmax")["aliases"] == {}
    files["c5_softmax/softmax.py"] = "from numba import njit\ndef softmax(z):\n    return njit(z)\n"
    found = read(write(tmp_path / "3", {**files, "c6/numba.py": "x = 1\n"}))
    assert found.payload("softmax")["aliases"] == {}


def test_an_init_runs_only_when_it_is_asked(tmp_path: Path, load: Any) -> None:
    files: dict[str, str | bytes] = {
        "__init__.py": "raise SystemExit\n",
        "c4/__init__.py": "from .sigmoid import sigmoid\nflag = 1\n",
        "c4/sigmoid.py": SIGMOID,
        "c5/__init__.py": "this is no Python\n",
        "c5/softmax.py": "from c4.sigmoid import sigmoid\ndef softmax(z):\n    return sigmoid(z)\n",
        "c5/dense.py": "from c4 import flag\ndef dense(x, w, b):\n    return flag\n",
    }
    found = read(write(tmp_path, files))
    assert load(found, "softmax")[0](np.zeros(1)).tolist() == [0.5]
    assert [one.path for one in found.files_for("softmax")] == ["c5/softmax.py", "c4/sigmoid.py"]
    assert load(found, "dense")[0](0, 0, 0) == 1
    assert found.payload("dense")["modules"]["exercises.c4"]["chunks"] != []


def test_an_exercise_may_stand_in_an_init(tmp_path: Path, load: Any) -> None:
    found = read(write(tmp_path, {"c5/__init__.py": SOFTMAX, "c5/other.py": "from . import softmax as dense\n"}))
    assert found.find("softmax").file.module == "exercises.c5"  # type: ignore[union-attr]
    assert is_softmax(load(found, "softmax")[0])
    assert is_softmax(load(found, "dense")[0])


def test_what_is_imported_but_unreadable_says_why(tmp_path: Path, load: Any) -> None:
    found = read(
        write(tmp_path, {"softmax.py": "import helper\ndef softmax(z):\n    return z\n", "helper.py": "x = (\n"})
    )
    assert found.find("softmax").status == "found"
    with pytest.raises(ImportError, match=r"helper\.py, line 1: this is not valid Python"):
        load(found, "softmax")


def test_what_is_not_handed_in_is_left_to_python(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path, {"softmax.py": "import nowhere_at_all\nimport math\ndef softmax(z):\n    return nowhere_at_all\n"}
        )
    )
    assert found.payload("softmax")["aliases"] == {}
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        load(found, "softmax")


def test_module_names_are_unique(tmp_path: Path, load: Any) -> None:
    files: dict[str, str | bytes] = {
        "a-b.py": "x = 1\n",
        "a_b.py": "x = 2\n",
        "a b.ipynb": notebook("x = 3"),
        "a.py": "def dense(x, w, b):\n    return 'file'\n",
        "a/sigmoid.py": "import a\nfrom a.near import y\ndef sigmoid(z):\n    return y\n",
        "a/near.py": "y = 7\n",
        "softmax.py": "from a import dense\nfrom a_b import x\ndef softmax(z):\n    return dense(1, 2, 3), x\n",
    }
    found = read(write(tmp_path, files))
    modules = [one.module for one in found.files]
    assert len(modules) == len(set(modules))
    assert load(found, "softmax")[0](0) == ("file", 2)
    assert load(found, "sigmoid")[0](0) == 7


def test_packages_that_an_exercise_does_not_reach_are_named(tmp_path: Path) -> None:
    source = """import numpy as np, math, matplotlib.pyplot as plt
import tensorflow as tf
import numba
from pandas import DataFrame
import helper
def softmax(z):
    return numba.njit(np.exp)(z)
def dense(x, w, b):
    import seaborn
    plt.plot(x)
    return DataFrame(x)
print(tf.ones(3))
"""
    found = read(write(tmp_path, {"a.py": source, "helper.py": "import sympy\n"}))
    assert found.payload("softmax")["absent"] == ["matplotlib", "pandas", "seaborn", "sympy", "tensorflow"]
    assert found.payload("dense")["absent"] == ["numba", "sympy", "tensorflow"]
    assert found.broken_rule("softmax", []) is None
    with pytest.raises(LookupError, match="There is no function sigmoid"):
        found.payload("sigmoid")
    assert found.files_for("sigmoid") == ()
