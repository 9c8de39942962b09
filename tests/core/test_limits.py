import pytest

from core.errors import InputError
from core.limits import Limits, variable_of


def test_without_variables_the_defaults_hold():
    assert Limits.from_environment({}) == Limits()


def test_a_variable_changes_its_own_limit_alone():
    changed = Limits.from_environment({"HUNCH_UPLOAD_FILES": "50", "HUNCH_STORE": "elsewhere"})
    assert changed == Limits(upload_files=50)


@pytest.mark.parametrize("value", ["many", "-1", "1e309", ""])
def test_a_value_that_is_none_names_its_variable(value):
    with pytest.raises(InputError, match="HUNCH_UPLOAD_SECONDS should be"):
        Limits.from_environment({"HUNCH_UPLOAD_SECONDS": value})


def test_every_limit_has_a_variable_of_its_own():
    assert len({variable_of(name) for name in Limits.model_fields}) == len(Limits.model_fields)
