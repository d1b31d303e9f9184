"""The first terms: complete in every language, loaded as drafts, and never over an editor's words."""

from collections import Counter

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from hospital_site.glossary.management.commands.load_glossary import FIRST_CONTENT
from hospital_site.glossary.models import Term
from hospital_site.publishing.models import Edition
from hospital_site.publishing.publication_checks import check_page
from hospital_site.yaml_files import read_yaml
from tests import make
from tests.publishing.checking import compose_in_sync

TERMS = read_yaml(FIRST_CONTENT)["terms"]
SHARED = settings.BASE_DIR.parent / "shared/content/terms.yaml"
CORRECTED = {("follow-up-care", "ko"): "추적 관리"}  # the former form is then an alias

every_language = pytest.mark.parametrize("code", make.languages())


@every_language
def test_every_term_has_a_name_and_a_definition(code):
    assert [term["slug"] for term in TERMS if not (term[f"name_{code}"] and term[f"definition_{code}"])] == []


@every_language
def test_an_alias_belongs_to_one_term(code):
    aliases = Counter(alias.casefold() for term in TERMS for alias in term.get(f"aliases_{code}", "").splitlines())

    assert [alias for alias, number in aliases.items() if number > 1] == []


def test_the_terms_are_those_of_the_content_file():
    if not SHARED.exists():
        pytest.skip("The team's content file does not lie beside the project.")
    shared = read_yaml(SHARED)["terms"]

    assert [(term["slug"], term["topic"]) for term in TERMS] == [(term["id"], term["kind"]) for term in shared]
    for code in make.languages():
        for term, wanted in zip(TERMS, shared, strict=True):
            if corrected := CORRECTED.get((term["slug"], code)):
                aliases = [wanted[code]["preferred"], *wanted[code]["aliases"]]
                wanted[code] |= {"preferred": corrected, "aliases": [form for form in aliases if form != corrected]}
            given = term[f"name_{code}"], term[f"definition_{code}"], term.get(f"aliases_{code}", "").splitlines()
            assert given == tuple(wanted[code][name] for name in ("preferred", "definition", "aliases"))


def test_loading_writes_drafts_that_could_be_published_and_leaves_what_is_there(db):
    kept = make.term(slug=TERMS[0]["slug"], name_en="Ours")

    call_command("load_glossary", verbosity=0)

    assert (Term.objects.count(), Edition.objects.count()) == (len(TERMS), 0)
    assert Term.objects.get(pk=kept.pk).name_en == "Ours"
    drafts = Term.objects.exclude(pk=kept.pk)
    assert [
        finding for term in drafts for finding in check_page(compose_in_sync(term)) if finding.level == "error"
    ] == []
    assert not drafts.filter(draft_digest="").exists()


def test_a_production_site_publishes_nothing_by_command(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="a named person publishes"):
        call_command("load_glossary", publish=True, verbosity=0)

    assert Term.objects.count() == 0


def test_loading_for_a_demonstration_publishes(db, monkeypatch):
    monkeypatch.setattr("hospital_site.glossary.management.commands.load_glossary.new_terms", lambda: [make.term()])

    call_command("load_glossary", publish=True, verbosity=0)

    assert Edition.objects.live().of(Term).count() == 1
