"""Forms of the editors' admin, and how a form notices that its page has changed meanwhile."""

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField

from hospital_site.publishing.candidates import title_of
from hospital_site.publishing.differences import words_changed
from hospital_site.publishing.models import Edition
from hospital_site.publishing.policy import may_be_minor
from hospital_site.publishing.staleness import gap_of, words
from hospital_site.typed_fields import DateField, DateTimeField, IntegerField, LineField, PersonNameField, ProseField


class ReasonForm(forms.Form):
    reason = LineField(
        label=_("Reason"),
        max_length=300,
        help_text=_("One sentence for the history of the page: what changed and why."),
        error_messages={"required": _("Write in one sentence what changed and why.")},
    )


class JudgedByPolicy(forms.MultipleChoiceField):
    """Its choices are what is found when the form is judged, so the policy refuses what is missing among them."""

    def valid_value(self, value):
        return True


def note_name(code):
    return f"change_note_{code}"


def note_field(code):
    """Return the field for what readers of the language `code` are told of a change."""
    language = get_language_info(code)
    direction = "rtl" if language["bidi"] else "ltr"
    return LineField(
        label=format_lazy("{} · {}", _("What changed, for readers"), language["name_local"]),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "lang": code, "dir": direction}),
        help_text=_(
            "One sentence that patients read beside the date of the change, such as “New: what to do when you miss an "
            "injection.” Leave it empty where nothing matters to them."
        ),
    )


