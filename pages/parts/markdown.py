"""Text in Markdown: Streamlit reads nearly all that it shows as Markdown, and names come from strangers' files."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*\[\]<>$~|]|(?<!\w)_|_(?!\w)|:(?=\S)|&(?=#?\w+;)")
_STARTS = re.compile(r"^([ \t]*)([-+#=]+|\d+[.)])(?=[\s:]|$)", re.MULTILINE)
_INDENTS = re.compile(r"^[ \t]+", re.MULTILINE)
# What Streamlit replaces in text that was escaped, too: emoji and icons, addresses, and arrows in ASCII.
_REPLACED = re.compile(
    r":(?=[\w+/-]+:)|(?i:https?:(?=//)|www(?=\.))|(?<=[\w.+-])@(?=[\w-]+\.)"
    r"|(?<!\S)[<>~-](?=(?:->|=|-|>)(?!\S))"
)
_JOINER = "\u2060"  # has no width, and allows no break


class Markdown(str):
    """Text that is meant to be read as Markdown, and whose names are literal in it."""

    __slots__ = ()


def literal(text: str) -> Markdown:
    """Text as Markdown that shows it character by character: no link, picture, colour, icon, formula or list.

    Args:
        text: whatever may hold a name from a file, a table or a link. `Markdown` stays as it is.
    """
    if isinstance(text, Markdown):
        return text
    text = _INDENTS.sub(" ", text.replace("\r", "\n"))
    text = _REPLACED.sub(rf"\g<0>{_JOINER}", text)
    return Markdown(_STARTS.sub(_escaped_start, _SIGNS.sub(r"\\\g<0>", text)))


def _escaped_start(found: re.Match[str]) -> str:
    """What would begin a heading or a list: "#" and "-" escaped in front, "1." before its point."""
    space, sign = found.groups()
    return f"{space}{sign[:-1]}\\{sign[-1]}" if sign[0].isdigit() else f"{space}\\{sign}"
