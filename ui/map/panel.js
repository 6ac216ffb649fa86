import { icon, make } from "./words.js";

function purposeGroups(feed) {
  return feed.purposes
    .map(([purpose, wording]) => ({
      wording,
      layers: feed.layers.filter((spec) => spec.purpose === purpose),
    }))
    .filter(({ layers }) => layers.length);
}

function countOf(spec) {
  if (spec.count !== null) return spec.count;
  return spec.geometry === "point" ? spec.id.length : spec.shapes?.features?.length ?? 0;
}

function countText(spec, t) {
  const count = countOf(spec).toLocaleString("en");
  return spec.unplaced ? `${count} ▲${spec.unplaced}` : count;
}

// Layers by question, each with its count and a switch; narrow, it is a rail of icons.
export function layerPanel(feed, t, state, changed) {
  const rows = new Map();
  function flip(keys, on) {
    for (const key of keys) state.set(key, on);
    refresh();
    changed(keys);
  }
  function row(spec) {
    const toggle = make("button", {
      type: "button",
      role: "switch",
      class: "sw-layer",
      title: spec.title,
      onclick: () => flip([spec.key], !state.get(spec.key)),
    });
    const unplaced = spec.unplaced ? t("{count} without a position", { count: spec.unplaced }) : null;
    toggle.append(
      icon(spec.key, 22),
      make("span", { class: "sw-layer-name" }, spec.title),
      make("span", { class: "sw-layer-count", title: unplaced }, countText(spec, t)),
      make("i", { class: "sw-switch", "aria-hidden": "true" }),
    );
    toggle.disabled = countOf(spec) === 0;
    rows.set(spec.key, toggle);
    return toggle;
  }
  const allOff = make("button", { type: "button", class: "sw-link", onclick: () => flip([...rows.keys()], ![...rows.keys()].some((key) => state.get(key))) });
  const narrow = make("button", { type: "button", class: "sw-link sw-narrow", "aria-label": t("Fold the layers"), title: t("Fold the layers"), onclick: () => fold() }, "◂");
  const head = make("div", { class: "sw-head" }, make("strong", {}, t("Layers")), make("span", { class: "sw-meta" }, String(feed.layers.length)), allOff, narrow);
  const groups = purposeGroups(feed).map(({ wording, layers }) =>
    make("section", { "aria-label": wording }, make("h3", {}, wording), ...layers.map(row)),
  );
  const panel = make("aside", { class: "sw-panel", "aria-label": t("Layers") }, head, make("div", { class: "sw-panel-body" }, ...groups));
  function refresh() {
    for (const [key, toggle] of rows) toggle.setAttribute("aria-checked", String(Boolean(state.get(key))));
    allOff.textContent = [...rows.keys()].some((key) => state.get(key)) ? t("All off") : t("All on");
  }
  function fold(on = !panel.classList.contains("sw-rail")) {
    panel.classList.toggle("sw-rail", on);
    panel.parentElement?.classList.toggle("sw-has-rail", on);
    narrow.textContent = on ? "▸" : "◂";
    narrow.setAttribute("aria-expanded", String(!on));
  }
  refresh();
  return { panel, fold, refresh };
}
