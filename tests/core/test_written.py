"""Settings in words."""

import pytest

from core.written import as_written


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-5, "0.00001"), (1e-7, "0.0000001"), (0.3, "0.3"), (100.0, "100"), (1000.0, "1,000"), (0.0, "0")],
)
def test_settings_are_written_as_people_write_them(value, text):
    assert as_written(value) == as_written(value, 2) == text


def test_a_setting_is_written_with_six_digits_that_count():
    assert as_written(0.0123456) == "0.0123456" and as_written(123.456) == "123.456"
    assert as_written(0.0123456, 2) == "0.012"


def test_from_1e10_on_it_keeps_its_power_also_where_rounding_leads_there():
    assert [as_written(value) for value in (1e10, 9_999_999_999.0, 1e38)] == ["1e+10", "1e+10", "1e+38"]
    assert [as_written(value) for value in (1e-10, 1.1e-10)] == ["1e-10", "0.00000000011"]
