"""Random generators of their own for each purpose, so that no draw depends on another's."""

from __future__ import annotations

import zlib

import numpy as np


def random_stream(seed: int, *words: str) -> np.random.Generator:
    """The generator of one purpose.

    Args:
        seed: 0 or more; another seed gives other draws for every purpose.
        words: name the purpose, such as "sticker", "train". The same seed and words give the same draws, on every
            machine and in every process.
    """
    return np.random.default_rng([seed, zlib.crc32("/".join(words).encode())])
