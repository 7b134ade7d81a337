// The matrix on a canvas as wide as what is in view; beneath its rows stands the stationary distribution, to which they go.
// Beside it the chosen row as a list, and how far the rows are from that distribution after k steps.
const [sheet, notice, shown, title, about, orderName, choice, stepsName, slider, stepsSaid, nextName, map, extent, canvas, scaleName, told, rowName, rowFacts, head, body, forgetName, frame, far] = [".sheet", ".notice", ".shown", "h3", ".about", ".order span", "select", ".steps span", ".steps input", "output", ".next-name", ".map", ".extent", ".map canvas", ".scale-name", ".told", ".row-name", ".row-facts", "thead", "tbody", ".forget-name", ".frame", ".far"].map((name) => element.querySelector(name));
const ORDERS = ["frequency", "alphabet", "likeness"];
const [LEAST, MOST, GAP, LISTED, FORGOTTEN, FLOOR] = [12, 26, 8, 9, 0.01, 1e-6];
let data = null;
let order = []; // the tokens from top to bottom and from left to right
let k = 1;
let at = { row: 0, column: 0 }; // places in the order; the row below the last is the stationary one
let chosen = null; // the selected cell: present and next
title.textContent = words.title;
orderName.textContent = words.order;
stepsName.textContent = words.steps;
scaleName.textContent = words.scale;
forgetName.textContent = words.forget;
nextName.textContent = words.present + " ↓   " + words.next + " →";
map.setAttribute("aria-label", words.label);
ORDERS.forEach((name) => {
  const option = make("option", "", words["order_" + name]);
  option.value = name;
  choice.append(option);
});

function decode(coded) {
  const bytes = Uint8Array.from(atob(coded), (c) => c.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

// P(next | present) k steps on; the numbers of one step are the counts' own, later ones have four digits or five.
function chance(present, next) {
  const size = data.tokens.length;
  if (present === size || k > data.powers.steps) return data.stationary[next];
  if (k === 1 && data.totals[present]) return data.counts[present][next] / data.totals[present];
  return data.powers.numbers[((k - 1) * size + present) * size + next] / 65535;
}

function percent(probability) {
  if (probability === 0) return "0";
  const value = 100 * probability;
  if (value > 99.95 && value < 100) return "> 99.9 %";
  return value < 0.01 ? "< 0.01 %" : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1) + " %";
}

const rowToken = (row) => (row < order.length ? order[row] : data.tokens.length);
const label = (token) => (token === data.tokens.length ? "π" : drawn(data.tokens[token]));

function colours() {
  const style = getComputedStyle(sheet);
  const probe = document.createElement("canvas").getContext("2d");
  const numbers = (name) => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((from) => parseInt(probe.fillStyle.slice(from, from + 2), 16));
  };
  const [none, full] = [numbers("--wash"), numbers("--accent")];
  // The square root spreads the many small probabilities over more of the scale.
  const shade = (p) => `rgb(${none.map((from, part) => Math.round(from + (full[part] - from) * Math.sqrt(p))).join(",")})`;
  return { shade, ink: style.getPropertyValue("--ink"), faint: style.getPropertyValue("--faint"), paper: style.getPropertyValue("--sheet"), mono: style.getPropertyValue("--font-mono") };
}

// Sizes: names of tokens as long as the longest, cells as large as there is room for.
function sizes() {
  const longest = Math.min(9, Math.max(...data.tokens.map((token) => Array.from(drawn(token)).reduce((sum, c) => sum + (c > "\u2e7f" ? 2 : 1), 0))));
  const side = 14 + 8 * longest;
  const cell = Math.max(LEAST, Math.min(MOST, Math.floor((map.clientWidth - side) / order.length)));
  return { side, top: longest > 2 ? side - 4 : 24, cell };
}

const yOf = (row, { top, cell }) => top + row * cell + (row === order.length ? GAP : 0);

