// A canvas that is as large as what is in view; the scroll bars belong to an extent of the whole map's size.
const [sheet, title, about, map, extent, canvas, lowest, highest, ramp, told, followName, field, active, text] = [".sheet", "h3", ".about", ".map", ".extent", "canvas", ".low", ".high", ".ramp", ".told", ".follow label span", ".follow input", ".active", ".text"].map((name) => element.querySelector(name));
const ROW = 17, SIDE = 74, TOP = 20, LEAST = 5, MOST_ACTIVE = 5;
let data = null;
let at = { step: 0, unit: 0 };
map.setAttribute("aria-label", words.label);
text.setAttribute("aria-label", words.followed);

function decode(coded, low, high) {
  const bytes = Uint8Array.from(atob(coded), (c) => c.charCodeAt(0));
  const numbers = new Uint16Array(bytes.buffer);
  return Float64Array.from(numbers, (number) => (number === 65535 ? NaN : low + (number / 65534) * (high - low)));
}

const value = (step, unit) => data.values[step * data.units + unit];
const width = () => Math.max(LEAST, Math.floor((map.clientWidth - SIDE) / data.units));
// A unit by its name where it has one, and by its number.
const named = (unit) => (data.names.length ? data.names[unit][language] : String(unit + 1));
const worded = (key) => (data.names.length ? "named_" + key : key);
const shown = (number) => (Number.isNaN(number) ? words.none : Number.isInteger(number) ? grouped(number) : number.toFixed(3));

// Colours are read from the page, so that they follow the theme.
function colours() {
  const style = getComputedStyle(element.querySelector(".sheet"));
  const probe = document.createElement("canvas").getContext("2d");
  const numbers = (name) => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((from) => parseInt(probe.fillStyle.slice(from, from + 2), 16));
  };
  return { minus: numbers("--minus"), plus: numbers("--accent"), none: numbers("--sheet"), ink: style.getPropertyValue("--ink"), faint: style.getPropertyValue("--faint") };
}

function shade(number, palette) {
  if (Number.isNaN(number)) return null;
  const share = data.most ? Math.min(1, Math.abs(number) / data.most) : 0;
  const end = number < 0 ? palette.minus : palette.plus;
  return palette.none.map((from, k) => Math.round(from + (end[k] - from) * share));
}

