// Two values side by side, the difference underlined; 1, 2 or type. Nobody sees whose they are.

import { bind, composing, send } from "../keys.js";
import { Stage, around, snippet } from "./stage.js";
import { doubt, shaped, spoken } from "./typing.js";

const task = JSON.parse(document.getElementById("task").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const url = `/api/v1/tasks/${task.id}`;
const host = document.getElementById("fields");
const status = document.getElementById("status");
const finish = document.getElementById("finish");
const chosen = new Map();
const doubted = new Map();
let index = -1;

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

const stage = new Stage(document.getElementById("stage"), task.size, (id) => open(task.fields.findIndex((field) => field.id === id)));

/** The first value with what differs from the second marked: common head and tail stay plain. */
function underlined(value, other) {
  const line = make("span");
  if (value === null) { line.append(make("span", "blank", `● ${texts.is_unreadable}`)); return line; }
  if (value === "") { line.append(make("span", "blank", texts.blank)); return line; }
  const rival = other ?? "";
  let head = 0;
  while (head < value.length && value[head] === rival[head]) head += 1;
  let tail = 0;
  while (tail < value.length - head && tail < rival.length - head && value.at(-1 - tail) === rival.at(-1 - tail)) tail += 1;
  line.append(value.slice(0, head), make("mark", "", value.slice(head, value.length - tail)), value.slice(value.length - tail));
  return line;
}

function open(next) {
  if (next < 0 || next >= task.fields.length) return;
  index = next;
  const field = task.fields[index];
  host.replaceChildren();
  host.append(make("h2", "block", task.blocks.find((block) => block.id === field.block)?.label ?? ""));
  const body = make("div", "field open");
  body.dataset.field = field.id;
  body.append(make("p", "field-title", `${field.number} ${field.label}`));
  if (field.crop) {
    const image = make("img", "snippet");
    image.src = field.crop;
    image.alt = "";
    body.append(image);
  } else body.append(snippet(field.picture, task.size, around(field), host.clientWidth - 40, 4, 280));
  const list = make("div", "candidates");
  field.values.forEach((value, at) => {
    const button = make("button", "candidate");
    button.type = "button";
    button.dataset.value = JSON.stringify(value);
    button.append(make("kbd", "", String(at + 1)), underlined(value, field.values[1 - at]));
    const said = value ? spoken(value, field, task.eras) : "";
    if (said) button.lastChild.append(make("small", "", ` ${said}`));
    button.addEventListener("click", () => choose(value));
    list.append(button);
  });
  const input = make("input", "value");
  input.id = "field-input";
  input.autocomplete = "off";
  input.setAttribute("aria-label", `${texts.third} ${field.label}`);
  input.placeholder = texts.third;
  input.value = chosen.get(field.id) ?? "";
  const hint = make("p", "hint", texts[`hint_${field.type}`] ?? "");
  hint.id = "field-hint";
  body.append(list, input, hint);
  host.append(body);
  stage.show(field.picture, task.fields.filter((item) => item.picture === field.picture));
  stage.focus(field);
  list.querySelector("button")?.focus();
  document.getElementById("count").textContent = `${chosen.size} / ${task.fields.length}`;
  document.querySelector(".progress > i").style.width = `${(100 * chosen.size) / task.fields.length}%`;
}

function choose(value) {
  chosen.set(task.fields[index].id, value);
  stage.mark(task.fields[index].id, "done");
  const next = task.fields.findIndex((field, at) => at > index && !chosen.has(field.id));
  const any = next >= 0 ? next : task.fields.findIndex((field) => !chosen.has(field.id));
  if (any >= 0) { open(any); return; }
  open(index);
  finish.hidden = false;
  finish.focus();
}

async function submit() {
  const values = Object.fromEntries(task.fields.map((field) => [field.id, { value: chosen.get(field.id) ?? null, struck: false }]));
  status.textContent = texts.sending;
  try {
    await send("POST", `${url}/submit`, { token: task.token, values });
    location.assign(`/desk?done=${encodeURIComponent(task.filing.number)}`);
  } catch (error) {
    status.textContent = error.message;
    status.className = "blocks";
  }
}

finish.addEventListener("click", submit);
const pick = (at) => (event) => {
  if (event.target.id === "field-input" && event.target.value) return false;
  const { values } = task.fields[index];
  if (at >= values.length) return false;
  choose(values[at]);
  return true;
};
bind("1", pick(0));
bind("2", pick(1));
bind("3", pick(2));
bind("Enter", (event) => {
  if (composing(event) || event.target.id !== "field-input") return false;
  const field = task.fields[index];
  const value = shaped(event.target.value, field);
  const wrong = doubt(value, field);
  if (wrong && doubted.get(field.id) !== value) {
    doubted.set(field.id, value);
    const hint = document.getElementById("field-hint");
    hint.textContent = `! ${texts[wrong]}`;
    hint.classList.add("needs");
    return true;
  }
  choose(value);
  return true;
});
bind("Shift+Enter", () => open(Math.max(0, index - 1)));
bind("Ctrl+B", () => choose(""));
bind("Ctrl+U", () => choose(null));
bind("F2", () => document.getElementById("field-input")?.focus());
bind("Alt+=", () => stage.zoomBy(1.25));
bind("Alt+-", () => stage.zoomBy(1 / 1.25));
bind("Alt+0", () => stage.zoomBy(0));
bind("Alt+R", () => stage.rotate());
bind("Escape", async () => {
  await send("POST", `${url}/release`, { token: task.token }).catch(() => {});
  location.assign("/desk");
});

open(0);
setInterval(() => send("POST", `${url}/heartbeat`, { token: task.token }).catch((error) => {
  status.textContent = error.message;
  status.className = "blocks";
}), (task.lease_seconds * 1000) / 3);