function sizeCanvas({ side, top, cell }) {
  const [wide, high, ratio] = [Math.min(map.clientWidth, side + cell * order.length), top + cell * (order.length + 1) + GAP + 2, devicePixelRatio || 1];
  Object.assign(canvas.style, { width: wide + "px", height: high + "px" });
  Object.assign(canvas, { width: wide * ratio, height: high * ratio });
  extent.style.width = side + cell * order.length + "px";
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  return { pen, wide, high };
}

function drawMap() {
  if (!data || data.notice || !map.clientWidth) return;
  const area = sizes();
  const { side, top, cell } = area;
  const { pen, wide, high } = sizeCanvas(area);
  const palette = colours();
  const left = side - map.scrollLeft;
  for (let row = 0; row <= order.length; row++)
    for (let column = 0; column < order.length; column++) {
      pen.fillStyle = palette.shade(chance(rowToken(row), order[column]));
      pen.fillRect(left + column * cell, yOf(row, area), cell - 1, cell - 1);
    }
  pen.strokeStyle = palette.ink;
  pen.lineWidth = 1;
  pen.strokeRect(left - 0.5, yOf(at.row, area) - 1, cell * order.length, cell);
  pen.strokeRect(left + at.column * cell - 1, top - 0.5, cell, yOf(order.length, area) - top + cell);
  pen.lineWidth = 2.5;
  pen.strokeRect(left + at.column * cell - 1, yOf(at.row, area) - 1, cell, cell);
  drawNames(pen, palette, area, left, wide, high);
}

// Names stay where they are while the cells scroll behind them.
function drawNames(pen, palette, area, left, wide, high) {
  const { side, top, cell } = area;
  pen.fillStyle = palette.paper;
  pen.fillRect(0, 0, side - 2, high);
  pen.textBaseline = "middle";
  const font = (strong) => (pen.font = (strong ? "bold " : "") + Math.min(13, cell) + "px " + palette.mono);
  pen.textAlign = "right";
  for (let row = 0; row <= order.length; row++) {
    font(row === at.row);
    pen.fillStyle = row === at.row ? palette.ink : palette.faint;
    pen.fillText(short(label(rowToken(row))), side - 7, yOf(row, area) + cell / 2);
  }
  pen.textAlign = "left";
  for (let column = 0; column < order.length; column++) {
    const x = left + column * cell + cell / 2;
    if (x < side - 2 || x > wide) continue;
    font(column === at.column);
    pen.fillStyle = column === at.column ? palette.ink : palette.faint;
    pen.save();
    pen.translate(x, top - 5);
    pen.rotate(top > 24 ? -Math.PI / 2 : 0);
    pen.textAlign = top > 24 ? "left" : "center";
    pen.fillText(short(label(order[column])), 0, top > 24 ? 0 : -4);
    pen.restore();
  }
}

function short(text) {
  const signs = Array.from(text);
  return signs.length > 9 ? signs.slice(0, 8).join("") + "…" : text;
}

function sentence(present, next) {
  const said = { present: label(present), next: label(next), k, probability: percent(chance(present, next)) };
  if (present === data.tokens.length) return say("told_stationary", { ...said, unigram: percent(data.unigram[next]) });
  if (k > 1) return say("told_steps", said);
  if (!data.totals[present]) return say("told_end", said);
  return say("told", { ...said, count: grouped(data.counts[present][next]), total: grouped(data.totals[present]) });
}

function tell(row, column) {
  const now = sentence(rowToken(row), order[column]);
  const kept = chosen && !(chosen.present === rowToken(row) && chosen.next === order[column]) ? "\n" + say("selected", { told: sentence(chosen.present, chosen.next) }) : "";
  told.textContent = (chosen && !kept ? say("selected", { told: now }) : now) + kept;
}

