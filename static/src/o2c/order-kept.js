/* What was typed into an order, kept in this browser until the server has all of it. */
(() => {
  "use strict";
  const form = document.getElementById("order-form");
  if (!form) return;
  const WEEK = 7 * 86400e3;
  // By the order's own number: the address holds other digits too, and a new order gets one when it is first saved.
  const place = (order) => `o2c-order:${order || "new"}`;
  const part = (data, name) => data.find(([key]) => key === name)?.[1] ?? "";

  function keep() {
    const data = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "token");
    try { localStorage.setItem(place(form.dataset.order), JSON.stringify({ at: Date.now(), data })); } catch { /* private mode */ }
  }
  function forget(order = form.dataset.order) { try { localStorage.removeItem(place(order)); } catch { /* private mode */ } }
  /* Pairs of name and value, or nothing where there is nothing to bring back. */
  function kept() {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(place(form.dataset.order))); } catch { return null; }
    if (!found || Date.now() - found.at > WEEK) return null;
    const lines = found.data.filter(([name, value]) => ["row_article", "row_quantity"].includes(name) && value);
    if (!form.dataset.order && !lines.length) { forget(); return null; }
    return found.data;
  }
  window.o2cKept = { keep, forget, kept, part };
})();
