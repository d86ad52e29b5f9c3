/* In the frame of the login over a page: tells the page who is back, with the new CSRF token. */
(() => {
  "use strict";
  const { user, csrf } = document.body.dataset;
  if (window.parent !== window) window.parent.postMessage({ o2c: "logged-in", user, csrf }, location.origin);
  else location.replace("/");
})();
