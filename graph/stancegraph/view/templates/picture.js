// The picture: vis-network shows what Python has placed; nothing moves by itself.

const NARROW = 600;
const picture = makePicture(byId("network"));

function makePicture(container) {
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const state = { scene: null, shape: null, chosen: null, lit: null, withSpeakers: false, hidden: new Set(), scale: 1 };
  const self = {
    state,
    container,
    node: (id) => nodes.get(id),
    edge: (id) => edges.get(id),
    isChosen: (id) => id === state.chosen,
    labelSide: (id) => (state.shape?.spots[id] || [0, 0, "below"])[2],
  };
  const network = new vis.Network(container, { nodes, edges }, options(rendererFor(self)));
  self.network = network;

  self.show = (scene) => {
    state.scene = scene;
    state.shape = null;
    nodes.clear();
    edges.clear();
    nodes.add(scene.nodes);
    edges.add(scene.edges);
    self.fit();
  };

  // Choose the layout for the width there is, place all nodes and show the whole.
  self.fit = () => {
    const width = container.clientWidth;
    if (!state.scene || !width) return;
    const shape = state.scene[(width < NARROW ? "tall" : "wide") + (state.withSpeakers ? "Full" : "")];
    if (shape !== state.shape) place(nodes, shape);
    state.shape = shape;
    const height = shape.height;
    state.scale = Math.min(1.2, width / (shape.width + 8));
    container.style.height = `${Math.ceil(height * state.scale)}px`;
    network.setSize("100%", "100%");
    network.redraw();
    network.moveTo({ position: { x: shape.centre, y: height / 2 }, scale: state.scale });
    setZoomed(self, false);
  };

  self.zoom = (factor) => {
    const scale = Math.max(0.2, Math.min(4, network.getScale() * factor));
    network.moveTo({ scale });
    setZoomed(self, scale > state.scale * 1.01);
  };

  self.choose = (id, edge) => {
    state.chosen = id;
    state.lit = edge || null;
    edges.update(edges.get().map((e) => ({ id: e.id, ...emphasis(e, state) })));
    network.redraw();
  };

  // Hide filtered holders with their lines; show those who say so only on demand.
  self.filter = (hidden, withSpeakers) => {
    state.hidden = hidden;
    const resized = withSpeakers !== state.withSpeakers;
    state.withSpeakers = withSpeakers;
    nodes.update(nodes.get().map((n) => ({ id: n.id, hidden: isHidden(n, state) })));
    edges.update(
      edges.get().map((e) => ({
        id: e.id,
        hidden: hidden.has(e.from) || hidden.has(e.to) || (e.role === "says" && !withSpeakers),
      })),
    );
    drawn.clear();
    if (resized) self.fit();
    else network.redraw();
  };

  // Return what is drawn at a point of the page: a node by glyph or name, else a line.
  self.pick = (point) => {
    const { x, y } = network.DOMtoCanvas(point);
    for (const [id, { glyph, label }] of drawn) {
      const isOn = (box) => box && x >= box[0] - 3 && x <= box[2] + 3 && y >= box[1] - 2 && y <= box[3] + 2;
      if (!nodes.get(id)?.hidden && (isOn(glyph) || isOn(label))) return { node: id };
    }
    const edge = network.getEdgeAt(point);
    return edge && !edges.get(edge).hidden ? { edge } : {};
  };

  network.on("beforeDrawing", (ctx) => state.shape && drawZones(ctx, state));
  network.on("afterDrawing", (ctx) => state.shape && drawHeadings(ctx, state));
  followPointer(self);
  new ResizeObserver(() => container.clientWidth !== self.lastWidth && refit(self)).observe(container);
  return self;
}

function refit(self) {
  self.lastWidth = self.container.clientWidth;
  if (!window.matchMedia("print").matches) self.fit();
}

