import { make } from "./words.js";

// One mode at a time: setting incidents, or drawing, closing roads, measuring.
export function modeKeeper(host, t) {
  let mode = null;
  let timer = 0;
  const hint = make("div", { class: "sw-hint", role: "status", hidden: "" });
  function say(text, lasting = false) {
    clearTimeout(timer);
    hint.textContent = text;
    hint.hidden = !text;
    if (text && !lasting) timer = setTimeout(() => say(mode?.hint ?? "", true), 4000);
  }
  const keeper = {
    hint,
    say,
    current: () => mode,
    enter(next) {
      if (mode === next) return keeper.leave();
      mode?.leave?.();
      mode = next;
      host.dataset.mode = mode.name;
      say(mode.hint, true);
      keeper.changed?.(mode.name);
      return undefined;
    },
    leave() {
      mode?.leave?.();
      mode = null;
      delete host.dataset.mode;
      say("", true);
      keeper.changed?.("");
    },
  };
  return keeper;
}

export function button(text, title, action, extra = "") {
  return make("button", { type: "button", class: `sw-button ${extra}`, title, "aria-label": title, onclick: action }, text);
}

// The tools at the lower right, in groups; their texts are words, not pictures to be guessed.
export function toolColumn(map, host, t, actions) {
  const modes = new Map();
  const modal = (name, text, title) => {
    const made = button(text, title, () => actions.mode(name));
    made.setAttribute("aria-pressed", "false");
    modes.set(name, made);
    return made;
  };
  const undo = button(t("Undo"), t("Take back the last closure"), actions.undo);
  const clear = button(t("Open all"), t("Take back all closures"), actions.clear);
  const fit = button(t("Fit"), t("Show the incident and its routes"), actions.fit);
  const whole = button(t("Whole"), t("Show the whole district"), actions.whole);
  const column = make(
    "div",
    { class: "sw-tools", role: "toolbar", "aria-label": t("Map tools"), "aria-orientation": "vertical" },
    make("div", { class: "sw-group" }, modal("draw", t("Close area"), t("Draw a closed area (C)")), modal("road", t("Close road"), t("Close a road by clicking it")), undo, clear),
    make("div", { class: "sw-group" }, modal("measure", t("Measure"), t("Measure a distance (right click)")), whole, fit, button(t("Full screen"), t("Full screen"), actions.full), button(t("Picture"), t("Save the map as a picture"), actions.picture)),
    make("div", { class: "sw-group sw-zoom" }, button("+", t("Zoom in"), () => map.zoomIn()), button("−", t("Zoom out"), () => map.zoomOut())),
  );
  const toggle = button(t("Tools"), t("Map tools"), () => host.classList.toggle("sw-tools-open"), "sw-phone-tools");
  return {
    column,
    toggle,
    mark(name) {
      for (const [key, made] of modes) made.setAttribute("aria-pressed", String(key === name));
    },
    refresh({ closures, incident }) {
      // Off, not away: no button moves because the data changed.
      undo.disabled = closures === 0;
      clear.disabled = closures === 0;
      fit.disabled = !incident;
    },
  };
}

function typing(event) {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/u.test(target.tagName));
}

// Keys of the whole page; taken before Streamlit's own one-letter keys see them.
export function pageKeys(actions) {
  function down(event) {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || action(event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  }
  window.addEventListener("keydown", down, true);
  return () => window.removeEventListener("keydown", down, true);
}

const EARLY_MS = 5000;

// Anything on the page with data-fly="lon,lat", data-route="rank", data-unmask="id" or
// data-withdraw="id" speaks to the map.
export function pageLinks(actions) {
  const linked = (event) => (event.target instanceof Element ? event.target.closest("[data-fly],[data-route],[data-unmask],[data-withdraw]") : null);
  const rankOf = (element) => Number(element?.dataset.route) || null;
  function act(event) {
    const element = linked(event);
    if (!element) return;
    window.shouwangPress = null;
    if (element.dataset.unmask !== undefined) actions.unmask({ layer: element.dataset.of ?? "", id: element.dataset.unmask });
    else if (element.dataset.withdraw !== undefined) actions.withdraw({ layer: element.dataset.of ?? "", id: element.dataset.withdraw, name: element.dataset.name ?? "" });
    else if (element.dataset.fly) {
      const [lon, lat] = element.dataset.fly.split(",").map(Number);
      if (Number.isFinite(lon) && Number.isFinite(lat)) actions.fly(lon, lat);
    } else actions.route(rankOf(element));
  }
  const over = (event) => {
    const element = linked(event);
    if (element?.dataset.route) actions.hover(rankOf(element));
  };
  const out = (event) => {
    if (linked(event)?.dataset.route) actions.hover(null);
  };
  const key = (event) => {
    if (event.key === "Enter" && linked(event) && !(event.target instanceof HTMLButtonElement)) act(event);
  };
  const pairs = [["click", act], ["mouseover", over], ["mouseout", out], ["focusin", over], ["focusout", out], ["keydown", key]];
  for (const [name, handler] of pairs) document.addEventListener(name, handler);
  // Buttons stand on the page before the map answers them: such a press is answered now.
  const early = window.shouwangPress;
  const fresh = early?.target?.isConnected && performance.now() - early.at < EARLY_MS;
  if (fresh) setTimeout(() => act(early), 0);
  return () => {
    for (const [name, handler] of pairs) document.removeEventListener(name, handler);
  };
}
