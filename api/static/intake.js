// Intake: choose or drop files, send them one after the other, and watch the rows live.

import { send } from "./keys.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const form = document.getElementById("new");
const list = document.getElementById("chosen");
const status = document.getElementById("status");
const chosen = [];

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);

function take(files) {
  for (const file of files) {
    const line = document.createElement("li");
    line.textContent = `${file.name} `;
    const state = document.createElement("span");
    line.append(state);
    list.append(line);
    chosen.push({ file, state });
  }
  document.getElementById("start").disabled = chosen.length === 0;
}

if (form) {
  const drop = document.getElementById("drop");
  document.getElementById("files").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); take(event.dataTransfer.files); });
  form.addEventListener("submit", (event) => { event.preventDefault(); upload(); });
}

/** One file as a raw body; the share sent is shown while it goes. */
function put(url, file, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf"]').content);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onShare(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("error", () => reject(new Error(texts.failed)));
    request.addEventListener("load", () => {
      const answer = JSON.parse(request.responseText || "{}");
      if (request.status < 300) resolve(answer);
      else {
        const language = document.documentElement.lang;
        reject(new Error(answer.message ? `${answer.message[language]} ${answer.remedy[language]}` : texts.failed));
      }
    });
    request.send(file);
  });
}

async function upload() {
  const start = document.getElementById("start");
  start.disabled = true;
  const data = Object.fromEntries(new FormData(form));
  for (const name of ["declared_pieces", "declared_pages"]) data[name] = data[name] ? Number(data[name]) : null;
  try {
    status.textContent = texts.sending;
    const batch = await send("POST", "/api/v1/batches", data);
    let taken = 0;
    for (const { file, state } of chosen) {
      try {
        const answer = await put(`/api/v1/batches/${batch.id}/files/${encodeURIComponent(file.name)}`, file,
          (share) => { state.textContent = `${Math.round(100 * share)}%`; });
        state.textContent = answer.rescan_of ? `! ${texts.rescan}` : `✓ ${texts.sent}`;
        state.className = answer.rescan_of ? "needs" : "settled";
        taken += 1;
      } catch (error) {
        state.textContent = `✕ ${error.message}`;
        state.className = "blocks";
      }
    }
    if (taken) await send("POST", `/api/v1/batches/${batch.id}/close`, undefined, { "If-Match": "*" });
    location.assign(`/intake/${batch.id}`);
  } catch (error) {
    status.textContent = error.message;
    status.className = "blocks";
    start.disabled = false;
  }
}

const MARKS = { open: ["needs", "!"], closed: ["info", "…"], held: ["needs", "!"], released: ["settled", "✓"] };

/** Paint a row from GET /api/v1/batches/ID/progress. */
export function paint(row, batch) {
  const cell = (name) => row.querySelector(`[data-cell="${name}"]`);
  const all = Object.values(batch.pages).reduce((sum, n) => sum + n, 0);
  const read = all - (batch.pages.decoded ?? 0);
  const [kind, mark] = MARKS[batch.state];
  if (cell("pieces")) cell("pieces").textContent = `${batch.declared.pieces ?? "–"} → ${batch.found.pieces}`;
  if (cell("pages")) cell("pages").textContent = `${batch.declared.pages ?? "–"} → ${batch.found.pages}`;
  cell("state").innerHTML = "";
  const state = document.createElement("span");
  state.className = `mark ${kind}`;
  state.textContent = `${mark} ${texts[`state_${batch.state}`]}`;
  cell("state").append(state);
  if (batch.refused) {
    const refused = document.createElement("span");
    refused.className = "mark blocks";
    refused.textContent = ` ✕ ${fill(texts.refused_n, { n: batch.refused })}`;
    cell("state").append(refused);
  }
  const filings = Object.values(batch.filings).reduce((sum, n) => sum + n, 0);
  if (batch.channel === "efiling") { // data: nothing to read, nothing to count
    cell("progress").textContent = fill(texts.filings_of, { n: filings });
    row.dataset.settled = batch.settled ? "1" : "0";
    return;
  }
  const share = all ? read / all : 0;
  cell("progress").innerHTML = '<div class="bar-cell"><div class="progress"><i></i></div><span></span></div>';
  cell("progress").querySelector("i").style.width = `${100 * share}%`;
  cell("progress").querySelector("span").textContent = filings
    ? `${fill(texts.read_of, { read, all })} · ${fill(texts.filings_of, { n: filings })}` : fill(texts.read_of, { read, all });
  row.dataset.settled = batch.settled ? "1" : "0";
}

async function watch() {
  for (const row of document.querySelectorAll("[data-batch]")) {
    if (row.dataset.settled === "1" && row.dataset.painted) continue;
    try {
      paint(row, await send("GET", `/api/v1/batches/${row.dataset.batch}/progress`));
      row.dataset.painted = "1";
    } catch { /* shown again at the next round */ }
  }
  setTimeout(watch, 1500);
}
watch();
