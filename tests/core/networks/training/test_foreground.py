"""Screens are drawn a few at a time, in their order, and before what runs in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable

from core.networks.training.background_jobs import Queue
from core.networks.training.foreground import FOREGROUND, Foreground

SOON, NEVER = 10.0, 0.05  # seconds


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Screen:
    """A screen on a thread of its own, which is drawn until it is told to be done."""

    def __init__(self, foreground: Foreground) -> None:
        self.drawn, self.done = threading.Event(), threading.Event()
        self._foreground = foreground
        self.thread = started(self._draw)

    def _draw(self) -> None:
        with self._foreground:
            self.drawn.set()
            self.done.wait(SOON)

    def end(self) -> None:
        self.done.set()
        self.thread.join(SOON)


def test_so_many_are_drawn_at_once_and_the_others_in_their_order():
    foreground = Foreground(at_once=2, turn=SOON)
    first, second = Screen(foreground), Screen(foreground)
    assert first.drawn.wait(SOON)
    assert second.drawn.wait(SOON)
    third = Screen(foreground)
    assert not third.drawn.wait(NEVER)
    fourth = Screen(foreground)
    first.end()
    assert third.drawn.wait(SOON)
    assert not fourth.drawn.wait(NEVER)
    second.end()
    assert fourth.drawn.wait(SOON)
    for screen in (third, fourth):
        screen.end()
    assert foreground.give_way(0)


def test_one_with_long_work_keeps_nobody_waiting():
    foreground = Foreground(at_once=1, turn=NEVER)
    long = Screen(foreground)
    assert long.drawn.wait(SOON)
    other = Screen(foreground)
    assert other.drawn.wait(SOON)
    assert long.thread.is_alive()
    assert not foreground.give_way(0), "long work goes before background work all the same"
    for screen in (long, other):
        screen.end()


def test_a_screen_that_waits_for_background_work_holds_up_neither_that_nor_others():
    foreground = Foreground(at_once=1, turn=SOON)
    with foreground:
        assert not foreground.give_way(0)
        with foreground.paused():
            assert foreground.give_way(0)
            other = Screen(foreground)
            assert other.drawn.wait(SOON)
            other.end()
        assert not foreground.give_way(0)
    assert foreground.give_way(0)


def test_a_screen_that_fails_is_drawn_no_more():
    foreground = Foreground()
    try:
        with foreground:
            raise KeyError("whatever")
    except KeyError:
        pass
    assert foreground.give_way(0)


def test_a_job_waits_for_a_screen_and_goes_on_all_the_same():
    steps: list[bool] = []

    def work(job):
        for step in range(3):
            job.on_step(step, 3)
            steps.append(FOREGROUND.give_way(0))

    with FOREGROUND:
        Queue().submit(work, at_once=True).result(SOON)
    assert steps == [False] * 3
