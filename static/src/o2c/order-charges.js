/* Charges and discounts below the lines of an order: rows that the server reads and prices with the grid. */
(() => {
  "use strict";
  const form = document.getElementById("order-form");
  if (!form) return;
  const box = document.getElementById("charges");
  const body = box.querySelector("tbody");
  const problem = document.getElementById("charges-error");
  const DISCOUNTS = ["95", "100"];
  const rows = () => [...body.querySelectorAll("tr[data-charge]")];
  const cell = (row, name) => row.querySelector(`[data-charge-cell="${name}"]`);
  const rowOf = (element) => element.closest("tr[data-charge]");
  const typed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  let count = 0;

  function add(after = null) {
    const row = document.getElementById("charge-template").content.firstElementChild.cloneNode(true);
    const taken = new Set(rows().map((other) => other.dataset.charge));
    do { count += 1; } while (taken.has(`c${count}`));
    const key = `c${count}`;
    row.dataset.charge = key;
    row.querySelector('[name="charge_key"]').value = key;
    for (const one of row.querySelectorAll("[id]")) one.id += key;
    for (const one of row.querySelectorAll("[aria-describedby]")) one.setAttribute("aria-describedby", `charge-words-${key}`);
    if (after) after.after(row); else body.append(row);
    box.hidden = false;
    fit(row);
    return row;
  }
  function remove(row) {
    const all = rows();
    const next = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    row.remove();
    box.hidden = !next;
    if (next) cell(next, "reason").focus();
    else form.querySelector("[data-add-charge]").focus();
    typed();
  }
  function clear() {
    rows().forEach((row) => row.remove());
    box.hidden = true;
  }
  /* A percentage follows its lines; a discount never waits for the last invoice. */
  function fit(row) {
    const spread = cell(row, "spread");
    const last = spread.querySelector('[value="last"]');
    last.disabled = DISCOUNTS.includes(cell(row, "reason").value);
    if (last.disabled && spread.value === "last") spread.value = "pro_rata";
    const isShare = Boolean(cell(row, "percent").value.trim());
    spread.hidden = isShare;
    row.querySelector("[data-charge-share]").hidden = !isShare;
  }
  function show(answer) {
    const found = new Map(answer.charges.map((values) => [values.key, values]));
    for (const row of rows()) {
      const values = found.get(row.dataset.charge) || { net: "", errors: {} };
      const isHere = row.contains(document.activeElement);
      row.querySelector("[data-charge-net]").textContent = values.net;
      // What is merely not typed yet is told once one has left the row.
      const wrong = isHere && !cell(row, "amount").value && !cell(row, "percent").value ? {} : values.errors;
      for (const name of ["reason", "amount", "percent"]) {
        cell(row, name).classList.toggle("is-invalid", name in wrong);
        if (name in wrong) cell(row, name).setAttribute("aria-invalid", "true");
        else cell(row, name).removeAttribute("aria-invalid");
      }
      row.querySelector("[data-charge-error]").textContent = Object.values(wrong).join(" ");
      row.classList.toggle("is-wrong", Object.keys(wrong).length > 0);
    }
    problem.textContent = answer.errors.charges || "";
    problem.hidden = !answer.errors.charges;
    for (const name of ["lines", "charges"]) form.querySelector(`[data-total="${name}"]`).textContent = name === "lines" ? answer.lines : answer.charged;
    for (const line of form.querySelectorAll('[data-total="charged"]')) line.hidden = !answer.charged;
  }
  /* Rows in words, as the page shows them beside somebody else's. */
  const shown = (control) => control.options ? control.selectedOptions[0]?.textContent.trim() || "" : control.value.trim();
  function said() {
    return rows().filter((row) => ["amount", "percent", "text"].some((name) => cell(row, name).value.trim())).map((row) => {
      const percent = cell(row, "percent").value.trim();
      return [cell(row, "text").value.trim() || shown(cell(row, "reason")), percent ? `${percent} %` : cell(row, "amount").value.trim()].join(" · ");
    });
  }

  body.addEventListener("input", (event) => fit(rowOf(event.target)));
  body.addEventListener("focusout", (event) => {
    if (!event.relatedTarget || rowOf(event.relatedTarget) !== rowOf(event.target)) setTimeout(() => window.o2cOrder?.price(), 0);
  });
  body.addEventListener("click", (event) => {
    if (event.target.closest("[data-remove-charge]")) remove(rowOf(event.target));
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-charge]")) cell(add(), "reason").focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "F4" || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    cell(add(), "reason").focus();
  });
  body.addEventListener("keydown", (event) => {
    const name = event.target.dataset?.chargeCell;
    if (!name || event.isComposing) return;
    const row = rowOf(event.target);
    const all = rows();
    const go = (step) => { const next = all[all.indexOf(row) + step]; if (next) { event.preventDefault(); cell(next, name).focus(); cell(next, name).select?.(); } return next; };
    if (event.ctrlKey && event.key === "Delete") { event.preventDefault(); remove(row); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isSelect = Boolean(event.target.options);
    if (event.key === "Enter" && !isSelect) {
      event.preventDefault();
      if (!event.repeat && !go(1)) cell(add(row), "reason").focus();
    } else if (!isSelect && event.key === "ArrowDown") go(1);
    else if (!isSelect && event.key === "ArrowUp") go(-1);
  });
  count = rows().length;
  rows().forEach(fit);
  window.o2cCharges = { add, clear, show, said, shown, fit, rows, first: () => rows()[0] && cell(rows()[0], "reason") };
})();
