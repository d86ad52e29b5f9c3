// The matching screen: one Enter, one match; the running difference; "a" goes to the account field.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.repeat) event.preventDefault();
    const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.key === "a" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.querySelector("[data-on-account]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
  });

  const form = document.querySelector("[data-matching]");
  if (!form) return;
  const output = form.querySelector("[data-running]");
  const cents = (text) => Math.round(Number(text) * 100);
  const show = (value) => (value / 100).toLocaleString(document.documentElement.lang || undefined, { minimumFractionDigits: 2 });
  const update = () => {
    const ticked = [...form.querySelectorAll("[data-open]:checked")];
    const selected = ticked.reduce((sum, box) => sum + cents(box.dataset.open), 0);
    const { selectedWord, differenceWord } = output.dataset;
    output.textContent = `${selectedWord} ${show(selected)}, ${differenceWord} ${show(cents(form.dataset.amount) - selected)}`;
  };
  form.addEventListener("change", update);
  update();
})();
