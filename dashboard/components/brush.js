// Paints over a photo with mouse, finger, pen or keys.

const TELL_AFTER = 300; // milliseconds without another key
const [STEP, LEAST_STEP] = [0.5, 2]; // of the arrow keys: of the radius; in pixels
const ERASER_OF_A_PEN = 5;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [STRIPE, DARK, LIGHT] = [6, [214, 0, 110, 0.66], [255, 255, 255, 0.5]];

class Brush {
  constructor(root, data) {
    this.find = (selector) => root.querySelector(selector);
    this.data = data;
    this.strokes = new Strokes(data.columns, data.rows);
    this.canvas = this.find("canvas");
    Object.assign(this.canvas, { width: data.columns, height: data.rows });
    this.at = [data.columns / 2, data.rows / 2];
    this.isDown = false; // a button, a finger or a key that paints
    this.isPen = false; // held by its eraser
    this.find(".photo").src = data.picture;
    this.find(".stage").style.setProperty("--ratio", data.columns / data.rows);
    this.say();
    this.listenToPointers();
    this.listenToKeys(root);
    this.listenToButtons();
    this.draw();
    if (data.mask) this.readKept(data.mask);
  }

  async readKept(mask) {
    await this.strokes.read(mask);
    this.draw();
  }

  say() {
    const { texts } = this.data;
    this.canvas.setAttribute("aria-label", texts.canvas);
    this.find(".keys").textContent = texts.keys;
    for (const name of ["eraser", "undo", "invert", "clear"]) {
      this.find(`.${name}`).textContent = texts[name];
    }
    for (const name of ["size", "softness"]) this.find(`.${name} span`).textContent = texts[name];
  }

  brush(erases) {
    const longer = Math.max(this.data.columns, this.data.rows);
    return {
      radius: (this.find(".size input").valueAsNumber / 200) * longer,
      softness: this.find(".softness input").valueAsNumber / 100,
      erases: this.erases() !== erases,
    };
  }

  erases() { return this.find(".eraser").getAttribute("aria-pressed") === "true"; }

