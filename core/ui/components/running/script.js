// Perplexity of the text so far, one line a model, on a logarithmic axis.
const [sheet, title, svg, names, summary, head, body] = [".sheet", "h3", "svg", ".names", "summary", "thead", "tbody"].map((name) => element.querySelector(name));
title.textContent = words.title;
summary.textContent = words.numbers;
const HEIGHT = 208, LEFT = 48, BOTTOM = 30, TOP = 26;

function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    [1, 2, 5].forEach((one) => {
      const value = one * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    });
  return found.length > 7 ? found.filter((value) => String(value).startsWith("1") || value < 1) : found;
}

function plot(lines) {
  const width = svg.clientWidth || 600;
  const values = lines.flatMap((line) => line.points.map(([, value]) => value)).filter((value) => value !== null);
  const [low, high] = [Math.max(1, Math.min(...values) * 0.9), Math.max(...values, 2) * 1.1];
  const x = (share) => LEFT + share * (width - LEFT - 8);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.log(value / low) / Math.log(high / low));
  svg.replaceChildren();
  svg.setAttribute("aria-label", words.title);
  ticks(low, high).forEach((value) => {
    svg.append(shape("line", { class: "grid", x1: LEFT, x2: width - 8, y1: y(value), y2: y(value) }));
    svg.append(shape("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, figure(value)));
  });
  svg.append(shape("text", { x: 0, y: 11 }, words.axis));
  svg.append(shape("text", { x: LEFT, y: HEIGHT - 8 }, words.begin), shape("text", { x: width - 8, y: HEIGHT - 8, "text-anchor": "end" }, words.end));
  const looks = styles(lines);
  lines.forEach((line, at) => {
    const known = line.points.filter(([, value]) => value !== null);
    const path = known.map(([share, value], k) => (k ? "L" : "M") + x(share).toFixed(1) + " " + y(value).toFixed(1)).join("");
    svg.append(shape("path", { class: looks[at], d: path }));
  });
}

// A model's adaptive reading has the line of its static one, drawn thick.
function styles(lines) {
  const models = [...new Set(lines.map((line) => line.name))];
  return lines.map((line) => "l" + models.indexOf(line.name) + (line.adaptive ? " adaptive" : ""));
}

const titled = (line) => called(line.name) + (line.adaptive ? " · " + words.adaptive : "");

function sample(name) {
  const made = shape("svg", { viewBox: "0 0 34 10", "aria-hidden": "true" });
  made.append(shape("path", { class: name, d: "M0 5H34" }));
  return made;
}

function draw() {
  const value = received();
  sheet.hidden = !value || !value.lines.length;
  if (sheet.hidden) return;
  const { lines } = value;
  plot(lines);
  const looks = styles(lines);
  names.replaceChildren(...lines.map((line, at) => {
    const item = make("li");
    item.append(sample(looks[at]), make("span", "", titled(line)));
    return item;
  }));
  const shares = [0.1, 0.25, 0.5, 0.75, 1];
  const near = (line, share) => line.points.filter(([place]) => place <= share + 1e-9).pop();
  head.replaceChildren(row([cell("th", "", words.read), ...lines.map((line) => cell("th", "figure", titled(line)))]));
  body.replaceChildren(...shares.map((share) => row([cell("td", "", Math.round(100 * share) + " %"), ...lines.map((line) => cell("td", "figure", near(line, share) ? figure(near(line, share)[1]) : "–"))])));
}

new ResizeObserver(() => received() && !sheet.hidden && plot(received().lines)).observe(sheet);
keep(draw);
