"""The tests themselves notice a template that says what nobody gave it."""

import pytest
from django.template.loader import render_to_string


def test_a_template_of_ours_that_says_an_unknown_variable_fails():
    with pytest.raises(AssertionError, match="status"):
        render_to_string("error.html")


def test_a_template_of_django_may_say_an_unknown_variable():
    assert 'data-prepopulated-fields=""' in render_to_string("admin/prepopulated_fields_js.html")
