"""The entry page between browser and services."""

from orders.entry.charges import ChargeRow
from orders.entry.grid import Grid, blank_grid, grid_of, read_grid, usual_billing
from orders.entry.rows import Row

__all__ = ["ChargeRow", "Grid", "Row", "blank_grid", "grid_of", "read_grid", "usual_billing"]
