"""Guide: every technique and every flaw in plain words, each with a live example, and when it misleads."""

from __future__ import annotations

import streamlit as st

from pages.parts.guide import entries, flaws, howto, inside, maps, proof
from pages.parts.guide import stage as guide_stage
from pages.parts.guide.entries import FLAWS, GLOSSARY, HOWTOS, METHODS, Entry
from pages.parts.markdown import literal
from pages.parts.shared import frame, study_advice, style
from pages.parts.state import links

ENTRY = "entry"  # a plain parameter of the link, so that it reads ?entry=grad_cam
BEGINNING = "Look up a word, a method, a flaw …"


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/guide.py", "Each technique and each flaw in plain words, with a live example."):
        draw_search()
        name = st.query_params.get(ENTRY, "")
        entry = entries.entries().get(name)
        if entry is not None:
            draw_entry(entry)
            return
        if name:
            st.info(f"The guide has no entry called {literal(name[:40])}.", icon=":material/search_off:")
        draw_index()


def draw_search() -> None:
    """The box that finds an entry as one types."""
    known = entries.entries()
    name = st.query_params.get(ENTRY)
    st.session_state["_entry"] = name if name in known else None
    st.container(key="stay_search").selectbox(
        "Search the guide",
        list(known),
        format_func=_label,
        key="_entry",
        placeholder=BEGINNING,
        on_change=_open,
        label_visibility="collapsed",
    )


def _label(name: str | None) -> str:
    if name is None:
        return BEGINNING
    entry = entries.entries()[name]
    return f"{entry.title} · {entry.section}"


def _open() -> None:
    chosen = st.session_state["_entry"]
    if chosen:
        st.query_params[ENTRY] = chosen
    elif ENTRY in st.query_params:
        del st.query_params[ENTRY]


def draw_index() -> None:
    """Every entry, by section."""
    for section, members in entries.sections().items():
        st.subheader(section, anchor=False)
        with st.container(horizontal=True, gap="small"):
            for entry in members:
                with st.container(width="content", key=f"to_{entry.name}"):
                    st.page_link("pages/guide.py", label=entry.title, query_params=carried(entry.name))


def carried(entry: str = "") -> dict[str, str]:
    """What a link within the guide carries."""
    return links.parameters(links.recipe_text(), **{ENTRY: entry})


def draw_entry(entry: Entry) -> None:
    """One entry: what it is and when it misleads, then the live example."""
    st.header(entry.title, anchor=False)
    if entry.name == GLOSSARY:
        draw_glossary()
    elif entry.section == HOWTOS:
        howto.draw(entry)
    else:
        words, example = st.columns([1, 1.9], gap="large")
        with words:
            draw_words(entry)
        with example, frame.boundary():
            draw_example(entry)
    st.divider()
    st.page_link("pages/guide.py", label="All entries", icon=":material/menu_book:", query_params=carried())


def draw_words(entry: Entry) -> None:
    """The entry in plain words, and where to read on."""
    st.markdown(entry.text)
    with st.container(border=True, key="misleads"):
        st.subheader("When it misleads you", anchor=False)
        st.markdown(entry.misleads)
    if entry.section == METHODS:
        from core import attribution

        style.small(f"Source: {attribution.methods()[entry.name].reference}.")
        study_advice.draw_method(entry.name, carried())
    elif entry.section == FLAWS:
        study_advice.draw_flaw(entries.flaw_of(entry), carried())


def draw_example(entry: Entry) -> None:
    """The live example."""
    stage = guide_stage.stage()
    if entry.section == METHODS:
        maps.draw(stage, entry.name)
    elif entry.section == FLAWS:
        flaws.draw(stage, entries.flaw_of(entry))
    else:
        EXAMPLES[entry.name](stage)


def draw_glossary() -> None:
    """Every term that the screens explain on hover."""
    from core.glossary import TERMS

    for term in sorted(TERMS, key=str.lower):
        st.markdown(f"**{term}**  \n{TERMS[term]}")


EXAMPLES = {**inside.EXAMPLES_OF, **proof.EXAMPLES_OF}

main()
