"""The one page of the search. What somebody searches for is kept nowhere: not in a log, a cache or an error report."""

import traceback
from functools import wraps

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import QueryDict
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from hospital_site.publishing.pages import public
from hospital_site.search.finding import search
from hospital_site.search.hits import arranged
from hospital_site.search.queries import LONGEST_QUERY
from hospital_site.search.retrieval import SHOWN


def place_of(problem):
    """Return where `problem` was raised, which holds nothing of what was typed."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"at {last.filename}:{last.lineno}"


class SearchFailed(Exception):
    """A search ended with an error of ours. The error itself may hold what was typed, so it is not told."""


def forgetful(view):
    """Decorator of a view whose query is health data: it leaves the request before anything may report it."""

    @wraps(view)
    @sensitive_variables()
    def answer(request, *args, **kwargs):
        typed = request.GET.get("q", "")
        request.GET = QueryDict()
        request.META["QUERY_STRING"] = ""
        failure = None
        try:
            response = view(request, typed, *args, **kwargs)
        except (OperationalError, InterfaceError):
            failure = OperationalError("The database did not answer a search.")
        except Exception as problem:
            failure = SearchFailed(f"{type(problem).__name__} {place_of(problem)}")
        if failure:
            raise failure
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@require_safe
@forgetful
def find(request, typed):
    results = search(typed)
    answer, groups = arranged(results)
    context = {
        "typed": typed[: LONGEST_QUERY * 2],
        "results": results,
        "answer": answer,
        "groups": groups,
        "found": sum(len(hits) for _kind, hits in groups) + bool(answer),
        "may_be_more": len(results.pages) == SHOWN,
        "noindex": True,
        "longest": LONGEST_QUERY,
    }
    return render(request, "search/search.html", context)


@public
def description(request):
    """What a browser needs to search this site from its address bar: an OpenSearch description."""
    context = {"site_name": settings.SITE_NAME, "site_address": settings.SITE_ADDRESS}
    return render(request, "search/opensearch.xml", context, content_type="application/opensearchdescription+xml")
