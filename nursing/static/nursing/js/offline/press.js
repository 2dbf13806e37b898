/* Pressing on the list for the time without network: given with one press, all else by a small form. A press is safe when it stands in
   the browser's store; when even that fails, the loud word says so. */
(function () {
  "use strict";
  const hook = document.getElementById("offline-hook"), kept = window.emrKept, queue = window.emrQueue;
  if (!hook || !queue) return;
  const dialog = document.getElementById("press"), form = document.getElementById("press-form"), words = document.getElementById("offline-words").dataset;
  const ADDRESS = { given: "administer", refused: "refuse", withheld: "withhold" };
  let row = null, taken = new Set();

  async function press(of, what, more) {
    const dose = of.dataset.dose;
    if (taken.has(dose)) return;
    taken.add(dose);
    const pressed = queue.now().toISOString();
    const entry = {
      key: crypto.randomUUID(), staff: kept.me, name: hook.dataset.staffName, page: hook.dataset.page, dose, what, pressed, state: "waiting", tries: 0,
      address: `doses/${dose}/${ADDRESS[what]}`, told: more.told || "",
      fields: { ...more.fields, [what === "given" ? "given_at" : "at"]: pressed } };
    try {
      await kept.put(entry);
    } catch (error) {
      taken.delete(dose);
      const about = `${of.querySelector("[data-patient]").textContent} · ${of.querySelector("[data-drug]").textContent} · ${words[what]}`;
      document.dispatchEvent(new CustomEvent("not-recorded", { detail: { what: `${words.notKept}: ${about}` } }));
      return;
    }
    queue.changed();
    document.dispatchEvent(new CustomEvent("pressed"));
  }

  function open(of) {
    row = of;
    form.reset();
    for (const name of ["patient", "drug"]) dialog.querySelector(`[data-${name}]`).textContent = of.querySelector(`[data-${name}]`).textContent;
    dialog.querySelector("[data-unit]").textContent = of.dataset.unit;
    dialog.querySelector("[data-early-word]").hidden = queue.now() >= new Date(of.dataset.early);
    for (const option of form.elements.lot.options) if (option.value) option.hidden = option.disabled = option.dataset.medication !== of.dataset.medication;
    const given = [...form.elements.what.options].find((option) => option.value === "given");
    if (given) given.hidden = given.disabled = "highRisk" in of.dataset || "held" in of.dataset;
    const first = [...form.elements.what.options].find((option) => !option.disabled && !(option.value === "refused" && "held" in of.dataset));
    if (first) form.elements.what.value = first.value;
    choose();
    dialog.showModal();
  }
  function choose() {
    const what = form.elements.what.value;
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(what);
    for (const name of ["reason-missing", "wrong-band"]) form.querySelector(`[data-${name}]`).hidden = true;
  }
  /* The record checks the wristband again when the entry is sent; here that of another patient of the list is stopped before the giving. */
  const wrongBand = (text) => text && text !== row.dataset.number && [...hook.querySelectorAll("tr[data-number]")].some((other) => other.dataset.number === text);

  function filled() {
    const value = (name) => form.elements[name].value.trim(), what = value("what");
    if (what !== "given") {
      const reason = [value(what), value("words")].filter(Boolean).join("; ");
      form.querySelector("[data-reason-missing]").hidden = Boolean(reason);
      const said = [form.elements[what].selectedOptions[0].value && form.elements[what].selectedOptions[0].text, value("words")].filter(Boolean).join("; ");
      return reason && { fields: { reason }, told: said };
    }
    const fields = {};
    for (const name of ["amount", "site", "lot", "wristband", "pack", "not_scanned"]) if (value(name)) fields[name] = value(name);
    if (form.elements.own_drug.checked) fields.own_drug = true;
    form.querySelector("[data-wrong-band]").hidden = !wrongBand(fields.wristband);
    if (wrongBand(fields.wristband)) return null;
    const told = [fields.amount && `${fields.amount} ${row.dataset.unit}`, fields.site, fields.lot && form.elements.lot.selectedOptions[0].text, fields.pack];
    return { fields, told: told.filter(Boolean).join(" · ") };
  }

  hook.addEventListener("click", (event) => {
    const of = event.target.closest("tr[data-dose]");
    if (!of) return;
    if (event.target.closest("[data-press]") && queue.now() >= new Date(of.dataset.early)) press(of, "given", {});
    else if (event.target.closest("[data-press], [data-more]")) open(of);
  });
  form.elements.what.addEventListener("change", choose);
  /* A reader ends with Enter: after the wristband comes the pack, and nothing is recorded by a scan alone. */
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-code]")) return;
    event.preventDefault();
    const next = event.target.name === "wristband" ? form.elements.pack : form.querySelector("[type=submit]");
    next.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const more = filled();
    if (!more) return;
    dialog.close();
    press(row, form.elements.what.value, more);
  });
  document.addEventListener("waiting-changed", async () => { taken = new Set((await queue.mine()).map((entry) => entry.dose)); });
})();
