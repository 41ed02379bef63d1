// The pipeline as a picture: layers from the sources to the sinks, side by side where there is room, else one below the
// other. Redrawn when the pipeline or the room has changed; in between only texts and strokes are touched.
const NODE = {width: 154, height: 58};
const GAP = {along: 52, across: 16};
const BEND = 12;  // what an edge takes of a layer that it passes
const EDGE = 16;  // of the picture, free
const NODES_MAX = 200;

class Graph {
  constructor(container) {
    this.container = container;
    this.shape = '';
  }

  // `nodes`: [{id, group, kind, text, state, flow}]; a flow is records a second, or null.
  show(nodes, edges) {
    const wide = this.container.clientWidth;
    const shape = JSON.stringify([nodes.map((node) => node.id), edges, wide]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.draw(nodes, edges, wide);
    }
    if (!this.nodes) return;
    for (const node of nodes) {
      const drawn = this.nodes.get(node.id);
      setClass(drawn.group, `node ${node.group} ${node.state}`);
      setText(drawn.kind, node.kind);
      setText(drawn.text, node.text);
    }
    const flows = new Map(nodes.map((node) => [node.id, node.flow]));
    for (const {from, path} of this.edges) {
      const flow = flows.get(from) || 0;
      setClass(path, flow > 0 ? 'edge flows' : 'edge');
      path.setAttribute('stroke-width', (1.5 + Math.log10(1 + flow)).toFixed(1));
    }
  }

  draw(nodes, edges, room) {
    this.nodes = null;
    if (nodes.length > NODES_MAX) {
      const why = `${nodes.length} components are too many for a picture; the tables below have them all.`;
      return this.container.replaceChildren(el('p', {class: 'muted'}, why));
    }
    const layers = arrange(nodes, edges);
    const lying = layers.length * (NODE.width + GAP.along) - GAP.along + 2 * EDGE <= room;
    const {places, width, height} = place(layers, lying);
    const picture = svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img'});
    const ways = edges.map(({from, to}) => `${from} to ${to}`).join(', ');
    picture.setAttribute('aria-label', `${nodes.length} components: ${ways}`);
    const line = ({from, to}) => svg('path', {class: 'edge', d: curve(route(from, to, places), lying)});
    this.edges = edges.map((edge) => ({from: edge.from, path: line(edge)}));
    this.nodes = new Map(nodes.map((node) => [node.id, drawNode(node, places.get(node.id))]));
    picture.append(...this.edges.map((edge) => edge.path), ...[...this.nodes.values()].map((node) => node.group));
    this.container.replaceChildren(picture);
  }
}

// Where everything is, and how large the picture gets. `half`: from a place's corner to where edges meet it.
function place(layers, lying) {
  const step = lying ? NODE.width + GAP.along : NODE.height + GAP.along - 16;
  const thickness = (id) => (isBend(id) ? BEND : lying ? NODE.height : NODE.width);
  const extent = (layer) => layer.reduce((sum, id) => sum + thickness(id) + GAP.across, -GAP.across);
  const most = Math.max(...layers.map(extent));
  const places = new Map();
  layers.forEach((layer, i) => {
    let across = EDGE + (most - extent(layer)) / 2;
    for (const id of layer) {
      const along = EDGE + i * step;
      const [x, y] = lying ? [along, across] : [across, along];
      places.set(id, {x, y, half: thickness(id) / 2, bend: isBend(id)});
      across += thickness(id) + GAP.across;
    }
  });
  const size = [2 * EDGE + (layers.length - 1) * step + (lying ? NODE.width : NODE.height), 2 * EDGE + most];
  const [width, height] = lying ? size : size.reverse();
  return {places, width, height};
}

function drawNode(node, {x, y}) {
  const texts = {kind: svg('text', {class: 'kind', x: 12, y: 34}), text: svg('text', {x: 12, y: 50, class: 'kind'})};
  const room = node.group === 'sink' ? 15 : 17;
  const name = node.id.length > room ? `${node.id.slice(0, room - 1)}…` : node.id;
  const group = svg('g', {transform: `translate(${x} ${y})`}, svg('title', {}, node.id),
    svg('rect', {width: NODE.width, height: NODE.height, rx: 8}),
    svg('text', {class: 'name', x: 12, y: 19}, name), texts.kind, texts.text);
  if (node.group === 'sink') group.append(svg('circle', {cx: NODE.width - 14, cy: 15, r: 5}));
  return {group, ...texts};
}

// An edge that passes a layer goes through a place of its own there, so that it runs below no node.
const bend = (from, to, layer) => `${from}\n${to}\n${layer}`;
const isBend = (id) => id.includes('\n');

function route(from, to, places) {
  const stops = [places.get(from)];
  for (let layer = 0; layer < 64; ++layer) {
    const place = places.get(bend(from, to, layer));
    if (place) stops.push(place);
  }
  return [...stops, places.get(to)];
}

function curve(stops, lying) {
  const out = ({x, y, half}) => (lying ? [x + NODE.width, y + half] : [x + half, y + NODE.height]);
  const into = ({x, y, half}) => (lying ? [x, y + half] : [x + half, y]);
  let path = `M${out(stops[0]).join(' ')}`;
  for (let i = 1; i < stops.length; ++i) {
    const [x1, y1] = out(stops[i - 1]);
    const [x2, y2] = into(stops[i]);
    const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
    path += lying ? `C${mx} ${y1} ${mx} ${y2} ${x2} ${y2}` : `C${x1} ${my} ${x2} ${my} ${x2} ${y2}`;
    if (stops[i].bend) path += `L${out(stops[i]).join(' ')}`;
  }
  return path;
}

// The nodes by layer, each behind what it reads; sinks in the last one. Within a layer near their neighbours.
function arrange(nodes, edges) {
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; ++round) {
    let moved = false;
    for (const {from, to} of edges) {
      if (depth.get(to) <= depth.get(from)) { depth.set(to, depth.get(from) + 1); moved = true; }
    }
    if (!moved) break;
  }
  const last = Math.max(...depth.values());
  for (const node of nodes) if (node.group === 'sink') depth.set(node.id, last);
  const layers = Array.from({length: last + 1}, () => []);
  for (const node of nodes) layers[depth.get(node.id)].push(node.id);
  const before = new Map(nodes.map((node) => [node.id, []]));
  for (const {from, to} of edges) {
    let previous = from;
    for (let layer = depth.get(from) + 1; layer < depth.get(to); ++layer) {
      const id = bend(from, to, layer);
      layers[layer].push(id);
      before.set(id, [previous]);
      previous = id;
    }
    before.get(to).push(previous);
  }
  for (let i = 1; i < layers.length; ++i) {
    const place = new Map(layers[i - 1].map((id, j) => [id, j]));
    const middle = (id) => before.get(id).reduce((a, b) => a + (place.get(b) ?? 0), 0) / (before.get(id).length || 1);
    layers[i] = layers[i].map((id) => [middle(id), id]).sort(([a], [b]) => a - b).map(([, id]) => id);
  }
  return layers;
}
