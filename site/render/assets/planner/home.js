// The home page greets who comes back: where they stand, in place of the three questions.

import { make } from "./dom.js";
import { kept, visit } from "./keeping.js";

const record = (await kept()) ?? visit();
const place = document.querySelector("[data-returning]");
if (record?.line && place) {
  place.replaceWith(make("p", { class: "returning" }, make("strong", {}, record.line)));
  const open = document.querySelector("[data-open-plan]");
  if (open) open.textContent = "Open my plan";
}
