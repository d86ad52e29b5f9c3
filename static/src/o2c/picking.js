/* A pick list checked off by hand, by key (x) or by scanner; ticks outlive a reload in this browser. */
(() => {
  "use strict";
  const list = document.querySelector("[data-picking]");
  if (!list) return;
  const words = list.dataset;
  const store = `o2c-picked:${words.picking}`;
  const rows = [...list.querySelectorAll("tr[data-codes]")];
  const box = (row) => row.querySelector("[data-tick]");
  const scan = list.querySelector("[data-scan]");
  const dispatch = document.querySelector("[data-dispatch]");
  const read = () => { try { return JSON.parse(sessionStorage.getItem(store)) || []; } catch { return []; } };

  function drawn() {
    const done = rows.filter((row) => box(row).checked);
    for (const row of rows) row.classList.toggle("is-picked", box(row).checked);
    list.querySelector("progress").value = done.length;
    list.querySelector("#picked-words").textContent = words.textDone.replace("%1", done.length).replace("%2", rows.length);
    const left = rows.length - done.length;
    if (!dispatch) return;
    if (left && done.length) {
      dispatch.dataset.confirm = dispatch.dataset.text;
      dispatch.dataset.confirmText = dispatch.dataset.textOpen.replace("%s", left);
    } else { delete dispatch.dataset.confirm; delete dispatch.dataset.confirmText; }
  }
  list.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick]")) return;
    try { sessionStorage.setItem(store, JSON.stringify(rows.filter((row) => box(row).checked).map((row) => box(row).value))); } catch { /* private mode */ }
    drawn();
  });
  function found(code) {
    const plain = code.trim().toLowerCase();
    return rows.find((row) => row.dataset.codes.toLowerCase().split(" ").includes(plain));
  }
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !scan.value.trim()) return;
    event.preventDefault();
    const row = found(scan.value);
    window.o2c?.say((row ? words.textTicked : words.textUnknown).replace("%s", scan.value.trim()), !row);
    scan.classList.toggle("is-invalid", !row);
    if (!row) { scan.select(); return; }
    if (!box(row).checked) { box(row).checked = true; box(row).dispatchEvent(new Event("change", { bubbles: true })); }
    row.scrollIntoView({ block: "nearest" });
    scan.value = "";
  });
  const kept = read();
  for (const row of rows) box(row).checked = kept.includes(box(row).value);
  drawn();
})();
