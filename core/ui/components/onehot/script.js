// Text -> tokens -> ids -> the one-hot matrix. Only the cells in view exist: the scroll bar belongs to an empty extent of
// the matrix's full size, and a window that stays in place is filled anew whenever it moves.
const CELL = 30; // pixels
const SIDE = 118; // width of the row headers
const TOP = 40; // height of the column headers
const MOST_CHIPS = 300;
const [notice, shown, chips, size, grid, extent, view, told] = [".notice", ".shown", ".tokens", ".size", ".grid", ".extent", ".window", ".told"].map((name) => element.querySelector(name));
let active = { step: 0, id: 0 };
element.querySelector(".name-tokens").textContent = words.tokens;
element.querySelector(".name-matrix").textContent = words.matrix;
grid.setAttribute("aria-label", words.matrix);
let data = null; // plain copies: reading through Gradio's watched objects is slow

function place(line, role, className, text, x, y, width, height) {
  const made = make("div", "place " + className, text);
  made.setAttribute("role", role);
  made.style.cssText = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  line.append(made);
  return made;
}

// A row for whoever listens to the page; on the screen every cell has its own place.
function newLine() {
  const line = make("div", "line");
  line.setAttribute("role", "row");
  view.append(line);
  return line;
}

function describe(step, id) {
  const value = data.ids[step] === id ? 1 : 0;
  return say("cell", { step: step + 1, read: drawn(data.tokens[step]), token: drawn(data.vocabulary[id]), id: id, value: value });
}

function drawCell(line, step, id, x, y) {
  const one = data.ids[step] === id;
  const made = place(line, "gridcell", one ? "one" : "zero", one ? "1" : "0", x + 1, y + 1, CELL - 2, CELL - 2);
  made.setAttribute("aria-rowindex", step + 1);
  made.setAttribute("aria-colindex", id + 1);
  if (step === active.step && id === active.id) {
    made.classList.add("active");
    made.id = "onehot-active";
    made.setAttribute("aria-label", describe(step, id));
    grid.setAttribute("aria-activedescendant", made.id);
  }
}

function drawView() {
  if (!data) return;
  view.replaceChildren();
  grid.removeAttribute("aria-activedescendant"); // unless its cell is in view
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = grid;
  const firstId = Math.floor(scrollLeft / CELL);
  const lastId = Math.min(data.vocabulary.length - 1, Math.floor((scrollLeft + clientWidth - SIDE) / CELL));
  const firstStep = Math.floor(scrollTop / CELL);
  const lastStep = Math.min(data.ids.length - 1, Math.floor((scrollTop + clientHeight - TOP) / CELL));
  for (let step = firstStep; step <= lastStep; step++) {
    const [line, y] = [newLine(), TOP + step * CELL - scrollTop];
    for (let id = firstId; id <= lastId; id++) drawCell(line, step, id, SIDE + id * CELL - scrollLeft, y);
    const header = place(line, "rowheader", "header side", drawn(data.tokens[step]), 0, y, SIDE, CELL);
    header.append(make("small", "", String(data.ids[step])));
    header.prepend(make("small", "", String(step + 1)));
    header.title = drawn(data.tokens[step]);
  }
  const heads = newLine();
  for (let id = firstId; id <= lastId; id++) {
    const header = place(heads, "columnheader", "header top", drawn(data.vocabulary[id]), SIDE + id * CELL - scrollLeft, 0, CELL, TOP);
    header.append(make("small", "", String(id)));
    header.title = drawn(data.vocabulary[id]);
  }
  place(heads, "columnheader", "header corner", "t \\ V", 0, 0, SIDE, TOP);
}

// Bring a cell into view; `middle` centres it, else the grid moves no more than it must.
function reveal(step, id, middle) {
  const width = grid.clientWidth - SIDE;
  const height = grid.clientHeight - TOP;
  const [left, top] = [id * CELL, step * CELL];
  if (middle || left < grid.scrollLeft || left + CELL > grid.scrollLeft + width)
    grid.scrollLeft = middle ? left - width / 2 + CELL / 2 : left < grid.scrollLeft ? left : left + CELL - width;
  if (top < grid.scrollTop || top + CELL > grid.scrollTop + height)
    grid.scrollTop = top < grid.scrollTop ? top : top + CELL - height;
}

