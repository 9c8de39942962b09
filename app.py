"""Home: one finished case, told from what ships with Hunch."""

from __future__ import annotations

import streamlit as st

from pages.parts.home import finished_case
from pages.parts.own_network import uploaders
from pages.parts.shared import frame
from pages.parts.state import warm_up


def main() -> None:
    """Draw the screen."""
    with frame.page(
        "app.py",
        "Hunch shows which pixels drive a picture classifier's answers, and whether they should. "
        "Here is one finished case.",
    ):
        uploaders.draw_folded()
        finished_case.draw()
    warm_up.start()


if __name__ == "__main__":
    main()
else:
    # `streamlit run app.py` imports this file once to serve the application, and runs it as a script for each visitor.
    from pages.parts.server import application

    app = st.App("app.py", routes=application.routes(), middleware=application.middleware())
