// A loss over two weights: cells shaded in classes, the border of each class with its number, and the paths over them.
const [sheet, title, about, frame, told, scaleBox, keys, said, details, summary, head, body] = [".sheet", "h3", ".about", ".frame", ".told", ".scale-of-loss", ".keys", ".said", "details", "summary", "thead", "tbody"].map((name) => element.querySelector(name));
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 8, 44];
const MARKS = 30; // of a longer path every so many-th place gets a mark
let data = null;
summary.textContent = words.numbers;

function places() {
  const [width, height] = [frame.clientWidth, frame.clientHeight];
  const between = ([, low, high], from, to) => (number) => from + ((to - from) * (number - low)) / (high - low);
  return { width, height, x: between(data.across, LEFT, width - RIGHT), y: between(data.up, height - BOTTOM, TOP) };
}

// One rectangle for every stretch of a row that lies in one class.
function drawCells(svg, { width, height, x, y }) {
  const columns = data.classes[0].length;
  const wide = (width - LEFT - RIGHT) / columns;
  const high = (height - TOP - BOTTOM) / data.classes.length;
  data.classes.forEach((row, up) => {
    const top = height - BOTTOM - (up + 1) * high;
    let begin = 0;
    for (let at = 1; at <= columns; at++) {
      if (at < columns && row[at] === row[begin]) continue;
      svg.append(shape("rect", { x: LEFT + begin * wide, y: top, width: (at - begin) * wide + 0.5, height: high + 0.5, class: "k" + row[begin] }));
      begin = at;
    }
  });
  return { wide, high };
}

// Each bound stands once, where its class ends, away from the paths and from the other numbers.
function drawContours(svg, { height, x, y }, { wide, high }) {
  const rows = data.classes.length;
  const taken = data.paths.flatMap(({ points }) => points.map(([across, up]) => [x(across), y(up)]));
  data.bounds.forEach((bound, number) => {
    const ends = data.classes.flatMap((row, up) => {
      const at = row.findIndex((each, k) => k > 2 && k < row.length - 3 && Math.min(each, row[k - 1]) <= number && Math.max(each, row[k - 1]) > number);
      return at < 0 || up < 2 || up > rows - 3 ? [] : [[LEFT + at * wide, height - BOTTOM - (up + 0.5) * high]];
    });
    const room = ([a, b]) => Math.min(200, ...taken.map(([c, d]) => Math.hypot((a - c) / 1.6, b - d)));
    const best = ends.sort((one, other) => room(other) - room(one))[0];
    if (!best) return;
    taken.push(best);
    svg.append(shape("text", { x: best[0], y: best[1] + 4, "text-anchor": "middle", class: "contour" }, String(bound)));
  });
}

function axis(svg, [label, low, high], place, flat, { width, height }) {
  for (let number = Math.ceil(low * 2) / 2; number <= high + 1e-9; number += 0.5) {
    const at = flat ? { x: place(number), y: height - BOTTOM + 17, "text-anchor": "middle" } : { x: LEFT - 8, y: place(number) + 4, "text-anchor": "end" };
    svg.append(shape("text", at, String(number)));
  }
  const name = flat ? { x: (LEFT + width - RIGHT) / 2, y: height - 8 } : { transform: `translate(12 ${(TOP + height - BOTTOM) / 2}) rotate(-90)` };
  svg.append(shape("text", { ...name, "text-anchor": "middle", class: "name" }, label));
}

function dot(number, x, y) {
  const className = "dot p" + number;
  if (number === 0) return shape("circle", { cx: x, cy: y, r: 3.4, class: className });
  if (number === 1) return shape("rect", { x: x - 3, y: y - 3, width: 6, height: 6, class: className });
  return shape("path", { d: `M${x} ${y - 4.4}l4.4 7.6h-8.8z`, class: className });
}

