// Follows the newest picture until someone looks at an earlier one.

function element(name, values, ...children) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
}

const AS_PAINTED = 100;
const MOST_PIXELS = 1 << 22; // of a mixture: more would be slow, and too much for some phones
const SNAPS_WITHIN = 2; // of the picture as it is
const TELL_AFTER = 250; // milliseconds without another step, as the arrow keys make many

const withStrength = (url, strength) => {
  if (strength === AS_PAINTED) return url;
  return `${url}${url.includes("?") ? "&" : "?"}strength=${strength}`;
};

// Draws a picture nearer to its photo, or beyond itself, in the numbers that the server gives.
class Mixture {
  constructor(canvas, shown) {
    this.canvas = canvas;
    this.shown = shown; // told whether there is a mixture
    shown(false);
  }

  show(url, strength) {
    this.strength = strength;
    if (strength === AS_PAINTED) this.shown(false);
    else this.prepare(url);
  }

  // The pixels are there before they are needed: a slider is pointed at before it is moved.
  async prepare(url) {
    if (this.url !== url) {
      this.url = url;
      try {
        const picture = await this.pixels(url);
        // At one scale all pictures have the same size, and so the same photo.
        let { photo } = this.sources ?? {};
        if (photo?.width !== picture.width || photo.height !== picture.height) {
          photo = await this.pixels(withStrength(url, 0));
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

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.mixture = new Mixture(this.find(".mixture"), (is) => {
      this.find(".stage").classList.toggle("mixed", is);
    });
    this.isAhead = false; // of what the page knows of the strength
    const slider = this.find(".strength input");
    let isHeld = false; // by a mouse or a finger, which find no exact place; the arrow keys do
    slider.onpointerdown = () => { isHeld = true; };
    slider.onkeydown = () => { isHeld = false; };
    slider.oninput = () => {
      this.isAhead = true;
      const isNear = Math.abs(slider.valueAsNumber - AS_PAINTED) <= SNAPS_WITHIN;
      this.strength = isHeld && isNear ? AS_PAINTED : slider.valueAsNumber;
      this.drawStrength();
    };
    slider.onchange = () => {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => {
        if (this.strength === this.data.strength) this.isAhead = false;
        this.tell(this.strength);
      }, TELL_AFTER);
    };
    slider.onpointerenter = slider.onfocus = () => this.mixture.prepare(this.picture().url);
    this.shown = null; // the number that was chosen; null follows the newest
    this.beside = "alone";
    this.find(".split").oninput = (event) => this.place(event.target.value);
    this.find(".scrub input").oninput = (event) => this.choose(Number(event.target.value));
    this.find(".newest").onclick = () => { this.shown = null; this.draw(); };
    this.find(".all").onclick = () => { this.find(".strip").classList.toggle("grid"); this.draw(); };
    for (const image of [this.find(".now"), this.find(".before")]) {
      image.onload = () => this.shape(image);
    }
    this.find(".strip").onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.choose(Math.min(this.data.pictures.length - 1, Math.max(0, this.index() + step)));
      this.find(".strip").children[this.index()].focus();
    };
    this.place(50);
  }

  update(data) {
    this.data = data;
    this.find(".from").onclick = () => this.act(this.picture().number);
    this.drawCompare();
    this.drawStrip();
    this.draw();
  }

  // The page says what its address has; meanwhile the slider may have been moved on.
  adopt(strength) {
    if (!this.isAhead) this.strength = strength;
    else if (strength === this.strength) this.isAhead = false;
  }

  index() {
    const last = this.data.pictures.length - 1;
    return this.shown === null ? last : Math.min(this.shown, last);
  }

  picture() { return this.data.pictures[this.index()]; }

  choose(index) {
    this.shown = index === this.data.pictures.length - 1 ? null : index;
    this.draw();
  }

  // The stage has the photo's shape; a painting is cut to it.
  shape(image) {
    if (image.className === "before" && this.beside === "painting") return;
    const ratio = image.naturalWidth / image.naturalHeight;
    this.find(".stage").style.setProperty("--ratio", ratio);
  }

  place(percent) { this.find(".stage").style.setProperty("--split", `${percent}%`); }

  drawCompare() {
    const place = this.find(".compare");
    if (place.childElementCount) return;
    const { texts } = this.data;
    place.setAttribute("aria-label", texts.compare);
    const group = `beside-${this.data.run}-${Math.random()}`;
    for (const kind of ["alone", "photo", "painting"]) {
      const input = element("input", { type: "radio", name: group, checked: kind === this.beside });
      input.onchange = () => { this.beside = kind; this.draw(); };
      place.append(element("label", {}, input, element("span", { textContent: texts[kind] })));
    }
  }

  drawStrip() {
    const { pictures, texts, strength } = this.data;
    const strip = this.find(".strip");
    const ended = strip.scrollLeft + strip.clientWidth >= strip.scrollWidth - 20;
    strip.setAttribute("aria-label", texts.iterations);
    while (strip.childElementCount > pictures.length) strip.lastChild.remove();
    for (let index = strip.childElementCount; index < pictures.length; index += 1) {
      const { words, number } = pictures[index];
      const button = element("button", { type: "button", title: words },
        element("img", { alt: words, loading: "lazy" }), String(number + 1));
      button.onclick = () => this.choose(index);
      strip.append(button);
    }
    [...strip.children].forEach((button, index) => {
      const source = withStrength(pictures[index].thumbnail, strength);
      const image = button.firstChild;
      if (image.getAttribute("src") !== source) image.src = source;
    });
    if (ended && this.shown === null) strip.scrollLeft = strip.scrollWidth;
  }

  drawStrength() {
    const { texts, strengths } = this.data;
    const { strength } = this;
    const { url } = this.picture();
    const [slider, output] = [this.find(".strength input"), this.find(".strength output")];
    const words = texts.percent.replace("{strength}", strength);
    this.find(".strength span").textContent = texts.strength;
    this.find(".strength").title = texts.strengthHelp;
    [slider.min, this.find("#usual option").value, slider.max] = strengths;
    slider.value = strength;
    slider.setAttribute("aria-valuetext", words);
    output.textContent = words;
    this.find(".download").href = withStrength(url, strength);
    this.mixture.show(url, strength);
  }

  draw() {
    const { pictures, photo, painting, texts, own } = this.data;
    const stage = this.find(".stage");
    const waits = pictures.length === 0;
    const before = this.beside === "painting" ? painting : photo;
    stage.classList.toggle("waits", waits);
    stage.classList.toggle("alone", !waits && this.beside === "alone");
    stage.classList.toggle("compares", !waits && this.beside !== "alone");
    if (waits || this.beside !== "alone") this.find(".before").src = before;
    this.find(".before").alt = this.beside === "painting" ? texts.painting : texts.photo;
    this.find(".waiting").textContent = texts.waiting;
    const split = this.find(".split");
    split.hidden = waits || this.beside === "alone";
    split.setAttribute("aria-label", texts.split);
    this.find(".frames").hidden = waits;
    this.find(".compare").hidden = waits;
    if (waits) return;
    const picture = this.picture();
    const now = this.find(".now");
    if (now.getAttribute("src") !== picture.url) {
      // The next picture is shown when it is there, so that nothing flickers.
      const next = new Image();
      this.next = next;
      next.onload = () => { if (this.next === next) now.src = picture.url; };
      next.src = picture.url;
      if (!now.getAttribute("src")) now.src = picture.url;
    }
    now.alt = texts.now;
    const scrub = this.find(".scrub input");
    this.find(".scrub span").textContent = picture.words;
    scrub.max = pictures.length - 1;
    scrub.value = this.index();
    [...this.find(".strip").children].forEach((button, index) => {
      button.setAttribute("aria-current", String(index === this.index()));
    });
    const download = this.find(".download");
    download.textContent = texts.download;
    download.download = picture.file;
    this.drawStrength();
    this.find(".from").textContent = texts.from;
    this.find(".from").hidden = !own;
    this.find(".newest").textContent = texts.newest;
    this.find(".newest").hidden = this.shown === null;
    const grid = this.find(".strip").classList.contains("grid");
    this.find(".all").textContent = grid ? texts.strip : texts.grid;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".viewer");
  if (!root.view || root.view.data.run !== data.run) {
    root.querySelector(".strip").replaceChildren();
    root.querySelector(".compare").replaceChildren();
    root.querySelector(".now").removeAttribute("src");
    root.view = new Viewer(root);
  }
  root.view.act = (number) => setTriggerValue("from", number);
  root.view.tell = (strength) => setTriggerValue("strength", strength);
  root.view.adopt(data.strength);
  const seen = JSON.stringify(data);
  if (root.view.seen === seen) return;
  root.view.seen = seen;
  root.view.update(data);
}
