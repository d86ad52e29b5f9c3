/* A form in a panel at the side: links with data-drawer open their page's form in #drawer; without
   script they open the page itself. data-copy puts a text on the clipboard. */
(() => {
  "use strict";
  let opener = null;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    const dialog = document.getElementById("drawer");
    if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    let words;
    try {
      const answer = await fetch(link.href, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      words = await answer.text();
    } catch { location.assign(link.href); return; }
    const body = document.getElementById("drawer-body");
    body.innerHTML = words;
    dialog.showModal();
    window.o2c?.enhance?.(body);
    (body.querySelector("[data-focus]") || body.querySelector("input:not([type=hidden])"))?.focus();
    document.dispatchEvent(new CustomEvent("o2c:drawer", { detail: body }));
  });
  document.getElementById("drawer")?.addEventListener("close", () => { opener?.focus(); });
  document.getElementById("drawer")?.addEventListener("click", (event) => { if (event.target.id === "drawer") event.target.close(); });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    window.o2c?.toast(button.dataset.copied);
  });
})();
