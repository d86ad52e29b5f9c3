"""Health check of a container: ``python -m o2c.local.health URL`` exits 0 when it answers 200."""

import sys
import urllib.error
import urllib.request

SECONDS = 4


def is_healthy(url: str) -> bool:
    """Whether the address answers 200 in time; the proxy's https is taken as given."""
    request = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy(sys.argv[1]) else 1)
