/* The session ended while a page was open: log in over it, then go on. Nothing typed is lost. */
(() => {
  "use strict";
  const ASK_AFTER = 3 * 1000;
  const $ = (selector) => document.querySelector(selector);
  let goOn = null;
  let heardAt = Date.now();

  function open(then) {
    goOn = then;
    const dialog = $("#login-dialog");
    if (!dialog || dialog.open) return;
    const frame = dialog.querySelector("iframe");
    frame.src = dialog.dataset.url;
    dialog.showModal();
    frame.focus();
  }

  function takeToken(token) {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    for (const template of document.querySelectorAll("template")) {
      for (const input of template.content.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    }
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.data?.o2c !== "logged-in") return;
    $("#login-dialog").close();
    if (event.data.user !== document.body.dataset.user) { location.reload(); return; }
    heardAt = Date.now();
    takeToken(event.data.csrf);
    const then = goOn;
    goOn = null;
    then?.();
  });

  /* A request of htmx that met the end of the session: nothing is swapped; afterwards it is sent again. */
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status !== 401) { heardAt = Date.now(); return; }
    Object.assign(ctx, { swap: "none", push: "false", replace: "false" });
    const source = ctx.sourceElement;
    open(() => {
      if (source.matches("form")) source.requestSubmit(ctx.request.submitter || undefined);
      else if (source.matches("button, a")) source.click();
      else location.reload();
    });
  });

  /* A form sent the plain way: unless the server was heard just now it asks first whether the session still lives. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!navigator.onLine && form.method !== "dialog") {
      event.preventDefault();
      event.stopImmediatePropagation();
      window.o2c.say($("#offline").textContent, true);
      return;
    }
    const isPlainPost = form.method === "post" && !form.matches("[hx-post], [hx-put]");
    if (!isPlainPost || !form.matches("[data-guard]") || Date.now() - heardAt < ASK_AFTER) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    const again = () => { heardAt = Date.now(); form.requestSubmit(submitter); };
    const answer = await fetch(document.body.dataset.session, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 401) open(again);
    else if (answer?.ok) again();
    else window.o2c.say(document.body.dataset.textOffline, true);
  }, true);
})();
