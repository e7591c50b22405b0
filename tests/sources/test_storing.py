"""Files lie under the hash of what they are, whole or not at all."""

import os

from sources import storing


def test_bytes_are_kept_once_and_read_back():
    sha = storing.keep(b"The bridge stood.")
    at = storing.path_of(sha).stat().st_mtime_ns
    assert storing.keep(b"The bridge stood.") == sha
    assert storing.read(sha) == b"The bridge stood." and storing.path_of(sha).stat().st_mtime_ns == at
    assert oct(storing.path_of(sha).stat().st_mode)[-3:] == "440"


def test_a_torn_file_is_not_read_and_is_mended_by_the_same_bytes():
    sha = storing.keep(b"The bridge stood.")
    os.chmod(storing.path_of(sha), 0o640)
    storing.path_of(sha).write_bytes(b"The bri")
    assert storing.read(sha) is None
    storing.keep(b"The bridge stood.")
    assert storing.read(sha) == b"The bridge stood."


def test_what_was_never_kept_is_not_there():
    assert storing.read("0" * 64) is None