// The row as a list: what the colours say, for whoever cannot see them.
function drawRow() {
  const present = rowToken(at.row);
  const isStationary = present === data.tokens.length;
  rowName.textContent = isStationary ? words.row_stationary : say(k === 1 ? "row_one" : "row_many", { present: label(present), k });
  rowFacts.textContent = isStationary ? say("rate", { bits: data.entropy_rate.toFixed(2) }) : k === 1 ? say("open", { bits: data.entropies[present].toFixed(2) }) : "";
  const counted = !isStationary && k === 1 && data.totals[present] > 0;
  head.replaceChildren(row([cell("th", "", words.token), cell("th", "", ""), cell("th", "figure", counted ? words.count : ""), cell("th", "figure", words.probability)]));
  const all = data.tokens.map((_, next) => [next, chance(present, next)]).sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  const listed = all.slice(0, LISTED).filter(([, p]) => p > 0);
  const rest = Math.max(0, 1 - listed.reduce((sum, [, p]) => sum + p, 0));
  const widest = Math.max(rest, ...listed.map(([, p]) => p));
  body.replaceChildren(...listed.map(([next, p]) => line("", label(next), counted ? grouped(data.counts[present][next]) : "", p, widest)), ...(rest > 5e-5 ? [line("rest", words.others, "", rest, widest)] : []));
}

function line(className, token, count, probability, widest) {
  const bar = make("td", "bar");
  bar.append(make("div"));
  bar.firstChild.style.width = (100 * probability) / widest + "%";
  const made = row([cell("td", "", token), bar, cell("td", "figure", count), cell("td", "figure", percent(probability))]);
  made.className = className;
  return made;
}

