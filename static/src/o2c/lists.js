/* Lists: filter as one types, rows ticked over several pages, export, and the order that the
   documents' "previous" and "next" walk along. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* --- filter as one types, or when a choice is made --- */
  let typing;
  const filter = (form) => { forget(); form.dispatchEvent(new CustomEvent("o2c:filter")); };
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-filter-search]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => filter(event.target.form), 300);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("#list-filter") && !event.target.matches("[data-filter-search]")) filter(form);
    if (event.target.matches("[data-per-page]")) {
      const query = new URLSearchParams(location.search);
      query.delete("page");
      query.set("per", event.target.value);
      location.search = query;
    }
  });

  /* --- forms that act on what is filtered post to the address as it is now --- */
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-keeps-query]") && !event.submitter?.hasAttribute("formaction")) {
      event.target.action = location.pathname + location.search;
    }
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-export]");
    if (!link) return;
    const query = new URLSearchParams(location.search);
    query.delete("page");
    query.set("export", link.dataset.export);
    link.href = `?${query}`;
  });

  /* --- ticks: kept while one pages, summed per currency --- */
  const ticked = new Map();
  const bar = () => $("#bulk");
  const isAll = () => bar()?.elements.everything.value === "1";
  function forget() {
    ticked.clear();
    if (bar()) bar().elements.everything.value = "";
    for (const box of $$("[data-tick], [data-tick-all]")) box.checked = false;
    show();
  }
  function sums() {
    const cents = new Map();
    for (const { amount, currency } of ticked.values()) {
      if (amount !== "") cents.set(currency, (cents.get(currency) || 0) + Math.round(Number(amount) * 100));
    }
    return [...cents].map(([currency, sum]) => {
      const figure = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 }).format(sum / 100);
      return `${figure.replace("-", "\u2212")} ${currency}`;
    });
  }
  function show() {
    const form = bar();
    if (!form) return;
    const boxes = $$("[data-tick]");
    for (const box of boxes) box.setAttribute("form", "none");
    for (const input of $$("[data-kept]", form)) input.remove();
    for (const key of ticked.keys()) {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name: "selected", value: key });
      input.dataset.kept = "";
      form.append(input);
    }
    const count = Number($("#list")?.dataset.count || 0);
    const all = $("[data-bulk-all]", form);
    const output = $("[data-bulk-count]", form).dataset;
    const words = ticked.size === 1 ? output.one : output.many.replace("%d", ticked.size);
    $("[data-bulk-count]", form).textContent = isAll() ? output.all.replace("%d", count) : [words, ...sums()].join(" · ");
    for (const button of $$("[data-ticked-only]", form)) button.hidden = isAll();
    if (all) {
      all.hidden = isAll() || count <= ticked.size || $("#list").hasAttribute("data-is-more");
      all.textContent = all.dataset.text.replace("%d", count);
    }
    form.hidden = ticked.size === 0;
    const head = $("[data-tick-all]");
    if (head) {
      const on = boxes.filter((box) => box.checked).length;
      head.checked = boxes.length > 0 && on === boxes.length;
      head.indeterminate = on > 0 && on < boxes.length;
    }
  }
  function note(box) {
    if (box.checked) ticked.set(box.value, box.dataset);
    else ticked.delete(box.value);
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const box of $$("[data-tick]")) { box.checked = event.target.checked; note(box); }
    } else if (event.target.matches("[data-tick]")) note(event.target);
    else return;
    if (bar()) bar().elements.everything.value = "";
    show();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]")) forget();
    if (event.target.closest("[data-bulk-all]")) { bar().elements.everything.value = "1"; show(); }
  });

  /* --- the order of this list, for the documents opened from it --- */
  function remember() {
    const list = $("#list");
    const hrefs = $$("tbody tr[data-href]", list).map((row) => new URL(row.dataset.href, location).pathname);
    if (!hrefs.length) return;
    const kept = {
      hrefs,
      first: Number(list.dataset.first),
      count: list.dataset.count + (list.hasAttribute("data-is-more") ? "+" : ""),
      url: location.pathname + location.search,
      previous: $("#page-previous")?.getAttribute("href") ?? "",
      next: $("#page-next")?.getAttribute("href") ?? "",
    };
    try { sessionStorage.setItem("o2c:list", JSON.stringify(kept)); } catch { /* no storage: no neighbours */ }
  }
  function arrived() {
    for (const box of $$("[data-tick]")) box.checked = ticked.has(box.value);
    show();
    remember();
  }
  document.addEventListener("htmx:after:swap", () => { if ($("#list")) arrived(); });
  /* After Back the browser ticks again what was ticked: the bar below says the same. */
  window.addEventListener("pageshow", () => {
    if (bar()) bar().elements.everything.value = "";
    for (const box of $$("[data-tick]")) note(box);
    show();
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", arrived);
  else arrived();
})();
