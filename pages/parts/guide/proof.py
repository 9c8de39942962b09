"""The guide's live examples of testing and fixing, and of what is told to others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core import text as words
from core.datasets import Splits
from core.progress import OnStep
from pages.parts.guide.stage import Stage
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, frame, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.state import current_run, planted_data

SIDE, SHOWN = 112, 5
TRIED, GROUPS, CONCEPTS = 100, 8, 5
HUNCH = "background_swapped"
ASKED = "_guide_diagnosis"


def hunch_test(stage: Stage) -> None:
    """One hunch, tried on ordinary test pictures."""
    verdict = stage.compute_once("hunch", "Testing the hunch", lambda _: _tried(stage))
    if verdict is None:
        return
    with st.container(border=True, key="verdict"):
        st.markdown(f"**“It must be the background.” {verdict.conclusion.capitalize()}.** {literal(verdict.sentence)}")
        low, high = round(100 * verdict.low), round(100 * verdict.high)
        style.small(f"Effect {round(100 * verdict.effect)} points, from {low} to {high}; {verdict.n} pictures.")
    found = verdict.evidence
    rows = found.flipped[:SHOWN]
    for title, pictures, said in (
        ("As it is", found.pictures, found.before),
        ("On the background of another class", found.changed, found.after),
        ("The control: on another of its own class", found.controls, found.control),
    ):
        style.small(Markdown(f"**{title}**"))
        tiles = [gallery.Tile(pictures[row], title, f"says {stage.names[said[row].argmax()]}") for row in rows]
        gallery.show(tiles, side=SIDE, key=title)
    stage.onward("pages/hunches.py", "Test a hunch of your own")


def diagnosis(stage: Stage) -> None:
    """Every detector on the shipped network, on a press: some of them train a network beside it."""
    place = st.container()
    st.button("Search for this network's flaw", key="look_for_flaw", on_click=long_work.request, args=(ASKED,))
    if st.session_state.get(ASKED):
        with place:
            # All the pictures that it learned from: of a few, a detector would say that they are too few.
            splits = planted_data.load(current_run.material_of(stage.run)).splits
            found = stage.compute_once(
                "diagnosis", "Searching for flaws", lambda on_step: _diagnosed(stage, splits, on_step), in_turn=True
            )
            if found is not None:
                st.markdown(f"**{literal(found[0])}**")
                st.dataframe(pd.DataFrame(found[1]), hide_index=True)
    stage.onward("pages/diagnosis.py", "Find the flaw")


def fix_ladder(stage: Stage) -> None:
    """The fix of the finished case beside its controls, as assets/make_home.py measured it: trainings take minutes."""
    case = json.loads((frame.ROOT / "assets" / "home" / "story.json").read_text(encoding="utf-8"))["fix"]
    titles = {"as it is": "as it was", "keep training": "keep training", case["fix"]: "with backgrounds exchanged"}
    names, values = list(titles.values()), [case["worst_group"][name] for name in titles]
    helped = case["best"] == case["fix"] and values[2] > values[1]
    st.markdown(
        f"**{'The fix helped' if helped else 'The fix is not shown to help'}.** Right in the worst group: "
        f"{100 * values[2]:.0f} of 100 with it, and {100 * values[1]:.0f} of 100 where training just went on."
    )
    trained = f"each trained {case['seeds']} times (p = {case['p_value']:.3f})"
    style.small(Markdown(f"**Right in the worst group**, {trained}"))
    charts.show_shares(names, values, titles[case["fix"]])
    stage.onward("pages/repair.py", "Fix and prove")


def worst_group(stage: Stage) -> None:
    """How often the network is right in each group of the judge's pictures, the worst first."""
    assert stage.judge.attributes is not None
    table = pd.DataFrame(
        {"group": stage.judge.attributes["group"], "right": stage.sure.argmax(axis=1) == stage.judge.labels}
    )
    groups = table.groupby("group")["right"].agg(["mean", "sum", "count"]).sort_values("mean")
    worst = groups.iloc[:GROUPS]
    names = [f"{spaced(name)} ({row['sum']:.0f} of {row['count']:.0f})" for name, row in worst.iterrows()]
    st.markdown(
        f"On average it gets **{table['right'].mean():.0%}** of {len(table)} pictures right; in its worst group, "
        f"{literal(words.with_article(spaced(worst.index[0])))}, **{worst['mean'].iloc[0]:.0%}**."
    )
    charts.show_shares(names, worst["mean"].tolist(), names[0])
    stage.onward("pages/repair.py", "Fix and prove")


def calibration(stage: Stage) -> None:
    """How sure it says it is, beside how often it is right."""
    found = stage.compute_once("calibration", "Calibration", lambda _: _calibrated(stage))
    if found is None:
        return
    st.markdown(
        f"On {found.n} pictures with any background, it says that it is {found.confidence:.0%} sure on average. It is "
        f"right in {found.accuracy:.0%}."
    )
    rows = found.bins[found.bins["count"] > 0]
    told = {
        "it says it is sure": [f"{low:.0%} to {high:.0%}" for low, high in zip(rows["low"], rows["high"], strict=True)],
        "pictures": rows["count"].astype(int).tolist(),
        "of these right": [f"{share:.0%}" for share in rows["accuracy"]],
    }
    st.dataframe(pd.DataFrame(told), hide_index=True)
    stage.onward("pages/trust.py", "Can we trust it?")


