// Curves over two axes, drawn into a frame; what the pointer or an arrow key is at is told below it. The data of a chart: see
// `core.ui.components.chart`. `curves(frame, told, keys)` returns the function that draws them, again when the room changes.
const CURVES = { left: 62, right: 16, top: 14, bottom: 46, marks: 40, room: 30 };

const CURVE_SHAPES = ["circle", "square", "triangle", "diamond", "cross", "ring"];
function curveMark(number, x, y) {
  const kind = CURVE_SHAPES[number % CURVE_SHAPES.length];
  const className = "s" + number;
  if (kind === "circle") return shape("circle", { cx: x, cy: y, r: 3, class: className });
  if (kind === "ring") return shape("circle", { cx: x, cy: y, r: 3.2, class: className + " open" });
  if (kind === "square") return shape("rect", { x: x - 3, y: y - 3, width: 6, height: 6, class: className });
  const path = { triangle: `M${x} ${y - 4}l4 7h-8z`, diamond: `M${x} ${y - 4.5}l4 4.5l-4 4.5l-4 -4.5z`, cross: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` }[kind];
  return shape("path", { d: path, class: className });
}

// From numbers to places: the ends of an axis, and round numbers on it.
function curveScale(axis, numbers, from, to) {
  const fit = numbers.filter((each) => each !== null && (!axis.log || each > 0));
  let [low, high] = fit.length ? [Math.min(...fit), Math.max(...fit)] : axis.log ? [1, 10] : [0, 1];
  low = axis.low ?? low;
  high = axis.high ?? high;
  if (axis.log) {
    if (high / low < 1.5) [low, high] = [low / 1.3, high * 1.3];
    const [a, b] = [Math.log10(low), Math.log10(high)];
    const place = (number) => from + ((to - from) * (Math.log10(number) - a)) / (b - a);
    return { place, low, high, ticks: curvePowers(a, b), fits: (number) => number !== null && number > 0 };
  }
  if (high === low) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const place = (number) => from + ((to - from) * (number - low)) / (high - low);
  return { place, low, high, ticks: curveRounds(low, high), fits: (number) => number !== null };
}

function curvePowers(a, b) {
  const whole = [];
  const step = Math.max(1, Math.ceil((b - a) / 6));
  for (let power = Math.ceil(a - 1e-9); power <= b + 1e-9; power += step) whole.push([10 ** power, powerOfTen(power)]);
  if (whole.length > 1) return whole;
  const fine = [];
  for (let power = Math.floor(a); power <= b; power++) [1, 2, 3, 5].forEach((one) => fine.push(one * 10 ** power));
  return fine.filter((each) => Math.log10(each) >= a - 1e-9 && Math.log10(each) <= b + 1e-9).map((each) => [each, figure(each)]);
}

function powerOfTen(power) {
  if (power >= 0 && power < 5) return grouped(10 ** power);
  if (power < 0 && power > -4) return (10 ** power).toFixed(-power);
  return "10" + Array.from(String(power), (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
}

function curveRounds(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const ticks = [];
  for (let count = Math.ceil(low / step - 1e-9); count * step <= high + step * 1e-9; count++) ticks.push([count * step, curveNumber(Number((count * step).toPrecision(12)))]);
  return ticks;
}

function curveNumber(number) {
  const size = Math.abs(number);
  if (size >= 1e6) return Number((number / 1e6).toPrecision(3)) + "M";
  if (size >= 10000) return Number((number / 1e3).toPrecision(3)) + "k";
  return size > 0 && size < 1e-4 ? number.toExponential(0) : String(number);
}

function curveAxes(svg, data, x, y, [left, right, top, bottom]) {
  x.ticks.forEach(([number, text]) => svg.append(shape("line", { x1: x.place(number), x2: x.place(number), y1: top, y2: bottom + 5, class: "grid" }), shape("text", { x: x.place(number), y: bottom + 18, "text-anchor": "middle" }, text)));
  y.ticks.forEach(([number, text]) => svg.append(shape("line", { x1: left - 5, x2: right, y1: y.place(number), y2: y.place(number), class: "grid" }), shape("text", { x: left - 8, y: y.place(number) + 4, "text-anchor": "end" }, text)));
  svg.append(shape("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "axis" }));
  svg.append(shape("text", { x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle", class: "name" }, data.x.label));
  svg.append(shape("text", { transform: `translate(13 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "name" }, data.y.label));
}

// The unbroken stretches of a curve.
function stretches(points) {
  const found = [[]];
  points.forEach((point) => (point ? found[found.length - 1].push(point) : found.push([])));
  return found.filter((each) => each.length);
}

