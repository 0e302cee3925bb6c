// The decision page: dialogs for each outcome, errors beside the bar, the claim kept alive.

import { bind, send } from "./keys.js";

const kase = JSON.parse(document.getElementById("case").textContent);
const base = `/decisions/tasks/${kase.task}`;

document.querySelectorAll("[data-open]").forEach((button) => {
  const show = () => {
    if (button.disabled) return false;
    document.getElementById(`do-${button.dataset.open}`).showModal();
    return true;
  };
  button.addEventListener("click", show);
  bind(button.dataset.key, () => (document.querySelector("dialog[open]") ? false : show()), { single: true });
});
document.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));

async function decide(form) {
  const problem = form.querySelector('[role="alert"]');
  const response = await fetch(`${base}/decide/${form.dataset.outcome}`, {
    method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
  });
  if (response.type === "opaqueredirect" || response.ok) { location.assign("/decisions"); return; }
  const answer = await response.json();
  const language = document.documentElement.lang;
  problem.hidden = false;
  problem.textContent = `✕ ${answer.message[language]} ${answer.remedy[language]}`;
}

document.querySelectorAll("form.decide").forEach((form) => {
  form.addEventListener("submit", (event) => { event.preventDefault(); decide(form); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); }
  });
});

document.querySelectorAll("[data-reveal]").forEach((button) => button.addEventListener("click", async () => {
  const answer = await send("POST", `/api/v1/filings/${kase.filing}/reveal/${button.dataset.reveal}`).catch((error) => ({ value: error.message }));
  button.replaceWith(document.createTextNode(` ${(answer.value ?? "").replace(/(.{4})(?=.)/g, "$1 ")}`));
}));

bind("Escape", () => {
  if (document.querySelector("dialog[open]")) return false;
  document.getElementById("close-case")?.click();
  return true;
});

if (kase.token) {
  setInterval(() => send("POST", `/api/v1/tasks/${kase.task}/heartbeat`, { token: kase.token }).catch((error) => {
    const status = document.getElementById("status");
    status.textContent = error.message;
    status.className = "blocks";
  }), (kase.lease * 1000) / 3);
}
