"""Checks as a TOML file: one `[[check]]` table each."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import tomli_w
from pydantic import ValidationError

from core.acceptance.base import Check
from core.acceptance.registry import KINDS
from core.errors import InputError

WRITE_ONE = "See the README for an example, or keep a check from the screen that shows its verdict."


def read_checks(path: Path) -> list[Check]:
    """The checks of a file, in its order.

    Args:
        path: a TOML file with `[[check]]` tables, each with a "kind" and the fields of that kind.

    Raises:
        InputError: when the file cannot be read, holds no check, or a check has wrong fields or a name twice.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("The checks should be a TOML file", f"{path.name}: {error}", WRITE_ONE) from None
    tables = content.get("check")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise InputError("The file should hold [[check]] tables", f"{path.name} without any", WRITE_ONE)
    checks = [_check(dict(table), number) for number, table in enumerate(tables, 1)]
    names = [check.name for check in checks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError("Each check should have a name of its own", f"{', '.join(twice)} more than once")
    return checks


def write_checks(path: Path, checks: Sequence[Check]) -> Path:
    """Write checks so that `read_checks` gives them back.

    Args:
        path: where to; an existing file is replaced.
        checks: of kinds that are known.
    """
    path.write_text(toml_of(checks), encoding="utf-8")
    return path


def toml_of(checks: Sequence[Check]) -> str:
    """The text of a checks file."""
    kinds = {kind.Spec: name for name, kind in KINDS.entries().items()}
    tables = [{"kind": kinds[type(check)], **check.model_dump(mode="json", exclude_none=True)} for check in checks]
    return tomli_w.dumps({"check": tables})


def _check(table: dict[str, object], number: int) -> Check:
    kind = table.pop("kind", None)
    if not isinstance(kind, str):
        raise InputError(f"Check {number} should say its kind, one of {', '.join(KINDS.names())}", repr(kind))
    spec = KINDS.get(kind).Spec
    try:
        return spec.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"Check {number} ({kind}) should have the fields {', '.join(spec.model_fields)}",
            f"{field}: {first['msg']}",
        ) from None
