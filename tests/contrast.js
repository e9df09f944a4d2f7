// Texts whose contrast with what is under them is below WCAG's level AA.
() => {
  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(srgb") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
  };
  const over = (top, under, alpha) =>
    top.slice(0, 3).map((v, i) => v * alpha + under[i] * (1 - alpha));
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = up(at)) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under, layer[3]), [255, 255, 255]);
  };
  const weak = [];
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
      const box = node.getBoundingClientRect();
      if (!own || node.closest("svg, script, style, [disabled], [aria-disabled=true]") ||
          box.width < 2 || box.height < 2 || getComputedStyle(node).visibility === "hidden") continue;
      let alpha = 1;
      for (let at = node; at; at = up(at)) alpha *= Number(getComputedStyle(at).opacity);
      const under = ground(node);
      const ink = parts(getComputedStyle(node).color);
      const seen = [light(over(ink, under, ink[3] * alpha)), light(under)].sort((a, b) => b - a);
      const ratio = (seen[0] + 0.05) / (seen[1] + 0.05);
      const large = parseFloat(getComputedStyle(node).fontSize) >= 24;
      if (alpha > 0.05 && ratio < (large ? 3 : 4.5)) {
        weak.push(`${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 40)}`);
      }
    }
  };
  look(document.body);
  return weak;
}
