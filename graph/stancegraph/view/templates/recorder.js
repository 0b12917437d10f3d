// A canvas that writes SVG: what glyphs, vis-network's lines and headings draw on it become elements.

function makeRecorder() {
  const measuring = make("canvas", {}).getContext("2d");
  const parts = [];
  const saved = [];
  const pen = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    lineCap: "butt",
    lineJoin: "miter",
    font: `14px ${FONT}`,
    textAlign: "left",
    textBaseline: "alphabetic",
    globalAlpha: 1,
  };
  let path = "";
  let dashes = [];
  const add = (words) => (path += words);
  const emit = (tag, attributes, ...children) => parts.push(draw(tag, attributes, ...children));
  const paint = () => ({
    fill: "none",
    ...colourOf("stroke", pen.strokeStyle, pen),
    "stroke-width": pen.lineWidth,
    ...lineStyle(pen, dashes),
  });

  return Object.assign(pen, {
    parts,
    save: () => saved.push([{ ...pen }, dashes]),
    restore() {
      const last = saved.pop();
      if (!last) return;
      for (const key of Object.keys(last[0])) if (typeof last[0][key] !== "function") pen[key] = last[0][key];
      dashes = last[1];
    },
    beginPath: () => (path = ""),
    closePath: () => path && add("Z"),
    moveTo: (x, y) => add(`M${short(x)} ${short(y)}`),
    lineTo: (x, y) => add(`${path ? "L" : "M"}${short(x)} ${short(y)}`),
    quadraticCurveTo: (a, b, x, y) => add(`Q${[a, b, x, y].map(short).join(" ")}`),
    bezierCurveTo: (a, b, c, d, x, y) => add(`C${[a, b, c, d, x, y].map(short).join(" ")}`),
    arc: (x, y, r, from, to) => add(arcPath(x, y, r, r, from, to, path)),
    ellipse: (x, y, rx, ry, turn, from, to) => add(arcPath(x, y, rx, ry, from, to, path)),
    rect: (x, y, width, height) =>
      add(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`),
    roundRect: (x, y, width, height, r) => add(roundPath(x, y, width, height, r)),
    fillRect: (x, y, width, height) =>
      emit("rect", {
        x: short(x),
        y: short(y),
        width: short(width),
        height: short(height),
        ...colourOf("fill", pen.fillStyle, pen),
      }),
    setLineDash: (pattern) => (dashes = pattern),
    getLineDash: () => dashes,
    fill: () => path && emit("path", { d: path, ...colourOf("fill", pen.fillStyle, pen) }),
    stroke: () => path && emit("path", { d: path, ...paint() }),
    fillText: (words, x, y) =>
      emit("text", { ...textStyle(pen, x, y), ...colourOf("fill", pen.fillStyle, pen) }, words),
    strokeText: (words, x, y) =>
      emit(
        "text",
        {
          ...textStyle(pen, x, y),
          fill: "none",
          ...colourOf("stroke", pen.strokeStyle, pen),
          "stroke-width": pen.lineWidth,
          "stroke-linejoin": "round",
        },
        words,
      ),
    measureText(words) {
      measuring.font = pen.font;
      return measuring.measureText(words);
    },
  });
}

function short(number) {
  return Math.round(number * 10) / 10;
}

// SVG has no rgba(): the colour and how much of it are two attributes.
function colourOf(attribute, colour, pen) {
  const parts = /^rgba\((\d+), ?(\d+), ?(\d+), ?([\d.]+)\)$/.exec(colour);
  const solid = parts
    ? `#${parts
        .slice(1, 4)
        .map((n) => Number(n).toString(16).padStart(2, "0"))
        .join("")}`
    : colour;
  const opacity = (parts ? Number(parts[4]) : 1) * pen.globalAlpha;
  return {
    [attribute]: solid,
    ...(opacity < 1 ? { [`${attribute}-opacity`]: short(opacity * 10) / 10 } : {}),
  };
}

function lineStyle(pen, dashes) {
  const dash = dashes.some((d) => d > 0) ? { "stroke-dasharray": dashes.map(short).join(" ") } : {};
  return { ...dash, ...(pen.lineCap === "butt" ? {} : { "stroke-linecap": pen.lineCap }) };
}

function arcPath(x, y, rx, ry, from, to, before) {
  const at = (angle) => `${short(x + rx * Math.cos(angle))} ${short(y + ry * Math.sin(angle))}`;
  const start = `${before && !before.endsWith("Z") ? "L" : "M"}${at(from)}`;
  // An arc that ends where it starts would be nothing, so a circle is two halves.
  const middle = (from + to) / 2;
  const radii = `${short(rx)} ${short(ry)}`;
  return `${start}A${radii} 0 0 1 ${at(middle)}A${radii} 0 0 1 ${at(to)}`;
}

function roundPath(x, y, width, height, r) {
  const [w, h] = [short(width - 2 * r), short(height - 2 * r)];
  const turn = (a, b) => `a${r} ${r} 0 0 1 ${a * r} ${b * r}`;
  return `M${short(x + r)} ${short(y)}h${w}${turn(1, 1)}v${h}${turn(-1, 1)}h${-w}${turn(-1, -1)}v${-h}${turn(1, -1)}Z`;
}

// SVG has no middle of a line that all programs agree on: a third of the size below is close.
function textStyle(pen, x, y) {
  const size = Number.parseFloat(/([\d.]+)px/.exec(pen.font)[1]);
  const weight = /(?:^|\s)(\d{3})\s/.exec(pen.font);
  const anchor = { center: "middle", right: "end" }[pen.textAlign] || "start";
  const down = pen.textBaseline === "middle" ? 0.35 * size : 0;
  return {
    x: short(x),
    y: short(y + down),
    "font-size": size,
    "text-anchor": anchor,
    ...(weight ? { "font-weight": weight[1] } : {}),
    ...(pen.font.startsWith("italic") ? { "font-style": "italic" } : {}),
  };
}
