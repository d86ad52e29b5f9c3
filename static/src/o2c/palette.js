/* The command palette (Ctrl+K): a dialog with a combobox over a listbox that the server fills.
   Documents visited last are kept for this tab, per person and company. */
(() => {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const $ = (selector, root = dialog) => root.querySelector(selector);
  const input = $("#palette-input");
  const results = $("#palette-results");
  const store = `o2c-visited-${dialog.dataset.space}`;
  let asked = 0;
  let timer;
  let running;
  let shown = null;

  const options = () => [...results.querySelectorAll("[role=option]:not([aria-disabled])")];
  const chosen = () => results.querySelector("[aria-selected=true]");

  function choose(option, scroll = true) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = options();
    if (!all.length) return;
    const now = all.indexOf(chosen());
    choose(all[(now + by + all.length) % all.length]);
  }

  /* --- visited last --- */
  function visited() {
    try { return JSON.parse(sessionStorage.getItem(store)) || []; } catch { return []; }
  }
  function remember() {
    const heading = document.querySelector("main h1");
    if (!heading || !/\/\d+\/?$/.test(location.pathname)) return;
    const name = heading.textContent.trim().replace(/\s+/g, " ").slice(0, 80);
    const kind = document.querySelector("main nav a[href], main .breadcrumb a[href]")?.textContent.trim() || "";
    const others = visited().filter((page) => page.href !== location.pathname);
    try { sessionStorage.setItem(store, JSON.stringify([{ href: location.pathname, name, kind }, ...others].slice(0, 6))); } catch { /* storage is shut */ }
  }
  function drawVisited() {
    const pages = visited().filter((page) => page.href !== location.pathname);
    if (!pages.length) return;
    const group = $("#palette-recent").content.firstElementChild.cloneNode(true);
    const pattern = group.querySelector("[role=option]");
    for (const page of pages) {
      const option = pattern.cloneNode(true);
      option.dataset.href = page.href;
      option.querySelector(".o2c-palette-label").textContent = page.name;
      option.querySelector(".o2c-palette-text").textContent = page.kind;
      group.append(option);
    }
    pattern.remove();
    results.prepend(group);
  }

  /* --- asking --- */
  async function ask() {
    const text = input.value.trim();
    const turn = ++asked;
    running?.abort();
    running = new AbortController();
    results.setAttribute("aria-busy", "true");
    try {
      const url = new URL(dialog.dataset.url, location.href);
      url.searchParams.set("q", text);
      const answer = await fetch(url, { credentials: "same-origin", signal: running.signal, headers: { "HX-Request": "true" } });
      if (turn !== asked) return;
      if (!answer.ok) { location.reload(); return; }
      draw(await answer.text(), text);
    } catch (error) {
      if (error.name !== "AbortError") results.replaceChildren(Object.assign(document.createElement("p"), { className: "o2c-palette-note", textContent: document.body.dataset.textOffline }));
    } finally {
      if (turn === asked) results.removeAttribute("aria-busy");
    }
  }
  function draw(html, text) {
    results.innerHTML = html;
    if (!text) drawVisited();
    options().forEach((option, at) => { option.id = `palette-option-${at}`; });
    results.scrollTop = 0;
    choose(options()[0], false);
    shown = text;
    const count = options().length;
    const words = dialog.dataset;
    $("#palette-count").textContent = !count ? words.textNone : count === 1 ? words.textOne : words.textCount.replace("%d", count);
  }

  /* --- going --- */
  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"] || "";
  function post(url, fields) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: url });
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token(), ...fields })) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  }
  function look(option) {
    const root = document.documentElement;
    const wanted = option.dataset.themeWanted;
    root.dataset.theme = wanted;
    root.dataset.bsTheme = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches) ? "dark" : "light";
    fetch(option.dataset.themePost, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token() }, body: new URLSearchParams({ theme: wanted }) });
    dialog.close();
    window.o2c?.say(option.textContent);
  }
  function go(option, apart) {
    if (!option) return;
    const { href, post: address, company, themePost } = option.dataset;
    if (themePost) look(option);
    else if (address) post(address, { company, next: location.pathname });
    else if (apart) open(href, "_blank", "noopener");
    else { dialog.close(); location.assign(href); }
  }
  async function enter(apart) {
    clearTimeout(timer);
    if (shown !== input.value.trim()) await ask();
    go(chosen(), apart);
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 70); });
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keys = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in keys) step(keys[event.key]);
    else if (event.key === "Enter" && event.target === input && !event.repeat) enter(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  results.addEventListener("mousedown", (event) => event.preventDefault());
  results.addEventListener("click", (event) => go(event.target.closest("[role=option]:not([aria-disabled])"), event.ctrlKey || event.metaKey));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { running?.abort(); clearTimeout(timer); });

  window.o2cPalette = {
    toggle() {
      if (dialog.open) { dialog.close(); return true; }
      if (document.querySelector("dialog[open]")) return true;
      input.value = "";
      shown = null;
      dialog.showModal();
      input.focus();
      ask();
      return true;
    },
  };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open-palette]")) window.o2cPalette.toggle(); });
  remember();
})();
