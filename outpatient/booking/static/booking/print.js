/* A page made for paper opens the browser's print dialogue by itself (a kiosk browser prints without asking). */
window.addEventListener("load", () => window.print());
