"""Long work on the script's own thread: stopped, taken up again, and told in time."""

from __future__ import annotations

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Cancelled
from pages.parts.shared import long_work, progress
from pages.parts.shared.progress import duration, left
from pages.parts.state import access, caches


def _script() -> None:
    import streamlit as st

    from pages.parts.shared import progress

    progress.PATIENCE = -1.0

    def work(on_step):
        for step in range(1, 4):
            on_step(step, 3, "pictures")
        return "made"

    st.session_state.result = progress.run(work, "Occlusion", "work")


def _slow_to_start() -> None:
    import time

    import streamlit as st

    from pages.parts.shared import progress

    def work(on_step):
        time.sleep(progress.PATIENCE + 1)
        # Whatever is on the screen now is there before the first step.
        st.stop()

    progress.run(work, "Searching", "work")


def test_long_work_shows_its_progress_and_stop_before_its_first_step():
    app = AppTest.from_function(_slow_to_start, default_timeout=60).run()
    assert [button.label for button in app.button] == ["Stop"]
    assert app.get("progress")[0].proto.text == "Searching: preparing"


def _quick_after_all() -> None:
    import time

    from pages.parts.shared import progress

    progress.run(lambda on_step: None, "Searching", "work")
    time.sleep(progress.PATIENCE + 1)


def test_work_that_ends_before_its_first_step_leaves_no_bar():
    app = AppTest.from_function(_quick_after_all, default_timeout=60).run()
    assert not app.button
    assert not app.get("progress")


def test_work_that_nobody_stops_gives_its_result_and_leaves_no_bar():
    app = AppTest.from_function(_script, default_timeout=60).run()
    assert app.session_state.result == "made"
    assert not app.button


def test_stopped_work_waits_until_it_is_taken_up_again():
    app = AppTest.from_function(_script, default_timeout=60)
    app.session_state["_stopped_work"] = True
    app.run()
    assert app.session_state.result is None
    app.button(key="work_again").click().run()
    assert app.session_state.result == "made"


@pytest.mark.parametrize(
    ("elapsed", "done", "total", "words"),
    [(10, 1, 4, "about 30 s left"), (60, 1, 11, "about 10 min left"), (5, 0, 4, "estimating time left")],
)
def test_the_time_left_is_what_the_pace_so_far_makes_of_it(elapsed, done, total, words):
    assert left(elapsed, done, total) == words


def test_long_times_are_told_in_minutes():
    assert (duration(89.4), duration(120)) == ("89 s", "2 min")


def test_nobody_else_uses_the_network_of_long_work_until_it_ends():
    taken: list[bool] = []

    def others_try(*_) -> None:
        taken.append(caches.lock("a run").locked())

    def work(on_step):
        on_step(1, 2)
        on_step(2, 2)
        return "made"

    assert long_work.alone("a run", work)(others_try) == "made"
    assert taken == [True, True]
    assert not caches.lock("a run").locked()


def test_stopped_work_leaves_the_network_to_others():
    def stop(*_) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        long_work.alone("a run", lambda on_step: on_step(1, 2))(stop)
    assert not caches.lock("a run").locked()


def test_whoever_waits_for_a_network_gets_it_between_two_steps_of_long_work():
    lock, order = caches.lock("a shared run"), []

    def look() -> None:
        with lock:
            order.append("look")

    other = threading.Thread(target=look)

    def work(on_step):
        other.start()
        while not lock.wanted:
            time.sleep(0.001)
        order.append("first step")
        on_step(1, 2)
        order.append("second step")

    long_work.alone("a shared run", work)(lambda *_: None)
    other.join()
    assert order == ["first step", "look", "second step"]
    assert not lock.locked()


def test_a_viewers_work_ends_after_its_slice_of_computing(monkeypatch):
    monkeypatch.setenv(access.ROLE, "viewer")
    monkeypatch.setenv("HUNCH_VIEWER_SECONDS", "1")
    ticks = iter(range(0, 10**6, 2))
    monkeypatch.setattr(progress.time, "perf_counter", lambda: float(next(ticks)))
    app = AppTest.from_function(_in_a_boundary, default_timeout=60).run()
    assert "longer than the 1 seconds that a viewer" in app.error[0].value


def _in_a_boundary() -> None:
    from pages.parts.shared import frame, progress

    with frame.boundary():
        progress.run(lambda on_step: on_step(1, 3), "Occlusion", "work")
