"""A page with nothing but a picture that answers to the hand, and a network that reads one corner of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from pages.parts.shared.picture import encode, stage
from pages.parts.shared.picture.shown import Answer, Asking, Look, Map, Shown

SIDE = 48
CLASSES = ("boot", "bag", "<b>shirt</b>")
DOT = slice(36, 46), slice(2, 12)  # where the white dot is that the network reads


def image() -> np.ndarray:
    """A grey square on blue, with a white dot in the lower left corner."""
    made = np.full((SIDE, SIDE, 3), (40, 80, 160), np.uint8)
    made[12:34, 14:36] = 150
    made[DOT] = 255
    return made


def inside() -> np.ndarray:
    """Where the square is."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[12:34, 14:36] = True
    return mask


def answered(picture: np.ndarray) -> np.ndarray:
    """Sure of "bag" by how white the dot is."""
    white = float((picture[DOT] > 230).mean())
    return np.array([1 - white, white, 0.0]) * 0.98 + 0.02 / 3


def maps() -> list[Map]:
    """One unsigned map on the picture's grid, and a coarse signed one."""
    ramp = np.linspace(0, 1, SIDE, dtype=np.float32)
    fine = np.outer(ramp, ramp) ** 2
    coarse = np.arange(36, dtype=np.float32).reshape(6, 6) - 12
    return [
        Map("grad_cam", "Grad-CAM", fine, False, "what spoke for bag",
                  figure="12% of the evidence lies on the object, which fills 21% of the picture.",
                  badge="Passes", tone="good", reason="It changed when the network's weights did."),
        Map("gradient", "Gradient", coarse, True, "what spoke for bag", "what spoke against it"),
    ]  # fmt: skip


def take_look() -> None:
    look = stage.looked("picture")
    st.session_state["look"] = look
    st.session_state["runs_for_look"] = st.session_state.get("runs_for_look", 0) + 1
    for name in ("overlay", "colours", "view"):
        st.query_params[name] = str(getattr(look, name))


def take_question() -> None:
    st.session_state["question"] = stage.asked("picture")


def answer(question: dict | None) -> Answer | None:
    if question is None:
        return None
    mask = encode.mask_of(question["region"], SIDE, SIDE)
    changed = np.where(mask[..., None], np.uint8(128), image())
    before, after = answered(image()), answered(changed)
    said = f"Now it says {CLASSES[after.argmax()]}. Before: {CLASSES[before.argmax()]}."
    return Answer(question["number"], changed, before, after, said, f"{mask.mean():.0%} of the picture.")


@st.fragment
def body() -> None:
    asking = Asking(
        CLASSES,
        0,
        {"grey": "grey", "another": "another picture's"},
        "It says bag, 99% sure.",
        answered(image()),
        inside(),
    )
    look = st.session_state.get("look") or Look.of(dict(st.query_params))
    stage.draw(
        Shown(image(), "A square and a dot"), maps(), look, key="picture",
        side=224, asking=asking, answer=answer(st.session_state.get("question")),
        on_look=take_look, on_ask=take_question,
    )  # fmt: skip
    question = st.session_state.get("question") or {}
    st.text(f"Asked: {question.get('tool')} {question.get('becomes')} {question.get('box')}")
    st.text(f"Looks: {st.session_state.get('runs_for_look', 0)}")


st.set_page_config(page_title="Picture", layout="wide")
st.title("Picture")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
body()
st.text(f"Runs: {st.session_state['runs']}")
