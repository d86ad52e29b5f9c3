/* Order entry's panels: details of a line (F2), rows pasted with a preview, and both sides of a conflict. */
(() => {
  "use strict";
  const order = window.o2cOrder;
  if (!order) return;
  const { form, rows, cell, hidden, isBlank, post, answers } = order;
  const words = form.dataset;
  const by = (id) => document.getElementById(id);

  /* --- details of a line, with next and previous --- */
  const drawer = by("line-dialog");
  let shown = null;
  const filled = () => rows().filter((row) => !isBlank(row));
  function details(row) {
    if (isBlank(row)) return;
    shown = row;
    const all = filled();
    const values = answers.get(row.dataset.row) || {};
    by("line-title").textContent = words.textLine.replace("%1", all.indexOf(row) + 1).replace("%2", all.length);
    for (const part of drawer.querySelectorAll("[data-line]")) part.textContent = values[part.dataset.line] || "–";
    drawer.querySelector('[data-line="article"]').textContent = cell(row, "article").value;
    by("line-reference").value = hidden(row, "reference").value;
    for (const step of drawer.querySelectorAll("[data-line-step]")) {
      step.disabled = !all[all.indexOf(row) + Number(step.dataset.lineStep)];
    }
    stock(values.product);
    if (!drawer.open) drawer.showModal();
    by("line-title").focus();
  }
  async function stock(product) {
    const box = by("line-stock");
    box.textContent = "";
    if (!words.stockUrl || !product) return;
    try {
      const answer = await fetch(words.stockUrl.replace(/\/0(?=\/|$)/, `/${product}`), { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (answer.ok && answers.get(shown?.dataset.row)?.product === product) box.innerHTML = await answer.text();
    } catch { /* a hint that fails is no hint */ }
  }
  const step = (by_) => { const all = filled(); const next = all[all.indexOf(shown) + by_]; if (next) details(next); };
  form.addEventListener("order:details", (event) => details(event.detail));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-details]");
    if (button) details(button.closest("tr[data-row]"));
  });
  drawer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line-step]");
    if (button) step(Number(button.dataset.lineStep));
    if (event.target === drawer) drawer.close();
  });
  drawer.addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) { event.preventDefault(); step(event.key === "ArrowUp" ? -1 : 1); }
    if (event.key === "F2") { event.preventDefault(); drawer.close(); }
  });
  drawer.addEventListener("close", () => { if (shown?.isConnected) order.go(shown, "quantity"); });
  by("line-reference").addEventListener("input", (event) => { if (shown) { hidden(shown, "reference").value = event.target.value; order.changed(); } });

  /* --- pasted rows: priced before they are added --- */
  const dialog = by("paste-dialog");
  const text = by("paste-text");
  const preview = dialog.querySelector(".o2c-paste-preview");
  const add = dialog.querySelector("[data-paste]");
  let asked = 0;
  let waiting;
  const td = (value, css = "") => Object.assign(document.createElement("td"), { textContent: value, className: css });
  async function look() {
    const turn = ++asked;
    by("paste-error").textContent = "";
    preview.hidden = true;
    add.textContent = words.textAdd.replace("%s", 0);
    if (!text.value.trim()) return;
    try {
      const data = new FormData();
      data.set("text", text.value);
      const found = (await post(words.pastedUrl, data)).rows;
      const priced = await post(words.priceUrl, gridOf(found));
      if (turn !== asked) return;
      by("paste-rows").replaceChildren(...priced.rows.map((row, at) => drawn(row, found[at], at)));
      preview.hidden = false;
      add.textContent = words.textAdd.replace("%s", found.length);
    } catch (error) {
      if (turn === asked) by("paste-error").textContent = order.plain(error.message);
    }
  }
  function gridOf(found) {
    const data = new FormData();
    for (const name of ["customer", "customer_text", "ship_to"]) data.set(name, order.field(name).value);
    found.forEach((row, at) => {
      const cells = { key: `p${at}`, product: "", article: row.article, quantity: row.quantity, price: row.price, manual: row.price ? "1" : "", discount: "", reference: "" };
      for (const [name, value] of Object.entries(cells)) data.append(`row_${name}`, value);
    });
    return data;
  }
  function drawn(row, typed, at) {
    const line = document.createElement("tr");
    const wrong = Object.values(row.errors).join(" ");
    line.classList.toggle("is-wrong", Boolean(wrong));
    line.append(td(at + 1), td(row.article || typed.article), td(wrong || row.name, wrong ? "o2c-entry-error" : ""), td(typed.quantity, "o2c-num"), td(row.price, "o2c-num"), td(row.net, "o2c-num"));
    return line;
  }
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 250); });
  add.addEventListener("click", async () => {
    try {
      await order.paste(text.value, null);
      text.value = "";
      preview.hidden = true;
      dialog.close();
      cell(order.lastRow(), "article").focus();
    } catch (error) { by("paste-error").textContent = order.plain(error.message); }
  });

  /* --- somebody else saved meanwhile: both sides, nothing lost --- */
  const conflict = by("conflict-dialog");
  let theirs = null;
  let isPutOff = false;
  form.addEventListener("order:conflict", async () => {
    if (conflict.open || isPutOff) return;
    try {
      const answer = await fetch(words.autosaveUrl.replace(/autosave$/, "stored"), { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      theirs = await answer.json();
    } catch { return; }
    by("conflict-title").textContent = words.textConflict.replace("%1", theirs.who).replace("%2", theirs.when);
    const mine = filled().map((row) => ({ article: cell(row, "article").value, name: answers.get(row.dataset.row)?.name || "", quantity: cell(row, "quantity").value, price: cell(row, "price").value, discount: cell(row, "discount").value }));
    const pairs = [...heads(), ...lines(mine, theirs.rows), ...charges(window.o2cCharges.said(), theirs.charges)];
    by("conflict-rows").replaceChildren(...pairs.map(([name, ours, other]) => {
      const line = document.createElement("tr");
      line.classList.toggle("is-different", ours !== other);
      line.append(td(name), td(ours || "–"), td(other || "–"));
      return line;
    }));
    conflict.showModal();
  });
  function heads() {
    const { shown: said } = window.o2cCharges;
    return ["po_number", "requested", "note", "billing"].map((name) => [order.field(name).labels[0].firstChild.textContent.trim(), said(order.field(name)), theirs.head[name]]).filter(([, ours, other]) => ours !== other);
  }
  function lines(mine, other) {
    const say = (row) => row ? `${row.quantity} × ${row.article} ${row.name} · ${row.price}${row.discount ? ` −${row.discount} %` : ""}` : "";
    return Array.from({ length: Math.max(mine.length, other.length) }, (_, at) => [at + 1, say(mine[at]), say(other[at])]);
  }
  function charges(mine, other) {
    const title = by("charges-title").textContent;
    return Array.from({ length: Math.max(mine.length, other.length) }, (_, at) => [title, mine[at], other[at]]);
  }
  conflict.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-conflict]")?.dataset.conflict;
    if (!choice) return;
    conflict.close();
    isPutOff = choice === "later";
    if (choice === "mine") { order.field("version").value = theirs.version; order.changed(); order.autosave(); }
    if (choice === "theirs") { form.dataset.clean = "yes"; order.forget(); location.reload(); }
  });
})();
