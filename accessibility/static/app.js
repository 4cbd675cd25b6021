// Everything works without this file. It adds: reading aloud, the offline page, and the first error in view.
"use strict";
const all = (query, act) => document.querySelectorAll(query).forEach(act);
if ("serviceWorker" in navigator && document.documentElement.dataset.mode !== "kiosk") addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
all(".errors", box => { if (!box.closest(".example")) box.focus(); });
// One press, one request: a double tap must not book twice.
all('form[method="post"]', form => form.addEventListener("submit", event => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}));
addEventListener("pageshow", () => all("form[data-sent]", form => delete form.dataset.sent));
