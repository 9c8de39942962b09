import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.datasets.pictures import decode
from core.errors import DataError


def _bytes(picture, kind="PNG", **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _plain(mode, value, size=(20, 20)):
    return Image.new(mode, size, value)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (_plain("RGB", (10, 200, 30)), (10, 200, 30)),
        (_plain("L", 77), (77, 77, 77)),
        (_plain("RGBA", (10, 200, 30, 255)), (10, 200, 30)),
        (_plain("RGBA", (10, 200, 30, 0)), (255, 255, 255)),
        (_plain("LA", (40, 0)), (255, 255, 255)),
        (_plain("1", 1), (255, 255, 255)),
        (_plain("RGB", (10, 200, 30)).convert("P", palette=Image.Palette.ADAPTIVE), (10, 200, 30)),
        (Image.fromarray(np.full((20, 20), 65535, np.uint16)), (255, 255, 255)),
        (Image.fromarray(np.full((20, 20), 257 * 90, np.uint16)), (90, 90, 90)),
    ],
)
def test_every_mode_becomes_eight_bit_colour(picture, expected):
    pixels = decode(_bytes(picture))
    assert pixels.shape == (20, 20, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == expected).all()


def test_float_and_cmyk_files():
    half = Image.fromarray(np.full((20, 20), 0.5, np.float32))
    assert (decode(_bytes(half, "TIFF")) == 128).all()
    assert decode(_bytes(_plain("CMYK", (0, 0, 0, 0)), "TIFF")).min() == 255


def test_grey_has_one_channel():
    assert decode(_bytes(_plain("RGB", (90, 90, 90))), colour=False).shape == (20, 20, 1)


def test_a_photograph_is_turned_as_its_camera_says():
    picture = np.zeros((10, 20, 3), np.uint8)
    picture[:, :10] = 255  # bright on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    pixels = decode(_bytes(Image.fromarray(picture), "PNG", exif=exif))
    assert pixels.shape == (20, 10, 3)
    assert pixels[:8].min() == 255  # bright on top
    assert pixels[12:].max() == 0


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_other_shapes_are_made_to_fit(fit):
    picture = np.zeros((20, 60, 3), np.uint8)
    picture[:, 20:40] = 255
    pixels = decode(_bytes(Image.fromarray(picture)), size=30, fit=fit)
    assert pixels.shape == (30, 30, 3)
    white = (pixels > 192).all(-1).mean()
    assert white == pytest.approx({"crop": 1.0, "pad": 1 / 9, "stretch": 1 / 3}[fit], abs=0.06)


def test_a_large_photograph_is_read_small():
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1600, 3), dtype=np.uint8)
    assert decode(_bytes(Image.fromarray(noise), "JPEG"), size=48).shape == (48, 48, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (7, 7)])
def test_tiny_pictures_are_refused(size):
    with pytest.raises(DataError, match=f"{size[0]} by {size[1]}"):
        decode(_bytes(_plain("RGB", 0, size)))


def png_header(width, height):
    """A PNG that claims to be this large, with no pixels to speak of."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8000, 20_000, 100_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_huge_pictures_are_refused_by_their_header(side):
    with pytest.raises(DataError, match="million"):
        decode(png_header(side, side))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        _bytes(_plain("RGB", (1, 2, 3), (200, 200)))[:300],
        _bytes(Image.effect_noise((200, 200), 50), "JPEG")[:2000],
        b"GIF89a" + b"\xff" * 50,
        png_header(50, 50),
    ],
)
def test_broken_files_are_refused(content):
    with pytest.raises(DataError):
        decode(content)


def test_random_damage_never_gives_anything_but_pixels_or_a_sentence():
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8))
    whole = [_bytes(noise, kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")]
    for _ in range(300):
        content = bytearray(whole[rng.integers(len(whole))])
        for place in rng.integers(0, len(content), 6):
            content[place] = rng.integers(256)
        assert _outcome(bytes(content)) in ((16, 16, 3), "sentence")


def _outcome(content):
    try:
        return decode(content, size=16).shape
    except DataError as error:
        return "sentence" if error.sentence.endswith(".") else error.sentence
