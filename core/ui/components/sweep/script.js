// Perplexity (logarithmic) by order: for every method a dashed curve on the training text and a solid one on the held-out
// text. What is infinite stands on a line of its own at the top. One method is brought forward, the others stay readable.
const [sheet, notice, shown, title, about, bar, filled, state, frame, hint, parts, keysName, keys, told, seen, details, summary, head, body] = [".sheet", ".notice", ".shown", "h3", ".about", ".bar", ".bar > div", ".state", ".frame", ".hint", ".parts", ".keys-name", ".keys", ".told", ".seen", "details", "summary", "thead", "tbody"].map((name) => element.querySelector(name));
const [LEFT, RIGHT, TOP, INFINITE, BOTTOM, NEAR] = [58, 16, 14, 34, 44, 40];
const PARTS = ["train", "held_out"];
let data = null;
const hidden = new Set(); // methods and parts that are not drawn
let lit = null; // the method that was chosen; the best one until then
let passing = null; // the one pointed at
let at = null; // the point whose numbers are told: method and order
frame.setAttribute("aria-label", words.label);
hint.textContent = words.hint;
summary.textContent = words.numbers;
keysName.textContent = words.keys_name;
keys.setAttribute("aria-label", words.keys);
element.querySelector(".numbers").setAttribute("aria-label", words.numbers);

const method = (name) => words["by_" + name] || name.replaceAll("_", " ");
const setting = (name) => words["setting_" + name] || name.replaceAll("_", " ");
const drawnMethods = () => data.methods.filter((each) => each.points.length && !hidden.has(each.name));
const forward = () => passing || lit || (data.best && data.best.method);

// Every method has a sign of its own, so that curves can be told apart without colour.
function mark(kind, x, y, className) {
  const r = 4;
  const path = {
    1: `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`, 2: `M${x} ${y - r - 1}l${r + 1} ${2 * r}h${-2 * r - 2}z`, 3: `M${x} ${y - r - 1}l${r + 1} ${r + 1}l${-r - 1} ${r + 1}l${-r - 1} ${-r - 1}z`,
    4: `M${x} ${y + r + 1}l${r + 1} ${-2 * r}h${-2 * r - 2}z`, 5: `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x - r} ${y + r}l${2 * r} ${-2 * r}`, 6: `M${x - r - 1} ${y}h${2 * r + 2}M${x} ${y - r - 1}v${2 * r + 2}`, 7: `M${x - r} ${y - r}h${2 * r}l${-2 * r} ${2 * r}h${2 * r}z`,
  }[kind % 8];
  return path ? shape("path", { d: path, class: className }) : shape("circle", { cx: x, cy: y, r, class: className });
}

// Where orders and perplexities lie: inside the frame, with a line for what is infinite where there is any.
function scales() {
  const [width, height] = [frame.clientWidth, frame.clientHeight];
  const values = data.methods.flatMap((each) => each.points.flatMap((point) => [point.train, point.held_out]));
  const infinite = values.includes(null);
  const most = Math.max(data.vocab_size, ...values.filter((value) => value !== null)) * 1.15;
  const [top, bottom] = [infinite ? INFINITE : TOP, height - BOTTOM];
  const [first, last] = [data.numbers[0], data.numbers[data.numbers.length - 1]];
  const x = (number) => LEFT + 10 + ((width - LEFT - RIGHT - 10) * (number - first)) / Math.max(1, last - first);
  const y = (value) => (value === null ? TOP : bottom - ((bottom - top) * Math.log(value)) / Math.log(most));
  return { width, height, top, bottom, most, infinite, x, y };
}

