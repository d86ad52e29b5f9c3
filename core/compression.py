"""Pages leave the server compressed.

BREACH guesses a secret of a page from the size of many answers into which the attacker plants text.
Django's middleware adds up to a hundred random bytes to each answer and masks the CSRF token anew
each time; our session cookie is SameSite=Lax, so no other site can ask for pages in the background.
Only pages and JSON are compressed: PDFs and sheets are already, and downloads keep their length.
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = ("text/html", "application/json")


class CompressionMiddleware(GZipMiddleware):
    """gzip for HTML and JSON, with random padding."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, compressed where that is worth it."""
        if response.streaming or not response.get("Content-Type", "").startswith(_TEXTS):
            return response
        return super().process_response(request, response)
