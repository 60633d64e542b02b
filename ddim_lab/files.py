"""Where the shipped files are: beside the package in a checkout, inside it once it is installed; and the one way a file
is written: whole or not at all, by one at a time. Standard library only."""

import errno
import glob
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

PACKAGE = Path(__file__).resolve().parent
INSIDE = PACKAGE / "shipped"  # pyproject.toml puts them there in the wheel
SHIPPED = INSIDE if INSIDE.is_dir() else PACKAGE.parent
ASSETS, APP, NOTEBOOKS = SHIPPED / "assets", SHIPPED / "app.py", SHIPPED / "notebooks"
OUT = ASSETS if PACKAGE.parent == SHIPPED else Path()  # where commands write; an installed lab stays as it is


FULL = {errno.ENOSPC, errno.EFBIG, *([errno.EDQUOT] if hasattr(errno, "EDQUOT") else [])}
TOLD = "{path} cannot be written: no room is left on that disk ({why}). Make room and do it again; {before}"
BEFORE = {True: "what was there is as it was", False: "nothing was written"}
LEFT = 3600  # seconds after which a file that nobody finished is one that a killed writer left


def write(path: Path, content: bytes | memoryview) -> None:
    """Writes `content` to `path`, whole or not at all, whenever it is killed; makes its folder.

    Until it is on the disk it has a name of its own beside `path`, so two writers never share one. Raises OSError, in
    words where the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _tidy(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave the new name with nothing in it
        os.replace(temporary, path)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise OSError(TOLD.format(path=path, why=error.strerror, before=BEFORE[path.exists()])) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """The same of `content` as readable JSON."""
    write(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


@contextmanager
def locked(path: Path, busy: str = "") -> Iterator[None]:
    """Keeps other processes and threads that ask for it out, from reading `path` until what follows is written.

    Waits for its turn; with `busy`, raises BlockingIOError with that text if it is another's. The lock is a file beside
    `path`, which ends with its holder even where that is killed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    while True:
        file = lock.open("ab")
        try:
            _take(file, wait=not busy)
            with suppress(FileNotFoundError):  # the one before took its file away while this one waited
                if os.path.samestat(os.fstat(file.fileno()), lock.stat()):
                    break
        except (BlockingIOError, PermissionError) as error:
            file.close()
            raise BlockingIOError(busy) from error
        file.close()
    try:
        yield
    finally:
        with suppress(PermissionError):  # Windows: open, here or elsewhere; it stays
            lock.unlink(missing_ok=True)
        file.close()


def _take(file: BinaryIO, wait: bool) -> None:
    """The system's lock on an open file. Raises OSError if it is another's, unless it is to `wait`."""
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                return msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    raise
                time.sleep(0.05)
    import fcntl

    return fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _tidy(path: Path) -> None:
    """Takes away what killed writers of `path` left beside it."""
    for left in path.parent.glob(f"{glob.escape(path.name)}.*-*.tmp"):
        with suppress(FileNotFoundError):  # another took it
            if time.time() - left.stat().st_mtime > LEFT:
                left.unlink()
