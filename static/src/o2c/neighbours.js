/* A document opened from a list knows the one before and after it there, over the page's edge too. */
(() => {
  "use strict";
  const nav = document.querySelector("[data-neighbours]");
  const read = () => { try { return JSON.parse(sessionStorage.getItem("o2c:list")); } catch { return null; } };
  const kept = read();
  if (!nav || !kept) return;
  const at = kept.hrefs.indexOf(location.pathname);
  if (at < 0) return;

  function lead(link, href, edge) {
    if (href) link.href = href;
    else if (edge) link.dataset.edge = new URL(edge, new URL(kept.url, location)).href;
    else link.remove();
  }
  lead(nav.querySelector("[data-previous]"), kept.hrefs[at - 1], kept.previous);
  lead(nav.querySelector("[data-next]"), kept.hrefs[at + 1], kept.next);
  nav.querySelector("[data-neighbours-at]").textContent = nav.dataset.text.replace("%1", kept.first + at).replace("%2", kept.count);
  nav.hidden = false;

  /* Over the edge: read the list's next page, keep its order, go to its first (or last) row. */
  nav.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-edge]");
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.dataset.edge, { headers: { "HX-Request": "true" } });
    const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#list");
    const hrefs = [...(list?.querySelectorAll("tbody tr[data-href]") ?? [])].map((row) => new URL(row.dataset.href, location).pathname);
    if (!hrefs.length) return;
    const href = (id) => list.querySelector(id)?.getAttribute("href") ?? "";
    sessionStorage.setItem("o2c:list", JSON.stringify({
      hrefs, first: Number(list.dataset.first), count: kept.count, url: link.dataset.edge, previous: href("#page-previous"), next: href("#page-next"),
    }));
    location.assign(hrefs.at(link.hasAttribute("data-next") ? 0 : -1));
  });
})();
