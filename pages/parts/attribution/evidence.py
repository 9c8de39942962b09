"""What a badge rests on: each test in a sentence, the curves, and the maps while the network forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core import attribution, render
from core.glossary import meaning
from pages.parts.attribution import charts as attribution_charts
from pages.parts.attribution.badge import Check
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, gallery, style

if TYPE_CHECKING:
    from core.trust import Badge
    from core.trust.checks.randomisation import Stage

SIDE = 92
PARTS = {
    "randomisation": "With random weights",
    "deletion": "Deletion",
    "insertion": "Insertion",
    "stability": "Under noise",
    "localisation": "On the object",
}


def draw(check: Check) -> None:
    """The evidence for one method's badge, folded away; nothing before a method was checked."""
    badges = check.badges
    if not badges:
        return
    place = st.expander("What the check found", key="evidence", on_change="rerun", bind="query-params")
    if not place.open:
        return
    known = attribution.methods()
    with place:
        chosen = st.selectbox(
            "Method",
            list(known),
            None,
            format_func=lambda name: known[name].title,
            key="checked_method",
            placeholder=known[next(iter(badges))].title,
            help="One that was checked.",
            bind="query-params",
        )
        if chosen is not None and chosen not in badges:
            style.small(f"{known[chosen].title} is not among the methods that were checked.")
            return
        name = chosen or next(iter(badges))
        draw_badge(badges[name])
        style.small(
            f"Measured on {min(check.pictures, len(check.data))} pictures, each asked about the network's own answer."
        )


def draw_badge(badge: Badge) -> None:
    """One method's tests."""
    st.markdown(literal(badge.sentence))
    st.markdown("\n".join(f"- **{PARTS[part]}.** {literal(reason)}" for part, reason in badge.reasons.items()))
    taken, put = st.columns(2)
    with taken:
        charts.show(attribution_charts.trust_curves(badge.deletion.curves, "Deletion", "share of the picture deleted"))
    with put:
        charts.show(
            attribution_charts.trust_curves(badge.insertion.curves, "Insertion", "share of the picture inserted")
        )
    style.small(
        Markdown("The order of the pixels: :green[**the map's**], :gray[**random**], :orange[**the picture's edges**].")
    )
    style.small(f"{meaning('deletion')} {meaning('insertion')}")
    st.markdown("**The maps as weights are randomised**", help=meaning("randomisation check"))
    tiles = []
    for stage in badge.randomisation.stages:
        caption = _stage_words(stage)
        alt = f"The map of the first picture with {caption}"
        tiles.append(gallery.Tile(render.heatmap(stage.maps[0]), alt, caption))
    gallery.show(tiles, side=SIDE, key="forgetting")
    _draw_localisation(badge)


def _stage_words(stage: Stage) -> str:
    if not stage.layers:
        return "as it is"
    return "all weights random" if stage.share >= 1 else f"{stage.share:.0%} of weights random"


def _draw_localisation(badge: Badge) -> None:
    found = badge.localisation
    if found is None:
        style.small("These pictures have no object masks, so localisation was not measured.")
        return
    style.small(
        f"The strongest pixel lies on the object in {found.pointing.value:.0%} of the pictures, and "
        f"{found.rank.value:.0%} of the strongest pixels do; by chance it would be {found.chance:.0%} of both. A "
        "network that relies on the background has a correct map off the object, so this does not count for the badge."
    )
