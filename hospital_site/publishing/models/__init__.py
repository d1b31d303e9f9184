"""Pages, their editions, and what is kept about them. Each module has one reason."""

from hospital_site.publishing.models.editions import Edition
from hospital_site.publishing.models.links import PreviewAnswer, PreviewLink, link_of
from hospital_site.publishing.models.pages import (
    Editable,
    InlineRow,
    Translated,
    in_reader_language,
    page_at,
    page_models,
    pages_at,
    without_language,
)
from hospital_site.publishing.models.reviews import SignOff
from hospital_site.publishing.models.translations import TranslationState
from hospital_site.publishing.models.workflow_notes import WorkflowNote

__all__ = [
    "Editable",
    "Edition",
    "InlineRow",
    "PreviewAnswer",
    "PreviewLink",
    "SignOff",
    "Translated",
    "TranslationState",
    "WorkflowNote",
    "in_reader_language",
    "link_of",
    "page_at",
    "page_models",
    "pages_at",
    "without_language",
]
