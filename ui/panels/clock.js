/* Ticks every [data-clock] and [data-since] (numbers, written as text); says the page's language;
   keeps the last press for a map that is not ready yet. */
(() => {
  if (window.shouwangClock) return;
  const two = (n) => String(n).padStart(2, "0");
  const write = (e, text) => { if (e.textContent !== text) e.textContent = text; };
  const tick = () => {
    // Streamlit calls every page English; a reader's voice and a font's glyphs go by this.
    const lang = document.querySelector("[data-lang]")?.dataset.lang;
    if (lang && document.documentElement.lang !== lang) document.documentElement.lang = lang;
    // An exercise stands first in the window's title, as long as its bar stands on the page.
    const drill = document.querySelector("[data-drill]")?.dataset.drill ?? "";
    const title = drill + document.title.replace(/^【[^】]*】/, "");
    if (document.title !== title) document.title = title;
    const now = new Date();
    const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    // Where the page's times are of a zone that it names, so is its clock, whatever the machine's.
    const zone = document.querySelector("[data-zone]")?.dataset.zone;
    const shown = zone ? now.toLocaleTimeString("en-GB", { timeZone: zone }) : time;
    for (const e of document.querySelectorAll("[data-clock]")) write(e, shown);
    for (const e of document.querySelectorAll("[data-since]")) {
      const s = Math.floor((now.getTime() - Number(e.dataset.since)) / 1000);
      if (!Number.isFinite(s) || s < 0) { write(e, ""); continue; }
      const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
      write(e, ` · +${h ? two(h) + ":" : ""}${two(m)}:${two(s % 60)}`);
    }
  };
  document.addEventListener("click", (event) => {
    window.shouwangPress = { target: event.target, at: performance.now() };
  }, true);
  window.shouwangClock = setInterval(tick, 500);
  tick();
})();
