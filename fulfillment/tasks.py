"""Bells for fulfilment's due work; the sweep in ``o2c.due`` finds what a lost bell missed."""

from celery import shared_task

from core.actors import JobActor
from fulfillment.models import Shipment
from fulfillment.services import make_delivery_note

SHIPPING = JobActor("fulfilment")


@shared_task(name="fulfillment.make_delivery_note")
def make_one_delivery_note(pk: int) -> None:
    """A shipment just dispatched."""
    # scope: a bell rung by the dispatch itself; it shows nobody anything
    shipment = Shipment.objects.select_related("company").get(pk=pk)
    make_delivery_note(pk, by=SHIPPING, on=shipment.company.today())
