"""The person's own settings as a form."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import ModelForm
from core.models import User


class ProfileForm(ModelForm):
    """What a person decides about their own screens."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "language", "theme", "has_high_contrast", "has_single_keys")
        help_texts = {
            "theme": _("The system's own setting may change by the time of day."),
            "has_high_contrast": _("Stronger text and lines. The system's setting counts too."),
            "has_single_keys": _("Single letters such as j, k and x act on lists."),
        }
