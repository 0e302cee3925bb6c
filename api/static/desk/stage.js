// The sheet on the left: zoomed to the field in focus, its neighbours visible, gliding 120 ms to the next one.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Where a plane of `size` starts in a window: as wanted, but never past its edge; in the middle if it is smaller. */
const within = (window, size, wanted) => (size + 24 <= window ? (window - size) / 2 : Math.min(12, Math.max(window - size - 12, wanted)));

export class Stage {
  /** `host`: the element; `size`: form size in mm; `onPick(fieldId)`: a field's box was clicked. */
  constructor(host, size, onPick) {
    this.host = host;
    [this.width, this.height] = size;
    this.zoom = 1;
    this.turn = 0;
    this.boxes = new Map();
    this.plane = document.createElement("div");
    this.plane.className = "plane";
    this.image = document.createElement("img");
    this.image.alt = "";
    this.image.draggable = false;
    this.plane.append(this.image);
    host.append(this.plane);
    this.plane.addEventListener("click", (event) => {
      const id = event.target.dataset?.field;
      if (id) onPick(id);
    });
    this.#drag();
    new ResizeObserver(() => this.#place(false)).observe(host);
  }

  /** Show the picture of a sheet and the boxes of its fields (mm). */
  show(url, fields) {
    if (this.url !== url) {
      this.url = url;
      this.image.src = url;
    }
    this.boxes.forEach((box) => box.remove());
    this.boxes.clear();
    for (const field of fields) {
      const box = document.createElement("div");
      box.className = "box";
      box.dataset.field = field.id;
      this.#at(box, field.box);
      this.plane.append(box);
      this.boxes.set(field.id, box);
    }
  }

  /** Glide to a field; `state` colours its box. */
  focus(field) {
    this.boxes.forEach((box, id) => box.classList.toggle("here", id === field.id));
    this.target = field.box;
    this.shift = [0, 0];
    this.#place(!calm);
  }

  /** Show the whole sheet, until a field is in focus. */
  overview() {
    this.boxes.forEach((box) => box.classList.remove("here"));
    this.target = [0, 0, this.width, this.height];
    this.shift = [0, 0];
    this.#place(!calm);
  }

  /** Mark a field's box as done, doubtful or plain. */
  mark(id, state) {
    const box = this.boxes.get(id);
    if (box) box.dataset.state = state;
  }

  zoomBy(factor) {
    this.zoom = factor === 0 ? 1 : Math.min(4, Math.max(0.35, this.zoom * factor));
    this.#place(!calm);
  }

  rotate() {
    this.turn = (this.turn + 90) % 360;
    this.#place(!calm);
  }

  #at(element, [x, y, w, h]) {
    element.style.left = `${(100 * x) / this.width}%`;
    element.style.top = `${(100 * y) / this.height}%`;
    element.style.width = `${(100 * w) / this.width}%`;
    element.style.height = `${(100 * h) / this.height}%`;
  }

  #place(glide) {
    if (!this.target) return;
    const { clientWidth: across, clientHeight: down } = this.host;
    const [x, y, w, h] = this.target;
    // The field takes about 60 % of the width, but never more than 9 px a millimetre: context is worth more than size.
    const whole = w === this.width ? Math.min(across / this.width, down / this.height) : 0;
    const fit = whole || Math.min(9, Math.max(across / this.width, (0.6 * across) / Math.max(w, 30)));
    const scale = fit * this.zoom;
    const left = within(across, this.width * scale, across / 2 - (x + w / 2) * scale) + (this.shift?.[0] ?? 0);
    const top = within(down, this.height * scale, down * 0.45 - (y + h / 2) * scale) + (this.shift?.[1] ?? 0);
    this.plane.style.transition = glide ? "transform 120ms ease-out, width 120ms ease-out, height 120ms ease-out" : "none";
    this.plane.style.width = `${this.width * scale}px`;
    this.plane.style.height = `${this.height * scale}px`;
    this.plane.style.transform = `translate(${left}px, ${top}px) rotate(${this.turn}deg)`;
  }

  #drag() {
    let from = null;
    this.host.addEventListener("pointerdown", (event) => {
      if (event.button === 0) from = [event.clientX - (this.shift?.[0] ?? 0), event.clientY - (this.shift?.[1] ?? 0)];
    });
    this.host.addEventListener("pointermove", (event) => {
      if (!from || !(event.buttons & 1)) return;
      this.shift = [event.clientX - from[0], event.clientY - from[1]];
      this.#place(false);
    });
    addEventListener("pointerup", () => { from = null; });
    this.host.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
  }
}

/** The snippet above the input: the field's part of the sheet, with a little around it. */
export function snippet(url, size, box, across, margin = 2.2, tallest = 120) {
  const [x, y, w, h] = [box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin];
  const scale = Math.min(across / w, tallest / h, 9);
  const element = document.createElement("div");
  element.className = "snippet";
  element.style.width = `${w * scale}px`;
  element.style.height = `${h * scale}px`;
  element.style.backgroundImage = `url("${url}")`;
  element.style.backgroundSize = `${size[0] * scale}px ${size[1] * scale}px`;
  element.style.backgroundPosition = `${-x * scale}px ${-y * scale}px`;
  return element;
}

/** The box that holds both the field and the place of its correction. */
export function around(field) {
  if (!field.correction_box) return field.box;
  const [a, b] = [field.box, field.correction_box];
  const x = Math.min(a[0], b[0]);
  const y = Math.min(a[1], b[1]);
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}
