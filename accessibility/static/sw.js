// Keeps an honest offline page and the appointments last seen on this device. No other private page is ever kept.
"use strict";
const SHELL = "linli-shell-{{version}}", SEEN = "linli-appointments";
const FILES = {{files}};
const MINE = /^\/appointments(\/[0-9a-f-]{36})?$/;
const CODE = /^\/appointments\/[0-9a-f-]{36}\/qr\.svg$/;
const ANOTHER_PERSON = /^\/(sign-in|sign-out|staff|demo|desk)/;

addEventListener("install", event => event.waitUntil(
  caches.open(SHELL).then(cache => cache.addAll(FILES)).then(() => skipWaiting())));

addEventListener("activate", event => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== SHELL && name !== SEEN).map(name => caches.delete(name))))
    .then(() => clients.claim())));

addEventListener("fetch", event => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    // Somebody signs in, out, or steps in for another: what this device kept of a person goes.
    if (ANOTHER_PERSON.test(url.pathname)) event.waitUntil(caches.delete(SEEN));
    if (url.pathname === "/sign-out") event.waitUntil(quiet());
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then(kept => kept || file(event, request)));
  } else if (CODE.test(url.pathname)) {
    event.respondWith(caches.open(SEEN).then(cache => cache.match(request.url)).then(kept => kept || file(event, request, SEEN)));
  } else if (request.mode === "navigate") {
    event.respondWith(visit(event, request, url));
  }
});

// A file that a page needed is needed again when there is no network; its address never changes its content.
async function file(event, request, shelf = SHELL) {
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    event.waitUntil(caches.open(shelf).then(cache => cache.put(request.url, copy)));
  }
  return answer;
}

async function visit(event, request, url) {
  const mine = MINE.test(url.pathname) && !url.search;
  try {
    const answer = await fetch(request);
    if (mine && answer.ok && !answer.redirected) {
      const copy = answer.clone();
      event.waitUntil(caches.open(SEEN).then(cache => cache.put(request.url, copy)));
    }
    if (answer.redirected && /sign-in$/.test(new URL(answer.url).pathname)) event.waitUntil(caches.delete(SEEN));
    return answer;
  } catch {
    return (mine && await seen(request.url)) || await caches.match("/offline") || Response.error();
  }
}

// A kept page says that it is one, and from when.
async function seen(address) {
  const answer = await (await caches.open(SEEN)).match(address);
  if (!answer) return null;
  const text = await answer.text(), lang = (text.match(/<html lang="([^"]+)"/) || [])[1] || "zh";
  const when = new Date(answer.headers.get("date") || Date.now()).toLocaleString(lang, {
    timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });
  const words = ((text.match(/<meta name="linli-offline" content="([^"]*)"/) || [])[1] || "").replace("{time}", when);
  const body = text.replace("</header>", `</header><aside class="acting" aria-label="${words}"><p class="wrap">${words}</p></aside>`);
  return new Response(body, { headers: answer.headers });
}

// A message: the page says what it is about, this only that there is one. A receipt tells the portal that it was shown.
addEventListener("push", event => {
  const told = event.data ? event.data.json() : {}, { receipt } = told;
  const shown = registration.showNotification(told.title || "邻里", {
    body: told.body, tag: told.tag, data: told.href || "/messages", icon: "{{icon}}" });
  event.waitUntil(shown.then(() => receipt && fetch("/api/v1/push/receipts", {
    method: "POST", credentials: "omit", headers: { "content-type": "application/json" }, body: JSON.stringify(receipt) })).catch(() => {}));
});

addEventListener("notificationclick", event => {
  event.notification.close();
  const address = new URL(event.notification.data || "/messages", location.origin);
  if (address.origin !== location.origin) return;
  event.waitUntil(clients.matchAll({ type: "window" }).then(open => {
    const here = open.find(each => "focus" in each && "navigate" in each);
    return here ? here.focus().then(page => page.navigate(address.href)) : clients.openWindow(address.href);
  }));
});

// Whoever signs out takes their messages along: the next person at this device must not see that there are some.
async function quiet() {
  const subscribed = await registration.pushManager?.getSubscription();
  if (subscribed) await subscribed.unsubscribe();
}
