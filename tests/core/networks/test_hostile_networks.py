"""Network files that were made to do harm: a sentence each, at once, and nothing left on disk."""

from __future__ import annotations

import io
import json
import struct
import zipfile

import h5py
import numpy as np
import pytest

from core.networks import class_names_in, load_model
from tests.core.networks.network_files import (
    config_of,
    rewritten,
    small_network,
    weights_of,
    with_config,
    with_hdf5,
    with_layer,
)
from tests.hostile import cost, left_behind, sentence_of

SECONDS, MEGABYTES = 2, 200


def keras_file(**changes):
    return lambda: rewritten(small_network(), **changes)


def layer(name, suffix=".keras", /, **changes):
    return lambda: with_layer(small_network(suffix), name, **changes)


def weights(change, suffix=".keras"):
    return lambda: with_hdf5(small_network(suffix), change)


def loop(file):
    group = file.create_group("a")
    group["b"] = file["/"]


def long_chain(file):
    group = file
    for _ in range(3000):
        group = group.create_group("g")
    group["back"] = file["/"]


def one_weight_everywhere(file):
    held = file.create_dataset("held", (1000,), "f4")
    for number in range(100):
        file[f"copy{number}"] = held


def hollow(file):
    file.create_dataset("hollow", (10**6, 10**6), "f4", chunks=(1000, 1000))


def squeezed(file):
    file.create_dataset("squeezed", (10**8,), "f4", chunks=(10**6,), compression="gzip")[:] = 0


def outside(file):
    file["taken"] = h5py.ExternalLink("/etc/passwd", "/")


def soft(file):
    file["taken"] = h5py.SoftLink("/layers")


def not_a_number(file):
    def spoil(name, item):
        if isinstance(item, h5py.Dataset) and item.ndim == 4 and item.shape[-1] == 4:
            values = item[...]
            values.flat[0] = np.nan
            item[...] = values

    file.visititems(spoil)


def nested_json():
    return rewritten(small_network(), config="[" * 100_000 + "]" * 100_000)


def nested_layers():
    inner = json.dumps(config_of(small_network()))
    start = '{"module": "keras", "class_name": "Sequential", "config": {"name": "outer", "layers": ['
    return rewritten(small_network(), config=start * 300 + inner + "]}}" * 300)


def many_layers():
    config = config_of(small_network())
    config["config"]["layers"] += [config["config"]["layers"][-2]] * 30_000
    return with_config(small_network(), config)


def wide_input():
    config = config_of(small_network())
    config["config"]["layers"][0]["config"]["batch_shape"] = [None, 3000, 3000, 3]
    head = config["config"]["layers"][-1]["config"]
    head["units"] = 1000
    for part in config["config"]["layers"]:
        part.pop("build_config", None)
    return with_config(small_network(), config)


def weight_bomb():
    return rewritten(small_network(), weights=bytes(300 * 10**6))


def name_bomb():
    buffer = io.BytesIO(small_network())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("class_names.json", b'"' + b"a" * 300 * 10**6 + b'"')
    return buffer.getvalue()


def long_number():
    text = json.dumps(config_of(small_network())).replace('"units": 2', '"units": ' + "9" * 5000)
    return rewritten(small_network(), config=text)


HOSTILE = {
    "configuration is a list": keras_file(config="[1, 2]"),
    "configuration is a text": keras_file(config='"hello"'),
    "configuration is null": keras_file(config="null"),
    "configuration of a layer is a list": lambda: with_config(
        small_network(), {**config_of(small_network()), "config": []}
    ),
    "layers are numbers": lambda: with_config(small_network(), {"class_name": "Sequential", "config": {"layers": [1]}}),
    "JSON nested 100,000 deep": nested_json,
    "networks nested 300 deep": nested_layers,
    "30,000 layers": many_layers,
    "a number of 5,000 digits": long_number,
    "kernel of a billion": layer("conv", kernel_size=[10**9, 10**9]),
    "kernel of 60,000": layer("conv", kernel_size=[60_000, 60_000], padding="same"),
    "kernel of 60,000 in an .h5": layer("conv", ".h5", kernel_size=[60_000, 60_000], padding="same"),
    "strides of 1e308": layer("conv", strides=[1e308, 1e308]),
    "negative filters": layer("conv", filters=-4),
    "units of 65,000 after a wide input": wide_input,
    "depth multiplier of 60,000": layer("depthwise", depth_multiplier=60_000),
    "pooling of nothing": layer("pool", pool_size=[0, 0]),
    "a name with slashes": layer("conv", name="../../etc"),
    "activation from the system": layer(
        "conv", activation={"module": "os", "class_name": "function", "config": "system"}
    ),
    "activation of another module by name": layer("conv", activation="os.system"),
    "a class that is registered elsewhere": lambda: with_config(
        small_network(), {**config_of(small_network()), "registered_name": "mine>Sequential"}
    ),
    "groups in a loop": weights(loop),
    "groups in a loop in an .h5": weights(loop, ".h5"),
    "a loop 3,000 deep": weights(long_chain),
    "one weight under a hundred names": weights(one_weight_everywhere),
    "a weight of four terabytes that is nowhere": weights(hollow),
    "a weight of 400 MB in 400 kB": weights(squeezed, ".h5"),
    "a link to another file": weights(outside),
    "a link within the file": weights(soft),
    "weights that are not numbers": weights(not_a_number),
    "weights that are not numbers in an .h5": weights(not_a_number, ".h5"),
    "300 MB of zeros as weights": weight_bomb,
    "300 MB of class names": name_bomb,
    "weights cut short": lambda: rewritten(small_network(), weights=weights_of(small_network())[:5000]),
    "an .h5 cut short": lambda: small_network(".h5")[:9000],
    "an HDF5 header and noise": lambda: (
        b"\x89HDF\r\n\x1a\n" + np.random.default_rng(0).integers(0, 256, 5000, np.uint8).tobytes()
    ),
    "an archive of nothing": lambda: b"PK\x05\x06" + bytes(18),
    "an archive that points nowhere": lambda: b"PK\x03\x04" + struct.pack("<IIHIIIH", 0x06054B50, 0, 1, 1, 46, 9, 0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_network_gets_a_sentence_at_once(name, tmp_path, monkeypatch):
    content = HOSTILE[name]()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with cost() as measured:
        sentence = sentence_of(lambda: load_model(content))
    print(f"{name}: {measured.seconds:.2f} s, {measured.megabytes:.0f} MB. {sentence}")
    assert measured.seconds < SECONDS
    assert measured.megabytes < MEGABYTES
    assert len(sentence) < 1000
    assert left_behind(tmp_path) == []


def test_a_layer_with_weights_that_are_no_numbers_is_named():
    for suffix in (".keras", ".h5"):
        assert "conv/kernel" in sentence_of(lambda suffix=suffix: load_model(weights(not_a_number, suffix)()))


def test_class_names_beyond_reason_are_none():
    content = name_bomb()
    with cost() as measured:
        assert class_names_in(content) == ()
    assert measured.megabytes < MEGABYTES
