// What the page keeps between clicks: the feed, the running number of clicks, the layer switches.

export function pageStore() {
  window.shouwang ??= { feed: null, waiting: [], seq: 0, switches: {}, libraries: null };
  return window.shouwang;
}

export function publishFeed(feed) {
  const store = pageStore();
  if (store.feed?.stamp === feed.stamp) return;
  store.feed = feed;
  for (const resolve of store.waiting.splice(0)) resolve(feed);
  window.dispatchEvent(new CustomEvent("shouwang:feed", { detail: feed.stamp }));
}

export function feedReady() {
  const store = pageStore();
  return store.feed ? Promise.resolve(store.feed) : new Promise((ok) => store.waiting.push(ok));
}

export function staticUrl(path) {
  return new URL(`app/static/${path}`, document.baseURI).href;
}

function append(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = resolve;
    element.onerror = () => reject(new Error(attributes.src ?? attributes.href));
    document.head.append(element);
  });
}

async function loadLibraries() {
  const vendor = (path) => staticUrl(`vendor/${path}`);
  const style = (path) => append("link", { rel: "stylesheet", href: vendor(path) });
  const script = (path) => append("script", { src: vendor(path) });
  const styles = ["leaflet/leaflet.css", "leaflet.markercluster/MarkerCluster.css"].map(style);
  await script("leaflet/leaflet.js");
  await Promise.all([
    ...styles,
    script("leaflet.markercluster/leaflet.markercluster.js"),
    script("protomaps-leaflet/protomaps-leaflet.js"),
  ]);
  // Leaflet's own focus scrolls the page under the finger, and the click then misses its mark.
  window.L.Map.Keyboard.prototype._onMouseDown = function quietFocus() {
    if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
  };
  // Leaflet moves markers in three dimensions, which makes each a layer of its own for the browser
  // to stack anew with every painted answer; in two dimensions they share one.
  window.L.Marker.include({
    _setPos(point) {
      if (!this._icon) return;
      this._icon._leaflet_pos = point;
      this._icon.style.transform = `translate(${point.x}px, ${point.y}px)`;
      this._zIndex = point.y + this.options.zIndexOffset;
      this._resetZIndex();
    },
  });
}

// Loaded once a page; after a failure the next mount tries again.
export function librariesReady() {
  const store = pageStore();
  store.libraries ??= loadLibraries().catch((error) => {
    store.libraries = null;
    throw error;
  });
  return store.libraries;
}
