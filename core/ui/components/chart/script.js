// A chart: its curves (curves.js), what they mean, and every number in a table.
const [sheet, notice, drawnBox, title, about, progress, frame, told, keys, said, details, summary, head, body] = [".sheet", ".notice", ".drawn", "h3", ".about", ".progress", ".frame", ".told", ".keys", ".said", "details", "summary", "thead", "tbody"].map((name) => element.querySelector(name));
const plot = curves(frame, told, keys);
let data = null;
summary.textContent = words.numbers;

function drawTable() {
  const series = data.series.filter((each) => each.kind !== "cloud");
  const points = series.flatMap(({ name, points: all }) => all.map(([x, y]) => [name, figure(x), y === null ? "–" : figure(y)]));
  const [heads, ...rows] = data.table.length ? data.table : [["", data.x.label, data.y.label], ...points];
  head.replaceChildren(row(heads.map((text, place) => cell("th", place ? "figure" : "", text))));
  body.replaceChildren(...rows.map((texts) => row(texts.map((text, place) => cell("td", place ? "figure" : "", text)))));
  details.hidden = !rows.length;
}

function draw() {
  data = received();
  sheet.hidden = !data;
  if (!data) return;
  notice.hidden = !data.notice;
  drawnBox.hidden = Boolean(data.notice);
  notice.textContent = data.notice;
  if (data.notice) return;
  title.textContent = data.title;
  about.textContent = data.about;
  about.hidden = !data.about;
  progress.hidden = data.done === null && !data.stopped;
  progress.textContent = data.stopped ? words.stopped : say("running", { share: Math.round(100 * (data.done || 0)) });
  said.replaceChildren(...data.said.map((text) => make("p", "", text)));
  drawTable();
  plot(data);
}

keep(draw);
