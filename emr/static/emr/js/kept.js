/* What a browser keeps for a person: a list to read without network, and entries that wait to be sent (nursing/js/offline).
   Lists stand in caches named "kept-" and the id of their owner; they go as soon as anybody else, or nobody, is signed in.
   Entries that wait are kept by their owner's id, name no patient, and go when they are sent or set aside, or at signing out. */
(function () {
  "use strict";
  const NAME = "emr-kept", STORE = "waiting", LIST = "kept-";
  const able = window.isSecureContext && "caches" in window && "indexedDB" in window;
  const tag = document.querySelector('meta[name="staff"]');
  const me = tag ? tag.content : "";

  function database() {
    return new Promise((resolve, reject) => {
      const wish = indexedDB.open(NAME, 1);
      wish.onupgradeneeded = () => wish.result.createObjectStore(STORE, { keyPath: "key" });
      wish.onsuccess = () => resolve(wish.result);
      wish.onerror = () => reject(wish.error);
    });
  }
  /* One step in the store; it is done when it is safely written. */
  async function step(mode, work) {
    const db = await database();
    try {
      return await new Promise((resolve, reject) => {
        const change = db.transaction(STORE, mode, { durability: "strict" });
        const wish = work(change.objectStore(STORE));
        change.oncomplete = () => resolve(wish.result);
        change.onerror = change.onabort = () => reject(change.error);
      });
    } finally {
      db.close();
    }
  }
  const all = async () => (able ? (await step("readonly", (store) => store.getAll())).sort((one, two) => (one.pressed < two.pressed ? -1 : 1)) : []);
  const put = (entry) => step("readwrite", (store) => store.put(entry));
  const remove = (key) => step("readwrite", (store) => store.delete(key));

  /* Lists of others are of no use to whoever sits here now. */
  async function wipeLists(mine) {
    if (!able) return;
    for (const name of await caches.keys()) if (name.startsWith(LIST) && name !== mine) await caches.delete(name);
  }
  if (able) wipeLists(me ? LIST + me : "");
  /* A moment as the hospital's pages say it: by its own time zone, with the day when it is another one. */
  function time(moment) {
    const zone = document.querySelector('meta[name="zone"]'), at = new Date(moment), language = document.documentElement.lang;
    const by = { hourCycle: "h23", timeZone: zone ? zone.content : undefined };
    const day = (of) => of.toLocaleDateString(language, { day: "numeric", month: "short", timeZone: by.timeZone });
    const clock = at.toLocaleTimeString(language, { ...by, hour: "2-digit", minute: "2-digit" });
    return day(at) === day(new Date()) ? clock : `${day(at)} ${clock}`;
  }
  window.emrKept = { able, me, list: LIST + me, all, put, remove, wipeLists, time };

  /* Signing out wipes all; entries that still wait are asked about first. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!able || !form.matches("[data-sign-out]") || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    let entries = [];
    try { entries = await all(); } catch { /* a store that cannot be read holds nothing that could be sent */ }
    const mine = entries.filter((entry) => entry.staff === me);
    const ask = document.getElementById("sign-out");
    if (mine.length && ask && !form.dataset.sure) {
      ask.querySelector("[data-count]").textContent = mine.length;
      ask.querySelector("a").href = mine[0].page;
      ask.querySelector("[data-sure]").onclick = () => { form.dataset.sure = "yes"; ask.close(); form.requestSubmit(); };
      ask.showModal();
      return;
    }
    form.elements.keep.value = entries.length > mine.length ? "yes" : ""; /* a colleague's entries wait for her */
    await wipeLists("");
    for (const entry of mine) await remove(entry.key);
    HTMLFormElement.prototype.submit.call(form);
  }, true);
})();
