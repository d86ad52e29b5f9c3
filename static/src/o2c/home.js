/* Home: j and k walk the queues, Enter opens as on any link. */
(() => {
  "use strict";
  const links = () => [...document.querySelectorAll("[data-queues] a")];
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.singleKeys === "off") return;
    if (!["j", "k"].includes(event.key) || event.target.matches("input, textarea, select, [contenteditable=true]") || document.querySelector("dialog[open]")) return;
    const all = links();
    if (!all.length) return;
    const now = all.indexOf(document.activeElement);
    const next = now < 0 ? (event.key === "j" ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)));
    all[next].focus();
    event.preventDefault();
  }, true); // before the keys of every page, which know tables only
})();
