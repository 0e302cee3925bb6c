// A batch: forms that post JSON, live while it is being read, arrows over the light-table.

import { bind, send } from "./keys.js";

const batch = JSON.parse(document.getElementById("batch").textContent);
const status = document.getElementById("status");
const say = (error) => { status.textContent = error.message; status.className = "problem"; };
const version = { "If-Match": `"${batch.n}"` };

document.querySelectorAll("form[data-post]").forEach((form) => form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = Object.fromEntries(new FormData(form));
  try {
    await send("POST", form.dataset.post, Object.keys(data).length ? data : undefined, version);
    location.reload();
  } catch (error) { say(error); }
}));

document.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", async () => {
  try {
    await send("POST", button.dataset.act, undefined, version);
    location.reload();
  } catch (error) { say(error); }
}));

document.getElementById("more")?.addEventListener("change", async (event) => {
  try {
    for (const file of event.target.files) await send("PUT", `/api/v1/batches/${batch.id}/files/${encodeURIComponent(file.name)}`, file);
    location.reload();
  } catch (error) { say(error); }
});

const cards = [...document.querySelectorAll(".page-card")];
const step = (by) => () => {
  if (!cards.length) return false;
  const at = cards.indexOf(document.activeElement);
  cards[Math.max(0, Math.min(cards.length - 1, at + by))].focus();
  return true;
};
bind("ArrowRight", step(1), { single: true });
bind("ArrowLeft", step(-1), { single: true });
bind("Escape", () => location.assign("/intake"));

/** Until everything is read the page follows: the counts decide when to load it again. */
async function follow(before) {
  const now = await send("GET", `/api/v1/batches/${batch.id}/progress`).catch(() => null);
  const print = now && JSON.stringify([now.state, now.pages, now.sheets, now.filings, now.refused]);
  if (before !== null && print !== null && print !== before) { location.reload(); return; }
  if (!now?.settled || Object.values(now.filings).length === 0) setTimeout(() => follow(print ?? before), 1500);
}
if (!batch.settled) follow(null);
