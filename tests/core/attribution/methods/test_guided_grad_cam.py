from __future__ import annotations

import numpy as np
import pytest

from core.attribution import explain


@pytest.mark.parametrize("channels", ["max", "sum", "l2"])
def test_it_is_the_product_of_its_two_parts(network, pictures, channels):
    product = explain(network, pictures, 1, method="guided_grad_cam", channels=channels)
    fine = explain(network, pictures, 1, method="guided_backprop", channels=channels)
    coarse = explain(network, pictures, 1, method="grad_cam")
    np.testing.assert_allclose(product, fine * coarse, rtol=1e-4, atol=1e-7 * np.abs(fine * coarse).max() + 1e-12)
