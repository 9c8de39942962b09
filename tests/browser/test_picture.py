"""A picture that answers to the hand, by what a person sees and what the server hears."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core import render

from .conftest import watched
from .picture_app import CLASSES, DOT, SIDE, image, maps
from .serving import serving
from .test_browser import assert_healthy
from .test_every_screen import serious

PIXELS = """
(canvas) => {
  const side = SIDE, step = canvas.width / side, brush = canvas.getContext("2d");
  const middle = (at) => Math.floor((at + 0.5) * step);
  const rows = [];
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++)
    rows.push(...brush.getImageData(middle(x), middle(y), 1, 1).data.slice(0, 3));
  return rows;
}
""".replace("SIDE", str(SIDE))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The address of a page with one picture."""
    with serving(tmp_path_factory.mktemp("picture"), "tests/browser/picture_app.py") as address:
        yield address


def opened(tab, address: str, view: str = "side") -> None:
    tab.goto(f"{address}/?view={view}")
    tab.locator(".stage canvas").first.wait_for(timeout=60_000)
    tab.get_by_role("radio", checked=True).first.wait_for(state="attached")
    tab.wait_for_timeout(500)


def canvas(tab, name: str):
    return tab.get_by_label(name, exact=True)


def pixels(tab, name: str) -> np.ndarray:
    """One colour a pixel of the picture, as it is drawn without a cursor on it."""
    tab.mouse.move(0, 0)
    tab.wait_for_timeout(100)
    return np.array(canvas(tab, name).evaluate(PIXELS), np.uint8).reshape(SIDE, SIDE, 3)


