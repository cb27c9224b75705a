"use strict";
// Conveniences only; the pages do everything without them.
// A file dropped on the form; the batch's progress.
const drop = document.querySelector(".drop");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const mark = (on) => drop.classList.toggle("over", on);
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); mark(true); });
  drop.addEventListener("dragleave", () => mark(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; drop.requestSubmit(); }
  });
}
const watch = document.getElementById("watch");
if (watch) {
  const bar = document.getElementById("bar");
  const doing = document.getElementById("doing");
  const look = async () => {
    try {
      const job = await (await fetch(watch.dataset.url)).json();
      if (["done", "failed", "cancelled"].includes(job.state) || !job.state) { location.reload(); return; }
      if (job.total) { bar.max = job.total; bar.value = job.done; }
      doing.textContent = job.doing + (job.total ? `（${job.done}／${job.total}件）` : "");
    } catch { doing.textContent = "つながりません。もう一度試しています。"; }
    setTimeout(look, 500);
  };
  look();
}
// Which box was left, so that only that one is told about.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const event = ctx.sourceEvent;
  if (event && event.type === "change" && event.target.name) ctx.request.body.set("left", event.target.name);
});
// Controls are never swapped, so that typing stays; whether one is wrong is carried over from the box around it.
document.addEventListener("htmx:after:swap", () => {
  for (const box of document.querySelectorAll("[data-of]")) {
    for (const control of box.querySelectorAll("input, select, textarea")) {
      if (control.closest("[data-of]") !== box) continue;
      if (box.classList.contains("wrong")) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
    }
  }
});
// How much stands in a long text, told when the typing rests.
let resting;
const count = (area) => { document.getElementById(area.dataset.count).textContent = `いま${[...area.value].length}字`; };
document.addEventListener("input", ({ target }) => {
  if (!target.dataset || !target.dataset.count) return;
  clearTimeout(resting);
  resting = setTimeout(() => count(target), 800);
});
// Ctrl+Enter presses the page's main button, unless an act is meant; nothing hears Enter while kana become kanji.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const main = document.querySelector("button[data-main]");
  if (main) { event.preventDefault(); main.click(); }
});
// A page brought back from memory may be older than the draft.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