  listenToPointers() {
    const { canvas } = this;
    const place = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      return [((clientX - box.left) / box.width) * canvas.width,
        ((clientY - box.top) / box.height) * canvas.height];
    };
    canvas.onpointerdown = (event) => {
      if (!event.isPrimary || ![0, ERASER_OF_A_PEN].includes(event.button)) return;
      event.preventDefault(); // which selects no text, and gives no focus either
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.isPen = event.button === ERASER_OF_A_PEN;
      this.begin(place(event), event.shiftKey || this.isPen);
    };
    canvas.onpointermove = (event) => {
      if (!event.isPrimary) return;
      this.find(".stage").classList.add("pointed");
      const events = event.getCoalescedEvents?.() ?? [];
      const erases = event.shiftKey || this.isPen;
      for (const each of events.length ? events : [event]) this.move(place(each), erases);
    };
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      if (!event.isPrimary) return;
      this.isPen = false;
      this.end();
      if (event.pointerType === "touch") this.find(".stage").classList.remove("pointed");
    };
    canvas.onpointerleave = () => this.find(".stage").classList.remove("pointed");
    // Else a quick stroke is a fling to the browser, which swallows the tap that comes after it.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    canvas.oncontextmenu = (event) => { if (this.isDown) event.preventDefault(); };
  }

  listenToKeys(root) {
    root.onkeydown = (event) => {
      const { key, ctrlKey, metaKey } = event;
      const isForCanvas = event.composedPath()[0] === this.canvas;
      if ((ctrlKey || metaKey) && key.toLowerCase() === "z" && !event.shiftKey) this.undo();
      else if (!isForCanvas || ctrlKey || metaKey || !this.press(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    this.canvas.onkeyup = ({ key }) => { if (key === " " || key === "Enter") this.end(TELL_AFTER); };
    this.canvas.onblur = () => { if (this.isDown || this.telling) this.end(); };
  }

  // Whether the key means something here.
  press({ key, shiftKey, repeat }) {
    if (key in ARROWS) {
      const step = Math.max(LEAST_STEP, STEP * this.brush(false).radius);
      const [x, y] = this.at.map((value, axis) => value + step * ARROWS[key][axis]);
      const [right, bottom] = [this.data.columns, this.data.rows];
      this.move([clamped(x, 0, right), clamped(y, 0, bottom)], shiftKey);
    } else if (key === " " || key === "Enter") {
      if (!repeat) this.begin(this.at, shiftKey);
    } else if (key === "[" || key === "]") {
      this.find(".size input").valueAsNumber += key === "]" ? 2 : -2;
      this.drawCursor();
    } else return false;
    return true;
  }

  listenToButtons() {
    this.find(".eraser").onclick = ({ currentTarget }) => {
      currentTarget.setAttribute("aria-pressed", String(!this.erases()));
      this.drawCursor();
    };
    this.find(".undo").onclick = () => this.undo();
    this.find(".invert").onclick = () => this.change((value) => 255 - value);
    this.find(".clear").onclick = () => { if (this.strokes.share()) this.change(() => 0); };
    this.find(".size input").oninput = () => this.drawCursor();
  }

  begin(place, erases) {
    this.strokes.remember();
    this.isDown = true;
    this.at = place;
    this.move(place, erases);
  }

  move(place, erases) {
    const brush = this.brush(erases);
    if (this.isDown) {
      this.strokes.line(this.at, place, brush);
      this.drawPainted();
    }
    this.at = place;
    this.drawCursor(brush);
  }

  end(after = 0) {
    this.isDown = false;
    this.draw();
    clearTimeout(this.telling);
    // A click elsewhere that follows at once finds it told.
    if (after) this.telling = setTimeout(() => this.end(), after);
    else this.telling = this.tell(this.strokes.png());
  }

  change(value) {
    this.strokes.change(value);
    this.end();
  }

  undo() {
    if (!this.strokes.past.length || this.isDown) return;
    this.strokes.undo();
    this.end();
  }

  draw() {
    const { texts } = this.data;
    const share = this.strokes.share();
    const percent = Math.round(100 * share);
    let words = texts.painted.replace("{percent}", percent);
    if (!share) words = texts.nothing;
    else if (share === 1) words = texts.everything;
    else if (percent === 0 || percent === 100) words = percent ? texts.most : texts.least;
    const said = this.find(".said");
    if (said.textContent !== words) said.textContent = words;
    // Disabled, they would lose the focus to nowhere.
    this.find(".undo").setAttribute("aria-disabled", String(!this.strokes.past.length));
    this.find(".clear").setAttribute("aria-disabled", String(!share));
    this.drawPainted();
    this.drawCursor();
  }

  // In stripes of two colours, of which one stands out on any photo.
  drawPainted() {
    const { columns } = this.data;
    const image = this.strokes.picture((value, index) => {
      const diagonal = (index % columns) + Math.floor(index / columns);
      const [red, green, blue, opacity] = Math.floor(diagonal / STRIPE) % 2 ? DARK : LIGHT;
      return rgba(red, green, blue, opacity * value);
    });
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  drawCursor({ radius, erases } = this.brush(false)) {
    const cursor = this.find(".cursor");
    const { columns, rows } = this.data;
    cursor.style.left = `${(100 * this.at[0]) / columns}%`;
    cursor.style.top = `${(100 * this.at[1]) / rows}%`;
    cursor.style.width = `${(200 * radius) / columns}%`;
    cursor.classList.toggle("erases", erases);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".brush");
  if (!root.brush || root.brush.data.photo !== data.photo) root.brush = new Brush(root, data);
  root.brush.tell = (png) => setStateValue("painted", { photo: data.photo, png });
}
