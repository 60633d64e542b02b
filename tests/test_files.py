"""Files are written whole or not at all, and two writers never disturb each other."""

import json

import pytest

from ddim_lab import files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_there_and_nothing_else(tmp_path):
    path = tmp_path / "deep" / "down" / "table.json"
    files.write_json(path, {"η": [0, 0.5]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"η": [0, 0.5]}
    assert "η" in path.read_text(encoding="utf-8")  # to be read by people
    files.write(path, b"anew")
    assert path.read_bytes() == b"anew"
    assert names(path.parent) == ["table.json"]


def test_an_error_while_writing_leaves_what_was_there(tmp_path):
    path = tmp_path / "weights"
    files.write(path, b"before")

    def fails_halfway():
        with files.whole(path) as file:
            file.write(b"half of what")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_halfway()
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["weights"]


def test_two_writers_do_not_share_what_is_not_finished(tmp_path):
    path = tmp_path / "weights"
    with files.whole(path) as first, files.whole(path) as second:
        first.write(b"first")
        second.write(b"second")
        assert not path.exists()
    assert path.read_bytes() == b"first"  # it ended last
    assert names(tmp_path) == ["weights"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        files.write(tmp_path / "file" / "x", b"")
