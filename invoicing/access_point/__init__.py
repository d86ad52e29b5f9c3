"""The way into the Peppol network: a generic access point spoken to over HTTP.

``docs/access-point.md`` describes the protocol; ``manage.py access_point_simulator`` speaks the
other side of it.
"""

from core.remote import Away, Lost, Refused, Unknown
from invoicing.access_point.client import AccessPoint, Status

__all__ = ["AccessPoint", "Away", "Lost", "Refused", "Status", "Unknown"]
