// The fields on the right, in paper order; the one in focus is open: snippet, input, choices, doubts.

import { around, snippet } from "./stage.js";
import { doubt, shaped, spoken } from "./typing.js";

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

export class Panel {
  /**
   * `task`: what GET /api/v1/tasks/ID answers; `texts`: the page's words; `on`: {focus(field), change(field)}.
   * State of a field: {value, done, unreadable, struck}.
   */
  constructor(host, task, texts, on) {
    Object.assign(this, { host, task, texts, on, index: -1 });
    this.fields = task.fields;
    this.state = new Map(this.fields.map((field) => [field.id, { value: "", done: false, unreadable: false, struck: false }]));
    this.rows = new Map();
    this.#build();
  }

  /** What was typed before, from the draft. */
  restore(draft) {
    for (const [id, kept] of Object.entries(draft ?? {})) {
      const state = this.state.get(id);
      if (state) Object.assign(state, kept);
      if (state) this.#paint(this.fields.find((field) => field.id === id));
    }
  }

  get field() { return this.fields[this.index]; }
  get current() { return this.state.get(this.field?.id); }
  get done() { return this.fields.filter((field) => this.state.get(field.id).done).length; }

  open(index) {
    if (index < 0 || index >= this.fields.length) return false;
    this.#close();
    this.index = index;
    const { field, current } = this;
    const row = this.rows.get(field.id);
    row.classList.add("open");
    row.setAttribute("aria-current", "true");
    const body = make("div", "field-body");
    body.append(this.#picture(field, body));
    this.input = make("input", "value");
    Object.assign(this.input, { value: current.value, autocomplete: "off", spellcheck: false, id: "field-input" });
    this.input.setAttribute("aria-label", `${field.number} ${field.label}`);
    this.input.setAttribute("aria-describedby", "field-hint");
    if (["wareki", "digits", "yen", "zip", "choice", "telephone"].includes(field.type)) this.input.inputMode = "numeric";
    if (["kana", "kanji", "address", "addr_kana", "text"].includes(field.type)) this.input.lang = "ja";
    this.input.addEventListener("input", () => this.#typed());
    body.append(this.input, this.#choices(field), this.#hint(field));
    row.append(body);
    this.input.focus({ preventScroll: true });
    this.input.select();
    row.scrollIntoView({ block: "center", behavior: "instant" });
    this.on.focus(field);
    return true;
  }

  openField(id) { this.open(this.fields.findIndex((field) => field.id === id)); }

  /** The next field that nobody has settled yet, from here on; null if there is none. */
  nextOpen(from = this.index + 1) {
    const order = [...this.fields.keys()].map((offset) => (from + offset) % this.fields.length);
    const found = order.find((index) => !this.state.get(this.fields[index].id).done);
    return found ?? null;
  }

  /** Take what stands in the input; false (and the doubt shown, once) if it cannot be so. A second Enter insists. */
  accept() {
    const { field, current, input } = this;
    const value = current.unreadable ? "" : shaped(input.value, field);
    const wrong = current.unreadable ? null : doubt(value, field);
    if (wrong && current.doubted !== value) {
      current.doubted = value;
      input.value = value;
      this.#say(this.texts[wrong], true);
      return false;
    }
    Object.assign(current, { value, done: true });
    this.#paint(field);
    this.on.change(field);
    return true;
  }

  set(values) {
    Object.assign(this.current, values);
    if (values.value !== undefined) this.input.value = values.value;
    this.#typed(false);
    this.#paint(this.field);
    this.on.change(this.field);
  }

  /** Declare every field of the block in focus blank; gives the first field after it, or null. */
  blankBlock() {
    const block = this.field.block;
    for (const field of this.fields) {
      if (field.block !== block) continue;
      Object.assign(this.state.get(field.id), { value: "", done: true, unreadable: false, struck: false });
      this.#paint(field);
    }
    this.on.change(this.field);
    return this.nextOpen();
  }

  /** The same field of the entry above, for "same as above". */
  above() {
    const match = /^entries\[(\d+)\](.*)$/.exec(this.field.id);
    const twin = /^(.*\.others)\[1\](.*)$/.exec(this.field.id);
    const id = twin ? `${twin[1]}[0]${twin[2]}` : match && Number(match[1]) > 0 ? `entries[${Number(match[1]) - 1}]${match[2]}` : null;
    return id ? this.state.get(id) ?? null : null;
  }

  /** What is sent: null is unreadable. */
  values() {
    return Object.fromEntries(this.fields.map((field) => {
      const { value, unreadable, struck } = this.state.get(field.id);
      return [field.id, { value: unreadable ? null : value, struck }];
    }));
  }

  draft() {
    return Object.fromEntries([...this.state].filter(([, state]) => state.done || state.value || state.unreadable)
      .map(([id, { value, done, unreadable, struck }]) => [id, { value, done, unreadable, struck }]));
  }

  #build() {
    let block = null;
    for (const field of this.fields) {
      if (field.block !== block) {
        block = field.block;
        const heading = make("h2", "block", this.task.blocks.find((item) => item.id === block)?.label ?? block);
        this.host.append(heading);
      }
      const row = make("div", "field");
      row.dataset.field = field.id;
      const line = make("button", "field-line");
      line.type = "button";
      line.tabIndex = -1;
      line.append(make("span", "no", field.number), make("span", "label", field.label), make("span", "value"), make("span", "state"));
      line.addEventListener("click", () => this.openField(field.id));
      row.append(line);
      this.rows.set(field.id, row);
      this.host.append(row);
    }
  }

  #close() {
    if (!this.field) return;
    const row = this.rows.get(this.field.id);
    row.classList.remove("open");
    row.removeAttribute("aria-current");
    row.querySelector(".field-body")?.remove();
    const kept = this.state.get(this.field.id);
    if (!kept.unreadable) kept.value = shaped(this.input.value, this.field);
    this.#paint(this.field);
  }

  #picture(field) {
    const across = this.host.clientWidth - 40;
    if (field.crop) {
      const image = make("img", "snippet");
      image.src = field.crop;
      image.alt = "";
      return image;
    }
    return snippet(field.picture, this.task.size, around(field), across);
  }

