from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from hospital_site.first_content import BY, add_contacts, add_patient_information, create_pages
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.pipeline import publish

REASON = "First content, from the two source documents"
LOADED = ["centers", "patients_rights"]
ADDED = "Patient information that this site adds"


class Command(BaseCommand):
    help = (
        "Fill an empty site with the content of the two source documents, and add this site’s patient information to "
        "pages that do not have it, never over what somebody wrote. In production these are drafts, which somebody "
        "reads and publishes; elsewhere they are published, where the draft held nothing else that waits."
    )

    @transaction.atomic
    def handle(self, **options):
        loaded = [model for model in page_models() if model._meta.app_label in LOADED]
        is_empty = not any(model.objects.exists() for model in loaded) and not Edition.objects.of(*loaded).exists()
        new = create_pages() if is_empty else []
        waiting = waiting_keys()
        changed = [*add_contacts(), *add_patient_information()]
        pages = {page.key: page for page in [*new, *changed]}
        if not pages:
            self.stdout.write("The site has its pages and its patient information already. Nothing was changed.")
        elif settings.PRODUCTION:
            self.stdout.write(f"Wrote {len(pages)} drafts. Somebody who may publish reads them in the admin.")
        else:
            ready = [page for key, page in pages.items() if is_empty or key not in waiting]
            for page in ready:
                publish(page, by=BY, reason=REASON if is_empty else ADDED)
            self.stdout.write(f"Loaded {len(pages)} pages and published {len(ready)} of them.")


def waiting_keys():
    """The keys of pages whose draft is not what patients see, now or from a scheduled hour on."""
    scheduled = set(Edition.objects.scheduled().values_list("page", flat=True))
    pages = [page for model in page_models() for page in model.objects.with_live()]
    return scheduled | {page.key for page in pages if page.live_digest != page.draft_digest}
