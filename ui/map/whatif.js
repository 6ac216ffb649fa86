import { make } from "./words.js";
import { button } from "./controls.js";

const STEP_DEG = 5;
const FULL_DEG = 360;
const QUIET_MS = 400;
const ANSWER_MS = 3_000;
const DRAWING = "http://www.w3.org/2000/svg";

function vector(tag, attributes, ...children) {
  const made = document.createElementNS(DRAWING, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function compassNames(t) {
  return [t("N"), t("NNE"), t("NE"), t("ENE"), t("E"), t("ESE"), t("SE"), t("SSE"), t("S"), t("SSW"), t("SW"), t("WSW"), t("W"), t("WNW"), t("NW"), t("NNW")];
}

// The point of the compass of a bearing.
export function pointOf(names, bearing) {
  const step = FULL_DEG / names.length;
  return names[Math.floor((bearing + step / 2) / step) % names.length];
}

// The bearing of a hand on the dial, clockwise from north, in steps that a hand can hit.
export function bearingOf(right, down) {
  const degrees = (Math.atan2(right, -down) * FULL_DEG) / (2 * Math.PI);
  return (Math.round(degrees / STEP_DEG) * STEP_DEG + FULL_DEG) % FULL_DEG;
}

// Asks for one bearing at a time: the first at once, so that a single key has no wait; of those that
// are turned while its answer is on the way only the last, when the answer has come.
export function bearingAsker(ask) {
  let asked = null;
  let next = null;
  let patience = 0;
  function send(bearing) {
    asked = bearing;
    next = null;
    patience = setTimeout(done, ANSWER_MS);
    ask(bearing);
  }
  function done() {
    clearTimeout(patience);
    asked = null;
    if (next !== null) send(next);
  }
  return {
    turned(bearing) {
      if (asked === null) send(bearing);
      else next = bearing;
    },
    // An answer is drawn; returns the bearing that still waits for its own, null for none.
    drawn(bearing) {
      const waits = next;
      if (asked !== null && bearing === asked) done();
      return waits;
    },
  };
}

// A dial whose handle stands where the wind comes from and whose arrow points where it blows to.
function windDial(t, { turning, turned }) {
  const arrow = vector("g", { class: "sw-dial-arrow" }, vector("path", { d: "M0-46V30" }), vector("path", { d: "M0 46L-10 24H10Z", class: "sw-dial-head" }), vector("circle", { cx: 0, cy: -46, r: 8, class: "sw-dial-knob" }));
  const ticks = Array.from({ length: 16 }, (_, i) => vector("path", { d: i % 4 ? "M0-54V-49" : "M0-54V-44", transform: `rotate(${i * 22.5})`, class: "sw-dial-tick" }));
  const north = vector("text", { x: 0, y: -58, class: "sw-dial-north" });
  north.textContent = t("N");
  const face = vector("svg", { viewBox: "-66 -74 132 140", class: "sw-dial-face", "aria-hidden": "true" }, vector("circle", { r: 54, class: "sw-dial-ring" }), ...ticks, north, arrow);
  const dial = make("div", { class: "sw-dial", role: "slider", tabindex: "0", "aria-label": t("Wind from"), "aria-valuemin": "0", "aria-valuemax": String(FULL_DEG - 1) }, face);
  let held = false;
  let bearing = null;
  function show(value) {
    bearing = value;
    arrow.setAttribute("transform", `rotate(${value ?? 0})`);
    dial.classList.toggle("sw-dial-unknown", value === null);
    dial.setAttribute("aria-valuenow", String(value ?? 0));
    dial.setAttribute("aria-valuetext", value === null ? t("wind unknown") : `${Math.round(value)}°`);
  }
  function follow(event) {
    const box = face.getBoundingClientRect();
    const middle = [box.left + box.width / 2, box.top + (box.height * 74) / 140];
    show(bearingOf(event.clientX - middle[0], event.clientY - middle[1]));
    turning(bearing);
  }
  function release(event) {
    if (!held) return;
    held = false;
    if (dial.hasPointerCapture(event.pointerId)) dial.releasePointerCapture(event.pointerId);
    turned(bearing);
  }
  dial.addEventListener("pointerdown", (event) => {
    held = true;
    dial.setPointerCapture(event.pointerId);
    event.preventDefault();
    dial.focus({ preventScroll: true });
    follow(event);
  });
  dial.addEventListener("pointermove", (event) => { if (held) follow(event); });
  dial.addEventListener("pointerup", release);
  dial.addEventListener("pointercancel", release);
  dial.addEventListener("keydown", (event) => {
    const step = { ArrowRight: STEP_DEG, ArrowUp: STEP_DEG, ArrowLeft: -STEP_DEG, ArrowDown: -STEP_DEG }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    bearing = ((bearing ?? 0) + step + FULL_DEG) % FULL_DEG;
    // The question goes first: painting the preview before it would hold the answer up by a frame.
    turned(bearing, { byKey: true });
    setTimeout(() => { show(bearing); turning(bearing); }, 0);
  });
  return { dial, show, held: () => held };
}

function stepper(label, unit, change) {
  const field = make("input", { type: "number", min: "0", step: "any", inputmode: "decimal", "aria-label": `${label} ${unit}`, class: "sw-number", onchange: () => change() });
  return { field, value: () => (field.value === "" || !Number.isFinite(Number(field.value)) ? null : Math.max(Number(field.value), 0)) };
}

function hourText(hour) {
  return `${String(hour).padStart(2, "0")}:00`;
}

// The what-if panel: wind, hour, quantity, flood, withdrawn teams. It answers while turned and reports on release.
export function whatIfPanel(t, { turning, send, flood, back }) {
  const names = compassNames(t);
  let knobs = null;
  const chip = button("", t("Back to the live values"), () => send({ act: "restore" }), "sw-chip");
  const take = button(t("Take as live"), t("These values are what is reported now"), () => report({ act: "take" }), "sw-take");
  const fold = button("▾", t("Fold the what-if panel"), () => panel.classList.toggle("sw-folded"), "sw-fold");
  const asker = bearingAsker((bearing) => report({ wind_from_deg: bearing }));
  const preview = (bearing) => { readBearing(bearing); inside.textContent = turning(bearing); };
  let quiet = 0;
  const dial = windDial(t, {
    turning: preview,
    turned: (bearing, { byKey = false } = {}) => {
      clearTimeout(quiet);
      // The first bearing is what is reported, not a what-if: keys on the way to it report nothing.
      if (byKey && knobs?.wind_from_deg === null) quiet = setTimeout(() => asker.turned(bearing), QUIET_MS);
      else asker.turned(bearing);
    },
  });
  const bearing = make("b", { class: "sw-bearing" });
  const point = make("span", { class: "sw-point" });
  const inside = make("span", { class: "sw-inside", role: "status" });
  const speed = stepper(t("Wind speed"), "m/s", () => report({ wind_ms: speed.value() }));
  const amount = stepper(t("Quantity"), "t", () => report({ quantity_t: amount.value() || null }));
  const times = (factor) => button(factor < 1 ? "½" : "×2", factor < 1 ? t("Half the quantity") : t("Twice the quantity"), () => {
    if (amount.value()) report({ quantity_t: Number((amount.value() * factor).toPrecision(4)) });
  }, "sw-times");
  const hour = make("input", { type: "range", min: "0", max: "23", step: "1", "aria-label": t("Hour"), oninput: () => { clock.textContent = hourText(Number(hour.value)); }, onchange: () => report({ hour: Number(hour.value) }) });
  const clock = make("b", { class: "sw-clock" });
  const own = button(t("Its own hour"), t("Its own hour"), () => report({ hour: null }), "sw-own");
  const chips = make("div", { class: "sw-chips" });
  const facts = make("p", { class: "sw-facts" });
  const wind = make("div", { class: "sw-wind" }, dial.dial, make("div", { class: "sw-wind-said" }, make("span", { class: "sw-meta" }, t("Wind from")), bearing, point, make("label", {}, speed.field, " m/s"), inside));
  const rowOf = (label, ...rest) => make("div", { class: "sw-knob" }, make("span", {}, label), ...rest);
  const quantity = rowOf(t("Quantity"), times(0.5), amount.field, make("span", {}, "t"), times(2));
  const head = make("header", {}, make("strong", {}, t("What if")), chip, take, fold);
  const body = make("div", { class: "sw-whatif-body" }, wind, quantity, rowOf(t("Hour"), hour, clock, own), make("div", { class: "sw-knob sw-acts" }, button(t("Flood an area"), t("Draw water that closes the roads"), flood), chips), facts);
  const panel = make("aside", { class: "sw-whatif", "aria-label": t("What if"), hidden: "" }, head, body);

  function readBearing(value) {
    bearing.textContent = value === null ? "—" : `${String(Math.round(value)).padStart(3, "0")}°`;
    point.textContent = value === null ? t("wind unknown") : pointOf(names, value);
  }
  // All knobs go each time: the last word holds, whatever was lost before.
  function report({ act = "", ...changed }) {
    knobs = { ...knobs, ...changed };
    const { wind_from_deg, wind_ms, quantity_t, hour: at, withdrawn, flooded } = knobs;
    send({ wind_from_deg, wind_ms, quantity_t, hour: at, withdrawn: withdrawn.map(([layer, id]) => [layer, id]), flooded, act });
  }
  const chipFor = (text, title, action) => button(`✕ ${text}`, title, action, "sw-chip-off");
  function drawChips() {
    const teams = knobs.withdrawn.map(([layer, id, name]) =>
      chipFor(name, t("Back in service: {name}", { name }), () => report({ withdrawn: knobs.withdrawn.filter((team) => team[0] !== layer || team[1] !== id) })));
    const water = knobs.flooded.map((_, i) => chipFor(t("Flooded"), t("Dry again"), () => report({ flooded: knobs.flooded.filter((_ring, j) => j !== i) })));
    chips.replaceChildren(...teams, ...water);
  }
  return {
    panel,
    draw(data) {
      panel.hidden = !data.what_if;
      if (!data.what_if || dial.held()) return;
      knobs = data.what_if;
      const turnedOn = asker.drawn(knobs.wind_from_deg);
      wind.hidden = quantity.hidden = !knobs.asks_wind;
      dial.show(turnedOn ?? knobs.wind_from_deg);
      if (turnedOn === null) {
        readBearing(knobs.wind_from_deg);
        inside.textContent = "";
      } else preview(turnedOn);
      if (document.activeElement !== speed.field) speed.field.value = knobs.wind_ms ?? "";
      if (document.activeElement !== amount.field) amount.field.value = knobs.quantity_t ?? "";
      const at = knobs.hour ?? knobs.own_hour;
      hour.value = String(at);
      clock.textContent = knobs.hour === null ? t("now") : hourText(at);
      own.hidden = knobs.hour === null;
      chip.textContent = knobs.live ? t("= live") : t("≠ live · restore");
      chip.disabled = knobs.live;
      take.hidden = knobs.live;
      panel.classList.toggle("sw-turned", !knobs.live);
      facts.textContent = knobs.facts.join(" · ");
      facts.hidden = !knobs.facts.length;
      drawChips();
      back?.(knobs);
    },
    withdraw(team) {
      const there = knobs?.withdrawn.some(([layer, id]) => layer === team.layer && id === team.id);
      if (knobs && !there) report({ withdrawn: [...knobs.withdrawn, [team.layer, team.id, team.name ?? ""]] });
    },
    flood(ring) {
      if (knobs) report({ flooded: [...knobs.flooded, ring] });
    },
  };
}

// The wind in words, above the map, with the age of the reading.
export function windBox() {
  const arrow = vector("svg", { viewBox: "-20 -20 40 40", class: "sw-windbox-arrow", "aria-hidden": "true" }, vector("path", { d: "M0 18L-11 0H-4V-18H4V0H11Z" }));
  const title = make("b", {});
  const basis = make("span", { class: "sw-meta" });
  const box = make("div", { class: "sw-windbox", hidden: "" }, arrow, make("div", {}, title, basis));
  return {
    box,
    draw(wind) {
      box.hidden = !wind;
      if (!wind) return;
      arrow.toggleAttribute("hidden", wind.from_deg === null);
      arrow.style.transform = `rotate(${wind.from_deg ?? 0}deg)`;
      title.textContent = wind.title;
      basis.textContent = wind.basis;
      box.classList.toggle("sw-stale", wind.stale);
    },
  };
}
