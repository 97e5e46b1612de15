"""Where the files of papers lie: sealed, below MEDIA_ROOT, under the centre and their content.

A file is written whole or not at all, and before the row that names it; it is taken away after
the last row that names it is gone. What a crash leaves between the two, ``sweep`` finds. The
folder of a centre is ``papers/<centre>/<first two signs>/<SHA-256>``; nothing outside it is ever
touched, because a name is always a centre's code and sixty-four hexadecimal signs.
"""

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from office.fields import file_needs_rotation, open_file, seal_file
from office.models import Centre, Paper
from office.models.organisation import valid_code

# A file may be a little older than its row; what is younger than a day is left alone.
YOUNG = dt.timedelta(days=1)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class FileGone(Exception):
    """A paper's file is not where it should be, or is not what was put there."""


def path_of(centre: Centre, sha256: str) -> Path:
    """Give the place of a centre's file.

    Raises:
        ValueError: the name is no SHA-256, so it could lead anywhere.
    """
    valid_code(centre.code)
    if _SHA256.fullmatch(sha256) is None:
        raise ValueError("sha256: 64 hexadecimal signs are needed")
    return _folder_of(centre) / sha256[:2] / sha256


def write(centre: Centre, sha256: str, field: str, content: bytes) -> None:
    """Seal the content and put it in its place; again with the same content does no harm."""
    place = path_of(centre, sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, part = tempfile.mkstemp(dir=place.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(seal_file(content, field=field))
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(place)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(centre: Centre, sha256: str, field: str) -> bytes:
    """Open a centre's file.

    Raises:
        FileGone: there is none.
        BadToken: it was damaged, or brought here from another place.
    """
    try:
        sealed = path_of(centre, sha256).read_bytes()
    except FileNotFoundError as gone:
        raise FileGone(sha256) from gone
    return open_file(sealed, field=field)


def exists(centre: Centre, sha256: str) -> bool:
    """Tell whether the file is in its place and not empty."""
    place = path_of(centre, sha256)
    return place.is_file() and place.stat().st_size > 0


def rotate(centre: Centre, sha256: str, field: str) -> bool:
    """Seal the file again if it carries an older key; tells whether it did."""
    place = path_of(centre, sha256)
    if not place.is_file() or not file_needs_rotation(place.read_bytes()):
        return False
    write(centre, sha256, field, read(centre, sha256, field))
    return True


def sweep(centre: Centre, now: dt.datetime) -> int:
    """Take away the files that no living paper names; returns how many.

    Args:
        now: files younger than a day before it stay, as their row may still be on its way.
    """
    gone = 0
    for folder in _folders(centre):
        old = [file for file in folder.iterdir() if _written_at(file) < now - YOUNG]
        alive = set(
            Paper.objects.filter(
                folder__centre=centre,
                sha256__startswith=folder.name,
                removed_at__isnull=True,
                destroyed_at__isnull=True,
            ).values_list("sha256", flat=True)
        )
        for file in old:
            if file.name not in alive:
                file.unlink(missing_ok=True)
                gone += 1
    return gone


def _folder_of(centre: Centre) -> Path:
    return Path(settings.MEDIA_ROOT) / "papers" / centre.code


def _folders(centre: Centre) -> Iterator[Path]:
    top = _folder_of(centre)
    return iter(sorted(top.iterdir()) if top.is_dir() else [])


def _written_at(file: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC)
