/* ARIA combobox over a JSON address: <input data-combobox="/url" data-combobox-value="name">.
   The address gets ?q= and answers {"results": [{"value", "label", "text", "hint"}]}.
   A choice fires "combobox:choose" on the input with the result as detail. */
(() => {
  "use strict";
  let counter = 0;
  const boxes = new WeakMap();

  class Combobox {
    constructor(input) {
      this.input = input;
      this.url = input.dataset.combobox;
      this.results = [];
      this.at = -1;
      this.asked = 0;
      this.chosen = input.value;
      this.list = document.createElement("ul");
      this.list.id = `options-${++counter}`;
      this.list.className = "o2c-options";
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() || "");
      this.list.hidden = true;
      (input.closest("dialog") || document.body).append(this.list);
      const states = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
      for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
      input.addEventListener("input", () => this.typed());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option) this.choose(Number(option.dataset.at));
      });
    }

    get hidden() {
      const name = this.input.dataset.comboboxValue;
      if (!name) return null;
      const scope = this.input.closest("[data-row], tr, form") || document;
      return scope.querySelector(`[name="${CSS.escape(name)}"]`);
    }

    typed() {
      if (this.hidden && this.input.value !== this.chosen) this.hidden.value = "";
      clearTimeout(this.timer);
      const query = this.input.value.trim();
      const least = Number(this.input.dataset.comboboxLeast || 1);
      if (query.length < least) { this.close(); return; }
      this.isPending = true;
      this.isTaking = false;
      this.timer = setTimeout(() => this.ask(query), 120);
    }

    /* Tab or Enter came before the answer: the one it can only mean is chosen when it comes. */
    takeOnly() {
      this.isTaking = true;
      this.ask(this.input.value.trim());
    }

    only() {
      const typed = this.input.value.trim().toLowerCase();
      const exact = this.results.findIndex((result) => [result.label, result.text].some((words) => words?.toLowerCase() === typed));
      return exact >= 0 ? exact : this.results.length === 1 ? 0 : -1;
    }

    async ask(query) {
      const turn = ++this.asked;
      clearTimeout(this.timer);
      const url = new URL(this.url, location.href);
      url.searchParams.set("q", query);
      for (const name of (this.input.dataset.comboboxWith || "").split(" ").filter(Boolean)) {
        const field = document.querySelector(`[name="${CSS.escape(name)}"]`);
        if (field) url.searchParams.set(name, field.value);
      }
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok || turn !== this.asked) return;
        this.results = (await answer.json()).results || [];
      } catch { return; }
      if (turn !== this.asked) return;
      this.isPending = false;
      if (this.isTaking && this.only() >= 0) this.choose(this.only());
      else if (document.activeElement === this.input) this.draw();
      this.isTaking = false;
    }

    draw() {
      this.list.replaceChildren(...this.results.map((result, at) => this.option(result, at)));
      if (!this.results.length) {
        const none = document.createElement("li");
        none.className = "o2c-options-none";
        none.textContent = this.input.dataset.comboboxNone || "–";
        this.list.append(none);
      }
      this.place();
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.move(this.results.length ? 0 : -1);
    }

    option(result, at) {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${at}`;
      option.className = "o2c-option";
      option.dataset.at = at;
      option.setAttribute("role", "option");
      const parts = [["strong", result.label], ["span", result.text], ["small", result.hint]];
      for (const [tag, words] of parts) option.append(Object.assign(document.createElement(tag), { textContent: words || "" }));
      return option;
    }

    place() {
      const box = this.input.getBoundingClientRect();
      const width = Math.min(Math.max(box.width, 340), innerWidth - 16);
      const below = innerHeight - box.bottom;
      const style = this.list.style;
      style.width = `${width}px`;
      style.left = `${Math.min(box.left, innerWidth - width - 8)}px`;
      if (below < 220 && box.top > below) { style.top = "auto"; style.bottom = `${innerHeight - box.top + 4}px`; }
      else { style.bottom = "auto"; style.top = `${box.bottom + 4}px`; }
    }

    move(at) {
      this.at = at;
      for (const option of this.list.querySelectorAll("[role=option]")) {
        const isAt = Number(option.dataset.at) === at;
        option.setAttribute("aria-selected", String(isAt));
        if (isAt) option.scrollIntoView({ block: "nearest" });
      }
      if (at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
      else this.input.removeAttribute("aria-activedescendant");
    }

    key(event) {
      const isOpen = !this.list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!isOpen) {
          if (event.key === "ArrowDown" && event.altKey) { event.preventDefault(); this.ask(this.input.value.trim()); }
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        const count = this.results.length;
        if (count) this.move((this.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
      } else if (isOpen && (event.key === "Enter" || event.key === "Tab") && this.at >= 0 && !event.ctrlKey && !event.shiftKey) {
        if (event.key === "Enter") event.preventDefault();
        event.stopPropagation();
        this.choose(this.at);
      } else if (!isOpen && this.isPending && (event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.shiftKey) {
        if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); }
        this.takeOnly();
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      }
    }

    choose(at) {
      const result = this.results[at];
      if (!result) return;
      this.isTaking = false;
      this.chosen = this.input.dataset.comboboxShow === "text" ? result.text : result.label;
      this.input.value = this.chosen;
      const hidden = this.hidden;
      if (hidden) {
        hidden.value = result.value;
        hidden.dispatchEvent(new Event("change", { bubbles: true }));
      }
      this.close();
      this.input.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail: result }));
    }

    close() {
      if (this.isTaking) return;
      clearTimeout(this.timer);
      this.asked++;
      this.isPending = false;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
      if (!this.input.isConnected) this.list.remove();
    }
  }

  function start(root) {
    for (const input of root.querySelectorAll?.("input[data-combobox]") ?? []) {
      if (!boxes.has(input)) boxes.set(input, new Combobox(input));
    }
  }
  window.o2cCombobox = start;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("input[data-combobox]")) start(event.target.parentElement);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(document));
  else start(document);
})();
