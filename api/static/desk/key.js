// The keying desk: blind, all fields in paper order, no machine value. Enter accepts and goes on.

import { bind, composing, send } from "../keys.js";
import { Panel } from "./panel.js";
import { Stage } from "./stage.js";

const task = JSON.parse(document.getElementById("task").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const bar = document.querySelector(".progress > i");
const count = document.getElementById("count");
const status = document.getElementById("status");
const url = `/api/v1/tasks/${task.id}`;

let dirty = false;
let saving = null;
const stage = new Stage(document.getElementById("stage"), task.size, (id) => panel.openField(id));
const panel = new Panel(document.getElementById("fields"), task, texts, {
  focus(field) {
    stage.show(field.picture, task.fields.filter((item) => item.picture === field.picture));
    task.fields.forEach((item) => stage.mark(item.id, panel.state.get(item.id).done ? "done" : ""));
    stage.focus(field);
  },
  change(field) {
    dirty = true;
    stage.mark(field.id, panel.state.get(field.id).done ? "done" : "");
    progress();
    clearTimeout(saving);
    saving = setTimeout(save, 1500);
  },
});

function progress() {
  bar.style.width = `${(100 * panel.done) / panel.fields.length}%`;
  count.textContent = `${panel.done} / ${panel.fields.length}`;
}

function say(words, kind = "") {
  status.textContent = words;
  status.className = kind;
}

/** Drafts are kept on the server, so that Esc, a crash or another machine loses nothing. */
async function save() {
  if (!dirty) return;
  dirty = false;
  try {
    await send("PUT", `${url}/draft`, { token: task.token, values: panel.draft() });
  } catch (error) {
    dirty = true;
    say(error.message, "blocks");
  }
}

async function beat() {
  try {
    await send("POST", `${url}/heartbeat`, { token: task.token });
  } catch (error) {
    say(error.message, "blocks");
  }
}

async function submit() {
  const missing = panel.nextOpen(0);
  if (missing !== null) {
    panel.open(missing);
    say(texts.still_open.replace("{n}", panel.fields.length - panel.done), "needs");
    return;
  }
  say(texts.sending);
  try {
    clearTimeout(saving);
    dirty = false;
    await send("POST", `${url}/submit`, { token: task.token, values: panel.values() });
    location.assign(`/desk?done=${encodeURIComponent(task.filing.number)}`);
  } catch (error) {
    say(error.message, "blocks");
  }
}

function onward() {
  if (!panel.accept()) return;
  const next = panel.index + 1;
  if (next < panel.fields.length && !panel.state.get(panel.fields[next].id).done) panel.open(next);
  else {
    const open = panel.nextOpen();
    if (open === null) { finish.hidden = false; finish.focus(); } else panel.open(open);
  }
}

const finish = document.getElementById("finish");
finish.addEventListener("click", submit);

bind("Enter", (event) => {
  if (composing(event) || event.target.id !== "field-input") return false;
  onward();
  return true;
});
bind("Shift+Enter", () => { panel.open(Math.max(0, panel.index - 1)); });
bind("Tab", (event) => {
  if (event.target.id !== "field-input") return false;
  const open = panel.nextOpen();
  if (open === null) return false;
  panel.open(open);
  return true;
});
bind("F2", () => { panel.input?.focus(); panel.input?.setSelectionRange(panel.input.value.length, panel.input.value.length); });
bind("Ctrl+D", () => {
  const above = panel.above();
  if (above) panel.set({ value: above.value, unreadable: above.unreadable, struck: false });
});
bind("Ctrl+B", () => { panel.set({ value: "", unreadable: false, struck: false }); onward(); });
bind("Ctrl+Shift+B", () => {
  const open = panel.blankBlock();
  if (open === null) { finish.hidden = false; finish.focus(); } else panel.open(open);
});
bind("Ctrl+U", () => { panel.set({ value: "", unreadable: true }); onward(); });
bind("Ctrl+K", () => { panel.set({ struck: !panel.current.struck }); });
bind("Ctrl+Enter", submit);
bind("Alt+=", () => stage.zoomBy(1.25));
bind("Alt+-", () => stage.zoomBy(1 / 1.25));
bind("Alt+0", () => stage.zoomBy(0));
bind("Alt+R", () => stage.rotate());
bind("Escape", async () => {
  await save();
  await send("POST", `${url}/release`, { token: task.token }).catch(() => {});
  location.assign("/desk");
});

addEventListener("pagehide", () => {
  if (!dirty) return;
  fetch(`${url}/draft`, {
    method: "PUT", keepalive: true, body: JSON.stringify({ token: task.token, values: panel.draft() }),
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content },
  });
});

panel.restore(task.draft);
progress();
const first = panel.nextOpen(0);
if (first === null) { panel.open(0); finish.hidden = false; } else panel.open(first);
setInterval(beat, (task.lease_seconds * 1000) / 3);
