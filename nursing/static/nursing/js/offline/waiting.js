/* The list for the time without network, its bar and its panels: what waits to be sent, what needs a decision. It tries to send each
   quarter of a minute; a copy from the browser gives way to the live list as soon as the server answers and nobody is in the midst of it. */
(function () {
  "use strict";
  const hook = document.getElementById("offline-hook"), kept = window.emrKept, queue = window.emrQueue, root = document.documentElement;
  if (!hook || !queue) return;
  const words = document.getElementById("offline-words").dataset, OLD = 12 * 3600 * 1000;
  const rowOf = (dose) => hook.querySelector(`tr[data-dose="${dose}"]`);
  const copy = (name) => document.getElementById(name).content.firstElementChild.cloneNode(true);
  const when = kept && kept.time;
  const set = (element, name, text) => { const place = element.querySelector(`[data-${name}]`); if (place) place.textContent = text; };

  function show(state) {
    for (const bar of hook.querySelectorAll(".kit-bar")) bar.hidden = bar.dataset.state !== state;
    hook.querySelector("[data-wait] [data-send-now]").disabled = state !== "live";
    document.querySelector("[data-live]").hidden = state === "offline";
    root.dataset.network = state;
    if (state !== "other") return;
    kept.wipeLists(""); /* who sits here now has her own list */
    hook.querySelectorAll(".table-wrap").forEach((table) => table.remove());
  }
  let busy = null;
  const look = () => { busy = busy || attempt().finally(() => { busy = null; }); return busy; };
  async function attempt() {
    const state = navigator.onLine ? await queue.send() : "offline";
    show(state);
    if (state === "live" && root.dataset.kept && !document.querySelector("dialog[open]") && !hook.contains(document.activeElement.closest("[data-decision]"))) location.reload();
  }

  function fill(item, entry) {
    const row = rowOf(entry.dose);
    item.dataset.entry = entry.key;
    set(item, "what", words[entry.what]);
    set(item, "when", when(entry.pressed));
    set(item, "told", entry.told);
    set(item, "about", row ? `${row.querySelector("[data-patient]").textContent} · ${row.querySelector("[data-drug]").textContent}` : "");
    return item;
  }
  async function draw() {
    const all = await kept.all(), entries = all.filter((entry) => entry.staff === kept.me);
    const others = [...new Set(all.filter((entry) => entry.staff !== kept.me).map((entry) => entry.name))];
    hook.querySelector("[data-others]").hidden = !others.length;
    set(hook, "names", others.join(", "));
    const waiting = entries.filter((entry) => entry.state === "waiting"), clashes = entries.filter((entry) => entry.state === "clash");
    panel("wait", waiting, waitingItem);
    panel("clashes", clashes, clashItem);
    for (const mark of hook.querySelectorAll("[data-mark]")) mark.remove();
    for (const row of hook.querySelectorAll("tr[data-dose]")) {
      const entry = entries.find((each) => each.dose === row.dataset.dose), acts = row.querySelector("[data-acts]");
      if (acts) acts.hidden = Boolean(entry) || "sent" in row.dataset;
      if (entry) {
        const mark = fill(copy(entry.state === "clash" ? "row-clash" : "row-mark"), entry);
        mark.dataset.mark = "";
        row.lastElementChild.append(mark);
      }
      row.classList.toggle("bad", Boolean(acts) && !entry && queue.now() > new Date(row.dataset.late));
    }
  }
  /* Items that stand already stay as they are, so that nobody loses what she was writing there. */
  function panel(name, entries, make) {
    const place = hook.querySelector(`[data-${name}]`), list = place.querySelector("[data-entries]");
    place.hidden = !entries.length;
    set(place, "count", entries.length);
    for (const item of [...list.children]) if (!entries.some((entry) => entry.key === item.dataset.entry)) item.remove();
    for (const entry of entries) {
      const there = [...list.children].find((item) => item.dataset.entry === entry.key);
      if (!there) list.append(make(entry));
      else if (name === "wait") there.replaceWith(make(entry));
    }
  }
  function waitingItem(entry) {
    const item = fill(copy("entry-waiting"), entry);
    item.querySelector("[data-old]").hidden = Date.now() - new Date(entry.pressed) < OLD;
    set(item, "trouble", entry.message || "");
    const button = item.querySelector("[data-take-back]");
    button.hidden = entry.tries > 0; /* it may have arrived already: then only the record can take it back */
    button.addEventListener("click", async () => {
      if (!window.confirm(words.sure)) return;
      const still = (await queue.mine()).find((each) => each.key === entry.key);
      if (still && !still.tries) await kept.remove(entry.key);
      queue.changed();
    });
    return item;
  }
  function clashItem(entry) {
    const item = fill(copy("entry-clash"), entry);
    set(item, "message", entry.message);
    theirs(item, entry);
    item.addEventListener("click", (event) => {
      if (event.target.closest("button:not([type=submit])[data-decide]")) again(entry);
    });
    item.addEventListener("submit", async (event) => {
      event.preventDefault();
      await decide(item, entry, event.target, event.submitter);
    });
    return item;
  }
  async function theirs(item, entry) {
    const place = item.querySelector("[data-theirs]");
    if (root.dataset.kept) return; /* what the record says now is asked of the record */
    await window.htmx.ajax("GET", `${hook.dataset.page}/doses/${entry.dose}`, { target: place, swap: "innerHTML" }).catch(() => {});
    const shown = Boolean(place.querySelector("[data-decision]")); /* it names the patient and the drug itself */
    for (const name of ["cannot", "about"]) item.querySelector(`[data-${name}]`).hidden = shown;
  }

  async function decide(item, entry, form, button) {
    const problem = item.querySelector("[data-problem]");
    problem.hidden = true;
    if (button.value === "again") return again(entry);
    const code = form.elements.code, written = form.elements.words.value.trim();
    const undo = button.value === "undo";
    const reason = [undo ? code.value && code.selectedOptions[0].text : code.value, written].filter(Boolean).join("; ");
    const fields = undo ? { reason } : { what: entry.what, pressed_at: entry.pressed, reason, told: entry.told, refusal: entry.code };
    entry.decision = entry.decision || {};
    entry.decision[button.value] = entry.decision[button.value] || crypto.randomUUID();
    await kept.put(entry);
    button.disabled = true;
    try {
      const { state, csrf } = await queue.pulse();
      if (state !== "live") return show(state);
      const answer = await queue.post(undo ? `administrations/${button.dataset.administration}/undo` : `doses/${entry.dose}/set-aside`, fields, entry.decision[button.value], csrf);
      if (!answer.ok) {
        problem.textContent = answer.message || String(answer.status);
        problem.hidden = false;
      } else if (undo) await again(entry);
      else {
        await kept.remove(entry.key);
        queue.changed();
      }
    } catch {
      show("offline");
    } finally {
      button.disabled = false;
    }
  }
  async function again(entry) {
    await kept.put({ ...entry, state: "waiting", decision: {} });
    queue.changed();
    await look();
  }

  document.addEventListener("waiting-changed", (event) => {
    const row = event.detail.sent && rowOf(event.detail.sent.dose);
    if (row) {
      row.dataset.sent = "";
      set(row, "status", `${words[event.detail.sent.what]} ${when(event.detail.sent.pressed)} · ${words.recorded}`);
    }
    draw();
  });
  document.addEventListener("pressed", look);
  hook.querySelector("[data-send-now]").addEventListener("click", look);
  for (const name of ["online", "offline"]) window.addEventListener(name, look);
  /* Other pages do not answer without network; the browser's own error page would take the list away. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || root.dataset.network !== "offline" || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.noNetwork, tone: "bad" } }));
  }, true);
  show(root.dataset.kept ? "offline" : "live");
  draw().then(look);
  setInterval(look, 15000);
})();
