import { publishFeed } from "./store.js";

export default function feed(component) {
  publishFeed(component.data);
}
