"""What a help topic is: what the page is for, what its figures mean, what one does there."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Topic:
    """Help of one page.

    ``figures`` are terms with their definitions, ``steps`` what people come here to do, ``keys``
    the keys of this page alone (key names joined by a blank, words).
    """

    title: Text
    purpose: Text
    figures: tuple[tuple[Text, Text], ...] = ()
    steps: tuple[Text, ...] = ()
    keys: tuple[tuple[str, Text], ...] = ()
