// A button for each run, so that a keyboard reaches them, too.

function button(point, show, choose) {
  const made = document.createElement("button");
  made.type = "button";
  made.style.left = `${100 * point.photo}%`;
  made.style.bottom = `${100 * point.painting}%`;
  made.setAttribute("aria-label", point.words);
  if (point.here) made.setAttribute("aria-current", "true");
  made.onmouseenter = made.onfocus = () => show(point);
  made.onmouseleave = made.onblur = () => show(null);
  if (!point.here) made.onclick = () => choose(point.run);
  return made;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  const field = find(".field");
  field.choose = (run) => setTriggerValue("chosen", run);
  const drawn = JSON.stringify(data);
  if (field.drawn === drawn) return;
  field.drawn = drawn;
  find(".title").textContent = data.texts.title;
  find(".up").textContent = data.texts.up;
  find(".along").textContent = data.texts.along;
  find(".painting").textContent = data.texts.painting;
  find(".photo").textContent = data.texts.photo;
  field.setAttribute("aria-label", data.texts.title);
  const image = find(".near");
  const show = (point) => {
    const shown = point ?? data.points.find((each) => each.here);
    find("figcaption").textContent = shown ? shown.words : "";
    image.hidden = !point || point.here;
    if (!image.hidden) image.src = point.thumbnail;
  };
  for (const old of field.querySelectorAll("button")) old.remove();
  field.append(...data.points.map((point) => button(point, show, (run) => field.choose(run))));
  show(null);
}
