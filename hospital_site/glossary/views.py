"""The pages of the glossary. They read editions only."""

from django.shortcuts import render

from hospital_site.glossary import structured_data
from hospital_site.glossary.alphabet import by_letter
from hospital_site.glossary.models import Term
from hospital_site.publishing.pages import linked_data, public, show
from hospital_site.publishing.reading import live_or_404, reader_of


@public
def glossary(request):
    terms = reader_of(request).listed(Term)
    things = linked_data([structured_data.term_set(terms)] if terms else [])
    return render(request, "glossary/glossary.html", {"letters": by_letter(terms), "structured_data": things})


@public
def term(request, slug):
    page = live_or_404(request, Term)
    return show(request, "glossary/term.html", page, things=[structured_data.term(page)])
