/* In the head, before the first paint: "as the system" follows the system, also while open. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wanted = root.dataset.theme;
    const isDark = wanted === "dark" || (wanted !== "light" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
})();
