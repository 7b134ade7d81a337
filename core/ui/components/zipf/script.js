// Frequency by rank on log-log axes with the fitted lines, and how many types the first tokens hold.
const [sheet, title, about, plot, keys, growth, caption, summary] = [".sheet", "h3", ".about", ".frame.zipf", ".keys", ".frame.growth", "figcaption", "summary"].map((name) => element.querySelector(name));
const [fitHead, fitBody, grownHead, grownBody] = [".fits thead", ".fits tbody", ".grown thead", ".grown tbody"].map((name) => element.querySelector(name));
const [LEFT, RIGHT, TOP, BOTTOM] = [62, 14, 12, 46];
let value = null; // a plain copy: reading through Gradio's watched objects is slow
title.textContent = words.title;
summary.textContent = words.numbers;
fitHead.append(row([cell("th", "", words.run), cell("th", "figure", words.types), cell("th", "figure", words.alpha), cell("th", "figure", words.constant), cell("th", "figure", words.ranks), cell("th", "", words.how)]));
grownHead.append(row([cell("th", "figure", words.read), cell("th", "figure", words.met)]));

// The three kinds of runs differ in shape as well as in colour.
function mark(n, x, y) {
  const size = 3;
  if (n === 1) return shape("circle", { cx: x, cy: y, r: size, class: "k1" });
  if (n === 2) return shape("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, class: "k2" });
  return shape("path", { d: `M${x} ${y - size - 1}l${size + 1} ${2 * size + 1}h${-2 * size - 2}z`, class: "k3" });
}

function board(frame, label) {
  const width = frame.clientWidth;
  const height = frame.clientHeight;
  const made = shape("svg", { width, height, role: "img", "aria-label": label });
  frame.replaceChildren(made);
  return { made, left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
}

function axes(area, across, up, xTicks, yTicks, xName, yName) {
  const { made, left, right, top, bottom } = area;
  xTicks.forEach(([at, text]) => made.append(shape("line", { x1: across(at), x2: across(at), y1: top, y2: bottom + 5, class: "grid" }), shape("text", { x: across(at), y: bottom + 18, "text-anchor": "middle" }, text)));
  yTicks.forEach(([at, text]) => made.append(shape("line", { x1: left - 5, x2: right, y1: up(at), y2: up(at), class: "grid" }), shape("text", { x: left - 8, y: up(at) + 4, "text-anchor": "end" }, text)));
  made.append(shape("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "axis", fill: "none" }));
  made.append(shape("text", { x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle", class: "name" }, xName));
  made.append(shape("text", { transform: `translate(13 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "name" }, yName));
}

function powers(most) {
  const count = Math.max(1, Math.ceil(Math.log10(Math.max(most, 2)) - 1e-9));
  return Array.from({ length: count + 1 }, (_, power) => [10 ** power, power < 4 ? grouped(10 ** power) : "10" + Array.from(String(power), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")]);
}

function drawZipf() {
  const area = board(plot, words.label);
  const curves = value.ngrams.filter((each) => each.curve.length);
  const xTicks = powers(Math.max(...curves.map((each) => each.types)));
  const yTicks = powers(Math.max(...curves.map((each) => each.curve[0][1])));
  const across = (rank) => area.left + ((area.right - area.left) * Math.log10(rank)) / (xTicks.length - 1);
  const up = (count) => area.bottom - ((area.bottom - area.top) * Math.log10(count)) / (yTicks.length - 1);
  axes(area, across, up, xTicks, yTicks, words.rank, words.frequency);
  [...curves].reverse().forEach(({ n, curve, zipf }) => {
    area.made.append(shape("polyline", { points: curve.map(([rank, count]) => across(rank) + "," + up(count)).join(" "), class: "curve k" + n }));
    area.made.append(...curve.filter((_, place) => place % 3 === 0).map(([rank, count]) => mark(n, across(rank), up(count))));
    if (!zipf) return;
    const y = (rank) => up(Math.max(1, zipf.constant * rank ** -zipf.alpha));
    area.made.append(shape("line", { x1: across(zipf.low_rank), x2: across(zipf.high_rank), y1: y(zipf.low_rank), y2: y(zipf.high_rank), class: "fit k" + n }));
  });
}

// Three or four round numbers from 0 to the largest.
function round(most) {
  const rough = Math.max(most, 1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough));
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, place) => [place * step, short(place * step)]);
}

function short(number) {
  if (number >= 1e6) return Number((number / 1e6).toPrecision(3)) + "M";
  return number >= 10000 ? Number((number / 1e3).toPrecision(3)) + "k" : grouped(number);
}

function drawGrowth() {
  const area = board(growth, words.growth_label);
  const [tokens, types] = value.growth[value.growth.length - 1];
  const across = (read) => area.left + ((area.right - area.left) * read) / Math.max(1, tokens);
  const up = (met) => area.bottom - ((area.bottom - area.top) * met) / Math.max(1, types);
  axes(area, across, up, round(tokens), round(types), words.read, words.met);
  area.made.append(shape("polyline", { points: value.growth.map(([read, met]) => across(read) + "," + up(met)).join(" "), class: "curve k1" }));
}

function ranks(zipf) {
  return grouped(zipf.low_rank) + "–" + grouped(zipf.high_rank);
}

function drawKeys() {
  keys.replaceChildren(
    ...value.ngrams.map(({ n, types, zipf }) => {
      const sign = shape("svg", { width: 26, height: 12, "aria-hidden": "true" });
      sign.append(shape("line", { x1: 0, x2: 26, y1: 6, y2: 6, class: "k" + n }), mark(n, 13, 6));
      const said = { name: words["run_" + n], types: grouped(types), alpha: zipf && zipf.alpha.toFixed(2), ranks: zipf && ranks(zipf) };
      const made = make("div");
      made.append(sign, make("span", "", zipf ? say("key", said) : say("key_short", said)));
      return made;
    }),
    make("div", "faint", words.fitted)
  );
}

function drawNumbers() {
  fitBody.replaceChildren(
    ...value.ngrams.map(({ n, types, zipf }) => row([cell("td", "", words["run_" + n]), cell("td", "figure", grouped(types)), cell("td", "figure", zipf ? zipf.alpha.toFixed(3) : "–"), cell("td", "figure", zipf ? figure(zipf.constant) : "–"), cell("td", "figure", zipf ? ranks(zipf) : "–"), cell("td", "", zipf ? words.method : words.too_few)]))
  );
  const step = Math.max(1, Math.floor(value.growth.length / 10));
  grownBody.replaceChildren(...value.growth.filter((_, place) => place % step === 0).map(([read, met]) => row([cell("td", "figure", grouped(read)), cell("td", "figure", grouped(met))])));
}

function drawPlots() {
  if (!value || !plot.clientWidth) return;
  drawZipf();
  drawGrowth();
}

function draw() {
  value = received();
  sheet.hidden = !value;
  if (!value) return;
  about.textContent = words.about;
  const [tokens, types] = value.growth[value.growth.length - 1];
  const middle = value.growth[Math.floor(value.growth.length / 2)];
  caption.textContent = say("grown", { half: grouped(middle[0]), some: grouped(middle[1]), tokens: grouped(tokens), types: grouped(types) });
  drawKeys();
  drawNumbers();
  drawPlots();
}

new ResizeObserver(drawPlots).observe(sheet);
keep(draw);
