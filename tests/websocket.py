"""A visitor without a browser: Streamlit's own protocol over its websocket.

with WebsocketVisitor(address, "attribution", run=key) as visitor:
    visitor.change("picture", double_value=12)
    visitor.press("publish_run")        # also where the page has disabled it: a browser's word counts for nothing
    visitor.said()
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

OVER = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class WebsocketVisitor:
    """One session, which a page is opened in at once.

    Args:
        address: of the server, such as "http://127.0.0.1:8501".
        page: which to open; "" for Home.
        cookie: of the browser, as a header has it.
        patience: seconds that a script may take.
        parameters: of the link.

    Attributes:
        session_id: what the server calls the session.
        query: parameters of the link now, as the script has left them.
    """

    def __init__(self, address: str, page: str = "", *, cookie: str = "", patience: float = 120, **parameters: str):
        self.page, self.query, self.session_id = page, urlencode(parameters), ""
        self._patience = patience
        self._states: dict[str, WidgetState] = {}
        self._elements: dict[tuple[int, ...], tuple[str, Any]] = {}
        self._open = ExitStack()
        socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": cookie} if cookie else {},
            max_size=None,
            open_timeout=patience,
        )
        self._socket = self._open.enter_context(socket)
        self.run()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def change(self, key: str, **value: Any) -> float:
        """Set a widget and wait for the script; the seconds that it took.

        Args:
            key: of the widget.
            value: a field of `WidgetState`, such as `double_value=3`.
        """
        name, fragment = self._widget(key)
        state = WidgetState(id=name, **value)
        if "trigger_value" not in value:
            self._states[name] = state
        return self.run([*(kept for kept in self._states.values() if kept.id != name), state], fragment)

    def press(self, key: str) -> float:
        """Press a button."""
        return self.change(key, trigger_value=True)

    def run(self, states: list[WidgetState] | None = None, fragment: str = "") -> float:
        """Have the script run with these states of widgets, and wait for its end; the seconds that it took."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend(self._states.values() if states is None else states)
        self._in_fragment, began = bool(fragment), time.perf_counter()
        self._socket.send(message.SerializeToString())
        while not self._is_over(began):
            pass
        return time.perf_counter() - began

    def elements(self, kind: str = "", *, main: bool = False) -> list[Any]:
        """What stands on the page, in its order.

        Args:
            kind: such as "markdown"; "" for all.
            main: whether what stands in the sidebar is left out.
        """
        placed = [self._elements[path][1] for path in sorted(self._elements) if not main or path[0] == 0]
        found = [(element.WhichOneof("type"), element) for element in placed]
        return [getattr(element, name) for name, element in found if name and kind in ("", name)]

    def said(self) -> str:
        """All that the page is made of, as text."""
        return "\n".join(str(element) for element in self.elements())

    def errors(self) -> list[str]:
        """The sentences of every error on the page."""
        alerts = [alert.body for alert in self.elements("alert") if alert.format == Alert.ERROR]
        return [*alerts, *(error.message for error in self.elements("exception"))]

    def has(self, key: str) -> bool:
        """Whether there is a widget with a key."""
        return any(name.endswith(f"-{key}") for name, _ in self._widgets())

    def _placed(self) -> list[tuple[str, Any]]:
        return [self._elements[path] for path in sorted(self._elements)]

    def _widgets(self) -> Iterator[tuple[str, str]]:
        for fragment, element in self._placed():
            inner = getattr(element, element.WhichOneof("type") or "empty")
            if getattr(inner, "id", ""):
                yield inner.id, fragment

    def _widget(self, key: str) -> tuple[str, str]:
        found = [pair for pair in self._widgets() if pair[0].endswith(f"-{key}")]
        if not found:
            raise LookupError(f"There is no widget {key} on the page: {self.errors() or self.said()[:500]}")
        return found[0]

    def _is_over(self, began: float) -> bool:
        left = began + self._patience - time.perf_counter()
        message = ForwardMsg.FromString(self._socket.recv(timeout=max(left, 0.01), decode=False))
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
            if not self._in_fragment:
                self._elements.clear()
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._place(tuple(message.metadata.delta_path), message.delta)
        return kind == "script_finished" and message.script_finished in OVER

    def _place(self, path: tuple[int, ...], delta: Any) -> None:
        """Put an element, or an empty container, where the browser puts it."""
        if delta.WhichOneof("type") == "new_transient":
            return
        if delta.WhichOneof("type") == "new_element":
            self._elements = {place: kept for place, kept in self._elements.items() if place[: len(path)] != path}
            self._elements[path] = delta.fragment_id, delta.new_element
        else:
            self._elements.pop(path, None)
