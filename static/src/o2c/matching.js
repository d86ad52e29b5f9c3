/* The matching desk by keyboard: one Enter, one match; then the next entry below is open. */
(() => {
  "use strict";
  const list = document.querySelector("#match-rows");
  const isField = (element) => element?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [role=combobox]");
  const done = [];
  if (!list) return;

  const current = () => list.querySelector("li.is-current");
  const waiting = () => [...list.querySelectorAll("li[data-entry]")];
  const open = (row) => row?.querySelector(".o2c-match-head").click();

  function close(row) {
    row.classList.remove("is-current", "is-green", "is-amber", "is-neutral");
    row.querySelector(".o2c-match-body")?.remove();
    row.querySelector(".o2c-match-head").removeAttribute("aria-current");
  }
  function settle(row) {
    for (const other of list.querySelectorAll("li.is-current")) if (other !== row) close(other);
    const focus = row.querySelector("[data-match-focus]") || row.querySelector(".o2c-match-head");
    focus.focus({ preventScroll: true });
    if (focus.matches("#find-box")) focus.select();
    row.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", row.dataset.address);
    update();
  }
  function step(by) {
    const rows = waiting();
    const at = rows.indexOf(current());
    const next = rows[at + by];
    if (next) open(next);
  }
  function after(strip) {
    if (strip.querySelector("[data-undo]")) done.push(strip.id);
    const below = waiting().filter((row) => strip.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = below[0] || waiting()[0];
    if (next) open(next);
    else setTimeout(() => location.assign(document.querySelector("#match-counts a").href), 600);
  }
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement?.id === "find-box") { update(); return; }
    const id = ctx.target instanceof Element ? ctx.target.id : "";
    const row = id.startsWith("row-") && document.getElementById(id);
    if (!row || ctx.response?.status >= 400) return;
    if (row.matches("[data-done]")) after(row);
    else settle(row);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    const row = ctx.sourceElement?.closest?.("li[data-entry]");
    if (ctx.response?.status === 409 && row) open(row);
  });

  function undo() {
    const strip = document.getElementById(done.pop() || "");
    const button = strip?.querySelector("[data-undo]") || document.querySelector("[data-undo-last]");
    button?.click();
    return Boolean(button);
  }
  function pane(key) {
    const found = current()?.querySelector(`[data-pane="${key}"]`);
    if (!found) return false;
    found.open = true;
    const field = found.querySelector("input:not([type=hidden])");
    field.focus();
    field.select();
    return true;
  }
  function difference() {
    const ways = [...(current()?.querySelectorAll("[name=difference]") ?? [])];
    const way = ways[(ways.findIndex((one) => one.checked) + 1) % ways.length];
    if (!way?.offsetParent) return false;
    way.checked = true;
    document.querySelector("#live-status").textContent = way.closest("label").textContent.trim();
    return true;
  }
  function inFinder(event) {
    const boxes = [...list.querySelectorAll("#find-list [data-open]")];
    const at = boxes.indexOf(event.target);
    if (event.key === "Escape") { list.querySelector("[data-close]").click(); return true; }
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (event.target.id === "find-box") boxes[0]?.focus();
      return event.target.matches("#find-box, [data-open]");
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !event.target.matches("#find-box, [data-open]")) return false;
    if (at + by < 0) list.querySelector("#find-box").focus();
    else boxes[at + by]?.focus();
    return true;
  }
  const acts = {
    j: () => (step(1), true),
    k: () => (step(-1), true),
    s: () => (step(1), true),
    u: undo,
    a: () => pane("a"),
    q: () => pane("q"),
    d: difference,
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.repeat) { event.preventDefault(); event.stopPropagation(); return; }
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.target.closest?.("[data-matching]") && inFinder(event)) { event.preventDefault(); event.stopPropagation(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (event.key === "Enter") {
      const button = event.target === document.body && current()?.querySelector("[data-match-focus]");
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    if (document.body.dataset.singleKeys === "off" || event.repeat && !"jk".includes(event.key)) return;
    if (acts[event.key]?.()) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  list.addEventListener("click", (event) => { if (event.target.closest("[data-skip]")) step(1); });
  list.addEventListener("change", update);

  const cents = (text) => Math.round(Number(text) * 100);
  const typed = (text) => cents(text.replace(/[^\d.,]/g, "").replace(/[.,](?=\d{3}(\D|$))/g, "").replace(",", ".")) || 0;
  const show = (value) => (value / 100).toLocaleString(document.documentElement.lang || undefined, { minimumFractionDigits: 2 }).replace("-", "−");
  function update() {
    const form = list.querySelector("[data-matching]");
    if (!form) return;
    const output = form.querySelector("[data-running]");
    const ticked = [...form.querySelectorAll("[data-open]:checked")];
    const selected = ticked.reduce((sum, box) => sum + cents(box.dataset.open), 0);
    const currency = ticked[0]?.dataset.currency;
    const abroad = currency && form.querySelector(`[name="paid_${currency}"]`);
    const amount = abroad ? typed(abroad.value) : cents(form.dataset.amount);
    const { selectedWord, lineWord, differenceWord } = output.dataset;
    output.textContent = `${selectedWord} ${show(selected)}, ${lineWord} ${show(amount)}, ${differenceWord} ${show(amount - selected)}`;
    form.classList.toggle("is-short", selected > amount);
  }
  update();
  const first = current();
  if (first && !location.hash) (first.querySelector("[data-match-focus]") || first.querySelector("a")).focus({ preventScroll: true });
})();
