from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.errors import DataError
from core.features import parametrise as p

SIZES = [(12, 12), (9, 12), (12, 9), (7, 5)]


def pictures(canvas: p.Canvas, count: int = 3, low: float = 0.05, high: float = 0.95) -> np.ndarray:
    return np.random.default_rng(0).uniform(low, high, (count, *canvas.shape)).astype(np.float32)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("decorrelate", [True, False])
@pytest.mark.parametrize("kind", [p.Pixels, p.Fourier])
def test_a_picture_comes_back_from_its_parameters(size, channels, decorrelate, kind):
    canvas = p.Canvas(*size, channels, decorrelate)
    given = pictures(canvas)
    made = kind(canvas).decode(tf.constant(kind(canvas).encode(given)))
    np.testing.assert_allclose(made, given, atol=2e-5)


@pytest.mark.parametrize("size", SIZES)
def test_phases_and_their_own_magnitudes_make_the_picture_again(size):
    canvas = p.Canvas(*size, 3)
    given = pictures(canvas, 1)
    maco = p.Phases(canvas, p.magnitude_of(given, canvas))
    np.testing.assert_allclose(maco.decode(tf.constant(maco.encode(given))), given, atol=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_magnitudes_stay_whatever_the_phases_are(size):
    canvas = p.Canvas(*size, 3)
    wanted = 0.2 * p.natural_magnitude(canvas)
    maco = p.Phases(canvas, wanted)
    made = maco.decode(tf.constant(maco.start([0])[None])).numpy()
    found = np.abs(p.spectrum(made, canvas)[0])
    # Waves that are their own mirror image (the mean, and the shortest) have no phase but a sign.
    free = np.ones(canvas.spectrum, bool)
    rows = [0] if size[0] % 2 else [0, size[0] // 2]
    columns = [0] if size[1] % 2 else [0, size[1] // 2]
    free[:, :, columns] = False
    assert free.any()
    np.testing.assert_allclose(found[free], wanted[free], rtol=1e-3)
    assert set(rows) <= set(range(size[0]))


def test_the_waves_are_those_of_numpy():
    canvas = p.Canvas(10, 7, 2)
    rng = np.random.default_rng(0)
    waves = rng.normal(size=(2, *canvas.spectrum, 2)).astype(np.float32)
    made = p._waves(waves[..., 0], waves[..., 1], canvas).numpy()
    wanted = np.fft.irfft2(waves[..., 0] + 1j * waves[..., 1], s=(10, 7))
    np.testing.assert_allclose(np.moveaxis(made, -1, 1), wanted, atol=1e-5)


def test_the_natural_template_has_a_spread_of_one_and_falls_with_frequency():
    canvas = p.Canvas(32, 48, 3)
    magnitude = p.natural_magnitude(canvas)
    phases = np.random.default_rng(0).uniform(-np.pi, np.pi, canvas.spectrum)
    values = np.fft.irfft2(magnitude * np.exp(1j * phases), s=(32, 48))
    np.testing.assert_allclose(values.std(axis=(1, 2)), 1, rtol=0.15)
    assert magnitude[0, 2, 0] / magnitude[0, 8, 0] == pytest.approx(4, rel=1e-4)


def test_pictures_stay_in_range_however_large_the_parameters_are():
    canvas = p.Canvas(8, 8, 3)
    for kind in (p.Pixels(canvas), p.Fourier(canvas), p.Phases(canvas, 50 * p.natural_magnitude(canvas))):
        made = kind.decode(tf.constant(1e3 * np.random.default_rng(0).normal(size=(2, *kind.shape)).astype(np.float32)))
        assert 0 <= made.numpy().min() <= made.numpy().max() <= 1
        assert np.isfinite(made).all()


def test_a_black_pixel_finds_its_way_back():
    value = tf.constant([-30.0, -30.0, 30.0])
    with tf.GradientTape() as tape:
        tape.watch(value)
        made = p._bounded(value)
    gradient = tape.gradient(made, value, output_gradients=tf.constant([1.0, -1.0, -1.0])).numpy()
    np.testing.assert_allclose(gradient, [p.RETURN, 0, -p.RETURN], atol=1e-9)


def test_the_template_wants_pictures_of_the_canvas_size():
    with pytest.raises(DataError, match=r"\(12, 12, 3\)"):
        p.magnitude_of(np.zeros((2, 8, 8, 3), np.float32), p.Canvas(12, 12, 3))


def test_seeds_and_variants_start_from_noise_of_their_own():
    kind = p.Fourier(p.Canvas(8, 8, 3))
    np.testing.assert_array_equal(kind.start([1, 0]), kind.start([1, 0]))
    assert not np.array_equal(kind.start([1, 0]), kind.start([1, 1]))
    assert not np.array_equal(kind.start([1, 0]), kind.start([2, 0]))