function moveTo(step, id, middle) {
  active = { step: Math.min(Math.max(step, 0), data.ids.length - 1), id: Math.min(Math.max(id, 0), data.vocabulary.length - 1) };
  reveal(active.step, active.id, middle);
  told.textContent = describe(active.step, active.id);
  drawView();
}

// Where to begin: the place from which most of the first ones are in view.
function fullest() {
  const ids = data.ids.slice(0, 12);
  const wide = Math.max(1, Math.floor((grid.clientWidth - SIDE) / CELL));
  const seen = (left) => ids.filter((id) => id >= left && id < left + wide).length;
  const best = ids.reduce((most, id) => (seen(id) > seen(most) ? id : most), Math.min(...ids));
  return Math.max(0, best - 1) * CELL;
}

function drawChips() {
  const made = data.tokens.slice(0, MOST_CHIPS).map((token, step) => {
    const unknown = data.unknown.includes(step);
    const chip = make("button", unknown ? "unknown" : "");
    chip.type = "button";
    chip.title = (unknown ? words.unknown + ". " : "") + words.jump;
    chip.append(make("span", "", drawn(token)), make("small", "", String(data.ids[step])));
    chip.addEventListener("click", () => moveTo(step, data.ids[step], true));
    return chip;
  });
  if (data.tokens.length > MOST_CHIPS) made.push(make("span", "faint", say("more", { count: grouped(data.tokens.length - MOST_CHIPS) })));
  chips.replaceChildren(...made);
}

function draw() {
  const value = received();
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  shown.hidden = !value || Boolean(value.notice);
  if (shown.hidden) return;
  data = value;
  const [steps, vocab] = [data.ids.length, data.vocabulary.length];
  size.textContent = say("size", { steps: grouped(steps), vocab: grouped(vocab), cells: grouped(steps * vocab) }) + (value.cut ? " " + say("cut", { steps: grouped(value.cut) }) : "");
  grid.setAttribute("aria-rowcount", steps);
  grid.setAttribute("aria-colcount", vocab);
  extent.style.width = SIDE + vocab * CELL + "px";
  extent.style.height = TOP + steps * CELL + "px";
  grid.style.height = Math.min(372, TOP + steps * CELL + 18) + "px";
  drawChips();
  moveTo(0, data.ids[0], true);
  grid.scrollLeft = fullest();
  told.textContent = words.hint;
}

grid.addEventListener("scroll", drawView);
function cellAt(target) {
  const hit = target.closest("[role=gridcell]");
  return hit && [Number(hit.getAttribute("aria-rowindex")) - 1, Number(hit.getAttribute("aria-colindex")) - 1];
}

grid.addEventListener("click", (event) => {
  const hit = cellAt(event.target);
  if (hit) moveTo(...hit);
});
grid.addEventListener("mouseover", (event) => {
  const hit = cellAt(event.target);
  if (hit) told.textContent = describe(...hit);
});
grid.addEventListener("keydown", (event) => {
  const { step, id } = active;
  const page = Math.max(1, Math.floor((grid.clientHeight - TOP) / CELL) - 1);
  const to = {
    ArrowRight: [step, id + 1], ArrowLeft: [step, id - 1], ArrowDown: [step + 1, id], ArrowUp: [step - 1, id],
    PageDown: [step + page, id], PageUp: [step - page, id], Home: [step, 0], End: [step, data.vocabulary.length - 1],
  }[event.key];
  if (event.key === "Enter") moveTo(step, data.ids[step], true);
  else if (to) moveTo(...to);
  else return;
  event.preventDefault();
});
new ResizeObserver(drawView).observe(grid);
keep(draw);
