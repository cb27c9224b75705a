"use strict";
// Two minutes before the session ends the page tells it; any act in any window of the desk begins its time anew.
const leaving = document.getElementById("leaving");
if (leaving) {
  const [said, stay] = [leaving.querySelector("p"), leaving.querySelector("button")];
  const windows = new BroadcastChannel("yoshiki");
  let [soon, over] = [0, 0];
  const anew = () => {
    clearTimeout(soon); clearTimeout(over);
    leaving.hidden = true;
    const end = Number(leaving.dataset.seconds) * 1000;
    soon = setTimeout(() => { said.textContent = leaving.dataset.soon; stay.hidden = false; leaving.hidden = false; }, end - 120000);
    over = setTimeout(() => { said.textContent = leaving.dataset.over; stay.hidden = true; }, end);
  };
  const acted = () => { anew(); windows.postMessage("acted"); };
  windows.onmessage = anew;
  document.addEventListener("htmx:after:request", acted);
  stay.addEventListener("click", async () => {
    try {
      const answer = await fetch(leaving.dataset.url, { redirect: "manual" });
      if (answer.ok) { acted(); return; }
    } catch { /* told as over: what stands on the page stays */ }
    said.textContent = leaving.dataset.over; stay.hidden = true;
  });
  acted();
}
