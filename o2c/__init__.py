"""o2c, the project: settings, URLs, Celery, and the flow that tells how an order becomes cash.

The folder ``collections/`` groups apps but must never be a package (its name is the standard
library's). It is appended, never inserted, to the import path here so that its apps import by
their own names.
"""

import sys
from pathlib import Path

_COLLECTIONS = str(Path(__file__).resolve().parent.parent / "collections")
if _COLLECTIONS not in sys.path:
    sys.path.append(_COLLECTIONS)
