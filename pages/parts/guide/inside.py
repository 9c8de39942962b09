"""The guide's live examples of looking inside: maps, units, painted pictures, probes and badges."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core import attribution, features, render
from core.progress import OnStep
from pages.parts.guide import maps as guide_maps
from pages.parts.guide.stage import Stage
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import gallery, style

SIDE = 144
UNITS, EXAMPLES, STEPS, JUDGED = 5, 6, 64, 12


def heatmap(stage: Stage) -> None:
    """Two methods that work in different ways, on one picture."""
    row = guide_maps.draw_picture_dial(stage)
    tiles = [gallery.Tile(stage.judge.images[row], "The picture", Markdown("**The picture**"))]
    for method in ("grad_cam", "occlusion"):
        info = attribution.methods()[method]
        values = guide_maps.ours(stage, method, row)
        if values is not None:
            seen = render.overlay(stage.judge.images[row], values, 0.65, signed=info.draws_signed(info.Settings()))
            tiles.append(gallery.Tile(seen, f"{info.title} over the picture", Markdown(f"**{info.title}**")))
    gallery.show(tiles, side=guide_maps.SIDE, key="two_methods")
    stage.onward("pages/attribution.py", "Why this answer?")


def activation_maps(stage: Stage) -> None:
    """The units that answer most to one picture."""
    row = guide_maps.draw_picture_dial(stage)
    maps = stage.compute_once(f"maps_{row}", "Activation maps", lambda on_step: _maps(stage, row, on_step))
    if maps is None:
        return
    tiles = [gallery.Tile(stage.judge.images[row], "The picture", "the picture")]
    tiles += [
        gallery.Tile(render.heatmap(maps[..., unit]), f"Where unit {unit} is active", f"unit {unit}")
        for unit in _strongest(maps)
    ]
    gallery.show(tiles, side=SIDE, key="maps")
    style.small("The most active units of the last layer for this picture. Bright: strong activation.")
    stage.onward("pages/features.py", "What has it learned?")


def feature_visualisation(stage: Stage) -> None:
    """A picture painted for two units, beside the best real one for each."""
    units = _favourites(stage)
    if units is None:
        return
    painted = stage.compute_once("painted", "Painting", lambda on_step: _painted(stage, units, on_step))
    if painted is None:
        return
    tiles = []
    for unit, picture in zip(units, painted, strict=True):
        best = int(features.top_examples(stage.run.model, stage.judge.images, None, unit, 1).indices[0])
        tiles.append(gallery.Tile(picture * 255, f"Visualisation of unit {unit}", f"visualisation of unit {unit}"))
        tiles.append(gallery.Tile(stage.judge.images[best], f"The best real picture for unit {unit}", "best real one"))
    gallery.show(tiles, side=SIDE, key="painted")
    style.small(f"Two units of the last layer, {STEPS} optimisation steps each.")
    stage.onward("pages/features.py", "Visualise other units")


def top_examples(stage: Stage) -> None:
    """The pictures to which one unit answers most."""
    units = _favourites(stage)
    if units is None:
        return
    found = features.top_examples(stage.run.model, stage.judge.images, None, units[0], EXAMPLES)
    tiles = [gallery.Tile(stage.judge.images[row], stage.names[stage.judge.labels[row]]) for row in found.indices]
    gallery.show(tiles, side=SIDE, key="examples")
    style.small(
        f"The {len(tiles)} of {len(stage.judge)} pictures that activate unit {units[0]} of the last layer most."
    )
    stage.onward("pages/features.py", "What has it learned?")


def linear_probe(stage: Stage) -> None:
    """Whether the scene can be read from the last layer, and from that of a network that has learned nothing."""
    readings = stage.compute_once("probe", "Reading the scene", lambda on_step: _probed(stage, on_step))
    if readings is None:
        return
    trained, fresh = readings
    style.small(
        f"From the last layer a linear classifier recognises the scene of {trained.score:.0%} "
        f"of {trained.n} new pictures. "
        f"From the same layer of a network that has learned nothing: {fresh.score:.0%}. Always naming the commonest "
        f"scene: {trained.chance:.0%}."
    )
    stage.onward("pages/features.py", "Probe other layers")


def trust_badge(stage: Stage) -> None:
    """The badges of a method that passes as a rule and of one that does not."""
    for method in ("grad_cam", "guided_backprop"):
        title = attribution.methods()[method].title
        badge = _badge(stage, method)
        if badge is not None:
            with st.container(border=True, key=f"badge_{method}"):
                st.markdown(f"**{title}: {'passes' if badge.passes else 'does not pass'}**")
                st.markdown(literal(badge.sentence))
    style.small(f"On {JUDGED} pictures of the network that comes with Hunch.")
    stage.onward("pages/attribution.py", "Check other methods")


def _maps(stage: Stage, row: int, on_step: OnStep) -> np.ndarray:
    return features.activations(stage.run.model, stage.judge.images[row][None], on_step=on_step)[0]


def _strongest(maps: np.ndarray) -> list[int]:
    return [int(unit) for unit in np.argsort(-maps.max(axis=(0, 1)), kind="stable")[:UNITS]]


def _favourites(stage: Stage) -> list[int] | None:
    """The two units that answer most to the picture that is wrongly answered."""
    maps = stage.compute_once(
        f"maps_{stage.wrong}", "Activation maps", lambda on_step: _maps(stage, stage.wrong, on_step)
    )
    return None if maps is None else _strongest(maps)[:2]


def _painted(stage: Stage, units: list[int], on_step: OnStep) -> np.ndarray:
    return features.visualize(stage.run.model, None, units, steps=STEPS, on_step=on_step)


def _probed(stage: Stage, on_step: OnStep) -> Any:
    from core.features.probes import pooled_features, probe_targets, run_probe
    from core.features.stages import feature_layers
    from core.features.untrained import untrained_copy
    from core.networks.evaluator import ModelEvaluator

    layer = feature_layers(ModelEvaluator.of(stage.run.model).graph)[-1]
    question = next(one for one in probe_targets(stage.judge) if one.name == "scene")
    models = (stage.run.model, untrained_copy(stage.run.model))
    return [run_probe(pooled_features(model, stage.judge.images, layer, on_step=on_step), question) for model in models]


def _badge(stage: Stage, method: str) -> Any:
    from core import trust

    def work(on_step: OnStep) -> trust.Badge:
        return trust.badge(stage.run.model, stage.judge.images[:JUDGED], method=method, on_step=on_step)

    return stage.compute_once(f"badge_{method}", f"Checking {attribution.methods()[method].title}", work)


EXAMPLES_OF = {
    "heatmap": heatmap,
    "activation_maps": activation_maps,
    "feature_visualisation": feature_visualisation,
    "top_examples": top_examples,
    "linear_probe": linear_probe,
    "trust_badge": trust_badge,
}
