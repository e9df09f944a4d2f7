// Follows the newest picture until someone looks at an earlier one.

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.mixture = new Mixture(this.find(".mixture"), (is) => {
      this.find(".stage").classList.toggle("mixed", is);
    });
    this.isAhead = false; // of what the page knows of the retouch
    const slider = this.find(".strength input");
    let isHeld = false; // by a mouse or a finger, which find no exact place; the arrow keys do
    slider.onpointerdown = () => { isHeld = true; };
    slider.onkeydown = () => { isHeld = false; };
    slider.oninput = () => {
      const isNear = Math.abs(slider.valueAsNumber - AS_PAINTED) <= SNAPS_WITHIN;
      this.change({ strength: isHeld && isNear ? AS_PAINTED : slider.valueAsNumber });
    };
    slider.onchange = () => this.tellSoon();
    slider.onpointerenter = slider.onfocus = () => {
      this.mixture.prepare(this.picture(), this.retouch);
    };
    this.find(".keep input").onchange = (event) => {
      this.change({ keepsColours: event.target.checked });
      this.tellSoon();
    };
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
  adopt(retouch) {
    if (!this.isAhead) this.retouch = retouch;
    else if (this.isLike(retouch)) this.isAhead = false;
  }

  isLike({ strength, keepsColours }) {
    return strength === this.retouch.strength && keepsColours === this.retouch.keepsColours;
  }

  change(values) {
    this.isAhead = true;
    this.retouch = { ...this.retouch, ...values };
    this.drawPicture();
  }

  tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.isLike(this.data.retouch)) this.isAhead = false;
      this.tell(this.retouch);
    }, TELL_AFTER);
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

  // The stage has the photo's shape; a painting or a mask is cut to it.
  shape(image) {
    if (image.className === "before" && this.painting()) return;
    const ratio = image.naturalWidth / image.naturalHeight;
    this.find(".stage").style.setProperty("--ratio", ratio);
  }

  // The painting that is compared with, if it is one.
  painting() { return this.data.paintings[this.beside]; }

  place(percent) { this.find(".stage").style.setProperty("--split", `${percent}%`); }

  drawCompare() {
    const place = this.find(".compare");
    if (place.childElementCount) return;
    const { texts, paintings } = this.data;
    place.setAttribute("aria-label", texts.compare);
    const group = `beside-${this.data.run}-${Math.random()}`;
    const kinds = [["alone", texts.alone], ["photo", texts.photo],
      ...paintings.map(({ words }, index) => [index, words])];
    for (const [kind, words] of kinds) {
      const input = element("input", { type: "radio", name: group, checked: kind === this.beside });
      input.onchange = () => { this.beside = kind; this.draw(); };
      place.append(element("label", {}, input, element("span", { textContent: words })));
    }
  }

  drawStrip() {
    const { pictures, texts, retouch } = this.data;
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
      const source = retouched(pictures[index].thumbnail, retouch);
      const image = button.firstChild;
      if (image.getAttribute("src") !== source) image.src = source;
    });
    if (ended && this.shown === null) strip.scrollLeft = strip.scrollWidth;
  }

  // The picture, and what says how it is shown.
  drawPicture() {
    const { texts, strengths } = this.data;
    const { strength, keepsColours } = this.retouch;
    const picture = this.picture();
    const [slider, output] = [this.find(".strength input"), this.find(".strength output")];
    const words = texts.percent.replace("{strength}", strength);
    this.find(".strength span").textContent = texts.strength;
    this.find(".strength").title = texts.strengthHelp;
    [slider.min, this.find("#usual option").value, slider.max] = strengths;
    slider.value = strength;
    slider.setAttribute("aria-valuetext", words);
    output.textContent = words;
    this.find(".keep span").textContent = texts.keepColours;
    this.find(".keep input").checked = keepsColours;
    this.find(".download").href = retouched(picture.url, this.retouch);
    this.showSoon(retouched(picture.url, { strength: AS_PAINTED, keepsColours }));
    this.mixture.show(picture, this.retouch);
  }

  // The next picture is shown when it is there, so that nothing flickers.
  showSoon(url) {
    const [now, stage] = [this.find(".now"), this.find(".stage")];
    const waits = now.getAttribute("src") !== url;
    stage.setAttribute("aria-busy", String(waits));
    const next = waits ? new Image() : null;
    this.next = next;
    if (!waits) return;
    next.onload = next.onerror = () => {
      if (this.next !== next) return;
      now.src = url;
      stage.setAttribute("aria-busy", "false");
    };
    next.src = url;
    if (!now.getAttribute("src")) now.src = url;
  }

  draw() {
    const { pictures, photo, texts, own } = this.data;
    const stage = this.find(".stage");
    const waits = pictures.length === 0;
    const before = this.painting() ?? { url: photo, words: texts.photo };
    stage.classList.toggle("waits", waits);
    stage.classList.toggle("alone", !waits && this.beside === "alone");
    stage.classList.toggle("compares", !waits && this.beside !== "alone");
    if (waits || this.beside !== "alone") this.find(".before").src = before.url;
    this.find(".before").alt = before.words;
    this.find(".waiting").textContent = texts.waiting;
    const split = this.find(".split");
    split.hidden = waits || this.beside === "alone";
    split.setAttribute("aria-label", texts.split);
    this.find(".frames").hidden = waits;
    this.find(".compare").hidden = waits;
    if (waits) return;
    const picture = this.picture();
    this.find(".now").alt = texts.now;
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
    this.drawPicture();
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
  root.view.tell = (retouch) => setTriggerValue("retouch", retouch);
  root.view.adopt(data.retouch);
  const seen = JSON.stringify(data);
  if (root.view.seen === seen) return;
  root.view.seen = seen;
  root.view.update(data);
}
