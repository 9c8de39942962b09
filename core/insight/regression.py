"""Ordinary least squares of a network's scores on attributes, with heteroscedasticity-robust intervals.

score = mean + class + attribute 1 + attribute 2 + ... + rest

Categories are coded so that each level's effect is its distance from the mean of the levels (sum coding); numbers count
per standard deviation. Standard errors are HC3 (MacKinnon and White 1985), by statsmodels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.insight.attributes import Attribute

STEP = "one step more"
"""The level of a number: one standard deviation."""
ALIASED = 1e-6
"""Fraction of a column's variance that the other columns must leave unexplained for its effect to be identified."""
ROWS_PER_COLUMN = 3
"""With fewer images than this per column, the other attributes are not held fixed."""
PINNED = 0.999
"""An image with this leverage is fitted exactly, whatever its score."""
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class AttributeBlock:
    """The columns of one attribute.

    Args:
        name: the attribute's.
        levels: whose effects are wanted; (STEP,) for a number.
        codes: float (N, c).
        contrasts: float (L, c): a level's effect is its row times the coefficients.
    """

    name: str
    levels: tuple[str, ...]
    codes: np.ndarray
    contrasts: np.ndarray


@dataclass(frozen=True, eq=False)
class AttributeEffects:
    """What one attribute does to K scores.

    Args:
        name: the attribute.
        levels: L names.
        sizes: float (L, K), in the scores' unit; NaN where they cannot be told from other attributes' effects.
        errors: standard errors, float (L, K).
        freedom: degrees of freedom of the t distribution.
        p_value: of "the attribute does nothing to any score": the smallest of K Wald tests times K.
        strength: how far the attribute moves the scores in a typical picture (root mean square over pictures, with what
            chance alone gives taken off), in the scores' unit.
        known: whether the effects could be told from those of the other attributes.
    """

    name: str
    levels: tuple[str, ...]
    sizes: np.ndarray
    errors: np.ndarray
    freedom: float
    p_value: float
    strength: float
    known: bool = True

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends, (L, K) each."""
        if not self.known:
            return np.full(self.sizes.shape, -np.inf), np.full(self.sizes.shape, np.inf)
        reach = stats.t.ppf((1 + confidence) / 2, self.freedom) * self.errors
        return self.sizes - reach, self.sizes + reach

    @property
    def p_values(self) -> np.ndarray:
        """Of "this level does nothing to this score", (L, K), uncorrected; 1 where nothing is known."""
        return two_sided(self.sizes, self.errors, self.freedom)


def two_sided(values: np.ndarray, errors: np.ndarray, freedom: float) -> np.ndarray:
    """Two-sided p-values of t statistics: 1 for zero or unknown values, 0 for others without any error.

    Args:
        values: the estimates.
        errors: their standard errors.
        freedom: degrees of freedom.
    """
    values, errors = np.asarray(values, float), np.asarray(errors, float)
    still = ~np.isfinite(values) | ~np.isfinite(errors) | (np.abs(values) < TIE)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * stats.t.sf(np.abs(values) / errors, freedom)
    return np.where(still, 1.0, found)


def attribute_block(attribute: Attribute) -> AttributeBlock:
    """An attribute as columns."""
    if attribute.numeric:
        spread = attribute.data.std()
        codes = (attribute.data - attribute.data.mean()) / (spread if spread > 0 else 1.0)
        return AttributeBlock(attribute.name, (STEP,), codes[:, None], np.ones((1, 1)))
    count = len(attribute.levels)
    contrasts = np.vstack([np.eye(count - 1), -np.ones((1, count - 1))])
    place = {level: index for index, level in enumerate(attribute.levels)}
    return AttributeBlock(
        attribute.name, attribute.levels, contrasts[[place[value] for value in attribute.data]], contrasts
    )


def estimate_effects(
    scores: np.ndarray, attributes: Sequence[Attribute], truth: Attribute | None
) -> dict[str, AttributeEffects]:
    """The effect of every attribute on every score, holding the others fixed.

    With few images (fewer than 3 per column) each attribute is analysed with only the class held fixed, and with fewer
    still
    alone.

    Args:
        scores: float (N, K).
        attributes: those of interest; each has N values that vary.
        truth: the object's class; None if there is only one class. Its own effects are returned too.

    Returns:
        attribute name -> its effects.
    """
    blocks = [attribute_block(attribute) for attribute in attributes]
    base = [attribute_block(truth)] if truth is not None else []
    everything = [*base, *blocks]
    if not everything:
        return {}
    if _room(everything, len(scores)):
        return {found.name: found for found in _fit_model(scores, everything, everything)}
    found = {}
    for block in everything:
        beside = [other for other in base if other is not block]
        model = [*beside, block] if _room([*beside, block], len(scores)) else [block]
        found[block.name] = _fit_model(scores, model, [block])[0]
    return found


def _room(blocks: Sequence[AttributeBlock], rows: int) -> bool:
    return rows >= ROWS_PER_COLUMN * (1 + sum(block.codes.shape[1] for block in blocks))


@dataclass(frozen=True, eq=False)
class _Model:
    """A design, taken apart once for all scores.

    Args:
        design: float (n, P).
        spans: int (r,), columns that span the same as all of them; what can be told at all does not hang on the choice.
        reduced: float (P, P), the columns in a basis of their own, so that small matrices do for the rest.
        leverage: float (n,).
    """

    design: np.ndarray
    spans: np.ndarray
    reduced: np.ndarray
    leverage: np.ndarray

    @staticmethod
    def of(design: np.ndarray) -> _Model:
        """By one QR decomposition with pivoting."""
        from scipy.linalg import qr

        basis, triangle, order = qr(design, mode="economic", pivoting=True)
        sizes = np.abs(np.diag(triangle))
        rank = int((sizes > sizes[0] * 1e-9).sum())
        reduced = np.empty_like(triangle)
        reduced[:, order] = triangle
        return _Model(design, np.sort(order[:rank]), reduced, (basis[:, :rank] ** 2).sum(axis=1))


def _fit_model(
    scores: np.ndarray, blocks: Sequence[AttributeBlock], wanted: Sequence[AttributeBlock]
) -> list[AttributeEffects]:
    design = np.column_stack([np.ones(len(scores)), *(block.codes for block in blocks)])
    starts = np.cumsum([1, *(block.codes.shape[1] for block in blocks)])
    places = {
        id(block): slice(start, start + block.codes.shape[1]) for block, start in zip(blocks, starts, strict=False)
    }
    if len(scores) < design.shape[1] + 2:
        return [_unknown(block, scores.shape[1]) for block in wanted]
    model = _Model.of(design)
    free = model.leverage < PINNED
    if not free.all():
        # A picture that alone decides a coefficient has no residual to learn its scatter from.
        if free.sum() < design.shape[1] + 2:
            return [_unknown(block, scores.shape[1]) for block in wanted]
        model = _Model.of(design[free])
    estimates = _estimates(scores[free], model)
    return [_effects(block, places[id(block)], model, estimates) for block in wanted]


def _estimates(scores: np.ndarray, model: _Model) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Of each score the coefficients (P,), their HC3 covariance (P, P), zeros outside `spans`, and the freedom."""
    import statsmodels.api as sm

    design, found = model.design[:, model.spans], []
    width, first = model.design.shape[1], None
    for score in scores.T:
        fit = sm.OLS(score, design)
        if first is not None:
            # The same design for each score: its inverse is worked out once.
            fit.pinv_wexog, fit.normalized_cov_params, fit.rank = (
                first.pinv_wexog, first.normalized_cov_params, first.rank
            )  # fmt: skip
        result = fit.fit(cov_type="HC3", use_t=True)
        first = fit
        params, covariance = np.zeros(width), np.zeros((width, width))
        params[model.spans] = np.asarray(result.params)
        covariance[np.ix_(model.spans, model.spans)] = np.asarray(result.cov_params())
        found.append((params, covariance, float(max(result.df_resid, 1.0))))
    return found


