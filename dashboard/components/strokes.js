// What is painted: the share of each pixel, 0..255, in rows from the top. brush.js uses it.

const MOST_UNDONE = 30;
// As a canvas keeps a colour, on all processors of today.
const rgba = (red, green, blue, opacity) => (opacity << 24) | (blue << 16) | (green << 8) | red;
const clamped = (value, least, most) => Math.min(most, Math.max(least, value));

class Strokes {
  constructor(columns, rows) {
    Object.assign(this, { columns, rows, past: [] });
    this.values = new Uint8ClampedArray(columns * rows);
  }

  // Whatever comes next can be undone as one.
  remember() {
    this.past.push(this.values.slice());
    this.before = this.past.at(-1);
    this.stroke = new Uint8ClampedArray(this.values.length);
    if (this.past.length > MOST_UNDONE) this.past.shift();
  }

  undo() { this.values = this.past.pop() ?? this.values; }

  change(value) {
    this.remember();
    this.values = this.values.map((before) => value(before));
  }

  // A line with round ends, of the stroke that began with `remember`. It covers as much as its
  // nearest point does: crossing itself a stroke is no denser, and its edge as soft as it is told
  // to be. Over other strokes it lies as a thin layer does, so that soft edges leave no crease.
  line([fromX, fromY], [toX, toY], { radius, softness, erases }) {
    const [dx, dy] = [toX - fromX, toY - fromY];
    const squared = dx * dx + dy * dy || 1;
    const [inner, outer] = [radius * (1 - softness) - 0.5, radius + 0.5];
    const [left, top] = [Math.min(fromX, toX) - outer, Math.min(fromY, toY) - outer];
    const [right, bottom] = [Math.max(fromX, toX) + outer, Math.max(fromY, toY) + outer];
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.rows, bottom); y += 1) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.columns, right); x += 1) {
        const [px, py] = [x + 0.5 - fromX, y + 0.5 - fromY];
        const along = clamped((px * dx + py * dy) / squared, 0, 1);
        const away = Math.hypot(px - along * dx, py - along * dy);
        const near = clamped((outer - away) / (outer - inner), 0, 1);
        const share = 255 * near * near * (3 - 2 * near);
        const index = y * this.columns + x;
        this.stroke[index] = Math.max(this.stroke[index], share);
        const [covers, before] = [this.stroke[index] / 255, this.before[index]];
        this.values[index] = before + covers * ((erases ? 0 : 255) - before);
      }
    }
  }

  // How much of the whole is painted, 0..1.
  share() {
    return this.values.reduce((sum, value) => sum + value, 0) / (255 * this.values.length);
  }

  // A picture, whose colour at each share and index a function gives as one number.
  picture(colour) {
    const image = new ImageData(this.columns, this.rows);
    const colours = new Uint32Array(image.data.buffer);
    this.values.forEach((value, index) => { colours[index] = colour(value, index); });
    return image;
  }

  // A grey PNG in base 64; empty where nothing is painted.
  png() {
    if (!this.values.some((value) => value > 0)) return "";
    const canvas = this.blank();
    canvas.getContext("2d").putImageData(this.picture((v) => rgba(v, v, v, 255)), 0, 0);
    return canvas.toDataURL("image/png").split(",")[1];
  }

  async read(png) {
    const picture = Object.assign(new Image(), { src: `data:image/png;base64,${png}` });
    await picture.decode();
    const context = this.blank().getContext("2d");
    context.drawImage(picture, 0, 0, this.columns, this.rows);
    const { data } = context.getImageData(0, 0, this.columns, this.rows);
    this.values = this.values.map((_, index) => data[4 * index]);
  }

  blank() {
    const { columns: width, rows: height } = this;
    return Object.assign(document.createElement("canvas"), { width, height });
  }
}
