// How far a training is, the two perplexities, the length of the gradients before and after clipping, and a sample.
const [sheet, empty, shown, title, state, bar, filled, facts, notice, result, head, body, samples, sampleName, sample] = [".sheet", ".empty", ".shown", "h3", ".state", ".bar", ".bar > div", ".facts", ".notice", ".result", ".result thead", ".result tbody", ".samples", ".samples h4", ".samples pre"].map((name) => element.querySelector(name));
const plotOf = (name) => Object.fromEntries([["box", element.querySelector("." + name)], ...["figcaption", "svg", ".now"].map((each) => [each.replace(".", ""), element.querySelector("." + name + " " + each)])]);
const [curve, norms] = ["curve", "norms"].map(plotOf);
empty.textContent = words.empty;
curve.figcaption.textContent = words.curve;
norms.figcaption.textContent = words.norms;
const HEIGHT = 170, LEFT = 44, RIGHT = 8, TOP = 8, BOTTOM = 20;
let data = null;

function time(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 90) return say("seconds", { n: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
  return say("minutes", { n: (seconds / 60).toFixed(seconds < 600 ? 1 : 0) });
}

// A board with a logarithmic axis upwards.
function board(plot, low, high) {
  const width = plot.svg.clientWidth || 320;
  const [a, b] = [Math.log10(low), Math.log10(Math.max(high, low * 1.2))];
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (Math.log10(value) - a) / (b - a));
  plot.svg.replaceChildren();
  const ticks = [];
  for (let power = Math.floor(a); power <= Math.ceil(b); power++) [1, 2, 5].forEach((one) => ticks.push(one * 10 ** power));
  let shown = ticks.filter((each) => Math.log10(each) >= a - 1e-9 && Math.log10(each) <= b + 1e-9);
  if (shown.length > 6) shown = shown.filter((each) => /^1|^0\.0*1$/.test(String(each)));
  shown.forEach((each) => plot.svg.append(shape("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(each), y2: y(each) }), shape("text", { x: LEFT - 5, y: y(each) + 4, "text-anchor": "end" }, figure(each))));
  return { width, y };
}

function line(svg, className, points) {
  const path = points.map(([x, y], k) => (k ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1)).join("");
  if (path) svg.append(shape("path", { class: className, d: path }));
}

function drawCurve() {
  const values = data.curve.flatMap(([, train, validation]) => [train, validation]).filter((value) => value !== null);
  curve.box.hidden = !values.length;
  if (curve.box.hidden) return;
  const floor = data.floor;
  const { width, y } = board(curve, Math.max(1, Math.min(...values, floor || Infinity) * 0.9), Math.max(...values) * 1.1);
  const x = (share) => LEFT + share * (width - LEFT - RIGHT);
  [["train", 1], ["validation", 2]].forEach(([name, at]) => {
    const points = data.curve.filter((each) => each[at] !== null).map((each) => [x(each[0]), y(each[at])]);
    line(curve.svg, name, points);
    points.forEach(([cx, cy]) => curve.svg.append(shape("circle", { class: name, cx, cy, r: 2.6 })));
  });
  if (floor) curve.svg.append(shape("line", { class: "theta", x1: LEFT, x2: width - RIGHT, y1: y(floor), y2: y(floor) }), shape("text", { x: LEFT + 4, y: y(floor) + 12 }, "exp(H) = " + figure(floor)));
  curve.svg.append(shape("text", { x: width - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, words.share));
  const last = data.curve[data.curve.length - 1];
  curve.now.textContent = say("now", { train: figure(last[1]), validation: last[2] === null ? "–" : figure(last[2]) }) + " " + (last[2] === null ? "" : say("meaning_" + data.level, { n: figure(last[2]) }));
}

function drawNorms() {
  const known = data.gradients.filter(([, norm]) => norm !== null && norm > 0);
  norms.box.hidden = known.length < 2;
  if (norms.box.hidden) return;
  const theta = data.theta;
  const values = known.map(([, norm]) => norm);
  const { width, y } = board(norms, Math.min(...values, theta || Infinity) * 0.8, Math.max(...values, theta || 0) * 1.2);
  const [from, to] = [known[0][0], known[known.length - 1][0]];
  const x = (step) => LEFT + ((step - from) / Math.max(1, to - from)) * (width - LEFT - RIGHT);
  line(norms.svg, "before", known.map(([step, norm]) => [x(step), y(norm)]));
  line(norms.svg, "after", known.map(([step, norm]) => [x(step), y(theta ? Math.min(norm, theta) : norm)]));
  if (theta) norms.svg.append(shape("line", { class: "theta", x1: LEFT, x2: width - RIGHT, y1: y(theta), y2: y(theta) }), shape("text", { x: width - RIGHT, y: y(theta) - 4, "text-anchor": "end" }, "θ = " + theta));
  norms.svg.append(shape("text", { x: width - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, words.steps));
  const last = values[values.length - 1];
  norms.now.textContent = theta ? say("norm_now", { before: figure(last), after: figure(Math.min(last, theta)), theta }) : say("norm_free", { before: figure(last) });
}

function fromFloor() {
  const share = data.result[1] === null ? null : 100 * (data.result[1] / data.floor - 1);
  if (share === null) return "";
  return say(share < 0 ? "floor_below" : "floor_above", { share: Math.abs(share).toFixed(2) });
}

function drawResult() {
  result.hidden = !data.result;
  if (!data.result) return;
  head.replaceChildren(row([cell("th", "", words.part), cell("th", "figure", words.perplexity), cell("th", "", "")]));
  body.replaceChildren(...["train", "held_out"].map((name, at) => row([cell("td", "", words[name]), cell("td", "figure", figure(data.result[at])), cell("td", "faint", data.result[at] === null ? words.infinite : say("meaning_" + data.level, { n: figure(data.result[at]) }))])));
  if (data.floor) body.append(row([cell("td", "", words.floor), cell("td", "figure", figure(data.floor)), cell("td", "faint", fromFloor())]));
}

function draw() {
  data = received();
  empty.hidden = Boolean(data);
  shown.hidden = !data;
  const busy = Boolean(data) && ["waiting", "running"].includes(data.state);
  document.body.classList.toggle("unroll-training", busy);
  if (!data) return;
  title.textContent = data.name;
  state.textContent = words["state_" + data.state];
  const share = Math.round(1000 * data.progress) / 10;
  filled.style.width = share + "%";
  bar.setAttribute("aria-valuenow", String(share));
  bar.setAttribute("aria-label", words.progress);
  const parts = [share.toFixed(1) + " %"];
  if (data.left !== null) parts.push(say("left", { time: time(data.left) }));
  if (data.step) parts.push(say("step", { step: grouped(data.step), epoch: data.epochs ? data.epoch + "/" + data.epochs : data.epoch }), say("since", { time: time(data.seconds) }));
  if (data.speed) parts.push(say("speed", { speed: grouped(Math.round(data.speed)) }));
  if (data.parameters) parts.push(say("size", { parameters: grouped(data.parameters) }));
  if (data.tokens) parts.push(say("parts", { train: grouped(data.tokens[0]), validation: grouped(data.tokens[1]), held_out: grouped(data.tokens[2]) }));
  facts.textContent = data.state === "refused" ? "" : parts.join(" · ");
  bar.hidden = facts.hidden = data.state === "refused";
  notice.textContent = data.notice;
  notice.hidden = !data.notice;
  drawResult();
  drawCurve();
  drawNorms();
  samples.hidden = !data.samples.length;
  if (!samples.hidden) {
    const last = data.samples[data.samples.length - 1];
    sampleName.textContent = say("sample", { step: grouped(last.step) });
    sample.textContent = last.text;
  }
}

new ResizeObserver(() => data && (drawCurve(), drawNorms())).observe(sheet);
keep(draw);
