// Held-out bits per character against cost; a stem leads down to the training text's, so that neither stands alone.
const [sheet, title, axes, svg, told, key] = [".sheet", "h3", ".axes", "svg", ".told", ".key"].map((name) => element.querySelector(name));
const AXES = ["seconds", "bytes", "parameters"];
const HEIGHT = 300, LEFT = 46, RIGHT = 14, TOP = 10, BOTTOM = 40;
const LEAST = { seconds: 0.05, bytes: 1, parameters: 1 };
let axis = "seconds";
let rows = [];
title.textContent = words.title;
key.textContent = words.key;
axes.setAttribute("aria-label", words.axis);
const buttons = AXES.map((name) => {
  const made = make("button", "", words[name]);
  made.type = "button";
  made.setAttribute("role", "radio");
  made.addEventListener("click", () => turn(name));
  axes.append(made);
  return made;
});
axes.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  turn(AXES[(AXES.indexOf(axis) + step + AXES.length) % AXES.length]);
  buttons[AXES.indexOf(axis)].focus();
});

function turn(to) {
  axis = to;
  plot();
}

function short(number) {
  if (number >= 1e6) return number / 1e6 + "M";
  if (number >= 1e4) return number / 1e3 + "k";
  return String(number);
}

const cost = (row) => Math.max(LEAST[axis], row[axis] || 0);

function describe(row) {
  return say("told", { name: called(row.name), bits: row.bits_per_char.toFixed(3), train: row.train_bits_per_char === null ? "–" : row.train_bits_per_char.toFixed(3), seconds: row.seconds === null ? "–" : figure(row.seconds), parameters: grouped(row.parameters) });
}

function plot() {
  buttons.forEach((button, at) => {
    button.setAttribute("aria-checked", String(AXES[at] === axis));
    button.tabIndex = AXES[at] === axis ? 0 : -1;
  });
  const width = svg.clientWidth || 800;
  const costs = rows.map(cost);
  const [low, high] = [Math.floor(Math.log10(Math.min(...costs))), Math.ceil(Math.log10(Math.max(...costs)) + 0.01)];
  const top = Math.ceil(Math.max(...rows.map((row) => row.bits_per_char)));
  const x = (value) => LEFT + ((width - LEFT - RIGHT) * (Math.log10(value) - low)) / Math.max(1, high - low);
  const y = (bits) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - bits / top);
  svg.replaceChildren();
  for (let power = low; power <= high; power++) {
    svg.append(shape("line", { class: "grid", x1: x(10 ** power), x2: x(10 ** power), y1: TOP, y2: HEIGHT - BOTTOM }));
    svg.append(shape("text", { x: x(10 ** power), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, short(10 ** power)));
  }
  for (let bits = 0; bits <= top; bits++) {
    svg.append(shape("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(bits), y2: y(bits) }));
    svg.append(shape("text", { x: LEFT - 8, y: y(bits) + 4, "text-anchor": "end" }, String(bits)));
  }
  svg.append(shape("text", { x: width - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, words["x_" + axis]));
  svg.append(shape("text", { x: 2, y: HEIGHT - 6 }, words.y));
  const label = shape("text", { class: "label" });
  rows.forEach((row) => {
    const [cx, cy] = [x(cost(row)), y(row.bits_per_char)];
    if (row.train_bits_per_char !== null) {
      svg.append(shape("line", { class: "stem", x1: cx, x2: cx, y1: cy, y2: y(row.train_bits_per_char) }));
      svg.append(shape("circle", { class: "train", cx, cy: y(row.train_bits_per_char), r: 3 }));
    }
    const zh = row.language === "zh";
    const dot = zh ? shape("rect", { class: "dot zh", x: cx - 6, y: cy - 6, width: 12, height: 12 }) : shape("circle", { class: "dot", cx, cy, r: 7 });
    dot.setAttribute("tabindex", "0");
    dot.setAttribute("role", "img");
    dot.setAttribute("aria-label", describe(row));
    const tell = () => {
      told.textContent = describe(row);
      label.textContent = called(row.name);
      label.setAttribute("text-anchor", cx > width / 2 ? "end" : "start");
      label.setAttribute("x", cx > width / 2 ? cx - 12 : cx + 12);
      label.setAttribute("y", cy - 8);
    };
    dot.addEventListener("mouseenter", tell);
    dot.addEventListener("focus", tell);
    svg.append(dot);
  });
  svg.append(label);
}

function draw() {
  rows = received() ? received().rows : [];
  sheet.hidden = rows.length < 2;
  if (!sheet.hidden) {
    told.textContent = words.hint;
    plot();
  }
}

new ResizeObserver(() => !sheet.hidden && rows.length && plot()).observe(sheet);
keep(draw);