function options(ctxRenderer) {
  return {
    autoResize: false,
    physics: { enabled: false },
    nodes: { shape: "custom", ctxRenderer, fixed: true, chosen: false },
    edges: { chosen: false, arrowStrikethrough: false, smooth: false, hoverWidth: 0, selectionWidth: 0 },
    interaction: { dragNodes: false, dragView: false, zoomView: false, hover: false, selectable: false },
  };
}

function place(nodes, shape) {
  const at = ([x, y]) => ({ x, y });
  const spots = Object.entries(shape.spots).map(([id, spot]) => ({ id, ...at(spot) }));
  const ports = Object.entries(shape.ports).flatMap(([id, ends]) => ends.map((end, i) => ({ id: `${id}:port${i}`, ...at(end) })));
  drawn.clear();
  nodes.update([...spots, ...ports]);
}

function isHidden(node, state) {
  if (node.role === "speaker") return !state.withSpeakers;
  return state.hidden.has(node.id);
}

// A chosen line glows; the grey lines of a chosen speaker turn dark.
function emphasis(edge, state) {
  const isLit = edge.id === state.lit;
  const shadow = { enabled: isLit, color: "#ffb300", size: 12, x: 0, y: 0 };
  if (edge.role !== "says") return { shadow };
  return { shadow, width: edge.from === state.chosen ? 2.2 : 1.2, color: edge.from === state.chosen ? INK : SPEAKER_GREY };
}

function setZoomed(self, isZoomed) {
  self.container.parentElement.classList.toggle("zoomed", isZoomed);
  self.network.setOptions({ interaction: { dragView: isZoomed } });
}

function followPointer(self) {
  self.container.addEventListener("mousemove", (event) => {
    const { node, edge } = self.pick(offset(self.container, event));
    self.container.parentElement.classList.toggle("pointing", Boolean(node || edge));
  });
  self.container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      self.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    },
    { passive: false },
  );
}

function offset(element, event) {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

const SPEAKER_GREY = "#a9b0b9";
const TINTS = ["#e3eef8", "#f1f6fb", "#ffffff", "#fdf5ea", "#fbe9db"];
const HEADS = ["#004f83", "#1d6ba6", "#4d5560", "#955000", "#9c3500"];

function drawZones(ctx, state) {
  for (const zone of state.shape.zones) {
    const [x, y, width, height] = zone.box;
    if (zone.column === null) drawRule(ctx, zone, x, y, width);
    else drawTint(ctx, zone, x, y, width, height);
  }
}

function drawTint(ctx, zone, x, y, width, height) {
  const isColumn = zone.kind === "column";
  const left = !isColumn || zone.column === 0 ? x - 2000 : x;
  const right = !isColumn || zone.column === 4 ? x + width + 2000 : x + width;
  ctx.fillStyle = TINTS[zone.column];
  ctx.fillRect(left, y, right - left, height);
}

// Headings come last, so that a line passes below them.
function drawHeadings(ctx, state) {
  for (const zone of state.shape.zones.filter((z) => z.column !== null)) {
    const [x, y, width] = zone.box;
    const title = zone.n ? `${zone.title} · ${zone.n}` : zone.title;
    ctx.fillStyle = HEADS[zone.column];
    if (zone.kind === "column") text(ctx, title, x + width / 2, y + 20, `650 14px ${FONT}`, "center");
    else text(ctx, title, x + 8, y + 13, `650 13px ${FONT}`, "left", TINTS[zone.column]);
  }
}

function drawRule(ctx, zone, x, y, width) {
  ctx.strokeStyle = zone.kind === "rule" ? "#dfe4ea" : "#aab3bd";
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x - 2000, y);
  ctx.lineTo(x + width + 2000, y);
  ctx.stroke();
  if (zone.kind === "rule") return;
  ctx.fillStyle = "#4d5560";
  text(ctx, t.narrower_band, x + 10, y + 15, `italic 400 12.5px ${FONT}`, "left");
}
