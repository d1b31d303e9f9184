"""Which kinds of pages stand below others, and which pages an edition embeds."""

from functools import cache

from hospital_site.publishing.models import page_models


def kind_of(model):
    return model if isinstance(model, str) else model.page_kind()


@cache
def has_pages_below(model):
    return any(other._meta.get_field(name).related_model is model for other in page_models() for name in other.parents)


@cache
def embedded_pages(model):
    """Return the names of the relations of `model` whose rows are pages of their own."""
    related = {name: model._meta.get_field(name).related_model for name in model.embedded_relations}
    return [name for name, other in related.items() if hasattr(other, "page_kind")]


@cache
def kinds_between(model):
    """Return the kinds of pages that may stand between a page of `model` and one that it embeds."""
    embedded = [model._meta.get_field(name).related_model for name in embedded_pages(model)]
    return {kind_of(other._meta.get_field(name).related_model) for other in embedded for name in other.parents}


@cache
def kinds_that_embed(kind):
    """Return the kinds of pages that embed pages of `kind`."""
    return [
        model.page_kind()
        for model in page_models()
        if any(model._meta.get_field(name).related_model._meta.label_lower == kind for name in model.embedded_relations)
    ]


def embeds(edition, embedded):
    if edition.kind not in kinds_that_embed(embedded.kind):
        return False
    return any(embedded.page in embedded_keys(edition, name) for name in edition.model.embedded_relations)


def embedded_keys(edition, name):
    """Return the keys of the pages that `edition` embeds as `name`."""
    kind = edition.model._meta.get_field(name).related_model._meta.label_lower
    return {f"{kind}:{row['id']}" for row in edition.data.get(name, []) if "id" in row}
