/* A dunning run by keyboard: v looks at the letter of the row, e leaves it out with a reason. */
(() => {
  "use strict";
  const side = document.querySelector("#run-side");
  if (!side) return;
  let wantsReason = false;
  function look() {
    const row = document.querySelector("table[data-rows] tr.is-at") || document.querySelector("table[data-rows] tbody tr");
    const button = row?.querySelector("[data-look]");
    button?.click();
    return Boolean(button);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.body.dataset.singleKeys === "off") return;
    if (!"ve".includes(event.key) || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    wantsReason = event.key === "e";
    if (look()) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target !== side) return;
    if (wantsReason) side.querySelector("[name=reason]")?.focus();
    wantsReason = false;
  });
})();
