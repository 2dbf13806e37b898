/* Loaded in the head and blocking, so that the chosen theme and density are there before anything is drawn. */
(function () {
  "use strict";
  const root = document.documentElement;
  const kept = { theme: "emr.theme", density: "emr.density" };

  function read(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${kept[name]}=`));
    return found ? found.split("=")[1] : "";
  }
  function apply(name, value) {
    if (value) root.dataset[name] = value; else delete root.dataset[name];
  }
  function press(name) {
    document.querySelectorAll(`[data-${name}-choice]`).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset[`${name}Choice`] === read(name)));
    });
  }
  for (const name of Object.keys(kept)) apply(name, read(name));

  document.addEventListener("DOMContentLoaded", () => {
    for (const name of Object.keys(kept)) press(name);
    document.addEventListener("click", (event) => {
      for (const name of Object.keys(kept)) {
        const button = event.target.closest(`[data-${name}-choice]`);
        if (!button) continue;
        const value = button.dataset[`${name}Choice`];
        document.cookie = `${kept[name]}=${value}; path=/; max-age=31536000; samesite=lax`; /* storage is wiped at signing out, cookies stay */
        apply(name, value);
        press(name);
      }
    });
  });
})();
