function card(option, group) {
  const label = document.createElement("label");
  label.title = option.words;
  const input = Object.assign(document.createElement("input"), {
    type: "radio", name: group, value: option.name,
  });
  const picture = Object.assign(document.createElement("div"), { className: "picture" });
  for (const kind of ["painting", "preview"]) {
    if (!option[kind]) continue;
    picture.append(Object.assign(document.createElement("img"), {
      src: option[kind], className: kind, loading: "lazy", alt: "",
    }));
  }
  if (!option.painting) {
    picture.append(Object.assign(document.createElement("div"), { className: "own", textContent: "+" }));
  }
  const title = Object.assign(document.createElement("div"), {
    className: "title", textContent: option.title,
  });
  const words = Object.assign(document.createElement("div"), {
    className: "words", textContent: option.words,
  });
  label.append(input, picture, title, words);
  return label;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".styles");
  const drawn = JSON.stringify(data.options);
  if (grid.drawn !== drawn) {
    grid.drawn = drawn;
    grid.setAttribute("aria-label", data.texts.label);
    grid.replaceChildren(...data.options.map((option) => card(option, "style")));
  }
  grid.onchange = (event) => setTriggerValue("chosen", event.target.value);
  for (const input of grid.querySelectorAll("input")) input.checked = input.value === data.chosen;
}
