// Perplexity and its meaning, and where it lies between perfect and uniform (a logarithmic axis).
const [sheet, head, body, told, scale] = [".sheet", "thead", "tbody", ".told", ".scale"].map((name) => element.querySelector(name));

const [lines, lineHead, lineBody] = [".lines", ".lines thead", ".lines tbody"].map((name) => element.querySelector(name));

function measures(value) {
  const rows = [
    ["perplexity", figure(value.perplexity), value.perplexity === null ? words.infinite : say("meaning_" + value.level, { n: figure(value.perplexity) })],
    ["bits", figure(value.bits_per_char), words.bits_meaning],
    ["unknown", grouped(value.unknown), say("unknown_meaning", { scored: grouped(value.scored) })],
  ];
  if (value.unknown && value.perplexity_known !== null)
    rows.push(["known", figure(value.perplexity_known), say("meaning_" + value.level, { n: figure(value.perplexity_known) })]);
  return rows.map(([key, number, meaning]) => [words[key], number, meaning]);
}

// Points of the axis: [name, perplexity, above the axis?]. Train never stands without held-out.
function points(value) {
  const found = [["perfect", 1, false], ["uniform", value.vocab_size, false], ["here", value.perplexity, true]];
  if (value.train !== null && value.held_out !== null) found.push(["train", value.train, false], ["held_out", value.held_out, false]);
  return found.filter(([, perplexity]) => perplexity !== null);
}

function drawScale(value) {
  scale.replaceChildren(make("div", "axis"));
  const most = Math.log(value.vocab_size);
  const taken = [[], []]; // right ends of the names in the two lines below the axis
  const width = scale.clientWidth || 600;
  points(value).sort((a, b) => a[1] - b[1]).forEach(([key, perplexity, above]) => {
    const at = Math.min(1, Math.log(perplexity) / most);
    const point = make("div", "point" + (key === "here" ? " here" : ""));
    point.style.left = `calc(${100 * at}% - ${at * 3}px)`;
    const name = make("div", "name" + (key === "here" ? " here" : ""), words[key] + " " + figure(perplexity));
    scale.append(point, name);
    const left = Math.max(0, Math.min(at * width - name.offsetWidth / 2, width - name.offsetWidth));
    const line = taken[0].some((end) => left < end + 10) ? 1 : 0;
    if (!above) taken[line].push(left + name.offsetWidth);
    name.style.left = left + "px";
    name.style.top = above ? "14px" : 57 + 17 * line + "px";
  });
  scale.setAttribute("aria-label", points(value).map(([key, perplexity]) => words[key] + " " + figure(perplexity)).join(", "));
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  head.replaceChildren(row([cell("th", "", words.measure), cell("th", "figure", words.value), cell("th", "", words.meaning)]));
  body.replaceChildren(...measures(value).map(([name, number, meaning]) => row([cell("td", "", name), cell("td", "figure", number), cell("td", "faint", meaning)])));
  lines.hidden = !value.lines.length;
  lineHead.replaceChildren(row([cell("th", "", words.line), cell("th", "figure", words.perplexity)]));
  lineBody.replaceChildren(...value.lines.map((each) => row([cell("td", "line", each.line), cell("td", "figure", figure(each.perplexity))])));
  told.textContent = say("scale", { n: grouped(value.vocab_size) });
  drawScale(value);
}

new ResizeObserver(() => received() && drawScale(received())).observe(sheet);
keep(draw);
