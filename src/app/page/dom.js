// Small helpers for elements. Whatever the daemon says becomes text, never markup.
const $ = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// Touches the page only where something has changed: no flicker, and a selection stays.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function setClass(element, name) {
  if (element.getAttribute('class') !== name) element.setAttribute('class', name);
}

function gauge(part) {
  const bar = el('i');
  bar.style.width = `${Math.min(100, Math.max(0, part * 100)).toFixed(1)}%`;
  return el('div', {class: part > 0.8 ? 'gauge full' : 'gauge', 'aria-hidden': 'true'}, bar);
}

// A curve of the last minutes, drawn from zero. A minute is the least that it shows.
function sparkline(points) {
  const [width, height] = [Math.max(60, points.length), 30];
  const most = Math.max(...points, 1e-9);
  const start = width - points.length;
  const at = (value, i) => `${start + i} ${(height - 1 - (value / most) * (height - 3)).toFixed(1)}`;
  const line = points.map(at).join('L');
  const box = {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none'};
  const picture = svg('svg', {class: 'spark', 'aria-hidden': 'true', ...box});
  if (points.length < 2) return picture;
  picture.append(svg('path', {class: 'area', d: `M${start} ${height}L${line}L${width - 1} ${height}Z`}),
    svg('path', {class: 'line', d: `M${line}`}));
  return picture;
}

// A table that keeps its rows: they are known by their first `keys` cells. `columns`: [title, is it a number, may it
// wrap]; a cell is a text or a node.
class Table {
  constructor(id, columns, empty, keys = 1) {
    this.columns = columns;
    this.empty = empty;
    this.keys = keys;
    this.rows = new Map();
    this.body = el('tbody');
    const titles = columns.map(([title, number]) => el('th', {scope: 'col', class: number ? 'n' : ''}, title));
    $(id).append(el('thead', {}, el('tr', {}, ...titles)), this.body);
  }

  show(rows) {
    const key = (cells) => cells.slice(0, this.keys).join('\n');
    const keys = rows.map(key);
    if (keys.join('\n') !== [...this.rows.keys()].join('\n') || !this.body.firstChild) this.rebuild(keys);
    for (const cells of rows) cells.forEach((cell, i) => this.setCell(this.rows.get(key(cells))[i], cell));
  }

  rebuild(keys) {
    const cells = () => this.columns.map(([, number, wrap], i) =>
      i === 0 ? el('th', {scope: 'row'}) : el('td', {class: number ? 'n' : wrap ? 'wrap' : ''}));
    this.rows = new Map(keys.map((key) => [key, cells()]));
    const none = el('tr', {}, el('td', {class: 'empty', colspan: this.columns.length}, this.empty));
    this.body.replaceChildren(...(keys.length ? [...this.rows.values()].map((row) => el('tr', {}, ...row)) : [none]));
  }

  setCell(element, cell) {
    if (cell instanceof Node) element.replaceChildren(cell);
    else setText(element, cell);
  }
}