def _effects(
    block: AttributeBlock, place: slice, model: _Model, estimates: list[tuple[np.ndarray, np.ndarray, float]]
) -> AttributeEffects:
    codes = model.design[:, place]
    if _is_aliased(model.reduced, place, codes):
        return _unknown(block, len(estimates))
    values, errors, p_values, power = [], [], [], 0.0
    for params, covariance, freedom in estimates:
        own, spread = params[place], covariance[place, place]
        values.append(block.contrasts @ own)
        errors.append(np.sqrt(np.maximum(np.einsum("lc,cd,ld->l", block.contrasts, spread, block.contrasts), 0)))
        p_values.append(_wald(own, spread, freedom))
        power += float(np.mean((codes @ own) ** 2) - np.mean(np.einsum("nc,cd,nd->n", codes, spread, codes)))
    # What one class gains the others lose, so half of the sum over classes is what changes hands.
    shared = 2 if len(estimates) > 1 else 1
    return AttributeEffects(
        block.name,
        block.levels,
        np.stack(values, axis=1),
        np.stack(errors, axis=1),
        estimates[0][2],
        min(1.0, min(p_values) * len(p_values)),
        float(np.sqrt(max(power, 0.0) / shared)),
    )


def _wald(params: np.ndarray, covariance: np.ndarray, freedom: float) -> float:
    """p-value of "all of these coefficients are zero"."""
    if np.abs(params).max() < TIE:
        return 1.0
    count = len(params)
    statistic = float(params @ np.linalg.pinv(covariance, hermitian=True) @ params) / count
    return float(stats.f.sf(statistic, count, freedom)) if statistic > 0 else 0.0


def _is_aliased(reduced: np.ndarray, place: slice, codes: np.ndarray) -> bool:
    """Whether some direction of these columns is a mixture of the others."""
    own, rest = reduced[:, place], np.delete(reduced, np.arange(reduced.shape[1])[place], axis=1)
    left = own - rest @ np.linalg.lstsq(rest, own, rcond=None)[0]
    spread = float(codes.var(axis=0).max() * len(codes))
    return bool(np.linalg.svd(left, compute_uv=False)[-1] ** 2 <= ALIASED * max(spread, 1e-12))


def _unknown(block: AttributeBlock, scores: int) -> AttributeEffects:
    shape = (len(block.levels), scores)
    return AttributeEffects(
        block.name, block.levels, np.full(shape, np.nan), np.full(shape, np.inf), 1.0, 1.0, 0.0, known=False
    )