// One curve with its band; returns what of it can be pointed at: [x, y, series, point].
function curveOf(svg, series, number, x, y, bottom) {
  const { kind, points, band } = series;
  const placed = points.map(([a, b]) => (x.fits(a) && y.fits(b) ? [x.place(a), y.place(b)] : null));
  if (band.length) {
    const ends = band.map(([low, high], k) => (x.fits(points[k][0]) && y.fits(low) && y.fits(high) ? [x.place(points[k][0]), y.place(low), y.place(high)] : null)).filter(Boolean);
    svg.append(shape("polygon", { class: "band s" + number, points: [...ends.map(([a, low]) => a + "," + low), ...ends.reverse().map(([a, , high]) => a + "," + high)].join(" ") }));
  }
  if (kind === "bars") {
    const gaps = points.slice(1).map(([a], k) => Math.abs(x.place(a) - x.place(points[k][0])));
    const width = Math.max(1, 0.8 * Math.min(CURVES.room, ...gaps));
    placed.forEach((each) => each && svg.append(shape("rect", { class: "bar s" + number, x: each[0] - width / 2, width, y: Math.min(each[1], bottom), height: Math.abs(bottom - each[1]) })));
  }
  if (kind === "marked" || kind === "line") stretches(placed).forEach((each) => svg.append(shape("polyline", { class: "curve s" + number, points: each.map((one) => one.join(",")).join(" ") })));
  if (kind !== "line" && kind !== "bars") {
    const every = kind === "marked" ? Math.ceil(points.length / CURVES.marks) : 1;
    const group = shape("g", { class: kind });
    placed.forEach((each, k) => each && k % every === 0 && group.append(curveMark(number, each[0], each[1])));
    svg.append(group);
  }
  return kind === "cloud" ? [] : placed.flatMap((each, k) => (each ? [[each[0], each[1], number, k]] : []));
}

function curveLevel(svg, level, x, y, [left, right, top, bottom]) {
  const along = level.upright ? x : y;
  if (!along.fits(level.value) || level.value < along.low || level.value > along.high) return;
  const place = along.place(level.value);
  const ends = level.upright ? { x1: place, x2: place, y1: top, y2: bottom } : { x1: left, x2: right, y1: place, y2: place };
  const where = level.upright ? { x: place + 5, y: top + 10 } : { x: right, y: place - 5, "text-anchor": "end" };
  svg.append(shape("line", { ...ends, class: "level" }), shape("text", { ...where, class: "level" }, level.name));
}

function curveKeys(keys, data) {
  keys.hidden = data.series.length < 2;
  keys.replaceChildren(
    ...data.series.map(({ name, kind }, number) => {
      const sign = shape("svg", { width: 30, height: 12, "aria-hidden": "true" });
      if (kind === "marked" || kind === "line") sign.append(shape("line", { x1: 0, x2: 30, y1: 6, y2: 6, class: "curve s" + number }));
      if (kind === "bars") sign.append(shape("rect", { x: 10, y: 1, width: 10, height: 10, class: "bar s" + number }));
      else if (kind !== "line") sign.append(curveMark(number, 15, 6));
      const made = make("div");
      made.append(sign, make("span", "", name));
      return made;
    })
  );
}

function curves(frame, told, keys) {
  let data = null;
  let marks = [];
  let at = -1;

  function tell(place, here) {
    at = place;
    const [a, b, number, k] = marks[place];
    here.setAttribute("cx", a);
    here.setAttribute("cy", b);
    here.setAttribute("visibility", "visible");
    const { name, points } = data.series[number];
    told.textContent = say("curve_point", { name: name ? name + ": " : "", x: figure(points[k][0]), y: figure(points[k][1]) });
  }

  function listen(svg, here) {
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const far = marks.map(([a, b]) => Math.hypot(a - event.clientX + box.left, b - event.clientY + box.top));
      if (far.length) tell(far.indexOf(Math.min(...far)), here);
    });
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !marks.length) return;
      event.preventDefault();
      tell((at + step + marks.length) % marks.length, here);
    });
  }

  function plot() {
    if (!data || !frame.clientWidth) return;
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    const area = [CURVES.left, width - CURVES.right, CURVES.top, height - CURVES.bottom];
    const svg = shape("svg", { width, height, role: "img", "aria-label": [data.title, ...data.said].join(" "), tabindex: 0 });
    const levels = (upright) => data.levels.filter((each) => each.upright === upright).map((each) => each.value);
    const all = (place) => data.series.flatMap((each) => each.points.map((point) => point[place]));
    const bars = data.series.some((each) => each.kind === "bars") && !data.y.log ? [0] : [];
    const x = curveScale(data.x, [...all(0), ...levels(true)], area[0], area[1]);
    const y = curveScale(data.y, [...all(1), ...data.series.flatMap((each) => each.band.flat()), ...levels(false), ...bars], area[3], area[2]);
    curveAxes(svg, data, x, y, area);
    at = -1;
    marks = data.series.flatMap((each, number) => curveOf(svg, each, number, x, y, area[3]));
    data.levels.forEach((each) => curveLevel(svg, each, x, y, area));
    const here = shape("circle", { class: "here", r: 6, visibility: "hidden" });
    svg.append(here);
    listen(svg, here);
    frame.replaceChildren(svg);
    told.textContent = marks.length ? words.curve_hint : "";
  }

  new ResizeObserver(plot).observe(frame);
  return (given) => {
    data = given;
    curveKeys(keys, data);
    plot();
  };
}
