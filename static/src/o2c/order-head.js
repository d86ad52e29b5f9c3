/* What the server says of an order's head while one types: terms, a used order number, the day wanted. */
(() => {
  "use strict";
  const form = document.getElementById("order-form");
  if (!form) return;
  const wanted = form.elements.namedItem("requested");
  const problem = document.getElementById("id_requested_error");

  function known(head) {
    if (head.billing) form.elements.namedItem("billing").options[0].textContent = head.billing;
    const box = document.getElementById("known");
    box.hidden = !head.terms;
    const part = (text, css) => Object.assign(document.createElement("span"), { textContent: text, className: css });
    box.replaceChildren(...[
      head.terms && part(head.terms, ""),
      head.stop && part(head.stop, "is-stop"),
      ...(head.notes || []).map((text) => part(text, "is-pinned")),
    ].filter(Boolean));
    document.getElementById("po-used").textContent = head.po || "";
  }
  function wrong(text) {
    wanted.classList.toggle("is-invalid", Boolean(text));
    problem.textContent = text;
    problem.hidden = !text;
    if (text) { wanted.setAttribute("aria-invalid", "true"); wanted.setAttribute("aria-describedby", problem.id); }
    else { wanted.removeAttribute("aria-invalid"); wanted.removeAttribute("aria-describedby"); }
  }
  /* "t" and "+30" become the day they mean once one has left the field; whether that changed it. */
  function day(typed, meant, text) {
    if (wanted.value !== typed) return false;
    const isTyping = document.activeElement === wanted;
    if (!text || !isTyping) wrong(text || "");
    if (!meant || isTyping || typed === meant) return false;
    wanted.value = meant;
    return true;
  }
  window.o2cHead = { known, wrong, day, wanted };
})();
