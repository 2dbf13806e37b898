/* Keeps the list of the department for the time without network: read anew each minute while the page is looked at, put with its
   styles, scripts and icons into a cache of the signed-in person. When the network is lost, the ward's page gives way to that list. */
(function () {
  "use strict";
  const hook = document.getElementById("offline-hook"), kept = window.emrKept;
  if (!hook) return;
  if (!kept || !kept.able || !kept.me || !("serviceWorker" in navigator)) {
    const word = hook.querySelector("[data-unable]");
    if (word) word.hidden = false;
    document.querySelectorAll("[data-acts]").forEach((acts) => acts.remove());
    return;
  }
  const root = document.documentElement, isKept = root.dataset.kept === "yes", onKit = "kit" in hook.dataset;
  navigator.serviceWorker.register(hook.dataset.worker).catch(() => { /* a browser that forbids it keeps no list: the chip stays away */ });

  const assets = (page) => [...page.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=preload], script[src], [data-keep]")]
    .map((element) => new URL(element.getAttribute("href") || element.getAttribute("src"), location.href).href);

  async function keep() {
    const address = hook.dataset.page + (hook.dataset.department ? `?department=${hook.dataset.department}` : "");
    const answer = await fetch(address, { redirect: "manual", headers: { "EMR-Background": "1" }, signal: AbortSignal.timeout(15000) });
    if (!answer.ok) return;
    const ahead = Date.parse(answer.headers.get("date")) - Date.now(); /* how far the hospital's clock is ahead of this one */
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const owner = page.querySelector('meta[name="staff"]');
    if (!owner || owner.content !== kept.me) return; /* somebody else signed in meanwhile: this is not my list */
    const cache = await caches.open(kept.list), wanted = assets(page);
    const there = (await cache.keys()).map((request) => request.url);
    for (const url of wanted) if (!there.includes(url) || !/\.[0-9a-f]{12}\.\w+$/.test(url)) await cache.add(url);
    const headers = new Headers(answer.headers);
    for (const name of ["content-encoding", "content-length"]) headers.delete(name);
    headers.set("x-kept-at", String(Date.now()));
    await cache.put(hook.dataset.page, new Response(text.replace("<html", `<html data-kept="yes" data-ahead="${ahead || 0}"`), { headers }));
    wanted.push(new URL(hook.dataset.page, location.href).href);
    for (const url of there) if (!wanted.includes(url)) await cache.delete(url); /* of an older version */
    told(page.querySelector("[data-as-of]").dataset.asOf);
  }
  function told(moment) {
    hook.dataset.listOf = moment;
    const chip = hook.querySelector("[data-list-kept]");
    if (!chip) return;
    chip.querySelector("[data-time]").textContent = kept.time(moment);
    chip.hidden = false;
  }
  const quietly = () => { if (!document.hidden && navigator.onLine) keep().catch(() => { /* the next minute tries again */ }); };
  if (!isKept) {
    quietly();
    setInterval(quietly, 60000);
  }

  /* The sheet of before would look alive: without network the list says what it is. An open dialog is left alone. */
  async function leave() {
    if (onKit || document.querySelector("dialog[open]") || !(await caches.has(kept.list))) return;
    if ((await window.emrQueue.pulse()).state === "offline") location.assign(hook.dataset.page);
  }
  document.addEventListener("connection", (event) => { if (event.detail.lost) leave(); });
  document.addEventListener("close", () => { if (!navigator.onLine) leave(); }, true);
})();
