"""A number as payers write it: capitals and digits only, compared whole."""

from django.db.models import CharField, Func


class ReferenceKey(Func):
    """A text column as ``invoicing.rules.normalised`` makes it of plain letters; it is indexed."""

    template = "upper(regexp_replace(%(expressions)s, '[^0-9A-Za-z]', '', 'g'))"
    output_field = CharField()
