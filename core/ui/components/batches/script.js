// One mini-batch after the other over the tokens it is cut from; below, inputs and targets of the chosen window.
const [notice, shown, back, slide, on, where, map, text, rows, body, told, about] = [".notice", ".shown", ".back", "input", ".on", ".where", ".map", ".text", ".rows", ".pair tbody", ".told", ".about"].map((name) => element.querySelector(name));
const [BAR, GAP, AXIS] = [13, 7, 22]; // of the map, in pixels
let value = null; // a plain copy: reading through Gradio's watched objects is slow
let now = 0;
let chosen = 0;
back.setAttribute("aria-label", words.back);
on.setAttribute("aria-label", words.on);
slide.setAttribute("aria-label", words.batch);
text.setAttribute("aria-label", words.text);

// Every window as a bar at its place in the text, one line for each row of the batch.
function drawMap() {
  const width = map.clientWidth;
  if (!width) return;
  const numRows = value.batches[0].length;
  const height = numRows * (BAR + GAP) + AXIS;
  const made = shape("svg", { width, height, role: "img", "aria-label": words.map });
  const side = 22;
  const across = (place) => side + ((width - side - 4) * place) / value.tokens.length;
  for (let r = 0; r < numRows; r++) {
    const y = r * (BAR + GAP) + 2;
    made.append(shape("text", { x: 2, y: y + BAR - 2 }, String(r + 1)), shape("line", { x1: side, x2: width - 4, y1: y + BAR / 2, y2: y + BAR / 2, class: "all" }));
    value.batches.forEach((batch, number) => {
      const kind = number === now ? "now r" + r : number < now ? "past" : "other";
      made.append(shape("rect", { x: across(batch[r].begin) + 1, y, width: Math.max(2, across(batch[r].begin + value.steps) - across(batch[r].begin) - 2), height: BAR, rx: 2, class: kind }));
    });
    const before = now > 0 && !value.batches[now][r].fresh ? across(value.batches[now - 1][r].begin + value.steps / 2) : null;
    if (before !== null) {
      const x = across(value.batches[now][r].begin) + 2;
      made.append(shape("line", { x1: before, x2: x - 5, y1: y + BAR / 2, y2: y + BAR / 2, class: "arrow" }), shape("path", { d: `M${x} ${y + BAR / 2}l-7 -4v8z`, class: "head" }));
    }
  }
  made.append(shape("text", { x: side, y: height - 5 }, "1"), shape("text", { x: width - 4, y: height - 5, "text-anchor": "end" }, say("tokens", { n: value.tokens.length })));
  map.replaceChildren(made);
}

function drawText() {
  const owner = new Map(); // place -> [batch, row]
  value.batches.forEach((batch, number) => batch.forEach(({ begin }, r) => {
    for (let step = 0; step < value.steps; step++) owner.set(begin + step, [number, r, step === 0]);
  }));
  const spans = [];
  value.tokens.forEach((token, place) => {
    const [number, r, begins] = owner.get(place) || [-1, -1, false];
    if (begins && number === now) spans.push(make("sup", "", String(r + 1)));
    spans.push(make("span", number < 0 ? "out" : number === now ? "r" + r : begins ? "other begins" : "other", drawn(token)));
    spans.push(document.createElement("wbr"));
  });
  text.replaceChildren(...spans);
}

function drawRows() {
  rows.replaceChildren(
    ...value.batches[now].map(({ fresh }, r) => {
      const made = make("button", "r" + r, say("row", { row: r + 1 }) + "  " + (fresh ? words.fresh : words.carried));
      made.type = "button";
      made.setAttribute("aria-pressed", String(r === chosen));
      made.addEventListener("click", () => {
        chosen = r;
        drawBatch();
        rows.children[r].focus();
      });
      return made;
    })
  );
}

// The targets are the inputs shifted by one: all but the ends stand in both lines, below one another by their place.
function drawPair() {
  const { begin, fresh } = value.batches[now][chosen];
  const tokens = value.tokens.slice(begin, begin + value.steps + 1);
  const line = (name, from, to) => {
    const head = make("th", "", name);
    head.scope = "row";
    return row([head, ...tokens.map((token, place) => (place < from || place > to ? make("td", "none", "") : make("td", place > 0 && place < value.steps ? "shared" : "", drawn(token))))]);
  };
  const places = row([make("th", "faint", words.place), ...tokens.map((_, place) => make("td", "none faint", String(begin + place + 1)))]);
  body.replaceChildren(places, line(words.inputs, 0, value.steps - 1), line(words.targets, 1, value.steps));
  const said = { row: chosen + 1, before: now, first: begin + 1, last: begin + value.steps };
  told.textContent = fresh ? (value.sampling === "random" ? say("told_random", said) : say("told_first", said)) : say("told_carried", said);
}

function drawBatch() {
  chosen = Math.min(chosen, value.batches[now].length - 1);
  slide.value = now + 1;
  back.disabled = now === 0;
  on.disabled = now === value.batches.length - 1;
  where.textContent = say("where", { batch: now + 1, batches: value.batches.length });
  drawMap();
  drawText();
  drawRows();
  drawPair();
}

function turn(to) {
  now = Math.max(0, Math.min(value.batches.length - 1, to));
  drawBatch();
}

function draw() {
  value = received();
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  shown.hidden = !value || Boolean(value.notice);
  if (shown.hidden) return;
  now = 0;
  slide.max = value.batches.length;
  slide.disabled = value.batches.length < 2;
  about.textContent = value.sampling === "random" ? words.about_random : words.about_sequential;
  drawBatch();
}

back.addEventListener("click", () => turn(now - 1));
on.addEventListener("click", () => turn(now + 1));
slide.addEventListener("input", () => turn(Number(slide.value) - 1));
new ResizeObserver(() => value && !value.notice && drawMap()).observe(map);
keep(draw);
