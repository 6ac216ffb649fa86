// Watches one question at a time: when does the page show the whole answer to it?
// The answer is there when the map has painted it and every team's row in the rail carries the
// name and the time of the route with the same rank on the map.
window.bench = (() => {
  const host = () => document.querySelector(".sw-map-host");
  const data = () => host()?.shouwang?.data;
  const state = { asked: 0, painted: 0, done: 0, expected: () => true };

  // Whether a click there reaches the map itself and no marker, panel or button.
  function free(x, y) {
    const top = document.elementFromPoint(x, y);
    return Boolean(top && (top.matches(".leaflet-container, .leaflet-container canvas, .leaflet-pane, .leaflet-layer, .leaflet-pane svg")));
  }

  function place(lon, lat) {
    const { map } = host().shouwang.drawn;
    const { x, y } = map.latLngToContainerPoint([lat, lon]);
    const box = map.getContainer().getBoundingClientRect();
    return { x: box.x + x, y: box.y + y };
  }

  function rowsAgree() {
    return data().routes.every(({ rank, label }) => {
      const row = document.querySelector(`.rail [data-route="${rank}"]`);
      const cut = label.lastIndexOf(" ");
      const said = row ? row.textContent.replace(/\s+/gu, " ") : "";
      return said.includes(label.slice(0, cut)) && (!label.includes("′") || said.includes(label.slice(cut + 1)));
    });
  }

  function complete() {
    return state.painted > state.asked && data()?.incident && state.expected() && rowsAgree() && document.querySelector(".caut");
  }

  function look() {
    if (!state.done && complete()) state.done = performance.now();
    return state.done;
  }

  function poll() {
    if (!look()) requestAnimationFrame(poll);
  }

  function ask(expected) {
    state.asked = performance.now();
    state.painted = state.done = 0;
    state.expected = expected;
    requestAnimationFrame(poll);
  }

  new MutationObserver(() => {
    state.painted = performance.now();
    look();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-painted"] });

  return {
    onPointerUp() {
      const before = window.shouwang.seq;
      document.addEventListener("pointerup", () => ask(() => {
        const { seq } = window.shouwang;
        return seq > before && data().seq === seq && document.documentElement.dataset.painted === String(seq);
      }), { capture: true, once: true });
    },
    reopen() {
      const { drawn } = host().shouwang;
      drawn.closures.clear();
    },
    onEnter() {
      const before = data().polygons.length;
      window.addEventListener("keydown", () => ask(() => data().polygons.length > before), { capture: true, once: true });
    },
    onTurn() {
      const before = data().what_if.wind_from_deg;
      window.addEventListener("keydown", () => ask(() => data().what_if.wind_from_deg !== before), { capture: true, once: true });
    },
    elapsed: () => (state.done ? state.done - state.asked : null),
    place,
    pixel(lon, lat) {
      const at = place(lon, lat);
      return free(at.x, at.y) ? at : null;
    },
    free,
    around(rank) {
      const points = data().routes.find((route) => route.rank === rank)?.points ?? [];
      const middle = points[Math.floor(points.length / 2)];
      return middle ? [middle[1], middle[0]] : null;
    },
    closed: () => data().polygons.length,
    teams: () => data().routes.length,
  };
})();
