// Follows the newest picture until someone looks at an earlier one.

function element(name, values, ...children) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
}

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
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
    const { pictures, texts } = this.data;
    const strip = this.find(".strip");
    const ended = strip.scrollLeft + strip.clientWidth >= strip.scrollWidth - 20;
    strip.setAttribute("aria-label", texts.iterations);
    while (strip.childElementCount > pictures.length) strip.lastChild.remove();
    for (let index = strip.childElementCount; index < pictures.length; index += 1) {
      const { thumbnail, words, number } = pictures[index];
      const button = element("button", { type: "button", title: words },
        element("img", { src: thumbnail, alt: words, loading: "lazy" }), String(number + 1));
      button.onclick = () => this.choose(index);
      strip.append(button);
    }
    if (ended && this.shown === null) strip.scrollLeft = strip.scrollWidth;
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
    download.href = picture.url;
    download.download = picture.file;
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
  const seen = JSON.stringify(data);
  if (root.view.seen === seen) return;
  root.view.seen = seen;
  root.view.update(data);
}