function drawAxes(svg, { width, height, bottom, most, infinite, x, y }) {
  const ticks = [];
  for (let power = 1; power <= most; power *= 10) ticks.push(...[1, 2, 5].map((one) => one * power).filter((tick) => tick <= most));
  const few = ticks.length > 9 ? ticks.filter((tick) => String(tick)[0] === "1") : ticks;
  [...few.map((tick) => [tick, grouped(tick)]), ...(infinite ? [[null, "∞"]] : [])].forEach(([value, text]) => {
    svg.append(shape("line", { class: "grid", x1: LEFT - 4, x2: width - RIGHT, y1: y(value), y2: y(value) }), shape("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, text));
  });
  const every = Math.ceil(data.numbers.length / Math.max(1, Math.floor((width - LEFT) / 30)));
  data.numbers.filter((_, place) => place % every === 0).forEach((number) => svg.append(shape("text", { x: x(number), y: bottom + 18, "text-anchor": "middle" }, number)));
  svg.append(shape("path", { class: "axis", d: `M${LEFT} ${TOP - 6}V${bottom}H${width - RIGHT}` }));
  svg.append(shape("text", { class: "name", x: (LEFT + width - RIGHT) / 2, y: height - 8, "text-anchor": "middle" }, setting(data.along)));
  svg.append(shape("text", { class: "name", transform: `translate(13 ${(TOP + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, words.perplexity));
  svg.append(shape("line", { class: "uniform", x1: LEFT, x2: width - RIGHT, y1: y(data.vocab_size), y2: y(data.vocab_size) }));
  svg.append(shape("text", { class: "uniform", x: width - RIGHT, y: y(data.vocab_size) - 5, "text-anchor": "end" }, say("uniform", { vocab: grouped(data.vocab_size) })));
}

function drawPlot() {
  if (!data || data.notice || !frame.clientWidth) return;
  const area = scales();
  const svg = shape("svg", { width: area.width, height: area.height, "aria-hidden": "true" });
  drawAxes(svg, area);
  const front = forward();
  [...drawnMethods()].sort((one, other) => (one.name === front) - (other.name === front)).forEach((each) => {
    const group = shape("g", { class: each.name === front ? "lit" : "", "data-method": each.name });
    PARTS.filter((part) => !hidden.has("part:" + part)).forEach((part) => {
      const places = each.points.map((point) => [area.x(point.number), area.y(point[part])]);
      group.append(shape("polyline", { class: "line " + part, points: places.map((place) => place.join(",")).join(" ") }));
      if (part === "held_out" || each.name === front) group.append(...places.map(([x, y]) => mark(data.methods.indexOf(each), x, y, "mark " + part)));
    });
    svg.append(group);
  });
  const point = at && pointOf(at);
  if (point && !hidden.has(at.method)) {
    svg.append(shape("line", { class: "cross", x1: area.x(at.number), x2: area.x(at.number), y1: TOP, y2: area.bottom }));
    PARTS.filter((part) => !hidden.has("part:" + part)).forEach((part) => svg.append(shape("circle", { class: "ring", cx: area.x(at.number), cy: area.y(point[part]), r: 7 })));
  }
  frame.replaceChildren(svg);
}

function pointOf(place) {
  const found = data.methods.find((each) => each.name === place.method);
  return found && found.points.find((point) => point.number === place.number);
}

function tell() {
  const point = at && pointOf(at);
  told.textContent = "";
  if (!point) return;
  const share = point.impossible / data.scored;
  told.textContent =
    say("told", { method: method(at.method), along: setting(data.along), number: at.number, held_out: figure(point.held_out), train: figure(point.train), held_bits: figure(point.held_out_bits_per_char), train_bits: figure(point.train_bits_per_char), parameters: grouped(point.parameters) }) +
    (point.impossible ? say("impossible", { impossible: grouped(point.impossible), share: (100 * share).toFixed(1) + " %" }) : "");
}

// What is seen, in words: the best on the held-out text, what the lowest training perplexity is worth, the chosen method.
function drawSeen() {
  const along = setting(data.along);
  const sentences = [["best", data.best], ["by_heart", data.by_heart]].filter(([, found]) => found).map(([key, found]) => say(key, { method: method(found.method), along, number: found.number, held_out: figure(found.held_out), train: figure(found.train) }));
  const chosen = lit && data.methods.find((each) => each.name === lit && each.best);
  if (chosen) {
    const [first, last] = [chosen.points[0], chosen.points[chosen.points.length - 1]];
    sentences.push(say("turn", { method: method(chosen.name), along, first: first.number, last: last.number, train_first: figure(first.train), train_last: figure(last.train), held_first: figure(first.held_out), held_last: figure(last.held_out), best: chosen.best }));
  }
  seen.textContent = sentences.join("\n");
}

function sign(draws) {
  const made = shape("svg", { width: 30, height: 14, "aria-hidden": "true" });
  made.append(...draws);
  return made;
}

function key(name, text, figureText, draws, isShown) {
  const made = make("button");
  made.type = "button";
  made.dataset.key = name;
  made.setAttribute("aria-pressed", String(isShown));
  made.append(sign(draws), make("span", "", text), make("span", "figure", figureText));
  return made;
}

function drawKeys() {
  const focused = document.activeElement && element.contains(document.activeElement) && document.activeElement.dataset.key;
  parts.replaceChildren(...PARTS.map((part) => key("part:" + part, words["part_" + part], "", [shape("line", { class: "line " + part, x1: 0, x2: 30, y1: 7, y2: 7 })], !hidden.has("part:" + part))));
  keys.replaceChildren(
    ...data.methods.map((each, place) => {
      if (each.refused) return make("div", "refused", method(each.name) + ": " + words.refused);
      const best = each.best && each.points.find((point) => point.number === each.best);
      const made = key(each.name, method(each.name), best ? say("key", { held_out: figure(best.held_out), number: best.number }) : each.points.length ? "∞" : "", [shape("line", { class: "line", x1: 0, x2: 30, y1: 7, y2: 7 }), mark(place, 15, 7, "mark")], !hidden.has(each.name));
      if (each.name === forward()) made.classList.add("lit");
      return made;
    })
  );
  const again = focused && [...element.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused);
  if (again) again.focus();
}

function drawNumbers() {
  if (!details.open || !data || data.notice) return;
  head.replaceChildren(row([cell("th", "", words.method), cell("th", "figure", setting(data.along)), ...["train", "held_out", "train_bits", "held_bits", "zeros", "parameters"].map((name) => cell("th", "figure", words[name]))]));
  body.replaceChildren(
    ...data.methods.flatMap((each) => each.points.map((point) => row([cell("td", "", method(each.name)), cell("td", "figure", point.number), ...[point.train, point.held_out, point.train_bits_per_char, point.held_out_bits_per_char].map((value) => cell("td", "figure", figure(value))), cell("td", "figure", grouped(point.impossible)), cell("td", "figure", grouped(point.parameters))])))
  );
}

function redraw() {
  drawPlot();
  drawKeys();
  drawSeen();
  tell();
}

function go(name, number) {
  at = { method: name, number };
  lit = name;
  redraw();
}

// The nearest point of a curve that is drawn; of several in one place the one that is in front.
function nearest(event) {
  const box = frame.getBoundingClientRect();
  const [left, top, area] = [event.clientX - box.left, event.clientY - box.top, scales()];
  const found = drawnMethods().flatMap((each) =>
    each.points.flatMap((point) => PARTS.filter((part) => !hidden.has("part:" + part)).map((part) => ({ method: each.name, number: point.number, far: Math.hypot(area.x(point.number) - left, area.y(point[part]) - top) - (each.name === forward() ? 1 : 0) })))
  );
  return found.filter((each) => each.far < NEAR).sort((one, other) => one.far - other.far)[0];
}

// From method to method in the order in which they stand above each other at this order.
function move(by, up) {
  const area = scales();
  const methods = drawnMethods();
  if (!methods.length) return;
  const place = at && pointOf(at) && !hidden.has(at.method) ? at : { method: (methods.find((each) => each.name === forward()) || methods[0]).name, number: data.numbers[0] };
  if (at !== place && !(at && pointOf(at))) return go(place.method, place.number);
  const numbers = methods.find((each) => each.name === place.method).points.map((point) => point.number);
  const number = numbers[Math.min(Math.max(numbers.indexOf(place.number) + by, 0), numbers.length - 1)];
  const stack = methods.filter((each) => each.points.some((point) => point.number === number)).sort((one, other) => area.y(pointOf({ method: one.name, number }).held_out) - area.y(pointOf({ method: other.name, number }).held_out));
  const next = Math.min(Math.max(stack.findIndex((each) => each.name === place.method) - up, 0), stack.length - 1);
  go(stack[next].name, number);
}

function draw() {
  data = received();
  sheet.hidden = !data;
  document.body.classList.toggle("unroll-sweeping", Boolean(data) && data.state === "running");
  if (!data) return;
  notice.textContent = data.notice || "";
  notice.hidden = !data.notice;
  shown.hidden = Boolean(data.notice);
  if (data.notice) return;
  title.textContent = say("title", { along: setting(data.along), by: setting(data.by), model: data.title[language] });
  about.textContent = say(data.level === "word" ? "about_word" : "about_char", { train: grouped(data.train_tokens), held_out: grouped(data.held_out_tokens), unknown: grouped(data.unknown), vocab: grouped(data.vocab_size) });
  filled.style.width = (100 * data.done) / data.total + "%";
  bar.hidden = data.state !== "running";
  bar.setAttribute("aria-valuemax", data.total);
  bar.setAttribute("aria-valuenow", data.done);
  state.textContent = say("state_" + data.state, { done: grouped(data.done), total: grouped(data.total) });
  bar.setAttribute("aria-label", state.textContent);
  redraw();
  drawNumbers();
}

frame.addEventListener("pointermove", (event) => {
  const found = data && !data.notice && nearest(event);
  if (!found || (at && at.method === found.method && at.number === found.number)) return;
  at = found;
  passing = found.method;
  drawPlot();
  tell();
});
frame.addEventListener("pointerleave", () => {
  passing = null;
  drawPlot();
});
frame.addEventListener("click", (event) => {
  const found = data && !data.notice && nearest(event);
  if (found) go(found.method, found.number);
});
frame.addEventListener("keydown", (event) => {
  const to = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-99, 0], End: [99, 0] }[event.key];
  if (!data || data.notice || !to) return;
  event.preventDefault();
  move(...to);
});
element.querySelector(".side").addEventListener("click", (event) => {
  const name = event.target.closest("[data-key]") && event.target.closest("[data-key]").dataset.key;
  if (!name) return;
  if (!hidden.delete(name)) hidden.add(name);
  redraw();
});
["pointerover", "focusin"].forEach((kind) =>
  keys.addEventListener(kind, (event) => {
    const name = event.target.closest("[data-key]") && event.target.closest("[data-key]").dataset.key;
    if (name === passing) return;
    passing = name || null;
    drawPlot();
  })
);
["pointerleave", "focusout"].forEach((kind) =>
  keys.addEventListener(kind, () => {
    passing = null;
    drawPlot();
  })
);
details.addEventListener("toggle", drawNumbers);
new ResizeObserver(drawPlot).observe(frame);
keep(draw);
