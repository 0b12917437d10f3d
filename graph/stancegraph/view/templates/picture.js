// The picture: vis-network shows what has been placed; nothing moves by itself.

const LARGEST = 1.5;

function makePicture(container) {
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const state = { scene: null, fitted: null, scale: 1, bleed: 2000, isMoving: false };
  const self = {
    state,
    container,
    node: (id) => nodes.get(id),
    edge: (id) => edges.get(id),
    isChosen: (node) => isAt(node) || (here.at?.endsWith("@") && node.at.startsWith(here.at)),
  };
  const network = new vis.Network(container, { nodes, edges }, pictureOptions(rendererFor(self)));
  self.network = network;
  // The list beside it takes the keys; what is hidden from screen readers must not have the focus.
  for (const element of container.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");

  // Show a scene; the view stays where it is when only the day or a filter changed.
  self.show = (scene) => {
    state.scene = scene;
    drawn.clear();
    nodes.clear();
    edges.clear();
    nodes.add(scene.nodes.map((node) => ({ shape: "custom", ...node })));
    edges.add(scene.edges.map((edge) => ({ ...edge, ...lit(edge, false) })));
    if (state.fitted === scene.key) network.redraw();
    else self.fit();
    state.fitted = scene.key;
  };

  // Show the whole: a scene takes the height that it needs, a crowd the height that there is.
  self.fit = () => {
    const width = container.clientWidth;
    const { scene } = state;
    if (!scene || !width) return;
    state.scale = Math.min(LARGEST, width / (scene.width + 8));
    const room = scene.paint
      ? Math.min(760, Math.max(420, window.innerHeight * 0.72))
      : Math.ceil(scene.height * state.scale);
    if (scene.paint) state.scale = Math.min(state.scale, room / (scene.height + 8));
    container.style.height = `${Math.max(room, 80)}px`;
    network.setSize("100%", "100%");
    network.redraw();
    network.moveTo({ position: { x: scene.centre, y: scene.height / 2 }, scale: state.scale });
    setZoomed(self, Boolean(scene.paint));
  };

  self.zoom = (factor) => {
    const scale = Math.max(state.scale * 0.8, Math.min(4, network.getScale() * factor));
    network.moveTo({ scale });
    setZoomed(self, Boolean(state.scene.paint) || scale > state.scale * 1.01);
  };

  // Draw the choice that has been made.
  self.mark = () => {
    const fades = state.scene.fades && state.scene.edges.some((edge) => edge.of.includes(here.at));
    edges.update(state.scene.edges.map((edge) => ({ id: edge.id, ...lit(edge, fades) })));
    network.redraw();
  };

  // Return what is drawn at a point of the page: a node by glyph or name, else a line.
  self.pick = (point) => {
    const { x, y } = network.DOMtoCanvas(point);
    if (state.scene?.pick) return state.scene.pick(x, y);
    const isOn = (box) => box && x >= box[0] - 3 && x <= box[2] + 3 && y >= box[1] - 2 && y <= box[3] + 2;
    for (const [id, { glyph, label }] of [...drawn].reverse())
      if (isOn(glyph) || isOn(label)) return nodes.get(id)?.at || null;
    const edge = network.getEdgeAt(point);
    return edge ? edges.get(edge)?.at || null : null;
  };

  // Return where on the screen the chosen node is, or nothing.
  self.boxOfChoice = () => {
    const nodesNow = state.scene?.nodes || [];
    const chosen = nodesNow.find(isAt) || nodesNow.find((node) => node.at === here.at);
    const glyph = chosen && drawn.get(chosen.id)?.glyph;
    if (!glyph) return null;
    const { top } = container.getBoundingClientRect();
    const [first, last] = [glyph[1], glyph[3]].map((y) => top + network.canvasToDOM({ x: 0, y }).y);
    return { top: first, bottom: last };
  };

  const moving = (isMoving) => () => {
    state.isMoving = isMoving;
    network.redraw();
  };
  network.on("dragStart", moving(true));
  network.on("dragEnd", moving(false));
  self.toSvg = () => recordPicture(self);
  network.on("beforeDrawing", (ctx) => state.scene && drawBackground(ctx, state, network.getScale()));
  network.on("afterDrawing", (ctx) => state.scene && drawHeadings(ctx, state.scene));
  followPointer(self);
  new ResizeObserver(
    () => container.clientWidth && container.clientWidth !== self.lastWidth && refit(self),
  ).observe(container);
  return self;
}

function refit(self) {
  self.lastWidth = self.container.clientWidth;
  if (!window.matchMedia("print").matches) self.resized?.();
}

function pictureOptions(ctxRenderer) {
  return {
    autoResize: false,
    physics: { enabled: false },
    layout: { improvedLayout: false },
    nodes: { shape: "custom", ctxRenderer, fixed: true, chosen: false },
    edges: { chosen: false, arrowStrikethrough: false, smooth: false, hoverWidth: 0, selectionWidth: 0 },
    interaction: { dragNodes: false, dragView: false, zoomView: false, hover: false, selectable: false },
  };
}

function isAt(node) {
  return Boolean(here.at) && node.at === (here.record ? `${here.record}|${here.at}` : here.at);
}

// A chosen line glows. Where lines are many, those of the choice stand out and the others step back.
function lit(edge, fades) {
  const isOf = Boolean(here.at) && edge.of.includes(here.at);
  return {
    shadow: { enabled: Boolean(here.record) && isAt(edge), color: "#ffb300", size: 12, x: 0, y: 0 },
    color: {
      color: edge.role === "says" && isOf ? INK : edge.colour,
      opacity: fades && !isOf ? 0.12 : 1,
      inherit: false,
    },
  };
}

function setZoomed(self, isZoomed) {
  self.container.parentElement.classList.toggle("zoomed", isZoomed);
  self.network.setOptions({ interaction: { dragView: isZoomed } });
}

function followPointer(self) {
  self.container.addEventListener("mousemove", (event) => {
    if (event.buttons) return;
    self.container.parentElement.classList.toggle(
      "pointing",
      Boolean(self.pick(offset(self.container, event))),
    );
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

function drawBackground(ctx, state, scale) {
  for (const zone of state.scene.zones) {
    if (zone.column === null) drawRule(ctx, zone, state);
    else drawTint(ctx, zone, state);
  }
  state.scene.paint?.(ctx, scale, state.isMoving);
}

// What lies at the edge goes on to the border of the picture.
function drawTint(ctx, zone, { bleed, scene }) {
  const [x, y, width, height] = zone.box;
  const edge = scene.width / 2 - 3;
  const left = zone.kind === "block" || x - scene.centre > -edge ? 0 : bleed;
  const right = zone.kind === "block" || x + width - scene.centre < edge ? 0 : bleed;
  ctx.fillStyle = lookOf(zone.column).tint;
  ctx.fillRect(x - left, y, width + left + right, height);
}

// Headings come last, so that a line passes below them.
function drawHeadings(ctx, scene) {
  for (const zone of scene.zones.filter((z) => z.column !== null)) {
    const [x, y, width] = zone.box;
    const title = zone.n ? `${zone.title} · ${grouped(zone.n)}` : zone.title;
    const { ink, tint } = lookOf(zone.column);
    ctx.fillStyle = ink;
    if (zone.kind === "column") text(ctx, title, x + width / 2, y + 20, `650 14px ${FONT}`, "center");
    else text(ctx, title, x + 8, y + 13, `650 13px ${FONT}`, "left", tint);
  }
}

function drawRule(ctx, zone, { bleed }) {
  const [x, y, width] = zone.box;
  ctx.strokeStyle = zone.kind === "rule" ? "#dfe4ea" : "#aab3bd";
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x - bleed, y);
  ctx.lineTo(x + width + bleed, y);
  ctx.stroke();
  if (zone.kind === "rule") return;
  ctx.fillStyle = SOFT;
  text(ctx, t.narrower_band, x + 10, y + 15, `italic 400 12.5px ${FONT}`, "left");
}

// Draw the same scene once more, in the order in which vis-network does, onto a canvas of elements.
function recordPicture({ state, network }) {
  const { scene } = state;
  const { nodes, edges } = network.body;
  const ctx = makeRecorder();
  drawBackground(ctx, { ...state, bleed: 0, isMoving: false }, 1);
  const lines = Object.values(edges).filter((edge) => edge.connected);
  for (const edge of lines) edge.draw(ctx);
  const kept = new Map(drawn);
  const labels = scene.nodes.map((node) => nodes[node.id].draw(ctx).drawExternalLabel);
  for (const edge of lines) edge.drawArrows(ctx);
  for (const label of labels) label?.();
  drawHeadings(ctx, scene);
  for (const [id, boxes] of kept) drawn.set(id, boxes);
  const shift = scene.width / 2 - scene.centre;
  return {
    width: scene.width,
    height: scene.height,
    parts: [draw("g", { transform: `translate(${shift} 0)` }, ...ctx.parts)],
  };
}
