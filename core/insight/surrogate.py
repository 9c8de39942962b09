"""A readable stand-in: rules on an image's attributes that reproduce the network's predictions.

The stand-in is trained on the network's predictions, not on the truth. If it agrees on images that it was not trained
on, its rules describe what the network does; how often it agrees is its fidelity (Craven and Shavlik 1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError
from core.insight import sentences
from core.insight.attributes import CLASS, Attribute, class_column, collect_attributes, title
from core.insight.sample import network_logits
from core.insight.settings import StandInSettings
from core.intervals import wilson
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep, silent

FEWEST = 10
"""With fewer images there is too little to train and evaluate on."""
CLEAR = 0.05


@dataclass(frozen=True)
class Node:
    """A place in the tree.

    Args:
        number: its number, the root's is 0.
        parent: the number of the one above; None for the root.
        yes: whether it is reached by a yes to the question above.
        question: what is asked here, such as "scene is grass"; empty at an end.
        answer: the network's most frequent answer among the pictures here.
        share: how many of them get it, 0..1.
        n: pictures here, of those that were learned from.
        depth: questions above it.
    """

    number: int
    parent: int | None
    yes: bool
    question: str
    answer: str
    share: float
    n: int
    depth: int


@dataclass(frozen=True, eq=False)
class StandIn:
    """A stand-in and how far it can be trusted.

    Args:
        kind: "tree" or "logistic".
        fidelity, low, high: share of held-out pictures on which it says what the network says, and Wilson's interval.
        baseline: the same for always saying what the network says most.
        n: held-out pictures.
        nodes: the tree, the root first; empty for the other kind.
        weights: attribute, level, and a column of log odds for each answer (numbers count per standard deviation);
            empty for a tree.
        failures: attribute, level, agreement, low, high, n, p_value, clear: where it agrees least, by Fisher's exact
            test against the rest, corrected (Holm).
        indices: int (n,), the held-out pictures' places in the data set.
        network, says: int (n,), what the network and the stand-in say of each, as class indices.
        sentence: all of that in plain words.
    """

    kind: str
    fidelity: float
    low: float
    high: float
    baseline: float
    n: int
    nodes: tuple[Node, ...]
    weights: pd.DataFrame
    failures: pd.DataFrame
    indices: np.ndarray
    network: np.ndarray
    says: np.ndarray
    sentence: str

    @property
    def rules(self) -> list[str]:
        """The tree as sentences, one for each of its ends."""
        return [_rule(self.nodes, node) for node in self.nodes if not node.question]


def stand_in(
    model: keras.Model,
    dataset: Dataset,
    *,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> StandIn:
    """Learn rules that agree with the network, and evaluate them on held-out images.

    Args:
        model: any Keras classifier with the data set's classes; never changed.
        dataset: labelled images with attributes; if they have none, these are measured.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.
        settings: see `StandInSettings`.

    Raises:
        DataError: for fewer than 10 images, or images without anything known that varies.
    """
    chosen = StandInSettings.of(**settings)
    rng = np.random.default_rng(chosen.seed)
    part, picked, columns = _known(dataset, chosen, rng)
    network = ModelEvaluator.of(prepared_for(model, interface, dataset.class_names))
    checked_images(network.graph, part.images)
    said = network_logits(network, part.images).argmax(axis=1)
    on_step(1, 2, "the network's answers")
    order = rng.permutation(len(part))
    cut = min(max(2, round(chosen.held_out * len(part))), len(part) - 2)
    held, learned = np.sort(order[:cut]), np.sort(order[cut:])
    table, names = _table(columns, scaled=chosen.kind == "logistic")
    fitted = _fit(table[learned], said[learned], chosen)
    says = fitted.predict(table[held]).astype(int)
    agree = says == said[held]
    commonest = np.bincount(said[learned]).argmax()
    low, high = wilson(int(agree.sum()), len(held))
    failures = _failures([column.take(held) for column in columns], agree)
    nodes = _nodes(fitted, names, part.class_names) if hasattr(fitted, "tree_") else ()
    on_step(2, 2, "rules")
    return StandIn(
        chosen.kind,
        float(agree.mean()),
        low,
        high,
        float((said[held] == commonest).mean()),
        len(held),
        nodes,
        _weights(fitted, names, part.class_names) if hasattr(fitted, "coef_") else pd.DataFrame(),
        failures,
        picked[held],
        said[held],
        says,
        _sentence(agree, (low, high), float((said[held] == commonest).mean()), failures, chosen),
    )


def _known(
    dataset: Dataset, settings: StandInSettings, rng: np.random.Generator
) -> tuple[Dataset, np.ndarray, list[Attribute]]:
    """Some pictures, their places, and what is known of them."""
    picked = np.sort(rng.permutation(len(dataset))[: settings.pictures])
    part = dataset.take(picked)
    if len(part) < FEWEST:
        raise DataError(f"At least {FEWEST} pictures are needed to learn rules from", str(len(part)))
    known = collect_attributes(part, measured=settings.measured)
    part, picked = part.take(known.rows), picked[known.rows]
    columns = list(known.columns.values())
    truth = class_column(part.labels, part.class_names)
    if settings.with_object and len(truth.levels) > 1:
        columns = [truth, *columns]
    if not columns or len(part) < FEWEST:
        raise DataError(
            "Something should vary between the pictures", "pictures that are alike in everything that is known",
            "Add attributes, or use more varied pictures.",
        )  # fmt: skip
    return part, picked, columns


def _table(columns: list[Attribute], *, scaled: bool) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """All columns as numbers (n, P), kinds as one column a level, with the attribute and level of each."""
    parts, names = [], []
    for column in columns:
        if column.numeric:
            spread = column.data.std() or 1.0
            parts.append((column.data - column.data.mean()) / spread if scaled else column.data)
            names.append((column.name, ""))
            continue
        levels = column.levels[1:] if column.levels == ("no", "yes") else column.levels
        parts += [(column.data == level).astype(float) for level in levels]
        names += [(column.name, level) for level in levels]
    return np.stack(parts, axis=1), names


def _fit(table: np.ndarray, said: np.ndarray, settings: StandInSettings) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.tree import DecisionTreeClassifier

    if settings.kind == "logistic" and len(np.unique(said)) > 1:
        return LogisticRegression(solver="newton-cholesky").fit(table, said)
    return DecisionTreeClassifier(
        max_depth=settings.depth, min_samples_leaf=settings.smallest, random_state=settings.seed
    ).fit(table, said)


def _nodes(fitted: Any, names: list[tuple[str, str]], class_names: tuple[str, ...]) -> tuple[Node, ...]:
    tree = fitted.tree_
    found: list[Node] = []

    def add(number: int, parent: int | None, yes: bool, depth: int) -> None:
        shares = tree.value[number][0] / tree.value[number][0].sum()
        best = int(shares.argmax())
        end = tree.children_left[number] < 0
        question = "" if end else _question(names[tree.feature[number]], float(tree.threshold[number]))
        mine = len(found)
        answer = class_names[int(fitted.classes_[best])]
        found.append(
            Node(mine, parent, yes, question, answer, float(shares[best]), int(tree.n_node_samples[number]), depth)
        )
        if not end:
            # Scikit-learn goes right where the value is above the threshold, which is our yes.
            add(tree.children_right[number], mine, True, depth + 1)
            add(tree.children_left[number], mine, False, depth + 1)

    add(0, None, True, 0)
    return tuple(found)


def _question(name: tuple[str, str], threshold: float) -> str:
    attribute, level = name
    if not level:
        return f"{title(attribute)} above {threshold:.2f}"
    if attribute == CLASS:
        return f"it is {sentences.one_of(level)}"
    return f"it has {sentences.having(attribute, level)}"


def _rule(nodes: tuple[Node, ...], node: Node) -> str:
    conditions, here = [], node
    while here.parent is not None:
        above = nodes[here.parent]
        conditions.append(above.question if here.yes else f"not: {above.question}")
        here = above
    right = round(node.share * node.n)
    given = f"If {', and '.join(reversed(conditions))}" if conditions else "Always"
    return f"{given}: it predicts {node.answer.replace('_', ' ')} ({right} of {node.n} pictures)."


def _weights(fitted: Any, names: list[tuple[str, str]], class_names: tuple[str, ...]) -> pd.DataFrame:
    coefficients = fitted.coef_ if len(fitted.coef_) > 1 else np.vstack([-fitted.coef_[0], fitted.coef_[0]])
    said = [class_names[int(label)] for label in fitted.classes_]
    table = pd.DataFrame(coefficients.T, columns=said)
    table.insert(0, "level", [level for _, level in names])
    table.insert(0, "attribute", [attribute for attribute, _ in names])
    return table


def _failures(columns: list[Attribute], agree: np.ndarray) -> pd.DataFrame:
    """How often the stand-in agrees for each level of each attribute, the worst first."""
    from scipy.stats import fisher_exact

    from core.hypothesis_tests import holm

    rows = []
    for column in columns:
        for level, has in _sides(column):
            inside, n = int(agree[has].sum()), int(has.sum())
            outside, rest = int(agree[~has].sum()), int((~has).sum())
            if not n or not rest:
                continue
            low, high = wilson(inside, n)
            p_value = float(fisher_exact([[inside, n - inside], [outside, rest - outside]], alternative="less").pvalue)
            rows.append({"attribute": column.name, "level": level, "agreement": inside / n, "low": low, "high": high,
                         "n": n, "p_value": p_value})  # fmt: skip
    table = pd.DataFrame(rows, columns=["attribute", "level", "agreement", "low", "high", "n", "p_value"])
    table["p_value"] = holm(table["p_value"].to_numpy(dtype=float)) if len(table) else table["p_value"]
    table["clear"] = table["p_value"] < CLEAR
    return table.sort_values(["p_value", "agreement"], kind="stable", ignore_index=True)


def _sides(column: Attribute) -> list[tuple[str, np.ndarray]]:
    if not column.numeric:
        return [(level, column.data == level) for level in column.levels]
    middle = np.median(column.data)
    return [("lower half", column.data <= middle), ("upper half", column.data > middle)]


def _sentence(
    agree: np.ndarray, interval: tuple[float, float], baseline: float, failures: pd.DataFrame, settings: StandInSettings
) -> str:
    rules = "tree of questions" if settings.kind == "tree" else "sum of points"
    unseen = "" if settings.with_object else ", which is not told what the object is,"
    hundred = [round(100 * share) for share in (agree.mean(), *interval, baseline)]
    parts = [
        (
            f"The {rules}{unseen} predicts the network's answer in {hundred[0]} of 100 held-out pictures "
            f"({hundred[1]} to {hundred[2]}). Always giving the most common answer would agree in {hundred[3]}."
        )
    ]
    if interval[0] <= baseline:
        parts.append("That is no better than guessing, so these rules do not describe the network.")
    worst = failures[failures["clear"]]
    if len(worst):
        row = worst.iloc[0]
        where = sentences.where(row["attribute"], row["level"])
        parts.append(f"It fails most {where}: there it agrees in {round(100 * row['agreement'])} of 100.")
    return " ".join(parts)
