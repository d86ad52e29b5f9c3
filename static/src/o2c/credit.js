/* The credit desk: 1 and 2 choose, the form goes where the choice says. */
(() => {
  "use strict";
  const form = document.querySelector("[data-credit-decision]");
  if (!form) return;
  const choose = () => { form.action = form.querySelector("[name=decision]:checked").dataset.action; };
  form.addEventListener("change", choose);
  choose();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.singleKeys === "off") return;
    if (event.target.closest("textarea, select, input:not([type=radio])")) return;
    const choice = form.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choose();
    form.querySelector("textarea").focus();
  });
})();