function drawPaths(svg, { width, height, x, y }) {
  const clip = shape("clipPath", { id: "surface-edges" });
  clip.append(shape("rect", { x: LEFT, y: TOP, width: width - LEFT - RIGHT, height: height - TOP - BOTTOM }));
  const group = shape("g", { "clip-path": "url(#surface-edges)" });
  const placed = data.paths.map(({ points }) => points.map(([across, up]) => [x(across), y(up)]));
  ["halo", "way p"].forEach((kind) => placed.forEach((points, number) => group.append(shape("polyline", { class: kind === "halo" ? kind : kind + number, points: points.map((one) => one.join(",")).join(" ") }))));
  placed.forEach((points, number) => {
    const every = Math.ceil(points.length / MARKS);
    points.forEach(([a, b], k) => (k % every === 0 || k === points.length - 1) && group.append(dot(number, a, b)));
  });
  svg.append(clip, group);
  const [a, b] = placed[0][0];
  svg.append(shape("text", { x: a - 8, y: b + 16, "text-anchor": "end", class: "start" }, words.start));
}

function drawPlot() {
  if (!data || !frame.clientWidth) return;
  const at = places();
  const svg = shape("svg", { width: at.width, height: at.height, role: "img", "aria-label": [data.title, ...data.said].join(" ") });
  const cellSize = drawCells(svg, at);
  drawContours(svg, at, cellSize);
  svg.append(shape("path", { d: `M${LEFT} ${TOP}V${at.height - BOTTOM}H${at.width - RIGHT}`, class: "axis" }));
  axis(svg, data.across, at.x, true, at);
  axis(svg, data.up, at.y, false, at);
  if (data.paths.length) drawPaths(svg, at);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - LEFT) / cellSize.wide);
    const row = Math.floor((at.height - BOTTOM - event.clientY + box.top) / cellSize.high);
    if (!data.cells[row] || data.cells[row][column] === undefined) return;
    const middle = ([, low, high], k, count) => (low + ((k + 0.5) * (high - low)) / count).toFixed(2);
    told.textContent = say("at", { w: middle(data.across, column, data.cells[0].length), b: middle(data.up, row, data.cells.length), loss: figure(data.cells[row][column]) });
  });
  frame.replaceChildren(svg);
}

function drawScale() {
  scaleBox.replaceChildren(make("span", "faint", words.scale));
  for (let number = 0; number <= data.bounds.length; number++) {
    const sign = shape("svg", { width: 18, height: 14, "aria-hidden": "true" });
    sign.append(shape("rect", { x: 1, y: 1, width: 16, height: 12, class: "k" + number }));
    const last = number === data.bounds.length;
    const one = make("span");
    one.append(sign, make("span", "", say(last ? "above" : "up_to", { bound: data.bounds[last ? number - 1 : number] })));
    scaleBox.append(one);
  }
}

function drawKeys() {
  keys.replaceChildren(
    ...data.paths.map(({ name }, number) => {
      const sign = shape("svg", { width: 34, height: 12, "aria-hidden": "true" });
      sign.append(shape("line", { x1: 0, x2: 34, y1: 6, y2: 6, class: "way p" + number }), dot(number, 17, 6));
      const made = make("div");
      made.append(sign, make("span", "", name));
      return made;
    })
  );
}

function draw() {
  data = received();
  sheet.hidden = !data;
  if (!data) return;
  title.textContent = data.title;
  about.textContent = data.about;
  told.textContent = words.hint;
  said.replaceChildren(...data.said.map((text) => make("p", "", text)));
  drawScale();
  drawKeys();
  const [heads, ...rows] = data.table;
  details.hidden = !rows.length;
  if (rows.length) head.replaceChildren(row(heads.map((text, place) => cell("th", place ? "figure" : "", text))));
  body.replaceChildren(...rows.map((texts) => row(texts.map((text, place) => cell("td", place ? "figure" : "", text)))));
  drawPlot();
}

new ResizeObserver(drawPlot).observe(sheet);
keep(draw);
