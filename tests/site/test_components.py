"""What the tags of the pages do with pictures, and that a wrong use of a tag is noticed."""

import pytest
from django.core.checks import run_checks
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError

from centers.models import DiagnosticTest
from hospital_site.publishing.models import page_models
from hospital_site.templatetags.components import PICTOGRAMS
from tests import make
from tests.reading import read

pytestmark = pytest.mark.same_on_every_database


def rendered(template, **context):
    return Template("{% load components %}" + template).render(Context(context))


@pytest.fixture
def genetic_test(monkeypatch):
    """A kind of test that nobody has drawn a pictogram for."""
    field = DiagnosticTest._meta.get_field("kind")
    monkeypatch.setattr(field, "choices", [*field.choices, ("genetic", "Genetic test")])
    return "genetic"


# ── Pictograms ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_symbol_in_the_file_of_pictograms_is_all_that_a_new_one_needs():
    assert {"hormone", "surgery", "hospital", "neutral"} < PICTOGRAMS
    assert all(f"#{name}" in rendered("{% pictogram name %}", name=name) for name in PICTOGRAMS)


def test_an_unknown_pictogram_fails_a_test():
    with pytest.raises(ValueError, match="There is no pictogram “genetic”"):
        rendered('{% pictogram "genetic" %}')


@pytest.mark.parametrize("mode", ["production", "demonstration"])
def test_patients_see_a_neutral_pictogram_where_one_is_unknown(settings, mode):
    settings.MODE = mode

    assert "pictograms.svg#neutral" in rendered('{% pictogram "genetic" %}')


def test_the_system_check_finds_nothing_to_draw():
    assert [model for model in page_models() if hasattr(model, "Kind")] != []
    assert [error for error in run_checks() if error.id == "hospital_site.E001"] == []


def test_the_system_check_names_a_kind_without_a_pictogram(genetic_test):
    errors = [error for error in run_checks() if error.id == "hospital_site.E001"]

    assert [error.msg for error in errors] == [
        f"centers.DiagnosticTest has the kind “{genetic_test}”, which has no pictogram."
    ]
    assert errors[0].hint == "Draw it in pictograms.svg as a <symbol> with the id “genetic”."


# ── Drawings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_new_center_has_a_picture_on_the_home_page_and_at_its_head(client):
    center = make.published(make.center(slug="brain-tumor-center"))

    home, page = read(client, "/ko/"), read(client, f"/ko/centers/{center.slug}/")

    assert len(home.all(".tile.has-drawing svg.drawing[aria-hidden=true]")) == 1
    assert page.attributes(".page-header svg.drawing", "aria-label") == [
        "그림: 병원 문 앞에서 직원이 환자를 맞이합니다."
    ]


@pytest.mark.django_db
def test_a_center_that_was_drawn_has_its_own_picture(client):
    center = make.published(make.center(slug="esophageal-cancer-center"))

    page = read(client, f"/ko/centers/{center.slug}/")

    assert page.attributes(".page-header svg.drawing", "aria-label") == [
        "그림: 환자가 다시 식탁에 앉아 있고, 앞에는 따뜻한 음식 한 그릇이 놓여 있습니다."
    ]


def test_a_drawing_that_does_not_exist_is_noticed():
    with pytest.raises(TemplateDoesNotExist):
        rendered('{% drawing "nowhere" %}')


def test_a_page_may_be_without_a_picture():
    assert rendered('{% drawing "nowhere" fallback="" %}') == ""


# ── Other components ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "template",
    [
        pytest.param('{% page_header title="" %}{% endpage_header %}', id="a header without a title"),
        pytest.param('{% section "tests" "" %}text{% endsection %}', id="a section without a heading"),
        pytest.param('{% quoted "" %}text{% endquoted %}', id="a quotation of nobody"),
        pytest.param('{% notice tone="loud" %}text{% endnotice %}', id="a notice in an unknown tone"),
        pytest.param("{% one_line %} {% endone_line %}", id="an empty line"),
    ],
)
def test_a_wrong_use_of_a_component_raises(template):
    with pytest.raises(ValueError, match=r"\w"):
        rendered(template)


def test_a_component_takes_no_parameter_that_it_does_not_declare():
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument"):
        rendered('{% notice colour="red" %}text{% endnotice %}')
