/* The keys of the entry grid: the contract that fingers rely on (tests/browser/test_order_entry.py). */
(() => {
  "use strict";
  const order = window.o2cOrder;
  if (!order) return;
  const { form, rows, cell, isBlank, addRow, lastRow, move, removeRow, go } = order;
  const body = form.querySelector("#grid tbody");
  const rowOf = (element) => element.closest("tr[data-row]");

  function vertical(row, name, step) {
    const all = rows();
    const next = all[all.indexOf(row) + step];
    if (next) go(next, name);
    else if (step > 0 && !isBlank(row)) go(addRow(), name);
  }
  function tab(event, row, name) {
    const all = rows();
    const isLast = row === all.at(-1);
    const isLastFilled = all.indexOf(row) === all.length - 2 && isBlank(all.at(-1));
    if (name === "discount" && !event.shiftKey && !isBlank(row) && (isLast || isLastFilled)) {
      event.preventDefault();
      go(lastRow(), "article");
    } else if (name === "article" && !event.shiftKey && isLast && isBlank(row)) {
      event.preventDefault();
      (window.o2cCharges.first() || document.getElementById("id_note")).focus();
    }
  }
  body.addEventListener("keydown", (event) => {
    const name = event.target.dataset?.cell;
    if (!name || event.defaultPrevented || event.isComposing) return;
    const row = rowOf(event.target);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.ctrlKey && event.key === "Delete") { event.preventDefault(); removeRow(row); return; }
    if (event.ctrlKey && event.key === "'") {
      const above = rows()[rows().indexOf(row) - 1];
      if (above) { event.preventDefault(); event.target.value = cell(above, name).value; event.target.dispatchEvent(new Event("input", { bubbles: true })); }
      return;
    }
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1);
      event.target.focus();
      return;
    }
    if (event.key === "F2") { event.preventDefault(); form.dispatchEvent(new CustomEvent("order:details", { detail: row })); return; }
    if (!isPlain) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      const below = rows()[rows().indexOf(row) + 1] ?? (isBlank(row) ? null : addRow());
      if (below) go(below, isBlank(below) ? "article" : name);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      vertical(row, name, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Tab") tab(event, row, name);
  });
})();