function drawDistances() {
  if (!data || data.notice || !frame.clientWidth) return;
  const [left, right, top, bottom] = [58, frame.clientWidth - 8, 8, frame.clientHeight - 34];
  const most = data.distances.length;
  const below = data.distances.findIndex((distance) => distance < FLOOR);
  const last = below < 0 ? most : below; // the curve ends where it leaves the picture
  const x = (steps) => left + ((right - left) * (steps - 1)) / (most - 1);
  const y = (distance) => top + ((bottom - top) * Math.log10(Math.max(distance, FLOOR))) / Math.log10(FLOOR);
  const svg = shape("svg", { width: frame.clientWidth, height: frame.clientHeight, role: "img", "aria-label": words.forget });
  [[1, "1"], [0.01, "0.01"], [1e-4, "10⁻⁴"], [FLOOR, "10⁻⁶"]].forEach(([distance, text]) => svg.append(shape("line", { class: "grid", x1: left - 4, x2: right, y1: y(distance), y2: y(distance) }), shape("text", { x: left - 7, y: y(distance) + 4, "text-anchor": "end" }, text)));
  [1, 8, 16, 24, 32].filter((steps) => steps <= most).forEach((steps) => svg.append(shape("text", { x: x(steps), y: bottom + 16, "text-anchor": "middle" }, steps)));
  svg.append(shape("text", { class: "name", x: (left + right) / 2, y: bottom + 31, "text-anchor": "middle" }, words.ahead));
  svg.append(shape("text", { class: "name", transform: `translate(9 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, words.distance));
  svg.append(shape("polyline", { class: "curve", points: data.distances.slice(0, 1 + last).map((distance, place) => x(place + 1) + "," + y(distance)).join(" ") }));
  svg.append(shape("line", { class: "rule", x1: x(k), x2: x(k), y1: top, y2: bottom }), shape("circle", { class: "now", cx: x(k), cy: y(data.distances[k - 1]), r: 4.5 }));
  frame.replaceChildren(svg);
}

function drawSteps() {
  const distance = data.distances[k - 1];
  slider.value = k;
  stepsSaid.textContent = say(k === 1 ? "step_one" : "step_many", { k });
  slider.setAttribute("aria-valuetext", stepsSaid.textContent);
  const after = data.period > 1 ? say("periodic", { period: data.period }) : distance < FORGOTTEN ? say("forgotten", { unigram: figure(data.from_unigram) }) : words.remembered;
  far.textContent = say("far", { k, distance: distance < FLOOR ? "< 10⁻⁶" : figure(distance) }) + " " + after;
}

function redraw() {
  drawMap();
  drawRow();
  drawSteps();
  drawDistances();
  tell(at.row, at.column);
}

// Go to a cell and bring its column into view.
function go(row, column) {
  at = { row: Math.min(Math.max(row, 0), order.length), column: Math.min(Math.max(column, 0), order.length - 1) };
  const { side, cell } = sizes();
  const x = at.column * cell;
  if (x < map.scrollLeft) map.scrollLeft = x;
  if (x + cell > map.scrollLeft + map.clientWidth - side) map.scrollLeft = x + cell - map.clientWidth + side;
  drawMap();
  drawRow();
  tell(at.row, at.column);
}

function select() {
  const [present, next] = [rowToken(at.row), order[at.column]];
  if (present === data.tokens.length) return;
  chosen = { present, next };
  tell(at.row, at.column);
  const tokens = [data.tokens[present], data.tokens[next]].filter((token) => token !== undefined); // all others have no name
  trigger("select", { tokens, present: data.tokens[present], next: data.tokens[next], count: data.counts[present][next], total: data.totals[present], steps: k, probability: chance(present, next) });
}

function cellAt(event) {
  const box = canvas.getBoundingClientRect();
  const area = sizes();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  if (x < area.side || y < area.top) return null;
  const column = Math.floor((x - area.side + map.scrollLeft) / area.cell);
  const row = y >= yOf(order.length, area) ? order.length : Math.floor((y - area.top) / area.cell);
  return column < order.length && (row < order.length || y >= yOf(order.length, area)) ? { row: Math.min(row, order.length), column } : null;
}

// The same cell under another order.
function reorder() {
  const [present, next] = [rowToken(at.row), order[at.column]];
  order = data.orders[choice.value];
  const row = order.indexOf(present);
  at = { row: row < 0 ? order.length : row, column: order.indexOf(next) };
  about.textContent = aboutText();
  redraw();
}

function aboutText() {
  const parts = [say("about", { shown: grouped(data.tokens.length), states: grouped(data.states), covered: percent(data.covered), transitions: grouped(data.transitions) })];
  if (data.lumped) parts.push(say("lumped", { lumped: grouped(data.lumped) }));
  if (choice.value === "likeness") parts.push(words.clustered);
  return parts.join(" ");
}

function draw() {
  const given = received();
  sheet.hidden = !given;
  data = given;
  if (!given) return;
  notice.textContent = given.notice || "";
  notice.hidden = !given.notice;
  shown.hidden = Boolean(given.notice);
  if (given.notice) return;
  data = { ...given, powers: { ...given.powers, numbers: decode(given.powers.coded) } };
  slider.max = data.distances.length;
  order = data.orders[choice.value];
  chosen = null;
  at = { row: 0, column: 0 };
  about.textContent = aboutText();
  map.scrollLeft = 0;
  redraw();
}

choice.addEventListener("change", () => data && reorder());
slider.addEventListener("input", () => {
  k = Number(slider.value);
  if (data) redraw();
});
map.addEventListener("scroll", drawMap);
map.addEventListener("pointermove", (event) => {
  const found = data && cellAt(event);
  if (found) tell(found.row, found.column);
});
map.addEventListener("pointerleave", () => data && tell(at.row, at.column));
map.addEventListener("click", (event) => {
  const found = data && cellAt(event);
  if (!found) return;
  go(found.row, found.column);
  select();
});
map.addEventListener("keydown", (event) => {
  const { row, column } = at;
  const to = { ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1], ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], Home: [row, 0], End: [row, order.length - 1], PageDown: [row + 10, column], PageUp: [row - 10, column] }[event.key];
  if (!data || !(to || event.key === "Enter" || event.key === " ")) return;
  event.preventDefault();
  if (to) go(...to);
  else select();
});
new ResizeObserver(() => data && !data.notice && (drawMap(), drawDistances())).observe(sheet);
new MutationObserver(() => data && !data.notice && drawMap()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
keep(draw);