class GoingLiveForm(ReasonForm):
    """What whoever brings a text before patients has read and confirms."""

    seen = forms.CharField(widget=forms.HiddenInput)
    confirmed = JudgedByPolicy(
        label=_("The law prescribes this. Confirm each change that shall go live"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    warnings_read = forms.BooleanField(
        label=_("I have read the warnings and publish all the same"),
        required=False,
        help_text=_("They stand above, under “Please look at this once more”. Say why in the reason."),
    )

    field_order = ["confirmed", "warnings_read"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= {note_name(code): note_field(code) for code in dict(settings.LANGUAGES)}
        self.order_fields([*self.field_order, *map(note_name, dict(settings.LANGUAGES)), "reason"])

    def change_notes(self):
        """Return `{language: sentence for readers}`, those that were written."""
        written = {code: self.cleaned_data.get(note_name(code)) for code in dict(settings.LANGUAGES)}
        return {code: sentence for code, sentence in written.items() if sentence}

    def offer_change_notes(self, assessment):
        """Ask for a sentence where readers of a language see a change of substance."""
        for code in dict(settings.LANGUAGES):
            if code not in assessment.changed_languages:
                del self.fields[note_name(code)]

    def offer_confirmations(self, assessment):
        """Ask only for what `assessment` found."""
        self.fields["confirmed"].choices = [(finding.key, str(finding)) for finding in assessment.to_confirm]
        for name, findings in {"confirmed": assessment.to_confirm, "warnings_read": assessment.warnings}.items():
            if not findings:
                del self.fields[name]


class PublishForm(GoingLiveForm):
    """Publishing at once, or at an hour; keeping signatures when only a typing error was corrected."""

    hour = DateTimeField(
        label=_("Publish at (Seoul time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("Leave empty to publish at once. The time is that of Seoul (Asia/Seoul)."),
    )
    minor = forms.MultipleChoiceField(
        label=_("Minor edit: only a typing error was corrected"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Only where no meaning changes. Patients see no new date. A signature holds for the corrected text once a "
            "clinical reviewer has confirmed it."
        ),
    )

    is_announced = forms.BooleanField(
        label=_("Tell patients beforehand"),
        required=False,
        help_text=_(
            "Until that time the page says that a new version takes force then, with your sentences for readers. "
            "The new text itself is not shown."
        ),
    )

    def __init__(self, *args, only_in=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["minor"].choices = settings.LANGUAGES
        if only_in:  # The other languages are those of now, not of a later hour.
            del self.fields["hour"]

    def offer_announcement(self, model):
        """Show the box only where an hour may be chosen, for kinds of pages whose next version may be announced."""
        if "hour" not in self.fields or not model.is_announceable:
            del self.fields["is_announced"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_announced") and not cleaned.get("hour") and "hour" not in self.errors:
            self.add_error("is_announced", _("Choose the time at which the new version takes force, or untick this."))
        return cleaned

    def offer_minor_edits(self, assessment):
        """Show the box only for languages that would differ by a minor edit."""
        choices = [(code, name) for code, name in settings.LANGUAGES if may_be_minor(assessment, code)]
        self.fields["minor"].choices = choices
        if not choices:
            del self.fields["minor"]


class WithdrawForm(ReasonForm):
    """Taking a page off the site, and naming a page that visitors are referred to instead."""

    successor = forms.ChoiceField(
        label=_("Page to go to instead"),
        required=False,
        help_text=_("Whoever follows an old link to this page is shown the way to the one you choose."),
    )

    confirmed = JudgedByPolicy(
        label=_("The law prescribes this. Confirm each article that patients shall no longer read"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ["confirmed", "reason"]

    def __init__(self, *args, page, without, to_confirm=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].choices = [(finding.key, str(finding)) for finding in to_confirm]
        if not to_confirm:
            del self.fields["confirmed"]
        live = Edition.objects.live().exclude(page__in=without).in_page_order()
        published = {edition.page for edition in live}
        top = next(iter(page.ancestors()), page).key
        open_pages = [e for e in live if top in (e.page, *e.ancestors) and set(e.ancestors) <= published]
        choices = [(edition.page, title_of(edition)) for edition in open_pages]
        self.fields["successor"].choices = [("", _("none")), *choices]


class SignOffForm(forms.Form):
    name = PersonNameField(
        label=_("Your name, as patients see it"),
        max_length=120,
        error_messages={"required": _("Write your name as patients shall see it.")},
    )
    role = LineField(
        label=_("Your role, as patients see it"),
        max_length=120,
        error_messages={"required": _("Write your role as patients shall see it.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you have read"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the languages whose words you have read.")},
    )
    review_due = DateField(
        label=_("Next review due"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.JSONField(widget=forms.HiddenInput)

    def clean_seen(self):
        if not isinstance(self.cleaned_data["seen"], dict):
            raise forms.ValidationError(_("Open this form again: it does not say which words you have read."))
        return self.cleaned_data["seen"]

    def clean_review_due(self):
        due = self.cleaned_data["review_due"]
        if due <= timezone.localdate():
            raise forms.ValidationError(_("The next review must be after today."))
        return due


class LinkForm(forms.Form):
    recipient = LineField(
        label=_("For whom"), max_length=120, help_text=_("A role or an institution, so that you recognize the link.")
    )
    days = IntegerField(label=_("Valid for (days)"), min_value=1, max_value=60, initial=7)
    is_for_approval = forms.BooleanField(
        label=_("Ask for approval"), required=False, help_text=_("The reader can approve the draft, or return it.")
    )


class AnswerForm(forms.Form):
    """What the holder of a link made for approval says of the draft that they see."""

    seen = forms.CharField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("approved", _("Approve")), ("returned", _("Return with a comment"))])
    comment = ProseField(label=_("Comment"), required=False, max_length=2000)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "returned" and not cleaned.get("comment"):
            self.add_error("comment", _("Say in the comment what should change."))
        return cleaned


class MomentForm(forms.Form):
    at = DateTimeField(
        label=_("As patients saw it on (Seoul time)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )


def in_its_own_language(db_field, form_field):
    """Name the language in the label of a translated field, and tell the browser which language is written in it."""
    if form_field and isinstance(db_field, TranslationField):
        language = get_language_info(db_field.language)
        name = db_field.translated_field.verbose_name
        form_field.label = f"{name[:1].upper()}{name[1:]} · {language['name_local']}"
        form_field.widget.attrs |= {"lang": db_field.language, "dir": "rtl" if language["bidi"] else "ltr"}
    return form_field


def chip(row, name, code, field):
    """The mark beside a text: in sync, missing, or what has changed in the other language since it was last checked.

    Where no language has a text, nothing is said.
    """
    gap = gap_of(row, name, code)
    if gap is None and not words(row, name, code):
        return ""
    changes = gap.changes if gap else ()
    context = {
        "gap": gap,
        "row": f"{row._meta.label_lower}:{row.pk}",
        "changes": [(get_language_info(code), words_changed(old, new)) for code, old, new in changes],
        "may_confirm": not field.disabled,
    }
    return render_to_string("admin/publishing/chip.html", context)
