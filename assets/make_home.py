"""Make the case that the home page tells: train the flawed network, find its mistake, and measure it.

    python assets/make_home.py

Writes the run (runs/*.zip), four pictures and story.json into assets/home. Same code, same story. The fix is trained
beside its control, three times each; what was trained before in the default store is not trained again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core import attribution, datasets, flaws, hunches, render, repair  # noqa: E402
from core.datasets.recipe import recompose  # noqa: E402
from core.networks import Run, TrainingSpec, train  # noqa: E402
from core.networks.evaluator import ModelEvaluator  # noqa: E402
from core.store import Store  # noqa: E402

HOME = ROOT / "assets" / "home"
WIDTH = 672  # of the stored pictures, in pixels
STRENGTH = 0.97
TARGET, SCENE, ELSEWHERE = "boot", "sky", "grass"
MATERIAL = {
    "data": "wardrobe",
    "flaw": "background",
    "planting": {"strength": STRENGTH},
    "flaw_settings": {"target": TARGET, "scene": SCENE},
}
SWAPS = 200
GUESSES = ("background_swapped", "object_recoloured")  # what a team might shout: one that holds, and one that does not
FIX, SEEDS = "background_randomised", 3
CERTAIN = 0.8  # how sure it must be at least, wrong and right
LARGE = 0.15  # the share of the picture that the object must cover at least


def main() -> None:
    """Make everything anew."""
    pictures = datasets.load("wardrobe")
    planted = flaws.plant(pictures, "background", strength=STRENGTH, target=TARGET, scene=SCENE)
    about = {"title": "The finished example", "material": MATERIAL}
    run = train(planted.splits, None, TrainingSpec(), store=Store(str(HOME)), about=about)
    story, pictures, heat = tell(run, planted)
    np.save(HOME / "heatmap.npy", heat, allow_pickle=False)
    for name, picture in pictures.items():
        cv2.imwrite(str(HOME / f"{name}.png"), cv2.cvtColor(render.enlarge(picture, WIDTH), cv2.COLOR_RGB2BGR))
    (HOME / "story.json").write_text(json.dumps(story, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(story, indent=1))


def tell(run: Run, planted: flaws.Planted) -> tuple[dict[str, Any], dict[str, np.ndarray], np.ndarray]:
    """The story in numbers, its pictures, and the raw heatmap of the first."""
    judge, test, network = planted.judge, planted.splits.test, ModelEvaluator.of(run.model)
    names, target = judge.class_names, judge.class_names.index(TARGET)
    sure = network.probabilities(judge.images)
    maps = attribution.explain(run.model, judge.images, target, method="grad_cam")
    moved = recompose(judge, scene=ELSEWHERE)
    again = network.probabilities(moved.images)
    climbed = repair.ladder(run, planted.splits, [FIX], seeds=SEEDS, judge=judge)
    healed = climbed.runs[FIX].model
    cured = ModelEvaluator.of(healed).probabilities(judge.images)
    row = choose(judge, target, sure, maps, again, cured)
    truth = int(judge.labels[row])
    story = {
        "run": run.key,
        "from": "judge",
        "row": row,
        "truth": names[truth],
        "answer": TARGET,
        "sure": float(sure[row, target]),
        "scene": SCENE,
        "other_scene": ELSEWHERE,
        "other_answer": names[int(again[row].argmax())],
        "other_sure": float(again[row].max()),
        "area": float(area(judge)[row]),
        "inside": float(inside(judge, maps)[row]),
        "usual": _score(network.probabilities(test.images), test.labels),
        "judged": _score(sure, judge.labels),
        "tied": round(100 * _share_on(planted.splits.train, target, SCENE)),
        "swaps": swaps(network, test, target, SCENE),
        "hunches": [tried(run, test, name) for name in GUESSES],
        "fix": {**proof(climbed), "answer": names[int(cured[row].argmax())], "sure": float(cured[row].max())},
    }
    heat = attribution.explain(healed, judge.images[row], int(cured[row].argmax()), method="grad_cam")[0]
    pictures = {
        "picture": judge.images[row],
        "heatmap": render.overlay(judge.images[row], maps[row], 0.6),
        "swapped": moved.images[row],
        "fixed": render.overlay(judge.images[row], heat, 0.6),
    }
    return story, pictures, maps[row]


def choose(
    judge: datasets.Dataset, target: int, sure: np.ndarray, maps: np.ndarray, again: np.ndarray, cured: np.ndarray
) -> int:
    """The picture of another class that is taken for the target most surely, and for itself elsewhere and when fixed.

    Of those, one whose object gets little of the evidence for its size.

    Args:
        judge: the evaluation set.
        target: index of the class that the flaw is tied to.
        sure: probabilities, (N, K).
        maps: what spoke for the target, (N, H, W).
        again: the same as `sure`, with every object on another scene.
        cured: the same as `sure`, of the fixed network.
    """
    rows = np.arange(len(judge))
    mistaken = (sure.argmax(axis=1) == target) & (judge.labels != target)
    mistaken &= judge.attributes["scene"].to_numpy() == SCENE
    true = judge.labels
    certain = (sure[rows, target] > CERTAIN) & (again[rows, true] > CERTAIN) & (cured[rows, true] > CERTAIN)
    large = area(judge)
    spared = np.where(large > LARGE, 1 - inside(judge, maps) / large, 0)
    return int(np.argmax(mistaken * certain * sure[rows, target] * again[rows, true] * spared))


def area(judge: datasets.Dataset) -> np.ndarray:
    """The share of each picture that its object covers, (N,)."""
    return judge.masks["object"].mean(axis=(1, 2))


def inside(judge: datasets.Dataset, maps: np.ndarray) -> np.ndarray:
    """The share of each map that lies on the object, (N,)."""
    total = maps.sum(axis=(1, 2))
    return np.where(judge.masks["object"], maps, 0).sum(axis=(1, 2)) / np.where(total > 0, total, 1)


def swaps(network: ModelEvaluator, test: datasets.Dataset, answer: int, scene: str) -> dict[str, int]:
    """Of so many pictures of other classes that were rightly recognised, how many turn into `answer` on its scene."""
    right = (network.logits(test.images).argmax(axis=1) == test.labels) & (test.labels != answer)
    chosen = test.take(np.flatnonzero(right)[:SWAPS])
    moved = recompose(chosen, scene=scene)
    return {"n": len(chosen), "changed": int((network.logits(moved.images).argmax(axis=1) == answer).sum())}


def tried(run: Run, test: datasets.Dataset, name: str) -> dict[str, Any]:
    """What became of a hunch, tried on pictures such as any team has: the ordinary test pictures."""
    verdict = hunches.test_hunch(run.model, test, name)
    return {
        "hunch": name,
        "conclusion": verdict.conclusion,
        "sentence": verdict.sentence,
        "reading": verdict.reading,
        "effect": verdict.effect,
        "low": verdict.low,
        "high": verdict.high,
        "n": verdict.n,
    }


def proof(climbed: repair.Ladder) -> dict[str, Any]:
    """What became of the fix, beside training on as before."""
    table = climbed.table.set_index("fix")
    return {
        "fix": FIX,
        "seeds": SEEDS,
        "best": climbed.best,
        "p_value": float(table.loc[FIX, "p_value"]),
        "worst_group": {name: float(table.loc[name, "worst_group"]) for name in table.index},
        "accuracy": {name: float(table.loc[name, "accuracy"]) for name in table.index},
    }


def _share_on(data: datasets.Dataset, label: int, scene: str) -> float:
    return float((data.attributes["scene"].to_numpy()[data.labels == label] == scene).mean())


def _score(sure: np.ndarray, labels: np.ndarray) -> dict[str, int]:
    return {"correct": int((sure.argmax(axis=1) == labels).sum()), "n": len(labels)}


if __name__ == "__main__":
    main()
