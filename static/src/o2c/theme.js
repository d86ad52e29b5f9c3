/* In the head, before the first paint: theme and contrast ("as the system" follows it), the menu's width. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const contrast = window.matchMedia("(prefers-contrast: more)");
  const apply = () => {
    const wanted = root.dataset.theme;
    root.dataset.bsTheme = wanted === "dark" || (wanted !== "light" && dark.matches) ? "dark" : "light";
    if (root.dataset.wantsContrast === "more" || contrast.matches) root.dataset.contrast = "more";
    else delete root.dataset.contrast;
  };
  root.dataset.script = "on";
  apply();
  window.addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; }); /* paper is white */
  window.addEventListener("afterprint", apply);
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  try {
    if (localStorage.getItem("o2c-menu") === "rail") root.dataset.menu = "rail";
  } catch { /* storage is shut: the menu starts wide */ }
})();
