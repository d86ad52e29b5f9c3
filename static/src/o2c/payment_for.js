// The sum of what a customer ticks, against their payment.
(() => {
  const form = document.querySelector("[data-payment]");
  const output = form?.querySelector("[data-sum]");
  if (!output) return;
  const cents = (text) => Math.round(Number(text) * 100);
  const show = (value) => (value / 100).toLocaleString(document.documentElement.lang || undefined, { minimumFractionDigits: 2 });
  function update() {
    const ticked = [...form.querySelectorAll("[data-open]:checked")];
    const sum = ticked.reduce((total, box) => total + cents(box.dataset.open), 0);
    const rest = cents(form.dataset.payment) - sum;
    output.textContent = `${output.dataset.word}: ${show(sum)} · ` +
      (rest ? `${output.dataset.rest}: ${show(rest)}` : output.dataset.fits);
  }
  form.addEventListener("change", update);
  update();
})();
