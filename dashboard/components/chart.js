// One Plotly.react on one node for ever, so that zoom and hidden traces survive every update.

let loading;

function load(address) {
  loading ??= new Promise((done, failed) => {
    if (window.Plotly) return done(window.Plotly);
    const script = document.createElement("script");
    script.onload = () => done(window.Plotly);
    script.onerror = () => { loading = undefined; failed(new Error(address)); };
    script.src = address;
    document.head.append(script);
  });
  return loading;
}

// A finger on the curves goes on through the page.
const touch = matchMedia("(pointer: coarse)").matches;

function dressed(figure, root, run) {
  const style = getComputedStyle(root);
  const colour = style.getPropertyValue("--st-text-color").trim() || style.color;
  const line = style.getPropertyValue("--st-border-color").trim() || "#8884";
  const font = { ...figure.layout.font, color: colour, family: style.fontFamily };
  const axis = { linecolor: line };
  return {
    ...figure.layout,
    font,
    uirevision: run,
    dragmode: touch ? false : "zoom",
    xaxis: { ...figure.layout.xaxis, ...axis },
    yaxis: { ...figure.layout.yaxis, ...axis },
  };
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".nst-chart");
  const plot = root.querySelector(".nst-plot");
  const hovered = root.querySelector(".nst-hovered");
  const waiting = root.querySelector(".nst-waiting");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", data.texts.label);
  waiting.textContent = data.texts.waiting;
  waiting.hidden = Boolean(data.figure);
  plot.pictures = data.pictures;
  if (plot.run !== data.run) {
    window.Plotly?.purge(plot);
    plot.drawn = plot.listens = undefined;
    plot.run = data.run;
    hovered.hidden = true;
  }
  if (!data.figure) return;
  const colours = getComputedStyle(root).getPropertyValue("--st-text-color");
  const drawn = data.run + data.figure + colours;
  if (plot.drawn === drawn) return;
  load(data.plotly).then((Plotly) => {
    if (plot.run !== data.run) return;
    plot.drawn = drawn;
    const figure = JSON.parse(data.figure);
    // Named, for Plotly's own choice has one that would send the chart to its makers.
    const buttons = ["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"];
    const config = { responsive: true, displaylogo: false, modeBarButtons: [buttons] };
    if (touch) config.displayModeBar = false;
    Plotly.react(plot, figure.data, dressed(figure, root, data.run), config).then(() => {
      if (plot.listens) return;
      plot.listens = true;
      plot.on("plotly_hover", ({ points }) => {
        const number = points[0].x;
        const url = plot.pictures[number];
        if (!url) return;
        hovered.querySelector("img").src = url;
        hovered.querySelector("img").alt = data.texts.hovered;
        hovered.querySelector("figcaption").textContent = `${data.texts.iteration} ${number}`;
        hovered.hidden = false;
      });
      plot.on("plotly_unhover", () => { hovered.hidden = true; });
    });
  }, () => { waiting.textContent = data.texts.missing; waiting.hidden = false; });
}
