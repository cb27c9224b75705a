"use strict";
// Two conveniences; the pages do everything without them: dropping a file on the form, and a live progress bar.
const drop = document.querySelector(".drop");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const mark = (on) => drop.classList.toggle("over", on);
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); mark(true); });
  drop.addEventListener("dragleave", () => mark(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (event.dataTransfer.files.length === 1) { input.files = event.dataTransfer.files; drop.requestSubmit(); }
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
