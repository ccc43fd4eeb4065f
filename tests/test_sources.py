"""Folders, files, archives and text are read within limits; nothing leads out of them, waits, or is unpacked."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from handed_in import (
    DENSE,
    LOGITS,
    NAMES,
    SIGMOID,
    SOFTMAX,
    STUB,
    TREE,
    is_softmax,
    notebook,
    read,
    tarred,
    write,
    zipped,
)

from grader import sources
from grader.submission import SubmissionError

# ---------------------------------------------------------------- folders, files


def test_a_tree_of_one_file_an_exercise(tmp_path: Path, load: Any) -> None:
    found = read(
        write(
            tmp_path / "loops",
            {
                "c4_sigmoid/sigmoid.py": SIGMOID,
                "c3_layer/dense.py": DENSE,
                "c5_softmax/softmax.py": SOFTMAX,
                "c5_softmax/README.md": "not code",
            },
        )
    )
    assert found.path == (tmp_path / "loops").as_posix()
    assert [one.path for one in found.files] == ["c3_layer/dense.py", "c4_sigmoid/sigmoid.py", "c5_softmax/softmax.py"]
    one = found.find("sigmoid")
    assert (one.status, one.message, one.line, one.label, one.notes) == ("found", "", 4, "c4_sigmoid/sigmoid.py", ())
    assert one.file is found.files[1]
    assert one.file.sha256 == hashlib.sha256(SIGMOID.encode()).hexdigest()
    assert one.file.module == "exercises.c4_sigmoid.sigmoid"
    assert [(chunk.label, chunk.source) for chunk in one.file.chunks] == [("c4_sigmoid/sigmoid.py", SIGMOID)]
    assert found.files_for("sigmoid") == (one.file,)
    payload = found.payload("sigmoid")
    assert payload == {
        "entry": "exercises.c4_sigmoid.sigmoid",
        "function": "sigmoid",
        "modules": {
            "exercises": {"package": True, "chunks": []},
            "exercises.c4_sigmoid": {"package": True, "chunks": []},
            "exercises.c4_sigmoid.sigmoid": {"package": False, "chunks": [["c4_sigmoid/sigmoid.py", SIGMOID]]},
        },
        "aliases": {},
        "absent": [],
    }
    function, _ = load(found, "softmax")
    assert is_softmax(function)


def test_all_answers_in_one_file(tmp_path: Path, load: Any) -> None:
    path = write(tmp_path, {"vectorised.py": SIGMOID + SOFTMAX + DENSE}) / "vectorised.py"
    found = read(path)
    assert found.path == path.as_posix()
    assert [one.path for one in found.files] == ["vectorised.py"]
    assert {name: found.find(name).status for name in NAMES} == {
        "sigmoid": "found",
        "dense": "found",
        "softmax": "found",
        "softmax_layer": "missing",
        "sigmoid_layer_loops": "missing",
        "affine_row": "missing",
    }
    assert found.find("softmax").line == 9
    assert is_softmax(load(found, "softmax")[0])


def test_all_answers_in_one_notebook(tmp_path: Path, load: Any) -> None:
    cells = ["!pip install numpy", "%matplotlib inline\nimport numpy as np", SOFTMAX, "print(softmax(np.ones((2, 3))))"]
    path = write(tmp_path, {"answers.ipynb": notebook(*cells)}) / "answers.ipynb"
    found = read(path)
    one = found.find("softmax")
    assert (one.status, one.line, one.label) == ("found", 3, "answers.ipynb, cell 4")
    assert one.file is not None
    assert one.file.notes == ("left out of answers.ipynb: 1 shell line, 1 magic line, demo code in cell 5",)
    assert [chunk.label for chunk in one.file.chunks] == ["answers.ipynb, cell 3", "answers.ipynb, cell 4"]
    assert is_softmax(load(found, "softmax")[0])


def test_an_exercise_is_found_wherever_it_stands(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"week 1/a/b/mine.py": SOFTMAX, "week 2/other.py": DENSE}))
    assert found.find("softmax").label == "week 1/a/b/mine.py"
    assert found.find("dense").label == "week 2/other.py"


@pytest.mark.parametrize("above", ["", "my-course-main/"])
def test_of_a_checkout_only_its_exercises_count(tmp_path: Path, above: str) -> None:
    files: dict[str, str | bytes] = {
        f"{above}exercises/c5_softmax/softmax.py": STUB,
        f"{above}solutions/c5_softmax/softmax.py": SOFTMAX,
        f"{above}tests/test_softmax.py": SOFTMAX,
    }
    found = read(write(tmp_path / "course", files))
    assert found.path == (tmp_path / "course" / above / "exercises").as_posix()
    assert [one.path for one in found.files] == ["c5_softmax/softmax.py"]
    assert found.find("softmax").status == "not_started"


def test_what_is_not_a_learners_is_passed_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{folder}/softmax.py": SOFTMAX
        for folder in (".git", "__pycache__", "node_modules", "a/site-packages", ".ipynb_checkpoints", ".venv", "venv")
    }
    files |= {"venv/pyvenv.cfg": "home = /usr", ".hidden.py": SOFTMAX, "env/real.py": DENSE}
    found = read(write(tmp_path, files))
    assert [one.path for one in found.files] == ["env/real.py"]
    assert found.notes == ()
    assert found.find("softmax").status == "missing"


def test_links_are_followed_to_files_inside_only(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"sigmoid.py": SIGMOID, "deep/softmax.py": SOFTMAX})
    root = write(tmp_path / "in", {"real/dense.py": DENSE})
    (root / "affine_row.py").symlink_to(root / "real" / "dense.py")
    (root / "sigmoid.py").symlink_to(outside / "sigmoid.py")
    (root / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (root / "loop.py").symlink_to(root / "loop.py")
    (root / "folder").symlink_to(outside / "deep")
    (root / "round").symlink_to(root)
    found = read(root)
    assert [one.path for one in found.files] == ["affine_row.py", "real/dense.py"]
    assert found.find("sigmoid").status == "missing"
    assert found.find("softmax").status == "missing"
    assert found.find("dense").status == "found"
    assert found.find("dense").notes == (
        "dense stands in affine_row.py, line 1 and real/dense.py, line 1, the same in each; the first was graded.",
    )
    said = " ".join(found.notes)
    for name in ("sigmoid.py", "gone.py", "loop.py", "folder", "round"):
        assert f"{name} was passed over" in said
    assert "sigmoid.py was passed over: it is a link that leads out of the folder" in found.find("sigmoid").message


def test_what_was_passed_over_does_not_fill_the_screen(tmp_path: Path) -> None:
    found = read(write(tmp_path, {f"a{k}.zip": b"" for k in range(50)}))
    assert len(found.notes) == 21
    assert found.notes[-1] == "30 more files or folders were passed over."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in the file system are a thing of Unix")
def test_a_pipe_does_not_make_the_grader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "softmax.py")
    write(tmp_path, {"dense.py": DENSE})
    found = read(tmp_path)
    assert found.find("dense").status == "found"
    assert found.find("softmax").status == "unreadable"
    assert "softmax.py is not an ordinary file" in found.find("softmax").message
    with pytest.raises(SubmissionError, match="neither a file nor a folder"):
        read(tmp_path / "softmax.py")


def test_a_folder_called_like_a_file(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"softmax.py/inner.py": SOFTMAX}))
    assert found.find("softmax").label == "softmax.py/inner.py"


def test_large_files_are_said(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"softmax.py": SOFTMAX + "#" * sources.MAX_SOURCE, "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status == "unreadable"
    assert one.message.startswith("softmax.py is larger than 1 MiB and was not read.")
    assert one.file is not None
    assert (one.file.chunks, one.file.sha256) == ((), "")
    assert found.files_for("softmax") == ()
    assert found.find("dense").status == "found"
    with pytest.raises(SubmissionError, match="larger than 1 MiB"):
        read(tmp_path / "softmax.py")


def test_too_many_files_and_too_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    found = read(write(tmp_path / "many", {f"m{k}.py": f"x = {k}\n" for k in range(5)}))
    assert len(found.files) == 3
    assert found.notes == ("Only the first 3 files were read, up to m3.py: hand in a smaller folder.",)
    deep = "/".join("d" * 22)
    found = read(write(tmp_path / "deep", {f"{deep}/softmax.py": SOFTMAX}))
    assert found.files == ()
    assert "more than 20 folders deep" in found.find("softmax").message


def test_the_same_cap_on_entries_of_any_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ENTRIES", 10)
    found = read(write(tmp_path, {f"data{k:02}.txt": "" for k in range(20)} | {"zz.py": SOFTMAX}))
    assert found.files == ()
    assert "hand in a smaller folder" in found.notes[0]


@pytest.mark.parametrize("limit", ["MAX_TOTAL", "MAX_CODE"])
def test_the_files_together_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(sources, limit, 2 * len(DENSE))
    found = read(write(tmp_path, {f"m{k}.py": DENSE for k in range(9)} | {"softmax.py": SOFTMAX}))
    assert len(found.files) == 3
    assert "Only the first 3 files were read, up to m3.py" in found.find("softmax").message


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    write(tmp_path, {"softmax.py": SOFTMAX})
    monkeypatch.setattr(os, "open", refuse)  # root, as in a container, may read everything
    message = "softmax.py could not be read (Permission denied). Check that you may read it."
    assert read(tmp_path).find("softmax").message == message
    with pytest.raises(SubmissionError, match=r"softmax\.py could not be read"):
        read(tmp_path / "softmax.py")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "cannot be opened"),
        ("nul\0byte", "cannot be opened"),
        ("report.docx", "give a folder, a .py file, a notebook"),
        ("answers.rar", "give a folder, a .py file, a notebook"),
    ],
)
def test_what_cannot_be_graded_at_all(tmp_path: Path, name: str, words: str) -> None:
    if "." in name:
        write(tmp_path, {name: b"..."})
    with pytest.raises(SubmissionError, match=words):
        read(tmp_path / name)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    write(tmp_path / "hand in", {"softmax.py.txt": SOFTMAX, "old.zip": b"PK"})
    message = read(tmp_path / "hand in").find("softmax").message
    assert message.startswith("There is no softmax: hand in holds no .py file and no notebook.")
    assert "softmax.py.txt was passed over: its name does not end in .py" in message
    assert "old.zip was passed over: unpack it first" in message


@pytest.mark.parametrize(
    "folder", ["김 민수", "with space", "[brackets] (1)", "-dash", "l" * 200, "학생/답안", "100%", "Ünïcode", "a'b\"c"]
)
def test_folders_of_any_name(tmp_path: Path, load: Any, folder: str) -> None:
    layer = "from exercises.c5_softmax.softmax import softmax\ndef softmax_layer(x, w, b):\n    return softmax(x)\n"
    root = write(tmp_path / folder, {"c5_softmax/softmax.py": SOFTMAX, "c5_softmax/softmax_layer.py": layer})
    found = read(root)
    assert found.path == root.as_posix()
    assert found.find("softmax").label == "c5_softmax/softmax.py"
    assert load(found, "softmax_layer")[0](LOGITS, None, None).shape == (2, 3)
    found = read(tmp_path)  # and as folders inside
    assert found.find("softmax").label == f"{folder}/c5_softmax/softmax.py"
    function, runs = load(found, "softmax_layer")
    assert function(LOGITS, None, None).shape == (2, 3)
    assert len(runs) == len(set(runs))


@pytest.mark.parametrize(
    "name",
    ["2024-01.py", "softmax (1).py", "-x.py", "class.py", "소프트맥스.py", "my answers.PY", "a.b.py", "é" * 60 + ".py"],
)
def test_files_of_any_name_can_be_graded(tmp_path: Path, load: Any, name: str) -> None:
    found = read(write(tmp_path, {name: SOFTMAX}))
    assert found.find("softmax").label == name
    assert all(part.isidentifier() for part in found.payload("softmax")["entry"].split("."))
    assert is_softmax(load(found, "softmax")[0])
    assert is_softmax(load(read(tmp_path / name), "softmax")[0])


def test_names_that_could_forge_output_are_escaped(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"a\n::error::b\u202e.py": SOFTMAX, "caf\u00e9 \u3000.py": DENSE}))
    assert found.find("softmax").label == "a\\n::error::b\\u202e.py"
    assert found.find("dense").label == "café \u3000.py"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_file_name_that_is_not_utf_8(tmp_path: Path, load: Any) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb") as file:
        file.write(SOFTMAX.encode())
    found = read(tmp_path)
    assert found.find("softmax").label == "\\xff.py"
    assert is_softmax(load(found, "softmax")[0])


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + SOFTMAX.replace("\n", "\r\n").encode(),
        SOFTMAX.replace("\n", "\r").encode(),
        SOFTMAX.replace("    ", "\t").encode(),
        ("# -*- coding: utf-8 -*-\n" + SOFTMAX).encode(),
        ("#!/usr/bin/python3\n# vim: set fileencoding=UTF_8 :\n" + SOFTMAX).encode(),
        ("# coding: ascii\n# 한국어\n" + SOFTMAX).encode(),
        ("x = 1\n# coding: cp949 is only spoken of here\n" + SOFTMAX).encode(),
        SOFTMAX.replace("logits", "로짓").encode(),
        SOFTMAX.rstrip("\n").encode(),
        (SOFTMAX + "s = '\u2028 \x0c'\n").encode(),
    ],
)
def test_text_that_is_fine(tmp_path: Path, load: Any, data: bytes) -> None:
    found = read(write(tmp_path, {"a.py": data}))
    assert found.find("softmax").status == "found", found.find("softmax").message
    file = found.find("softmax").file
    assert file is not None
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert "\r" not in file.chunks[0].source
    assert is_softmax(load(found, "softmax")[0])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (("# 소프트맥스\n" + SOFTMAX).encode("cp949"), "softmax.py, line 1: the file is not saved as UTF-8"),
        ((SOFTMAX + "s = '확률'\n").encode("cp949"), "softmax.py, line 6: the file is not saved as UTF-8"),
        (SOFTMAX.encode("utf-16"), "softmax.py is saved as UTF-16"),
        (b"\xfe\xff" + SOFTMAX.encode("utf-16-be"), "softmax.py is saved as UTF-16"),
        (("# coding: cp949\n" + SOFTMAX).encode(), "says at its top that it is saved as cp949, not UTF-8"),
        (("\n# coding=latin-1\n" + SOFTMAX).encode(), "says at its top that it is saved as latin-1, not UTF-8"),
        ((SOFTMAX + "\0").encode(), "softmax.py, line 6: the file holds a NUL character"),
    ],
)
def test_text_that_is_not_utf_8(tmp_path: Path, data: bytes, words: str) -> None:
    found = read(write(tmp_path, {"softmax.py": data, "dense.py": DENSE}))
    one = found.find("softmax")
    assert one.status == "unreadable"
    assert words in one.message
    assert "Save the file as UTF-8" in one.message
    assert found.find("dense").status == "found"
    assert [file.path for file in found.files] == ["dense.py"]


# ---------------------------------------------------------------- archives


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("hw.zip", zipped(TREE)),
        ("HW.ZIP", zipped(TREE, zipfile.ZIP_STORED)),
        ("lzma.zip", zipped(TREE, zipfile.ZIP_LZMA)),
        ("hw.tar", tarred(TREE)),
        ("hw.tar.gz", gzip.compress(tarred(TREE))),
        ("hw.tgz", gzip.compress(tarred(TREE))),
        ("hw.tar.xz", lzma.compress(tarred(TREE))),
        ("hw.tar.bz2", bz2.compress(tarred(TREE))),
    ],
)
def test_archives_of_every_kind(tmp_path: Path, load: Any, name: str, data: bytes) -> None:
    path = write(tmp_path, {name: data}) / name
    found = read(path)
    assert found.path == path.as_posix()
    assert [one.path for one in found.files] == ["hw 1/c4/sigmoid.py", "hw 1/c5_softmax/softmax.py"]
    assert is_softmax(load(found, "softmax")[0])
    assert sorted(os.listdir(tmp_path)) == [name]  # nothing was unpacked


def test_of_a_zipped_checkout_only_its_exercises_count(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "repo-main/exercises/c5_softmax/softmax.py": STUB,
        "repo-main/solutions/c5_softmax/softmax.py": SOFTMAX,
        "repo-main/README.md": "",
    }
    found = read(write(tmp_path, {"a.zip": zipped(files)}) / "a.zip")
    assert [one.path for one in found.files] == ["c5_softmax/softmax.py"]
    assert found.find("softmax").status == "not_started"


def test_members_that_lead_astray_are_passed_over(tmp_path: Path) -> None:
    link, device, folder = (tarfile.TarInfo(name) for name in ("link.py", "pipe.py", "softmax.py"))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.FIFOTYPE
    folder.type = tarfile.DIRTYPE
    astray: dict[str, str | bytes] = {"../up.py": SOFTMAX, "/root.py": SOFTMAX, "a/../../b.py": SOFTMAX}
    found = read(write(tmp_path, {"a.tar": tarred({"dense.py": DENSE, **astray}, [link, device, folder])}) / "a.tar")
    assert [one.path for one in found.files] == ["dense.py"]
    said = found.find("softmax").message
    for name in ("../up.py", "/root.py", "a/../../b.py"):
        assert f"{name} was passed over: its name leads out of the archive." in said
    for name in ("link.py", "pipe.py"):
        assert f"{name} was passed over: it is a link or a device" in said
    info = zipfile.ZipInfo("link.py")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("C:/x.py", SOFTMAX)
        archive.writestr("sub\\dense.py", DENSE)
        archive.writestr("__MACOSX/._dense.py", b"\0")
        archive.writestr("__MACOSX/dense.py", b"\0")
        archive.writestr("._dense.py", b"\0")
        archive.writestr(".ipynb_checkpoints/dense.py", SOFTMAX)
        archive.writestr("inner.zip", b"PK")
        archive.writestr("/".join("d" * 22) + "/x.py", "")
    found = read(write(tmp_path, {"b.zip": made.getvalue()}) / "b.zip")
    assert [one.path for one in found.files] == ["sub/dense.py"]
    assert len(found.notes) == 4


def test_bombs_are_refused_quickly(tmp_path: Path) -> None:
    start = time.process_time()
    zeros = b"\0" * (60 * sources.MIB)
    large = {"big.py": zeros[: sources.MAX_SOURCE + 1], "dense.py": DENSE}
    found = read(write(tmp_path, {"large.zip": zipped(large)}) / "large.zip")
    assert found.find("dense").status == "found"
    assert [one.path for one in found.files] == ["dense.py"]
    found = read(write(tmp_path, {"data.zip": zipped({"weights.bin": zeros, "dense.py": DENSE})}) / "data.zip")
    assert found.find("dense").status == "found"  # what is no answer is not unpacked
    many: dict[str, str | bytes] = {f"n{k}.ipynb": zeros[: 19 * sources.MIB] for k in range(3)}
    with pytest.raises(SubmissionError, match="unpacks to more than 50 MiB"):
        read(write(tmp_path, {"many.zip": zipped(many)}) / "many.zip")
    for name, data in {
        "z.tar.gz": gzip.compress(tarred({"w.bin": zeros}), 1),
        "z.tar.xz": lzma.compress(tarred({"w.bin": zeros}), preset=0),
        "z.tar.bz2": bz2.compress(tarred({"w.bin": zeros}), 1),
    }.items():
        with pytest.raises(SubmissionError, match=f"{name} unpacks to more than 50 MiB: pack only your answers"):
            read(write(tmp_path, {name: data}) / name)
    crowd = zipped({f"{k}.txt": "" for k in range(20_001)}, zipfile.ZIP_STORED)
    with pytest.raises(SubmissionError, match="holds too many files"):
        read(write(tmp_path, {"crowd.zip": crowd}) / "crowd.zip")
    with (tmp_path / "sparse.zip").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SubmissionError, match="larger than 50 MiB"):
        read(tmp_path / "sparse.zip")
    assert time.process_time() - start < 30


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tgz"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xfd7zXZ", b"BZh9", b"no archive at all" * 99])
def test_damaged_archives(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path, {name: data}) / name
    with pytest.raises(SubmissionError, match=f"{name} is damaged and cannot be unpacked"):
        read(path)


def test_a_locked_archive(tmp_path: Path) -> None:
    data = bytearray(zipped({"softmax.py": SOFTMAX}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SubmissionError, match="is locked with a password"):
        read(write(tmp_path, {"a.zip": bytes(data)}) / "a.zip")


def test_korean_names_in_a_zip_of_korean_windows(tmp_path: Path) -> None:
    data = zipped({"xxxx/softmax.py": SOFTMAX}).replace(b"xxxx", "과제".encode("cp949"))
    found = read(write(tmp_path, {"a.zip": data}) / "a.zip")
    assert found.find("softmax").label == "과제/softmax.py"
    found = read(write(tmp_path, {"b.zip": zipped({"과제/softmax.py": SOFTMAX})}) / "b.zip")
    assert found.find("softmax").label == "과제/softmax.py"