def drag(tab, name: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the mouse, from one place to another, as shares of the picture."""
    box = canvas(tab, name).bounding_box()
    place = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)]
    tab.mouse.move(*place[0])
    tab.mouse.down()
    tab.mouse.move(*place[1], steps=8)
    tab.mouse.up()


def set_range(tab, name: str, value: str) -> None:
    tab.get_by_role("slider", name=name).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", value
    )


def test_a_map_has_the_colours_that_core_gives_it_whatever_its_grid(page, tab):
    opened(tab, page)
    for drawn in maps():
        for strength in (1.0, 0.4):
            set_range(tab, "Overlay", str(strength))
            wanted = render.overlay(image(), drawn.values, strength, signed=drawn.signed)
            seen = pixels(tab, f"{drawn.title} over the picture")
            assert np.abs(seen.astype(int) - wanted).max() <= 3
    tab.get_by_role("combobox", name="Colours").select_option("cividis")
    set_range(tab, "Overlay", "1")
    wanted = render.heatmap(maps()[0].values, "cividis", signed=False)
    assert np.abs(pixels(tab, "Grad-CAM over the picture").astype(int) - wanted).max() <= 3
    assert_healthy(tab)


def test_the_server_hears_of_the_overlay_only_when_it_is_let_go_and_runs_a_fragment(page, tab):
    sent = []
    tab.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    opened(tab, page)
    before = len(sent)
    for value in np.linspace(0, 1, 21):
        set_range(tab, "Overlay", f"{value:.2f}")
    canvas(tab, "Gradient over the picture").hover()
    tab.get_by_role("button", name="Zoom in").click()
    tab.wait_for_timeout(300)
    assert len(sent) == before
    tab.get_by_role("slider", name="Overlay").press("ArrowLeft")
    tab.wait_for_url("**overlay=0.95**")
    tab.get_by_text("Looks: 1").wait_for()
    expect(tab.get_by_text("Runs: 1")).to_have_count(1)
    tab.reload()
    tab.locator(".stage canvas").first.wait_for()
    expect(tab.get_by_role("slider", name="Overlay")).to_have_value("0.95")


def test_maps_travel_once(page, tab):
    received = []
    tab.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    opened(tab, page, "erase")
    first = sum(received)
    received.clear()
    drag(tab, "The picture, to paint on", (0.1, 0.85), (0.2, 0.85))
    tab.get_by_text("Asked: brush grey").wait_for()
    tab.wait_for_timeout(300)
    raw = sum(4 * drawn.values.size for drawn in maps())
    assert first > raw
    assert sum(received) < raw


def test_the_value_under_the_pointer_is_the_maps_own(page, tab):
    opened(tab, page)
    box = canvas(tab, "Grad-CAM over the picture").bounding_box()
    row, column = 40, 30
    tab.mouse.move(box["x"] + box["width"] * (column + 0.5) / SIDE, box["y"] + box["height"] * (row + 0.5) / SIDE)
    fine, coarse = (drawn.values for drawn in maps())
    for value in (fine[row, column], coarse[row // 8, column // 8]):
        expect(tab.get_by_text(f"{float(f'{value:.3g}'):g}, row {row}, column {column}")).to_be_visible()


def test_it_zooms_by_button_wheel_and_key_and_the_page_scrolls_on_until_it_is_turned_to(page, tab):
    opened(tab, page)
    told = tab.locator(".zoomed")
    tab.get_by_role("button", name="Zoom in").click()
    expect(told).to_have_text("150%")
    tab.get_by_role("button", name="Show the whole picture").click()
    expect(told).to_have_text("100%")
    canvas(tab, "Gradient over the picture").hover()
    tab.mouse.wheel(0, -300)
    tab.wait_for_timeout(100)
    expect(told).to_have_text("100%")
    canvas(tab, "Gradient over the picture").focus()
    tab.mouse.wheel(0, -300)
    expect(told).not_to_have_text("100%")
    tab.keyboard.press("0")
    expect(told).to_have_text("100%")
    tab.keyboard.press("+")
    expect(told).to_have_text("150%")


def test_two_are_wiped_across_by_hand_and_by_key(page, tab):
    opened(tab, page, "wipe")
    name = "The picture wiped across Grad-CAM"
    set_range(tab, "Overlay", "1")
    drag(tab, name, (0.5, 0.5), (0.75, 0.5))
    seen = pixels(tab, name).astype(int)
    assert np.abs(seen[:, :34] - image()[:, :34]).max() <= 2
    assert np.abs(seen[:, 38:] - render.heatmap(maps()[0].values)[:, 38:]).max() <= 3
    slider = tab.get_by_role("slider", name="Wipe from left to right")
    expect(slider).to_have_value("0.75")
    slider.press("Home")
    assert np.abs(pixels(tab, name).astype(int)[:, 2:] - render.heatmap(maps()[0].values)[:, 2:]).max() <= 3
    tab.get_by_role("combobox", name="Left").select_option("gradient")
    canvas(tab, "Gradient wiped across Grad-CAM").wait_for()


def test_what_is_painted_away_changes_the_answer_and_its_bars_at_once(page, tab):
    opened(tab, page, "erase")
    expect(tab.get_by_text("It says bag, 99% sure.")).to_be_visible()
    tab.get_by_role("slider", name="Brush size").evaluate(
        "input => { input.value = 0.25; input.dispatchEvent(new Event('input')); }"
    )
    drag(tab, "The picture, to paint on", (0.14, 0.8), (0.16, 0.9))
    expect(tab.get_by_text("Now it says boot. Before: bag.")).to_be_visible()
    expect(tab.get_by_role("listitem").filter(has_text="bag")).to_contain_text("99% → 1%")
    assert np.abs(pixels(tab, "The picture, to paint on")[DOT][3:7, 3:7].astype(int) - 128).max() <= 2
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_text("It says bag, 99% sure.")).to_be_visible()
    assert pixels(tab, "The picture, to paint on")[DOT][3:7, 3:7].min() == 255
    expect(tab.get_by_text("Runs: 1")).to_have_count(1)
    assert_healthy(tab)


def test_a_rectangle_is_dragged_and_told_as_shares_of_the_picture(page, tab):
    opened(tab, page, "erase")
    tab.get_by_role("radio", name="Rectangle").check()
    drag(tab, "The picture, to paint on", (0.25, 0.5), (0.75, 0.875))
    told = tab.get_by_text("Asked: rectangle grey").inner_text()
    box = {name: float(value) for name, value in re.findall(r"'(\w+)': ([\d.]+)", told)}
    assert box == {"x": 0.25, "y": 0.5, "width": 0.5, "height": 0.375}


def test_a_press_takes_the_object_or_everything_else(page, tab):
    opened(tab, page, "erase")
    tab.get_by_role("radio", name="Object or background").check()
    surface = canvas(tab, "The picture, to paint on")
    box = surface.bounding_box()
    surface.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    tab.get_by_text("Asked: object grey").wait_for()
    expect(tab.get_by_text("21% of the picture.")).to_be_visible()
    surface.click(position={"x": 5, "y": 5})
    tab.get_by_text("Asked: background grey").wait_for()
    expect(tab.get_by_text("79% of the picture.")).to_be_visible()
    tab.get_by_role("combobox", name="It becomes").select_option("another")
    tab.get_by_text("Asked: background another").wait_for()


def test_all_of_it_works_by_keyboard(page, tab):
    opened(tab, page, "side")
    tab.get_by_role("radio", name="Side by side").focus()
    tab.keyboard.press("ArrowRight")
    canvas(tab, "The picture wiped across Grad-CAM").wait_for()
    tab.keyboard.press("ArrowRight")
    surface = canvas(tab, "The picture, to paint on")
    surface.wait_for()
    tab.get_by_role("radio", name="Brush").focus()
    tab.keyboard.press("ArrowRight")
    surface.focus()
    for key in (
        ["Shift+ArrowLeft"] * 3 + ["Shift+ArrowDown"] + ["Enter"] + ["Shift+ArrowRight"] * 2 + ["Shift+ArrowDown"] * 2
    ):
        tab.keyboard.press(key)
    tab.keyboard.press("Enter")
    tab.get_by_text("Asked: rectangle grey").wait_for()
    expect(tab.get_by_text("Now it says boot. Before: bag.")).to_be_visible()
    tab.keyboard.press("Backspace")
    expect(tab.get_by_text("It says bag, 99% sure.")).to_be_visible()


def test_text_of_others_is_text(page, tab):
    opened(tab, page, "erase")
    expect(tab.get_by_text(CLASSES[2], exact=True)).to_have_count(1)
    assert tab.locator(".stage b", has_text="shirt").count() == 0


def test_a_finger_paints_on_a_phone_and_scrolls_where_nothing_is_painted(page, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    try:
        tab = watched(context)
        opened(tab, page)
        assert canvas(tab, "Gradient over the picture").evaluate("c => getComputedStyle(c).touchAction") == "pan-y"
        opened(tab, page, "erase")
        surface = canvas(tab, "The picture, to paint on")
        assert surface.evaluate("c => getComputedStyle(c).touchAction") == "none"
        box = surface.bounding_box()
        tab.touchscreen.tap(box["x"] + box["width"] * 0.14, box["y"] + box["height"] * 0.85)
        tab.get_by_text("Asked: brush grey").wait_for()
        assert tab.get_by_test_id("stMain").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["side", "wipe", "erase"])
def test_axe_core_finds_no_serious_fault(page, chromium, view, scheme):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    try:
        tab = watched(context)
        opened(tab, page, view)
        assert not serious(tab)
        assert_healthy(tab)
    finally:
        context.close()
