// Keeps an honest offline page and the appointments last seen on this device. No other private page is ever kept.
"use strict";
const SHELL = "linli-shell-{{version}}", SEEN = "linli-appointments";
const FILES = {{files}};
const MINE = /^\/appointments(\/[0-9A-Za-z-]+)?$/;

addEventListener("install", event => event.waitUntil(
  caches.open(SHELL).then(cache => cache.addAll(FILES)).then(() => skipWaiting())));

addEventListener("activate", event => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== SHELL && name !== SEEN).map(name => caches.delete(name))))
    .then(() => clients.claim())));

addEventListener("message", event => { if (event.data === "forget") event.waitUntil(caches.delete(SEEN)); });

addEventListener("fetch", event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(caches.match(request).then(kept => kept || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(visit(event, request, url));
});

async function visit(event, request, url) {
  const mine = MINE.test(url.pathname) && !url.pathname.endsWith("/new");
  try {
    const answer = await fetch(request);
    if (mine && answer.ok && !answer.redirected && !url.search) {
      const copy = answer.clone();
      event.waitUntil(caches.open(SEEN).then(cache => cache.put(request, copy)));
    }
    // Signed out, here or elsewhere: what this device kept of that person goes.
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") event.waitUntil(caches.delete(SEEN));
    return answer;
  } catch {
    return (mine && await (await caches.open(SEEN)).match(request)) || await caches.match("/offline");
  }
}
