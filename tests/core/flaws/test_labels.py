import numpy as np
import pytest

from core.errors import InputError
from core.flaws import plant


def _truth(part):
    names = {name: index for index, name in enumerate(part.class_names)}
    return part.attributes["object"].map(names).to_numpy()


@pytest.mark.parametrize(("rate", "strength"), [(0.2, 1.0), (0.2, 0.5), (0.05, 1.0)])
def test_label_noise_is_as_frequent_as_said_in_every_class(splits, rate, strength):
    planted = plant(splits, "label_noise", rate=rate, strength=strength)
    for name in ("train", "validation"):
        part = planted.splits.parts[name]
        truth = _truth(part)
        wrong = part.labels != truth
        for label in range(4):
            assert wrong[truth == label].sum() == round(rate * strength * (truth == label).sum())
        assert np.array_equal(part.attributes["mislabelled"], wrong)
        assert np.array_equal(part.images, splits.parts[name].images)
    assert planted.splits.test is splits.test


def test_label_noise_goes_to_every_other_class(splits):
    train = plant(splits, "label_noise", rate=0.6).splits.train
    truth = _truth(train)
    table = np.zeros((4, 4), int)
    np.add.at(table, (truth, train.labels), 1)
    assert (table > 0).all()


@pytest.mark.parametrize("one_way", [False, True])
def test_confusion_is_between_two_classes_only(splits, one_way):
    planted = plant(splits, "label_confusion", target="boot", other="bag", rate=0.4, one_way=one_way)
    train = planted.splits.train
    truth = _truth(train)
    wrong = train.labels != truth
    assert (wrong & (truth == 3)).sum() == 24
    assert (train.labels[wrong & (truth == 3)] == 2).all()
    assert (wrong & (truth == 2)).sum() == (0 if one_way else 24)
    assert not wrong[np.isin(truth, (0, 1))].any()
    assert planted.answer.class_index == 3
    assert planted.answer.other == 2
    assert planted.splits.test is splits.test


@pytest.mark.parametrize("seed", range(10))
def test_confusion_chooses_two_different_classes(splits, seed):
    answer = plant(splits, "label_confusion", seed=seed).answer
    assert answer.class_index != answer.other
    assert plant(splits, "label_confusion", seed=seed, other="boot").answer.class_name != "boot"


def test_a_class_cannot_be_confused_with_itself(splits):
    with pytest.raises(InputError, match="twice"):
        plant(splits, "label_confusion", target="boot", other="boot")


def test_both_label_faults_keep_the_truth(splits):
    train = plant(splits, "label_noise+label_confusion", seed=1).splits.train
    changed = train.labels != _truth(train)
    assert (changed & ~train.attributes["mislabelled"]).sum() == 0