  #choices(field) {
    const list = make("div", "choices");
    if (field.type !== "choice" && !(field.type === "wareki" && !field.preprinted)) return list;
    for (const choice of field.choices) {
      const button = make("button", "choice");
      button.type = "button";
      button.tabIndex = -1;
      button.append(make("kbd", "", choice.code), document.createTextNode(` ${choice.label}`));
      button.addEventListener("click", () => this.#pick(field, choice.code));
      list.append(button);
    }
    return list;
  }

  #pick(field, code) {
    const codes = new Set(this.input.value.split(",").filter(Boolean));
    if (field.type === "wareki") this.input.value = code + this.input.value.slice(1);
    else if (field.multiple) this.input.value = (codes.delete(code) ? [...codes] : [...codes, code]).sort().join(",");
    else this.input.value = code;
    this.#typed();
    this.input.focus();
  }

  #hint(field) {
    this.hint = make("p", "hint");
    this.hint.id = "field-hint";
    this.hint.setAttribute("aria-live", "polite");
    this.plain = this.texts[`hint_${field.type}`] ?? "";
    if (field.preprinted && field.type === "wareki") this.plain = this.texts.hint_wareki_era.replace("{era}", this.task.eras[field.preprinted]);
    this.#typed(false);
    return this.hint;
  }

  #typed(edited = true) {
    const { current, field } = this;
    if (edited) Object.assign(current, { value: this.input.value, unreadable: false, done: false }); // kept even half typed
    const value = shaped(this.input.value, field);
    if (current.unreadable) this.#say(this.texts.is_unreadable);
    else this.#say([current.struck ? this.texts.is_struck : "", spoken(value, field, this.task.eras) || this.plain].filter(Boolean).join(" · "));
    if (edited) { this.#paint(field); this.on.change(field); }
  }

  #say(words, wrong = false) {
    this.hint.textContent = wrong ? `! ${words}` : words;
    this.hint.classList.toggle("needs", wrong);
  }

  #paint(field) {
    const state = this.state.get(field.id);
    const row = this.rows.get(field.id);
    row.querySelector(".field-line .value").textContent = state.unreadable ? "●" : state.value;
    row.querySelector(".field-line .state").textContent = state.done ? (state.value === "" && !state.unreadable ? this.texts.blank : "✓") : "";
    row.classList.toggle("done", state.done);
  }
}
