"""Run the same act in many threads at once, each on its own connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def beside_itself(act: Callable[[int], Any], *, threads: int = 20) -> list[Any]:
    """Results in no order; an exception counts as the result of its thread."""
    results: list[Any] = []
    barrier = threading.Barrier(threads)

    def run(number: int) -> None:
        try:
            barrier.wait()
            results.append(act(number))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results
