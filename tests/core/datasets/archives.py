"""Archives of small pictures, as people and attackers make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image


def picture(
    value: Any = (0, 0, 0), mode: str = "RGB", size: tuple[int, int] = (24, 24), kind: str = "PNG", **options: Any
) -> bytes:
    """A picture of one colour as a file."""
    stream = io.BytesIO()
    Image.new(mode, size, value).save(stream, kind, **options)
    return stream.getvalue()


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files; a name that ends in a slash is a folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def classes(counts: Mapping[str, int], content: bytes | None = None) -> dict[str, bytes]:
    """Pictures of each class's folder; each has a colour of its own."""
    return {
        f"{name}/{number:03}.png": content or picture((place * 50 % 256, number % 256, number // 256))
        for place, (name, count) in enumerate(counts.items())
        for number in range(count)
    }


TWO = classes({"cat": 12, "dog": 12})
