from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from core.attribution.clusters import ClusterSettings, cluster_maps
from core.errors import DataError

SIDE = 32
SIZES = (70, 40, 25)


def spot(row: float, column: float, rng: np.random.Generator, jitter: float = 1.5) -> np.ndarray:
    """A round spot near a place, of a random strength."""
    down, across = np.mgrid[:SIDE, :SIDE]
    row, column = row + rng.normal(0, jitter), column + rng.normal(0, jitter)
    made = np.exp(-((down - row) ** 2 + (across - column) ** 2) / 18) + 0.02 * rng.random((SIDE, SIDE))
    return made * rng.uniform(0.01, 100)


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray]:
    """70 maps in the middle, 40 lower left and 25 round the border, shuffled; and which is which."""
    rng = np.random.default_rng(0)
    middle = [spot(16, 16, rng) for _ in range(SIZES[0])]
    corner = [spot(27, 4, rng) for _ in range(SIZES[1])]
    frames = []
    for _ in range(SIZES[2]):
        frame = rng.random((SIDE, SIDE))
        frame[3:-3, 3:-3] *= 0.05
        frames.append(frame)
    truth = np.repeat([0, 1, 2], SIZES)
    order = rng.permutation(len(truth))
    return np.stack(middle + corner + frames)[order], truth[order]


def membership(found: list, count: int) -> np.ndarray:
    group = np.full(count, -1)
    for number, each in enumerate(found):
        group[each.indices] = number
    return group


@pytest.mark.parametrize("way", ["spectral", "kmeans"])
def test_planted_groups_and_their_number_are_found(way: str, planted: tuple[np.ndarray, np.ndarray]) -> None:
    maps, truth = planted
    found = cluster_maps(maps, settings=ClusterSettings(way=way))
    assert [len(each) for each in found] == list(SIZES)
    assert adjusted_rand_score(truth, membership(found, len(maps))) == 1
    assert [each.place.words for each in found] == ["the centre", "the lower left corner", "the border all around"]
    assert [each.share for each in found] == pytest.approx([size / 135 for size in SIZES])


def test_every_picture_is_in_one_group(planted: tuple[np.ndarray, np.ndarray]) -> None:
    maps, _ = planted
    for number in (1, 2, 5):
        found = cluster_maps(maps, settings=ClusterSettings(number=number))
        assert len(found) == number
        assert sorted(np.concatenate([each.indices for each in found])) == list(range(len(maps)))


@pytest.mark.parametrize("way", ["spectral", "kmeans"])
def test_one_way_of_looking_is_one_group(way: str) -> None:
    rng = np.random.default_rng(3)
    for jitter in (0.5, 1.5, 4.0):
        maps = np.stack([spot(16, 16, rng, jitter) for _ in range(60)])
        assert len(cluster_maps(maps, settings=ClusterSettings(way=way))) == 1


def test_the_same_maps_give_the_same_groups(planted: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = cluster_maps(planted[0]), cluster_maps(planted[0])
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.indices, other.indices)


def test_the_mean_map_counts_each_picture_alike(planted: tuple[np.ndarray, np.ndarray]) -> None:
    for each in cluster_maps(planted[0]):
        assert each.mean.mean() == pytest.approx(1, rel=1e-5)


def test_the_mix_of_classes_and_the_sentence(planted: tuple[np.ndarray, np.ndarray]) -> None:
    maps, truth = planted
    labels = np.where(truth == 1, 1, 0)
    corner = cluster_maps(maps, labels, ("bag", "boot"))[1]
    assert corner.classes == {"boot": 40}
    assert corner.sentence.startswith("40 pictures of boot (30% of these) are decided by the lower left corner, which")
    frames = cluster_maps(maps, np.arange(135) % 2, ("bag", "boot"))[2]
    assert sum(frames.classes.values()) == 25
    assert list(frames.classes.values()) == sorted(frames.classes.values(), reverse=True)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_few_maps_have_an_answer(count: int) -> None:
    maps = np.random.default_rng(0).random((count, 8, 8))
    assert sum(len(each) for each in cluster_maps(maps)) == count


@pytest.mark.parametrize("way", ["spectral", "kmeans"])
def test_equal_and_empty_maps_have_an_answer(way: str) -> None:
    for maps in (np.zeros((30, 8, 8)), np.ones((30, 8, 8))):
        found = cluster_maps(maps, settings=ClusterSettings(way=way))
        assert sum(len(each) for each in found) == 30
        assert not found[0].place.stands_out


def test_many_maps_are_grouped_by_a_sample() -> None:
    rng = np.random.default_rng(1)
    maps = np.stack([spot(16, 16, rng) if k % 4 else spot(4, 27, rng) for k in range(1700)]).astype(np.float32)
    found = cluster_maps(maps)
    assert [len(each) for each in found] == [1275, 425]
    assert found[1].place.words == "the upper right corner"


def test_what_cannot_be_grouped_is_refused() -> None:
    with pytest.raises(DataError, match="Maps to group"):
        cluster_maps(np.zeros((0, 4, 4)))
    with pytest.raises(DataError, match="2 labels"):
        cluster_maps(np.zeros((2, 4, 4)), np.zeros(3, int))
