/* Keys. Single letters act only outside of fields and can be switched off in the profile. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isField = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true], [role=combobox]");
  const isSeen = (element) => element && element.getClientRects().length > 0;
  const single = () => document.body.dataset.singleKeys !== "off";
  let wentG = 0;

  function rows() { return $$("table[data-rows] tbody tr").filter(isSeen); }
  function at() { return $("table[data-rows] tr.is-at"); }
  function moveTo(row) {
    if (!row) return;
    at()?.classList.remove("is-at");
    row.classList.add("is-at");
    const link = $("a[href]", row);
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(at());
    moveTo(all[Math.min(all.length - 1, Math.max(0, now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by))]);
  }
  let lastTicked = null;
  function tick(range) {
    const box = at() && $("[data-tick]", at());
    if (!box) return;
    const all = rows();
    const from = range && lastTicked ? all.indexOf(lastTicked) : all.indexOf(at());
    const [low, high] = [from, all.indexOf(at())].sort((a, b) => a - b);
    for (const row of range ? all.slice(low, high + 1) : [at()]) {
      const one = $("[data-tick]", row);
      one.checked = range ? true : !one.checked;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
    lastTicked = at();
  }
  function press(selector) {
    const element = $$(selector).find(isSeen);
    if (!element) return false;
    element.click();
    return true;
  }
  function search() {
    const box = $("#global-search");
    if (!box) return false;
    box.focus();
    box.select();
    return true;
  }
  const letters = {
    j: () => (step(1), true),
    k: () => (step(-1), true),
    x: () => (tick(false), true),
    X: () => (tick(true), true),
    f: () => {
      const box = $("[data-filter-search]");
      if (box) { box.focus(); box.select(); return true; }
      return press(".o2c-popover > summary");
    },
    "[": () => press("#page-previous, [data-previous]"),
    "]": () => press("#page-next, [data-next]"),
    "/": search,
    "?": () => { $("#key-sheet")?.showModal(); return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && event.key.toLowerCase() === "k" && !event.shiftKey) {
      if (window.o2cPalette?.toggle() || search()) event.preventDefault();
      return;
    }
    if (command && event.key === "Enter") {
      const form = event.target.form;
      const own = form && ($("[data-primary]", form) || (form.method === "post" && isField(event.target) && $("button:not([type=button])", form)));
      const primary = own || $$("[data-primary]").find(isSeen);
      if (primary && !event.repeat) { event.preventDefault(); primary.click(); }
      return;
    }
    if (command && !event.shiftKey && event.key.toLowerCase() === "s") {
      const save = $$("[data-save]").find(isSeen);
      if (save) { event.preventDefault(); save.click(); }
      return;
    }
    if (event.key === "Escape") { leave(event); return; }
    if (command || event.altKey || isField(event.target) || $("dialog[open]")) return;
    if (event.key !== "Enter" && !single()) return;
    if (event.key === "Enter") {
      const link = event.target === document.body && at() && $("a[href]", at());
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (wentG && Date.now() - wentG < 1500) {
      const url = $("#go-to")?.dataset[event.key];
      wentG = 0;
      if (url) { event.preventDefault(); location.assign(url); }
      return;
    }
    if (event.key === "g") { wentG = Date.now(); return; }
    if (event.key.length === 1 && !event.repeat) {
      const keyed = $$(`[data-key="${CSS.escape(event.key)}"]`);
      const own = keyed.find(isSeen) || keyed.find((element) => element.closest(".dropdown-menu"));
      if (own) { event.preventDefault(); own.click(); return; }
    }
    if (letters[event.key]?.()) event.preventDefault();
  });

  function leave(event) {
    const popover = $("details.o2c-popover[open]");
    if (popover) { popover.open = false; $("summary", popover).focus(); return; }
    if (isField(event.target) && !event.target.closest("dialog")) event.target.blur();
    else at()?.classList.remove("is-at");
  }
})();
