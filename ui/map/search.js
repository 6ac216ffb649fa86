import { coordinates, fold, icon, make } from "./words.js";

const LIMIT = 9;

function entry(feed, values) {
  return { ...values, folded: fold(values.name, feed.variants) };
}

export function searchIndex(feed) {
  const records = feed.layers.flatMap((spec) =>
    spec.id.map((id, row) =>
      entry(feed, {
        name: spec.name[row],
        what: spec.title,
        layer: spec.key,
        id,
        lon: spec.lon[row],
        lat: spec.lat[row],
        pinyin: spec.pinyin[row] ?? "",
        initials: spec.initials[row] ?? "",
      }),
    ),
  );
  const { places } = feed;
  const others = places.name.map((name, row) =>
    entry(feed, {
      name,
      what: places.what[row],
      layer: "",
      id: "",
      lon: places.lon[row],
      lat: places.lat[row],
      pinyin: places.pinyin[row],
      initials: places.initials[row],
    }),
  );
  return [...others, ...records];
}

// 0 is the best; null where nothing fits.
function rank(item, query) {
  if (item.folded === query) return 0;
  if (item.folded.startsWith(query)) return 1;
  if (item.folded.includes(query)) return 2;
  if (item.initials === query) return 3;
  if (item.initials.startsWith(query)) return 4;
  if (item.pinyin.startsWith(query)) return 5;
  if (query.length > 1 && item.initials.includes(query)) return 6;
  if (query.length > 2 && item.pinyin.includes(query)) return 7;
  return null;
}

export function find(index, text, variants, t) {
  const at = coordinates(text);
  const first = at ? [{ ...at, name: `${at.lon}, ${at.lat}`, what: t("Coordinates"), layer: "", id: "" }] : [];
  const query = fold(text, variants);
  if (!query || at) return first;
  return index
    .map((item, order) => ({ item, order, score: rank(item, query) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => a.score - b.score || a.item.name.length - b.item.name.length || a.order - b.order)
    .slice(0, LIMIT)
    .map(({ item }) => item);
}

// A combobox as ARIA describes it: arrows move, Enter sets the incident, the eye only looks.
export function searchBox(feed, t, actions) {
  const index = searchIndex(feed);
  let hits = [];
  let active = -1;
  const input = make("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "80",
    "aria-autocomplete": "list",
    "aria-controls": "sw-hits",
    "aria-expanded": "false",
    "aria-label": t("Where did it happen? Place, unit, pinyin, initials or coordinates"),
    placeholder: t("Where did it happen? Place, unit, pinyin, initials or coordinates"),
  });
  const list = make("ul", { id: "sw-hits", role: "listbox", class: "sw-hits", "aria-label": t("Found") });
  const box = make(
    "div",
    { class: "sw-search" },
    make("div", { class: "sw-search-line" }, make("i", { class: "sw-lens", "aria-hidden": "true" }), input, make("kbd", { "aria-hidden": "true" }, "/")),
    list,
  );
  function close() {
    hits = [];
    active = -1;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function choose(hit) {
    input.value = hit.name;
    close();
    input.blur();
    actions.incident(hit);
  }
  function option(hit, row) {
    const look = make("button", { type: "button", class: "sw-look", tabindex: "-1" }, t("Look"));
    look.addEventListener("mousedown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      close();
      actions.look(hit);
    });
    return make(
      "li",
      {
        id: `sw-hit-${row}`,
        role: "option",
        "aria-selected": String(row === active),
        onmousedown: (event) => {
          event.preventDefault();
          choose(hit);
        },
      },
      hit.layer ? icon(hit.layer, 20) : make("i", { class: "sw-place-dot", "aria-hidden": "true" }),
      make("span", { class: "sw-hit-name" }, hit.name),
      make("span", { class: "sw-hit-what" }, hit.what),
      look,
    );
  }
  function render() {
    const empty = input.value.trim() && !hits.length;
    list.replaceChildren(...(empty ? [make("li", { class: "sw-none", role: "option", "aria-disabled": "true" }, t("Nothing of that name. Try fewer characters, pinyin initials, or longitude,latitude."))] : hits.map(option)));
    input.setAttribute("aria-expanded", String(hits.length > 0));
    if (active >= 0) input.setAttribute("aria-activedescendant", `sw-hit-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }
  input.addEventListener("input", () => {
    hits = find(index, input.value, feed.variants, t);
    active = hits.length ? 0 : -1;
    render();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      active = (active + step + hits.length) % hits.length;
      render();
    } else if (event.key === "Enter" && hits[active]) {
      event.preventDefault();
      choose(hits[active]);
    } else if (event.key === "Escape") {
      input.value = "";
      input.blur();
    }
    event.stopPropagation();
  });
  return { box, focus: () => input.focus() };
}
