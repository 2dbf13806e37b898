/* Where the browser can read codes by itself, a scan box has a button for the camera. What the camera reads takes the same way as what a
   reader types: into the field, with {GS} between the parts of a GS1 code, and the form is sent. Nothing of the picture is kept. */
(function () {
  "use strict";
  const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13"];
  const PAUSE = 200; /* ms between two looks */
  const able = window.isSecureContext && "BarcodeDetector" in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  let formats = [], stream = null;

  async function prepare() {
    if (!able) return;
    try { formats = (await window.BarcodeDetector.getSupportedFormats()).filter((name) => FORMATS.includes(name)); } catch { formats = []; }
    offer(document);
    document.addEventListener("htmx:load", (event) => offer(event.detail.elt));
  }
  function offer(part) {
    if (formats.length) part.querySelectorAll("[data-camera][hidden]").forEach((button) => { button.hidden = false; });
  }

  async function look(form) {
    const dialog = form.querySelector("dialog[data-camera-view]"), video = dialog.querySelector("video"), trouble = dialog.querySelector("[data-camera-trouble]");
    trouble.hidden = true;
    dialog.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
      video.srcObject = stream;
      await video.play();
      const text = await first(new window.BarcodeDetector({ formats }), video, dialog);
      dialog.close();
      if (text) send(form, text);
    } catch {
      trouble.hidden = false; /* no camera, or the person or the house said no: the field is still there */
    } finally {
      stop();
    }
  }
  async function first(detector, video, dialog) {
    while (dialog.open) {
      const [found] = video.readyState >= 2 ? await detector.detect(video) : [];
      if (found && found.rawValue) return found.rawValue;
      await new Promise((wait) => setTimeout(wait, PAUSE));
    }
    return "";
  }
  function send(form, text) {
    form.elements.code.value = text.replace(/^\u001d/, "").replaceAll("\u001d", "{GS}");
    form.requestSubmit();
  }
  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera]");
    if (button) look(button.form);
    if (event.target.closest("[data-camera-stop]")) event.target.closest("dialog").close();
  });
  document.addEventListener("close", (event) => { if (event.target.matches("[data-camera-view]")) stop(); }, true);
  prepare();
})();
