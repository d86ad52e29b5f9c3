/* Behaviour of every page: announcements, toasts, dialogs, requests, forms. No inline anything. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (name) => document.body.dataset[name] || "";

  /* --- announcements: results, not clicks --- */
  let speaking;
  function say(words, urgent = false) {
    const region = $(urgent ? "#live-alert" : "#live-status");
    if (!region || !words) return;
    region.textContent = "";
    clearTimeout(speaking);
    speaking = setTimeout(() => { region.textContent = words.trim().replace(/\s+/g, " "); }, 60);
  }
  document.addEventListener("o2c:say", (event) => say(event.detail?.value ?? event.detail));

  /* --- toasts: polite, ten seconds in all, wait while looked at --- */
  function toast(words, undoUrl = "") {
    const template = $("#toast-template");
    if (!template) return;
    const box = template.content.firstElementChild.cloneNode(true);
    $("[data-toast-text]", box).textContent = words;
    const undo = $("[data-toast-undo]", box);
    if (undoUrl.startsWith("/")) { undo.action = undoUrl; undo.hidden = false; }
    let left = 10000;
    let since = 0;
    let clock;
    const run = () => { since = Date.now(); clock = setTimeout(() => box.remove(), left); };
    const hold = () => { clearTimeout(clock); if (since) left = Math.max(2000, left - (Date.now() - since)); since = 0; };
    const release = () => { if (!box.matches(":hover, :focus-within")) { hold(); run(); } };
    for (const name of ["mouseenter", "focusin"]) box.addEventListener(name, hold);
    for (const name of ["mouseleave", "focusout"]) box.addEventListener(name, () => setTimeout(release));
    run();
    $("[data-toast-close]", box).addEventListener("click", () => box.remove());
    $("#toasts").append(box);
    say(words);
  }
  function readMessages(root) {
    for (const template of $$("template[data-toast]", root)) {
      toast(template.innerHTML.replace(/&amp;/g, "&").replace(/&lt;/g, "<").replace(/&gt;/g, ">").trim(), template.dataset.toast);
      template.remove();
    }
    for (const box of $$("[data-announce]", root)) say(box.textContent, box.matches(".is-red"));
    const count = root.matches?.("[data-announce-count]") ? root : null;
    if (count) say(count.dataset.announceCount);
  }

  /* --- confirm: object, amount and effects; focus on Cancel --- */
  function ask(element) {
    const dialog = $("#confirm-dialog");
    const data = element.dataset;
    $("[data-confirm-title]", dialog).textContent = data.confirm;
    $("[data-confirm-text]", dialog).textContent = data.confirmText || "";
    $("[data-confirm-text]", dialog).hidden = !data.confirmText;
    const list = $("[data-confirm-effects]", dialog);
    const effects = (data.confirmEffects || "").split("|").filter(Boolean);
    list.replaceChildren(...effects.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    list.hidden = !effects.length;
    const ok = $("[data-confirm-ok]", dialog);
    ok.textContent = data.confirm;
    ok.className = "confirmDanger" in data ? "btn btn-danger" : "btn btn-primary";
    dialog.returnValue = "";
    const menu = element.closest(".dropdown-menu");
    if (menu) window.bootstrap.Dropdown.getInstance(menu.parentElement.querySelector("[data-bs-toggle]"))?.hide();
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true }));
  }
  document.addEventListener("click", async (event) => {
    const element = event.target.closest("[data-confirm]");
    if (!element || element.matches("form")) return;
    if (element.dataset.confirmed) { delete element.dataset.confirmed; return; }
    if (element.form && !element.form.noValidate && !element.form.reportValidity()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(element)) { element.dataset.confirmed = "yes"; element.click(); }
    else element.focus();
  }, true);

  /* --- dialogs by button --- */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog").close();
    if (event.target.matches("dialog.o2c-dialog")) event.target.close();
    if (event.target.closest("[data-back]")) history.back();
    for (const box of $$("details.o2c-popover[open]")) if (!box.contains(event.target)) box.open = false;
  });

  /* --- one post per press --- */
  function settle(form) {
    delete form.dataset.sent;
    for (const button of $$("[aria-busy]", form)) button.removeAttribute("aria-busy");
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.matches("[hx-get]")) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    setTimeout(() => {
      if (event.defaultPrevented && !form.matches("[hx-post], [hx-put]")) return;
      form.dataset.sent = "yes";
      form.dataset.clean = "yes";
      (event.submitter || $("[data-primary]", form))?.setAttribute("aria-busy", "true");
      if (form.target === "_blank" || form.matches("[data-download]")) setTimeout(() => settle(form), 1500);
    });
  }, true);
  window.addEventListener("pageshow", (event) => { if (event.persisted) $$("form[data-sent]").forEach(settle); });

  /* --- unsaved work --- */
  const dirty = () => $$("form[data-guard]").some((form) => form.dataset.dirty && !form.dataset.clean);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) { form.dataset.dirty = "yes"; delete form.dataset.clean; }
  });
  window.addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });

  /* --- requests by htmx --- */
  const running = new Set();
  const line = () => $("#progress-line")?.classList.toggle("is-on", running.size > 0);
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("#list-filter") || !(ctx.request.body instanceof FormData)) return;
    for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    running.add(ctx);
    line();
    if (ctx.target instanceof Element) {
      ctx.busy = ctx.target;
      ctx.busy.setAttribute("aria-busy", "true");
    }
    const button = ctx.request.submitter || (ctx.sourceElement.matches("button") ? ctx.sourceElement : null);
    if (button) { ctx.pressed = button; button.setAttribute("aria-busy", "true"); }
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 400 || !isRefusal(ctx)) return;
    Object.assign(ctx, { target: $("#page-error"), swap: "innerHTML", select: null, push: "false", replace: "false" });
  });
  function isRefusal(ctx) {
    if (ctx.text.includes("data-o2c-error")) return true;
    if (!/<html|<!doctype/i.test(ctx.text) && ctx.text.trim()) return false;
    ctx.text = `<div class="o2c-alert is-red" data-announce></div>`;
    ctx.ownWords = true;
    return true;
  }
  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    running.delete(ctx);
    line();
    for (const element of [ctx.busy, ctx.pressed]) element?.removeAttribute("aria-busy");
    for (const element of $$("#list[aria-busy]")) element.removeAttribute("aria-busy");
    const form = ctx.sourceElement.closest?.("form");
    if (form) settle(form);
    const waiting = ctx.busy?.querySelector(":scope > .o2c-skeleton");
    if (waiting && ctx.response?.status !== 401) waiting.replaceWith(notLoaded());
    if (ctx.response?.status >= 400 && isHere($("#page-error"))) showError(ctx);
  });
  function notLoaded() {
    const link = Object.assign(document.createElement("a"), { href: location.href, textContent: text("textRetry") });
    const words = Object.assign(document.createElement("p"), { className: "o2c-hint" });
    words.append(`${text("textFailed")} `, link);
    return words;
  }
  const isHere = (element) => element?.childElementCount > 0;
  function showError(ctx) {
    const box = $("#page-error");
    if (ctx.ownWords) $("[data-announce]", box)?.append(text("textFailed"));
    box.scrollIntoView({ block: "nearest" });
    say(box.textContent, true);
  }
  document.addEventListener("htmx:error", (event) => {
    const error = event.detail.error;
    if (error?.name === "AbortError" || !event.detail.ctx) return;
    const box = document.createElement("div");
    box.className = "o2c-alert is-red";
    box.textContent = navigator.onLine ? text("textFailed") : text("textOffline");
    $("#page-error").replaceChildren(box);
    say(box.textContent, true);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.response?.status >= 400) return;
    const target = ctx.target instanceof Element ? document.getElementById(ctx.target.id) || ctx.target : document.body;
    if (ctx.sourceElement !== document.body && isHere($("#page-error")) && ctx.request.method !== "GET") $("#page-error").replaceChildren();
    enhance(target);
    readMessages(target);
  });

  /* --- forms --- */
  function enhance(root) {
    for (const input of $$("input[data-day]", root)) dayPicker(input);
    for (const box of $$(".o2c-scroll", root)) { fit(box); fits.observe(box); }
    for (const current of $$(".o2c-flow .is-current", root)) {
      const strip = current.closest(".o2c-flow"), box = current.getBoundingClientRect();
      strip.scrollLeft += box.left - strip.getBoundingClientRect().left - (strip.clientWidth - box.width) / 2;
    }
    for (const table of $$(".o2c-scroll > table.o2c-table:not(.is-cards, .is-matrix, .o2c-entry-table)", root)) layOutAsCards(table);
    const focus = $("[data-focus]", root);
    if (focus) {
      focus.focus();
      if (!document.title.startsWith(text("textError")) && focus.matches("[data-error-summary]")) document.title = `${text("textError")} ${document.title}`;
    }
  }
  /* On a phone each row becomes a card (lists.css); as its display changes, roles are said. */
  function layOutAsCards(table) {
    const titles = [...(table.tHead?.rows[0]?.cells || [])].map((cell) => cell.textContent.trim());
    if (!titles.length || table.tHead.rows.length > 1) return;
    table.setAttribute("role", "table");
    for (const group of [table.tHead, ...table.tBodies, table.tFoot]) group?.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      for (const [at, cell] of [...row.cells].entries()) {
        cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.scope === "row" ? "rowheader" : "columnheader");
        if (row.parentElement.tagName !== "TBODY") continue;
        cell.dataset.label ||= titles[at] || "";
        if (!cell.textContent.trim() && !cell.querySelector("input, button, svg")) cell.classList.add("is-empty");
      }
      if (row.parentElement.tagName === "TBODY" && !row.querySelector(".o2c-key")) row.cells[0]?.classList.add("o2c-card-title");
    }
    table.classList.add("is-cards");
  }
  function dayPicker(input) {
    if (input.parentElement.matches(".o2c-day-input") || !("showPicker" in HTMLInputElement.prototype)) return;
    const box = Object.assign(document.createElement("div"), { className: "o2c-day-input" });
    const native = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1 });
    native.setAttribute("aria-hidden", "true");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-icon btn-ghost" });
    button.setAttribute("aria-label", document.documentElement.lang.startsWith("de") ? "Kalender" : document.documentElement.lang.startsWith("sv") ? "Kalender" : "Calendar");
    const icons = $(".o2c-search use")?.getAttribute("href")?.split("#")[0] || "/static/icons.svg";
    button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${icons}#calendar"></use></svg>`;
    button.addEventListener("click", () => native.showPicker());
    native.addEventListener("change", () => {
      if (!native.value) return;
      input.value = native.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    input.replaceWith(box);
    box.append(input, button, native);
  }
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const box = event.target.closest?.("[data-drop]");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("is-over", name === "dragover");
      const input = $("input[type=file]", box);
      if (name === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  /* --- rows that lead somewhere --- */
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, select, summary") || getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });

  /* --- "Log in as" of the demo --- */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-login]");
    if (!button) return;
    const form = $("#login-form");
    form.elements.login.value = button.dataset.login;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });

  /* --- the row of heading and actions gets its rule once it stands under the bar --- */
  const stuck = new IntersectionObserver((seen) => {
    for (const one of seen) one.target.nextElementSibling?.classList.toggle("is-stuck", !one.isIntersecting);
  }, { rootMargin: "-53px 0px 0px" });
  function watchHeader() {
    const row = $("[data-sticky]");
    if (!row || row.previousElementSibling?.matches("[data-sentinel]")) return;
    const mark = Object.assign(document.createElement("span"), { className: "o2c-sentinel" });
    mark.dataset.sentinel = "";
    row.before(mark);
    stuck.observe(mark);
  }

  /* --- tables that fit need no scroll box: their head can stick, and Tab passes them by --- */
  const fits = new ResizeObserver((seen) => { for (const one of seen) fit(one.target); });
  function fit(box) {
    const table = $("table", box);
    if (!table) return;
    const isFitting = table.scrollWidth <= box.clientWidth;
    box.classList.toggle("is-fitting", isFitting);
    if (isFitting) box.removeAttribute("tabindex");
    else box.tabIndex = 0;
  }

  /* --- the menu: names or icons only, remembered here --- */
  function dressMenu() {
    const isRail = document.documentElement.dataset.menu === "rail";
    $("#menu-width")?.setAttribute("aria-expanded", String(!isRail));
    for (const link of $$(".o2c-nav a")) link.title = isRail ? $("span", link).textContent.trim() : "";
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-menu-width]")) return;
    const root = document.documentElement;
    if (root.dataset.menu === "rail") delete root.dataset.menu;
    else root.dataset.menu = "rail";
    try { localStorage.setItem("o2c-menu", root.dataset.menu || "wide"); } catch { /* only this page remembers */ }
    dressMenu();
  });

  /* --- connection lost and back --- */
  function online(isNews) {
    const bar = $("#offline");
    if (!bar) return;
    bar.hidden = navigator.onLine;
    if (isNews) say(navigator.onLine ? text("textOnline") : bar.textContent, !navigator.onLine);
  }
  for (const name of ["offline", "online"]) window.addEventListener(name, () => online(true));

  window.o2c = { say, toast, ask, enhance };
  const start = () => { enhance(document); readMessages(document); watchHeader(); dressMenu(); online(false); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
