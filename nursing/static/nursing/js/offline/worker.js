/* The service worker of the ward's pages: when the network is gone, the list that this browser keeps is shown instead of a page.
   It keeps nothing itself: keep.js puts the list and its assets into a cache of their owner. Whatever is not a page or one of its
   assets (fragments, acts) goes to the network or fails, so that nothing old looks like an answer. Browsers compare it byte for byte:
   a changed file is a new version. */
"use strict";
const LIST = "kept-";
const HERE = new URL("./", self.location).pathname;
const PAGE = `${HERE}offline`;
const KEPT_FOR = 12 * 3600 * 1000; /* as long as a session lasts at most */
const PATIENCE = 12000; /* a network that does not answer is no network */
const DOWN = [502, 503, 504];
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (request.destination) event.respondWith(asset(request, url));
});

async function page(request, url) {
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, late) => setTimeout(late, PATIENCE))]);
    return DOWN.includes(answer.status) ? (await kept(url)) || answer : answer;
  } catch {
    return (await kept(url)) || nothing();
  }
}

/* The list, wherever on the ward's pages one wanted to go: its own address says what it is. */
async function kept(url) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(LIST)) continue;
    const list = await (await caches.open(name)).match(PAGE);
    if (!list) continue;
    if (Date.now() - Number(list.headers.get("x-kept-at")) > KEPT_FOR) { await caches.delete(name); continue; }
    return url.pathname === PAGE ? list : Response.redirect(PAGE);
  }
  return null;
}

async function asset(request, url) {
  const stored = () => caches.match(request, { ignoreVary: true });
  const found = NAMED_BY_CONTENT.test(url.pathname) && (await stored());
  if (found) return found;
  try {
    return await fetch(request);
  } catch {
    return (await stored()) || Response.error();
  }
}

function nothing() {
  const words = ["OFFLINE. No list is kept in this browser (or it is older than 12 hours). Use the printed list; write on paper.",
    "НЕТ СВЯЗИ. В этом браузере нет сохранённого списка (или он старше 12 часов). Используйте печатный список, пишите на бумаге.",
    "НЯМА СУВЯЗІ. У гэтым браўзеры няма захаванага спіса (або ён старэйшы за 12 гадзін). Карыстайцеся друкаваным спісам, пішыце на паперы."];
  const html = `<!doctype html><meta charset="utf-8"><title>OFFLINE</title>${words.map((text) => `<h1>${text}</h1>`).join("")}`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" } });
}
