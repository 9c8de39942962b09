import numpy as np

from core.datasets import Dataset
from core.repair.engines import foreground


def _data(value: int) -> Dataset:
    return Dataset(np.full((1, 8, 8, 3), value, np.uint8), np.zeros(1, int), ("a",))


def test_masks_are_found_once_for_the_data_sets_that_were_asked_for_last(monkeypatch):
    asked: list[int] = []

    def found(images: np.ndarray) -> np.ndarray:
        asked.append(int(images.max()))
        return np.zeros(images.shape[:3], bool)

    monkeypatch.setattr(foreground, "grabcut_masks", found)
    sets = [_data(200 + number) for number in range(foreground.KEPT + 1)]
    for data in (*sets[:-1], sets[0], sets[-1]):  # the first is asked for again, so that the second is the oldest
        foreground.object_masks(data, "found")
    assert asked == [200 + number for number in range(foreground.KEPT + 1)]
    foreground.object_masks(sets[0], "found")
    assert len(asked) == foreground.KEPT + 1
    foreground.object_masks(sets[1], "found")
    assert asked[-1] == 201