const css = (rgb) => (rgb ? `rgb(${rgb.join(",")})` : "transparent");
// Black or white, whichever stands out more: by relative luminance (WCAG 2.2) one of them always reaches 4.5:1.
const linear = (part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (rgb) => 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
const readable = (rgb) => (luminance(rgb) < 0.179 ? "#ffffff" : "#000000");

function drawMap() {
  if (!data || !map.clientWidth) return;
  const one = width();
  const ratio = devicePixelRatio || 1;
  const wide = Math.min(map.clientWidth, SIDE + one * data.units);
  const high = Math.min(map.clientHeight || 340, TOP + ROW * data.steps);
  canvas.style.width = wide + "px";
  canvas.style.height = high + "px";
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  const pen = canvas.getContext("2d");
  const palette = colours();
  pen.scale(ratio, ratio);
  const { scrollLeft, scrollTop } = map;
  const first = { step: Math.floor(scrollTop / ROW), unit: Math.floor(scrollLeft / one) };
  for (let step = first.step; step < data.steps && TOP + step * ROW - scrollTop < high; step++)
    for (let unit = first.unit; unit < data.units && SIDE + unit * one - scrollLeft < wide; unit++) {
      pen.fillStyle = css(shade(value(step, unit), palette));
      pen.fillRect(SIDE + unit * one - scrollLeft, TOP + step * ROW - scrollTop, one > 6 ? one - 1 : one, ROW - 1);
    }
  pen.strokeStyle = css(palette.plus);
  pen.lineWidth = 1.5;
  pen.strokeRect(SIDE - scrollLeft, TOP + at.step * ROW - scrollTop - 0.5, one * data.units, ROW);
  pen.strokeRect(SIDE + at.unit * one - scrollLeft - 0.5, TOP - scrollTop, one, ROW * data.steps);
  pen.fillStyle = css(palette.none);
  pen.fillRect(0, 0, SIDE, high);
  pen.fillRect(0, 0, wide, TOP);
  pen.font = "12px " + getComputedStyle(element).getPropertyValue("--font-mono");
  pen.textBaseline = "middle";
  for (let step = first.step; step < data.steps && TOP + step * ROW - scrollTop < high; step++) {
    const y = TOP + step * ROW - scrollTop + ROW / 2;
    if (y < TOP) continue;
    pen.fillStyle = palette.faint;
    pen.fillText(String(step + 1), 4, y);
    pen.fillStyle = palette.ink;
    pen.fillText(drawn(data.tokens[step]).slice(0, 5), 32, y);
  }
  pen.fillStyle = palette.faint;
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((each) => each * one >= 34) || 500;
  for (let unit = first.unit; unit < data.units && SIDE + unit * one - scrollLeft < wide; unit++)
    if (data.names.length) heading(pen, unit + 1 + " " + named(unit), SIDE + unit * one - scrollLeft, one);
    else if ((unit + 1) % every === 0 || (unit === 0 && every > 1)) pen.fillText(String(unit + 1), SIDE + unit * one - scrollLeft, TOP / 2);
}

// A column's name, as much of it as there is room for; the whole names stand above the map.
function heading(pen, name, x, room) {
  let short = name;
  while (short.length > 1 && pen.measureText(short).width > room - 4) short = short.slice(0, -1);
  pen.fillText(short, x, TOP / 2);
}

function mostActive() {
  const units = Array.from({ length: data.units }, (_, unit) => unit).filter((unit) => !Number.isNaN(value(at.step, unit)));
  units.sort((a, b) => Math.abs(value(at.step, b)) - Math.abs(value(at.step, a)));
  return units.slice(0, MOST_ACTIVE).map((unit) => named(unit) + " (" + shown(value(at.step, unit)) + ")").join(", ");
}

function drawText() {
  const palette = colours();
  text.replaceChildren(
    ...data.tokens.map((token, step) => {
      const rgb = shade(value(step, at.unit), palette);
      const made = make("b", step === at.step ? "at" : "", drawn(token));
      made.style.background = css(rgb);
      if (rgb) made.style.color = readable(rgb);
      made.dataset.step = step;
      return made;
    }),
  );
}

function tell() {
  told.textContent = say(worded("told"), { step: at.step + 1, token: drawn(data.tokens[at.step]), unit: named(at.unit), value: shown(value(at.step, at.unit)) });
  active.textContent = say(worded("active"), { step: at.step + 1, units: mostActive() });
  field.value = at.unit + 1;
}

function go(step, unit, send) {
  const moved = step !== at.step;
  at = { step: Math.min(Math.max(step, 0), data.steps - 1), unit: Math.min(Math.max(unit, 0), data.units - 1) };
  const [one, y] = [width(), at.step * ROW];
  if (y < map.scrollTop) map.scrollTop = y;
  if (y + ROW > map.scrollTop + map.clientHeight - TOP) map.scrollTop = y + ROW - map.clientHeight + TOP + 4;
  const x = at.unit * one;
  if (x < map.scrollLeft) map.scrollLeft = x;
  if (x + one > map.scrollLeft + map.clientWidth - SIDE) map.scrollLeft = x + one - map.clientWidth + SIDE + 4;
  drawMap();
  drawText();
  tell();
  if (send && moved) trigger("select", { step: at.step });
}

function cellAt(event) {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  if (x < SIDE || y < TOP) return null;
  const step = Math.floor((y - TOP + map.scrollTop) / ROW);
  const unit = Math.floor((x - SIDE + map.scrollLeft) / width());
  return step < data.steps && unit < data.units ? { step, unit } : null;
}

function draw() {
  const given = received();
  sheet.hidden = !given;
  if (!given) return (data = null);
  data = { ...given, values: decode(given.coded, given.low, given.high) };
  data.most = Math.max(Math.abs(data.low), Math.abs(data.high));
  at = { step: Math.min(given.step === null ? at.step : given.step, data.steps - 1), unit: given.unit === null ? Math.min(at.unit, data.units - 1) : given.unit };
  title.textContent = say(worded("title"), { name: given.name, steps: grouped(given.steps), units: grouped(given.units) });
  about.textContent = given.meaning[language] + (data.names.length ? "\n" + say("columns", { names: data.names.map((_, unit) => unit + 1 + " " + named(unit)).join(" · ") }) : "");
  followName.textContent = words[worded("follow")];
  ramp.className = "ramp" + (data.low >= 0 ? " positive" : "");
  lowest.textContent = shown(data.low < 0 ? -data.most : 0);
  highest.textContent = shown(data.most);
  field.max = data.units;
  extent.style.width = SIDE + width() * data.units + "px";
  extent.style.height = TOP + ROW * data.steps + "px";
  map.style.height = Math.min(340, TOP + ROW * data.steps + 18) + "px";
  drawMap();
  drawText();
  tell();
}

map.addEventListener("scroll", drawMap);
map.addEventListener("mousemove", (event) => {
  const cell = data && cellAt(event);
  if (cell) told.textContent = say(worded("told"), { step: cell.step + 1, token: drawn(data.tokens[cell.step]), unit: named(cell.unit), value: shown(value(cell.step, cell.unit)) });
});
map.addEventListener("click", (event) => {
  const cell = data && cellAt(event);
  if (cell) go(cell.step, cell.unit, true);
});
map.addEventListener("keydown", (event) => {
  const { step, unit } = at;
  const to = { ArrowRight: [step, unit + 1], ArrowLeft: [step, unit - 1], ArrowDown: [step + 1, unit], ArrowUp: [step - 1, unit], Home: [step, 0], End: [step, data ? data.units - 1 : 0], PageDown: [step + 15, unit], PageUp: [step - 15, unit] }[event.key];
  if (!data || !to) return;
  event.preventDefault();
  go(...to, true);
});
field.addEventListener("change", () => data && go(at.step, Number(field.value) - 1, false));
text.addEventListener("click", (event) => {
  const token = event.target.closest("b");
  if (token) go(Number(token.dataset.step), at.unit, true);
});
text.addEventListener("mouseover", (event) => {
  const token = event.target.closest("b");
  if (!token) return;
  const step = Number(token.dataset.step);
  told.textContent = say(worded("told"), { step: step + 1, token: drawn(data.tokens[step]), unit: named(at.unit), value: shown(value(step, at.unit)) });
});
window.addEventListener("unroll-step", (event) => data && event.detail !== at.step && go(event.detail, at.unit, false));
new ResizeObserver(() => {
  if (!data) return;
  extent.style.width = SIDE + width() * data.units + "px";
  drawMap();
}).observe(map);
new MutationObserver(() => data && (drawMap(), drawText())).observe(document.body, { attributes: true, attributeFilter: ["class"] });
keep(draw);
