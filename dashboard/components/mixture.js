// Pictures that are retouched: by the server, and by the browser at once. viewer.js uses it.

function element(name, values, ...children) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
}

const AS_PAINTED = 100;
const MOST_PIXELS = 1 << 22; // of a mixture: more would be slow, and too much for some phones
const SNAPS_WITHIN = 2; // of the picture as it is
const TELL_AFTER = 250; // milliseconds without another step, as the arrow keys make many

// The address of a picture that the server retouches.
function retouched(url, { strength, keepsColours }) {
  const values = [];
  if (strength !== AS_PAINTED) values.push(`strength=${strength}`);
  if (keepsColours) values.push("colours=luminance");
  return values.length ? `${url}?${values.join("&")}` : url;
}

// Draws a picture nearer to its photo, or beyond itself, in the numbers that the server gives.
class Mixture {
  constructor(canvas, shown) {
    this.canvas = canvas;
    this.shown = shown; // told whether there is a mixture
    shown(false);
  }

  show(picture, retouch) {
    this.strength = retouch.strength;
    if (this.strength === AS_PAINTED) this.shown(false);
    else this.prepare(picture, retouch);
  }

  // The pixels are there before they are needed: a slider is pointed at before it is moved.
  async prepare({ url: stored }, { keepsColours }) {
    const url = retouched(stored, { strength: AS_PAINTED, keepsColours });
    if (this.url !== url) {
      this.url = url;
      try {
        const picture = await this.pixels(url);
        // At one scale all pictures have the same size, and so the same photo.
        let { photo } = this.sources ?? {};
        if (photo?.width !== picture.width || photo.height !== picture.height) {
          photo = await this.pixels(retouched(stored, { strength: 0 }));
        }
        if (this.url !== url) return; // another one was chosen meanwhile
        this.sources = { url, picture, photo };
      } catch {
        if (this.url === url) this.url = null; // it is tried again the next time
        return;
      }
    }
    if (this.sources?.url === this.url) this.drawSoon();
  }

  async pixels(url) {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (naturalWidth * naturalHeight)));
    const width = Math.max(1, Math.floor(naturalWidth * scale));
    const height = Math.max(1, Math.floor(naturalHeight * scale));
    const canvas = element("canvas", { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  drawSoon() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => { this.isDue = false; this.draw(); });
  }

  draw() {
    const { strength, canvas } = this;
    const { picture, photo } = this.sources;
    if (strength === AS_PAINTED) return;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      Object.assign(canvas, { width: picture.width, height: picture.height });
    }
    const mixture = new ImageData(picture.width, picture.height);
    const [from, to, result] = [photo.data, picture.data, mixture.data];
    const rest = AS_PAINTED - strength;
    // The array rounds halves to the even number and clips, as `at_strength` does. Where both are
    // opaque, so is the result.
    for (let index = 0; index < result.length; index += 1) {
      result[index] = (from[index] * rest + to[index] * strength) / AS_PAINTED;
    }
    canvas.getContext("2d").putImageData(mixture, 0, 0);
    this.shown(true);
  }
}
