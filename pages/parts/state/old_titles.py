"""Titles as links said them before they were reworded, so that a link from then still chooses the same.

Streamlit writes the shown title of an option into the address and drops one that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

FLAWS = {
    "No flaw": "none",
    "Background tied to the class": "background",
    "Colour tied to the class": "tint",
    "Place tied to the class": "place",
    "Frame tied to a class": "border",
    "Label tied to a class": "sticker",
    "Wrong labels": "label_noise",
    "Two classes mixed up": "label_confusion",
    "A rare class": "imbalance",
    "Too few pictures": "too_few",
    "Copies leaked into test": "duplicates",
    "Network too small": "too_small",
    "Trained too short": "too_short",
    "Trained by heart": "over_trained",
    "Dead units": "dead_units",
    "Another crop at serving": "cropped",
    "Blurred at serving": "blurred",
    "Dark at serving": "darkened",
    "Red and blue swapped": "channels_swapped",
    "Wrong scale of numbers": "wrong_scale",
}
HUNCHES = {
    "The background, swapped": "background_swapped",
    "The background, made flat": "background_flat",
    "The background, blurred": "background_blurred",
    "The background, turned grey": "background_grey",
    "The background's hue, exchanged": "background_hue",
    "The object, replaced": "object_replaced",
    "The object's colour, exchanged": "object_recoloured",
    "The object, moved": "object_moved",
    "Labels, removed": "labels_removed",
    "A rectangle, covered": "rectangle_covered",
    "The border, covered": "border_covered",
    "The border, cropped": "border_cropped",
    "Colour, removed": "colour_removed",
    "Hue, turned": "hue_turned",
    "Red and blue, swapped": "channels_swapped",
    "Numbers, on another scale": "values_rescaled",
    "Brightness": "brightness",
    "Contrast": "contrast",
    "Blur": "blur",
    "Sharpening": "sharpening",
    "Noise": "noise",
    "JPEG compression": "jpeg",
    "Shift": "shift",
    "Flip": "flip",
    "Rotation": "rotation",
    "Scale": "scale",
    "Shape only": "shape_only",
    "Texture only": "texture_only",
    "Low frequencies only": "low_frequencies",
    "High frequencies only": "high_frequencies",
}
FIXES = {
    "Backgrounds exchanged": "background_randomised",
    "Region exchanged or removed": "region_removed",
    "Border exchanged or cropped": "border_cropped",
    "Colours changed": "colour_jitter",
    "Places changed": "random_shift",
    "Random parts covered": "random_erasing",
    "Labels cleaned": "labels_cleaned",
    "Classes balanced": "classes_balanced",
    "More pictures": "more_pictures",
    "Copies removed": "duplicates_removed",
    "Last layer retrained": "last_layer_retrained",
    "Right for the right reasons": "right_reasons",
    "Regularised": "regularised",
    "Stopped early": "stopped_early",
    "Trained for longer": "longer_training",
    "A larger network": "larger_network",
    "A lower learning rate": "lower_rate",
    "Serving corrected": "preprocessing_corrected",
}
METHODS = {
    "Gradient": "gradient",
    "Gradient × input": "gradient_x_input",
    "Integrated gradients": "integrated_gradients",
    "Blur integrated gradients": "blur_integrated_gradients",
    "SmoothGrad": "smoothgrad",
    "SquareGrad": "squaregrad",
    "VarGrad": "vargrad",
    "Guided backprop": "guided_backprop",
    "DeconvNet": "deconvnet",
    "Grad-CAM": "grad_cam",
    "Grad-CAM++": "grad_cam_plus_plus",
    "HiResCAM": "hires_cam",
    "Layer-CAM": "layer_cam",
    "Score-CAM": "score_cam",
    "Eigen-CAM": "eigen_cam",
    "Guided Grad-CAM": "guided_grad_cam",
    "Occlusion": "occlusion",
    "RISE": "rise",
    "LIME": "lime",
    "KernelSHAP": "kernel_shap",
    "Sobol indices": "sobol",
    "Layer-wise relevance propagation": "lrp",
    "DeepLIFT (rescale)": "deeplift",
}


def apply(key: str, old: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Rewrite a link that says a dial in old words, and run again. Call it before the dial is drawn.

    Streamlit reads a link's titles before the script runs, and takes those that it knows without the others, so that
    setting the dial would come too late.

    Args:
        key: of the dial.
        old: title -> name, as links said it before.
        known: title -> name today, which Streamlit reads by itself.
    """
    given = st.query_params.get_all(key)
    if key in st.session_state or all(title in known or title not in old for title in given):
        return
    today = {name: title for title, name in known.items()}
    titles = [today.get(old.get(title, ""), title) for title in given]
    if titles == given:
        return
    st.query_params[key] = titles
    st.rerun()
