"""Measures: the work of ``docs/bench.md`` in a scratch database."""
