/* Entries that wait to be sent: kept in the browser's store with their request key, sent in the order of pressing through the same acts as
   any other entry. The same key means the same row, so sending twice does it once. What the record refuses becomes a clash and waits for
   a person; what cannot be sent (no network, nobody signed in, server broken) goes on waiting. Nobody sends what a colleague pressed. */
(function () {
  "use strict";
  const hook = document.getElementById("offline-hook"), kept = window.emrKept;
  if (!hook || !kept || !kept.able || !kept.me) return;
  let ahead = Number(document.documentElement.dataset.ahead || 0);
  const changed = (sent) => document.dispatchEvent(new CustomEvent("waiting-changed", { detail: { sent } }));
  const mine = async () => (await kept.all()).filter((entry) => entry.staff === kept.me);
  const now = () => new Date(Date.now() + ahead); /* by the hospital's clock, as it was last seen */

  /* live, offline, signed-out or other (somebody else is signed in); with the token for sending. */
  async function pulse() {
    try {
      const answer = await fetch(hook.dataset.pulse, { redirect: "manual", cache: "no-store", headers: { "EMR-Background": "1" }, signal: AbortSignal.timeout(8000) });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || answer.status === 423) return { state: "signed-out" };
      if (!answer.ok) return { state: "offline" };
      ahead = Date.parse(answer.headers.get("date")) - Date.now() || 0;
      const { staff, csrf } = await answer.json();
      return { state: staff === kept.me ? "live" : "other", csrf };
    } catch {
      return { state: "offline" };
    }
  }

  async function post(address, fields, key, csrf) {
    const answer = await fetch(hook.dataset.api + address, {
      method: "POST", redirect: "manual", body: JSON.stringify(fields), signal: AbortSignal.timeout(20000),
      headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRFToken": csrf, "EMR-Background": "1", "X-Signed-In-As": kept.me } });
    const told = await answer.json().catch(() => ({}));
    return { status: answer.status, ok: answer.ok, code: told.code || "", message: told.message || "" };
  }

  /* What an answer means for an entry: recorded, later, signed-out, other, clash. */
  function meaning(answer) {
    if (answer.ok) return "recorded";
    if (answer.code === "emr.another_signed_in") return "other";
    if (answer.status === 401 || answer.status === 423 || answer.status === 0 || (answer.status === 403 && answer.message.startsWith("CSRF"))) return "signed-out";
    if (answer.status >= 500 || answer.status === 429 || answer.code === "emr.busy" || !answer.code) return "later";
    return "clash";
  }

  async function run() {
    const { state, csrf } = await pulse();
    if (state !== "live") return state;
    for (const entry of (await mine()).filter((each) => each.state === "waiting")) {
      entry.tries += 1;
      await kept.put(entry); /* before it goes out: from here on nobody knows whether it arrived, until an answer says so */
      let answer;
      try { answer = await post(entry.address, entry.fields, entry.key, csrf); } catch { return "offline"; }
      const what = meaning(answer);
      if (what === "recorded") {
        await kept.remove(entry.key);
        changed(entry);
        continue;
      }
      if (what === "other" || what === "signed-out") return what;
      if (what === "clash") entry.state = "clash";
      entry.code = answer.code;
      entry.message = answer.message || String(answer.status);
      await kept.put(entry);
      changed();
    }
    return "live";
  }
  /* One tab sends at a time; another one that wants to finds nothing left. */
  const send = () => navigator.locks.request("emr-sending", run);

  async function count() {
    const entries = await mine();
    for (const [name, state] of [["waiting", "waiting"], ["clashing", "clash"]]) {
      const chip = hook.querySelector(`[data-${name}]`), number = entries.filter((entry) => entry.state === state).length;
      if (!chip) continue;
      chip.hidden = !number;
      chip.querySelector("[data-count]").textContent = number;
    }
    return entries.length;
  }
  window.emrQueue = { mine, now, pulse, post, send, changed };

  document.addEventListener("waiting-changed", count);
  if ("kit" in hook.dataset) return; /* there waiting.js sends and shows */
  const quietly = async () => { if ((await count()) && navigator.onLine) await send(); };
  window.addEventListener("online", quietly);
  setInterval(quietly, 20000);
  quietly();
})();