def tcav(stage: Stage) -> None:
    """Which scenes speak for the class of the flaw."""
    found = stage.compute_once("concepts", "Testing concepts", lambda on_step: _concepts(stage, on_step))
    if found is None:
        return
    told = {
        "concept": found["concept"].map(spaced).tolist(),
        f"raises the score of {stage.names[stage.target]} in": [
            f"{share:.0%} of its pictures" for share in found["score"]
        ],
        "stands out among random ones": ["yes" if clear else "no" for clear in found["clear"]],
    }
    st.dataframe(pd.DataFrame(told), hide_index=True)
    stage.onward("pages/insight.py", "What have we learned?")


def drivers(stage: Stage) -> None:
    """What changes the score of the class of the flaw."""
    found = stage.compute_once("drivers", "Finding what influences the score", lambda on_step: _drivers(stage, on_step))
    if found is None:
        return
    told = found.dropna(subset="effect").head(GROUPS)
    table = {
        "thing": [
            f"{spaced(kind)}: {spaced(level)}" for kind, level in zip(told["attribute"], told["level"], strict=True)
        ],
        f"changes the score of {stage.names[stage.target]} by": [f"{value:+.0f} points" for value in told["effect"]],
        "from": [f"{value:+.0f}" for value in told["low"]],
        "to": [f"{value:+.0f}" for value in told["high"]],
    }
    st.dataframe(pd.DataFrame(table), hide_index=True)
    stage.onward("pages/insight.py", "What have we learned?")


def exemplars(stage: Stage) -> None:
    """The training pictures of which the wrongly answered one reminded the network."""
    found = stage.compute_once("exemplars", "Finding similar pictures", lambda on_step: _exemplars(stage, on_step))
    if found is None:
        return
    train, row = stage.opened.planted.splits.train, stage.wrong
    style.small(Markdown("**The picture**"))
    gallery.show([gallery.Tile(stage.judge.images[row], stage.names[stage.judge.labels[row]])], side=SIDE)
    style.small(Markdown("**Most similar training pictures**"))
    tiles = [
        gallery.Tile(train.images[near], name, name) for near, name in zip(found["index"], _named(found), strict=True)
    ]
    gallery.show(tiles, side=SIDE, key="near")
    stage.onward("pages/insight.py", "What have we learned?")


def stand_in(stage: Stage) -> None:
    """A rule that agrees with the network, and how often."""
    found = stage.compute_once("stand_in", "Learning a rule", lambda on_step: _stand_in(stage, on_step))
    if found is not None:
        st.markdown(literal(found.sentence))
    stage.onward("pages/insight.py", "What have we learned?")


def _tried(stage: Stage) -> Any:
    from core.hunches import test_hunch

    return test_hunch(stage.run.model, stage.opened.planted.splits.test, HUNCH, n=TRIED)


def _diagnosed(stage: Stage, splits: Splits, on_step: OnStep) -> tuple[str, list[dict[str, str]]]:
    """The summary, and a row for each of the strongest suspects."""
    from core.diagnosis import diagnose, summary

    suspects = diagnose(stage.run, splits, on_step=on_step)
    rows = [
        {"suspect": suspect.title, "raised": "yes" if suspect.raised else "no", "evidence": suspect.evidence}
        for suspect in suspects[:SHOWN]
    ]
    return summary(suspects), rows


def _calibrated(stage: Stage) -> Any:
    from core.trust import calibration as measured

    return measured(stage.run.model, stage.judge, bins=5)


def _concepts(stage: Stage, on_step: OnStep) -> pd.DataFrame:
    from core import insight

    scenes = [concept for concept in insight.known_concepts(stage.judge) if concept.attribute == "scene"]
    target = stage.judge.class_names[stage.target]
    found = insight.score_concepts(stage.run.model, stage.judge, scenes, classes=[target], on_step=on_step)
    return found.sort_values("score", ascending=False).head(CONCEPTS)


def _drivers(stage: Stage, on_step: OnStep) -> pd.DataFrame:
    from core import insight

    return insight.drivers(stage.run.model, stage.judge, of=stage.judge.class_names[stage.target], on_step=on_step)


def _exemplars(stage: Stage, on_step: OnStep) -> pd.DataFrame:
    from core import insight

    train, image = stage.opened.planted.splits.train, stage.judge.images[stage.wrong]
    return insight.exemplars(stage.run.model, train, image, SHOWN, on_step=on_step)


def _named(found: pd.DataFrame) -> Sequence[str]:
    return [spaced(name) for name in found["name"]]


def _stand_in(stage: Stage, on_step: OnStep) -> Any:
    from core import insight

    return insight.stand_in(stage.run.model, stage.judge, on_step=on_step)


EXAMPLES_OF = {
    "hunch_test": hunch_test,
    "diagnosis": diagnosis,
    "fix_ladder": fix_ladder,
    "worst_group": worst_group,
    "calibration": calibration,
    "tcav": tcav,
    "drivers": drivers,
    "exemplars": exemplars,
    "stand_in": stand_in,
}
