/* Order entry: a grid of lines that the server prices while one types. Nothing is computed here.
   Every request carries a sequence number; an answer older than what is on the page is dropped. */
(() => {
  "use strict";
  const form = document.getElementById("order-form");
  if (!form) return;
  const $ = (selector, root = form) => root.querySelector(selector);
  const $$ = (selector, root = form) => [...root.querySelectorAll(selector)];
  const words = form.dataset;
  const body = $("#grid tbody");
  const savedAt = document.getElementById("saved-at");
  const COLUMNS = ["article", "quantity", "price", "discount"];
  const field = (name) => form.elements.namedItem(name);
  const { keep, forget, kept, part } = window.o2cKept;
  const { o2cHead: head, o2cCharges: charges } = window;
  let seq = 0;
  let shown = 0;
  let rowCount = 0;
  let isDirty = false;
  let isSaving = false;
  let isFirstAnswer = true;
  let undone = null;
  const answers = new Map();

  /* --- what became of the work: saved when, or a dot while it is not --- */
  function told(text, state) {
    savedAt.textContent = text;
    savedAt.dataset.state = state;
  }
  function online(is) { document.getElementById("offline-bar").hidden = is; }
  window.addEventListener("offline", () => online(false));
  window.addEventListener("online", () => { online(true); price(); autosave(); });

  /* --- rows --- */
  const rows = () => $$("tr[data-row]", body);
  const cell = (row, name) => $(`[data-cell="${name}"]`, row);
  const hidden = (row, name) => $(`[name="row_${name}"]`, row);
  const isBlank = (row) => !cell(row, "article").value.trim() && !hidden(row, "product").value && !cell(row, "quantity").value.trim();
  const rowOf = (element) => element.closest("tr[data-row]");

  function number() {
    rows().forEach((row, at) => { $("[data-position]", row).textContent = at + 1; });
  }
  function newKey() {
    const taken = new Set(rows().map((row) => row.dataset.row));
    do { rowCount += 1; } while (taken.has(`r${rowCount}`));
    return `r${rowCount}`;
  }
  function addRow(after = null) {
    const row = document.getElementById("row-template").content.firstElementChild.cloneNode(true);
    const key = newKey();
    row.dataset.row = key;
    hidden(row, "key").value = key;
    for (const name of COLUMNS) {
      cell(row, name).id = `${name}-${key}`;
      if (cell(row, name).hasAttribute("aria-describedby")) cell(row, name).setAttribute("aria-describedby", `words-${key}`);
    }
    $(".o2c-entry-words", row).id = `words-${key}`;
    if (after) after.after(row); else body.append(row);
    window.o2cCombobox?.(row);
    number();
    return row;
  }
  function lastRow() {
    const all = rows();
    return all.length && isBlank(all.at(-1)) ? all.at(-1) : addRow();
  }
  function removeRow(row) {
    const all = rows();
    const at = all.indexOf(row);
    const next = all[at + 1] || all[at - 1];
    undone = { row, at };
    row.remove();
    const bar = document.getElementById("undo");
    $("[data-undo-text]", bar).textContent = words.textRemoved.replace("%s", at + 1);
    bar.hidden = false;
    clearTimeout(bar.timer);
    bar.timer = setTimeout(() => { bar.hidden = true; }, 10000);
    number();
    cell(next && next.isConnected ? next : addRow(), "article").focus();
    changed();
  }
  function undo() {
    if (!undone) return;
    const all = rows();
    if (all[undone.at]) all[undone.at].before(undone.row); else body.append(undone.row);
    document.getElementById("undo").hidden = true;
    cell(undone.row, "article").focus();
    undone = null;
    number();
    changed();
  }

  /* --- pricing --- */
  let pricing;
  function changed() {
    isDirty = true;
    form.dataset.dirty = "yes";
    delete form.dataset.clean;
    told(words.textUnsaved, "dirty");
    keep();
    clearTimeout(pricing);
    pricing = setTimeout(price, 180);
  }
  async function post(url, data) {
    const answer = await fetch(url, {
      method: "POST", body: data, credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value, "HX-Request": "true" },
    });
    if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status });
    return answer.json();
  }
  async function price() {
    const turn = ++seq;
    const data = new FormData(form);
    data.set("seq", turn);
    data.set("order", words.order);
    try {
      const answer = await post(words.priceUrl, data);
      online(true);
      if (turn < seq || Number(answer.seq) < shown) return;
      shown = turn;
      show(answer);
      if (head.day(data.get("requested"), answer.requested, answer.errors.requested)) keep();
    } catch (error) {
      if (!error.status) { told(words.textOffline, "dirty"); online(false); }
    }
  }
  function show(answer) {
    head.known(answer.head);
    const found = new Map(answer.rows.map((row) => [row.key, row]));
    for (const row of rows()) {
      const values = found.get(row.dataset.row);
      if (values) showRow(row, values);
      else if (isBlank(row)) clearRow(row);
    }
    for (const name of ["net", "gross", "currency"]) $(`[data-total="${name}"]`).textContent = answer[name];
    for (const box of $$('[data-total="vat"]')) box.remove();
    $('[data-total="net"]').parentElement.after(...answer.vat.map(([label, amount]) => {
      const box = document.createElement("div");
      box.dataset.total = "vat";
      box.append(Object.assign(document.createElement("dt"), { textContent: label }), Object.assign(document.createElement("dd"), { textContent: amount }));
      return box;
    }));
    charges.show(answer);
    light(answer.gross_amount);
    isFirstAnswer = false;
  }
  function showRow(row, values) {
    const active = document.activeElement;
    answers.set(row.dataset.row, values);
    for (const name of ["name", "unit", "vat", "net"]) $(`[data-show="${name}"]`, row).textContent = values[name];
    if (values.product) hidden(row, "product").value = values.product;
    showStock(row, values);
    showWas(row, values);
    if (values.product && cell(row, "article") !== active) cell(row, "article").value = values.article;
    const priceCell = cell(row, "price");
    if (priceCell !== active) {
      priceCell.value = values.price;
      hidden(row, "manual").value = values.manual;
    }
    priceCell.title = values.price_note;
    priceCell.classList.toggle("is-manual", values.manual === "1");
    const typing = active && rowOf(active) === row;
    const errors = Object.entries(values.errors).filter(([name]) => !(typing && active.dataset.cell === name && name === "article"));
    for (const name of COLUMNS) {
      const isWrong = errors.some(([wrong]) => wrong === name || (name === "article" && !COLUMNS.includes(wrong)));
      cell(row, name).classList.toggle("is-invalid", isWrong);
      cell(row, name).toggleAttribute("aria-invalid", isWrong);
    }
    $("[data-error]", row).textContent = errors.map(([, message]) => message).join(" ");
    row.classList.toggle("is-wrong", errors.length > 0);
  }
  function showStock(row, values) {
    const box = $("[data-stock]", row);
    box.textContent = values.stock;
    box.classList.toggle("is-short", values.is_short);
    const isKept = row.dataset.kept === cell(row, "quantity").value;
    $("[data-offer]", row).hidden = !values.split || isKept;
  }
  function showWas(row, values) {
    const box = $("[data-was]", row);
    const before = cell(row, "price").defaultValue;
    if (isFirstAnswer && before && !values.manual && before !== values.price) {
      box.textContent = words.textWas.replace("%s", before);
      box.hidden = false;
    }
  }
  function clearRow(row) {
    answers.delete(row.dataset.row);
    $("[data-offer]", row).hidden = true;
    for (const name of ["name", "unit", "vat", "net"]) $(`[data-show="${name}"]`, row).textContent = "";
    $("[data-error]", row).textContent = "";
    $("[data-stock]", row).textContent = "";
    row.classList.remove("is-wrong");
    for (const name of COLUMNS) cell(row, name).classList.remove("is-invalid");
  }

  /* --- what other rooms say: stock and credit --- */
  async function fragment(url, target) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (answer.ok) target.innerHTML = await answer.text();
    } catch { /* a hint that fails is no hint */ }
    submitWords();
  }
  function submitWords() {
    const lamp = document.querySelector("[data-light]")?.dataset.light;
    const button = document.getElementById("submit-order");
    button.lastElementChild.textContent = lamp === "amber" ? button.dataset.textCredit : button.dataset.text;
  }
  let lit = "";
  let lighting;
  function light(amount) {
    const customer = field("customer").value;
    const asked = `${customer}:${amount}`;
    if (!words.lightUrl || !customer || asked === lit) return;
    clearTimeout(lighting);
    lighting = setTimeout(() => {
      lit = asked;
      fragment(`${words.lightUrl}?${new URLSearchParams({ customer, amount })}`, document.getElementById("credit-light"));
    }, 250);
  }
  async function addresses(chosen = field("ship_to").value) {
    const customer = field("customer").value;
    if (!customer) return;
    await fragment(`${words.addressesUrl}?customer=${encodeURIComponent(customer)}`, field("ship_to"));
    if ([...field("ship_to").options].some((option) => option.value === chosen)) field("ship_to").value = chosen;
  }

  /* --- kept in this browser until the server has it; what somebody else saved meanwhile is shown beside it --- */
  function restore() {
    const data = kept();
    if (!data || $("[data-error-summary]")) return;
    fill(data);
    isDirty = true;
    form.dataset.dirty = "yes";
    told(words.textRestored, "dirty");
    window.o2c?.say(words.textRestored);
    addresses(part(data, "ship_to"));
  }
  function fill(data) {
    rows().forEach((row) => row.remove());
    charges.clear();
    let row = null;
    for (const [name, value] of data) {
      if (name === "row_key" || name === "charge_key") { row = name === "row_key" ? addRow() : charges.add(); continue; }
      const target = /^(row|charge)_/.test(name) ? row && $(`[name="${name}"]`, row) : field(name);
      if (target) target.value = value;
    }
    charges.rows().forEach(charges.fit);
    lastRow();
  }

  /* --- the draft saves itself --- */
  async function autosave() {
    if (!isDirty || isSaving || !field("customer").value || document.querySelector("dialog[open]")) return;
    isSaving = true;
    isDirty = false;
    try {
      const data = new FormData(form);
      const answer = await post(words.autosaveUrl, data);
      if (!answer.is_saved) { isDirty = true; refused(answer.errors, data); return; }
      if (!words.order) forget();
      field("version").value = answer.version;
      words.autosaveUrl = answer.autosave_url;
      form.action = answer.autosave_url.replace(/autosave$/, "save");
      if (location.pathname !== answer.url) history.replaceState(null, "", answer.url);
      words.order = answer.url.match(/\d+/)[0];
      told(answer.is_whole ? `${answer.number} · ${answer.saved}` : `${answer.number} · ${answer.saved}, ${words.textParts}`, isDirty ? "dirty" : "saved");
      if (!isDirty && answer.is_whole) { form.dataset.clean = "yes"; forget(); }
      else keep();
    } catch (error) {
      isDirty = true;
      if (error.status === 409 && words.order) form.dispatchEvent(new CustomEvent("order:conflict"));
      else if (error.status === 409) document.getElementById("page-error").innerHTML = error.message;
      else if (!error.status) { told(words.textOffline, "dirty"); online(false); }
    } finally {
      isSaving = false;
    }
  }
  function refused(errors, data) {
    told(`${words.textUnsaved}: ${Object.values(errors).join(" ")}`, "dirty");
    if (errors.requested && head.wanted.value === data.get("requested")) head.wrong(errors.requested);
  }
  const timer = setInterval(autosave, 10000);

  /* --- pasted rows --- */
  async function paste(text, row) {
    const data = new FormData();
    data.set("text", text);
    const answer = await post(words.pastedUrl, data);
    let at = row && isBlank(row) ? row : lastRow();
    for (const values of answer.rows) {
      if (!isBlank(at)) at = addRow(at);
      cell(at, "article").value = values.article;
      cell(at, "quantity").value = values.quantity;
      if (values.price) { cell(at, "price").value = values.price; hidden(at, "manual").value = "1"; }
    }
    const last = lastRow();
    changed();
    window.o2c?.say(words.textPasted.replace("%s", answer.rows.length));
    cell(last, "article").focus();
  }
  function plain(markup) {
    const box = new DOMParser().parseFromString(markup, "text/html").body;
    return box.textContent.trim().replace(/\s+/g, " ");
  }
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    paste(text, rowOf(event.target)).catch((error) => {
      $("[data-error]", rowOf(event.target)).textContent = plain(error.message);
      window.o2c?.say(plain(error.message), true);
    });
  });
  /* --- typing and choosing --- */
  let lastKey = "";
  document.addEventListener("keydown", (event) => { lastKey = event.key; }, true);
  document.addEventListener("pointerdown", () => { lastKey = ""; }, true);
  form.addEventListener("input", (event) => {
    const name = event.target.dataset?.cell;
    if (name === "price") hidden(rowOf(event.target), "manual").value = event.target.value.trim() ? "1" : "";
    changed();
  });
  head.wanted.addEventListener("blur", () => { if (head.wanted.value.trim()) price(); });
  /* What is wrong with an article is told once one has left it. */
  body.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    setTimeout(() => { if (row?.isConnected && answers.has(row.dataset.row) && rowOf(document.activeElement || body) !== row) showRow(row, answers.get(row.dataset.row)); }, 0);
  });
  body.addEventListener("combobox:choose", (event) => {
    const row = rowOf(event.target);
    const quantity = cell(row, "quantity");
    if (hidden(row, "manual").value) { hidden(row, "manual").value = ""; cell(row, "price").value = ""; }
    const here = document.activeElement;
    if (!quantity.value) { quantity.value = "1"; if (here === quantity) quantity.select(); }
    if (row === rows().at(-1)) addRow();
    changed();
    // At once, or the next digit lands in the article; after Tab the browser goes there itself.
    if (here === event.target && lastKey !== "Tab") { quantity.focus(); quantity.select(); }
  });
  document.getElementById("id_customer").addEventListener("combobox:choose", async (event) => {
    changed();
    if (document.activeElement === event.target && lastKey !== "Tab") field("po_number").focus(); // at once: what is typed next belongs there
    await addresses();
    lit = "";
    price();
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) cell(lastRow(), "article").focus();
    if (event.target.closest("[data-remove]")) removeRow(rowOf(event.target));
    const mover = event.target.closest("[data-move]");
    if (mover) { move(rowOf(mover), mover.dataset.move === "up" ? -1 : 1); mover.focus(); }
    if (event.target.closest("[data-split]")) split(rowOf(event.target));
    if (event.target.closest("[data-keep]")) {
      const row = rowOf(event.target);
      row.dataset.kept = cell(row, "quantity").value;
      $("[data-offer]", row).hidden = true;
      cell(row, "quantity").focus();
    }
    if (event.target.closest("[data-undo]")) undo();
  });
  form.addEventListener("submit", () => { clearTimeout(pricing); clearInterval(timer); forget(); });

  /* --- what is there now in one line, the rest in the next --- */
  function split(row) {
    const [there, rest] = answers.get(row.dataset.row)?.split || [];
    if (!there) return;
    const next = addRow(row);
    for (const name of ["article", "price", "discount"]) cell(next, name).value = cell(row, name).value;
    for (const name of ["product", "manual", "reference"]) hidden(next, name).value = hidden(row, name).value;
    cell(row, "quantity").value = there;
    cell(next, "quantity").value = rest;
    next.dataset.kept = rest;
    changed();
    go(next, "quantity");
  }
  function move(row, step) {
    const other = rows()[rows().indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    number();
    changed();
  }

  function go(row, name) {
    const target = cell(row, name);
    target.focus();
    target.select();
  }
  rowCount = rows().length;
  restore();
  lastRow();
  if (field("customer").value) price();
  window.o2cOrder = { form, field, rows, cell, hidden, isBlank, post, paste, plain, price, changed, go, move, removeRow, forget, autosave, answers, addRow, lastRow };
})();
