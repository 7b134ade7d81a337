// The most frequent tokens (all that were sent can be searched), and what minimum frequencies cut off.
const [sheet, title, about, find, found, list, heading, why, chosen] = [".sheet", "h3", ".about", "input", ".found", ".list", "h4", ".why", ".chosen"].map((name) => element.querySelector(name));
const [listHead, listBody, cutHead, cutBody] = [".list thead", ".list tbody", ".cuts thead", ".cuts tbody"].map((name) => element.querySelector(name));
const AT_FIRST = 20; // rows before anybody scrolls or searches
let value = null; // a plain copy: reading through Gradio's watched objects is slow
let rows = AT_FIRST;
title.textContent = words.title;
heading.textContent = words.cut;
why.textContent = words.why;
find.placeholder = words.find;
find.setAttribute("aria-label", words.find);
list.setAttribute("aria-label", words.title);
listHead.append(row([cell("th", "figure", words.rank), cell("th", "", words.token), cell("th", "figure", words.count), cell("th", "figure", words.share), cell("th", "", "")]));
cutHead.append(row([cell("th", "figure", words.least), cell("th", "figure", words.kept), cell("th", "figure", words.dropped), cell("th", "figure", words.training), cell("th", "figure", words.held_out)]));

function percent(share) {
  if (share === null || share === undefined) return "–";
  return share > 0 && share < 0.0001 ? "<0.01%" : (100 * share).toFixed(2) + "%";
}

// What somebody types stands for white space as it is drawn, too.
function matches(token, sought) {
  return !sought || token.toLowerCase().includes(sought) || drawn(token).toLowerCase().includes(sought);
}

function tokenButton(token) {
  const made = make("button", "take", drawn(token));
  made.type = "button";
  made.setAttribute("aria-label", drawn(token) + ": " + words.look);
  made.addEventListener("click", () => trigger("select", { tokens: [token] }));
  return made;
}

function drawList() {
  const sought = find.value.toLowerCase();
  const matching = value.top.map(([token, count], place) => [place + 1, token, count]).filter(([, token]) => matches(token, sought));
  const most = value.top[0][1];
  listBody.replaceChildren(
    ...matching.slice(0, rows).map(([rank, token, count]) => {
      const bar = make("i");
      bar.style.width = (100 * count) / most + "%";
      const last = cell("td", "bar");
      last.append(bar);
      const name = cell("td", "token");
      name.append(tokenButton(token));
      return row([cell("td", "figure faint", String(rank)), name, cell("td", "figure", grouped(count)), cell("td", "figure", percent(count / value.tokens)), last]);
    })
  );
  found.textContent = say("found", { shown: grouped(Math.min(rows, matching.length)), n: grouped(matching.length), sent: grouped(value.top.length), all: grouped(value.types) });
}

function drawCuts() {
  const { cuts, types, min_frequency: least } = value.unknown;
  cutBody.replaceChildren(
    ...cuts.map((each) => {
      const made = row([cell("td", "figure", grouped(each.min_frequency)), cell("td", "figure", grouped(each.kept)), cell("td", "figure", grouped(types - each.kept)), cell("td", "figure", percent(each.training)), cell("td", "figure", percent(each.held_out))]);
      if (each.min_frequency === least) made.className = "here";
      return made;
    })
  );
  const here = cuts.find((each) => each.min_frequency === least);
  const said = here && { least: grouped(least), dropped: grouped(types - here.kept), types: grouped(types), training: percent(here.training), held_out: percent(here.held_out) };
  chosen.textContent = !here ? "" : least === 1 ? say("chosen_none", said) : say("chosen", said);
}

function draw() {
  value = received();
  sheet.hidden = !value;
  if (!value) return;
  rows = AT_FIRST;
  find.value = "";
  about.textContent = say("about_" + value.level, { tokens: grouped(value.tokens), types: grouped(value.types), once: grouped(value.once), share: percent(value.once / value.types) });
  list.scrollTop = 0;
  drawList();
  drawCuts();
}

list.addEventListener("scroll", () => {
  if (list.scrollTop + list.clientHeight < list.scrollHeight - 40 || rows >= value.top.length) return;
  rows += 100;
  drawList();
});
find.addEventListener("input", () => {
  rows = AT_FIRST;
  drawList();
});
keep(draw);
