// Bytes by method, the smallest first. What learns from the text itself has a table of its own, to the same scale.
const [sheet, notice, state, seen, how] = [".sheet", ".notice", ".state", ".seen", ".how"].map((name) => element.querySelector(name));
const [titles, tables] = ["h3", "table"].map((name) => [...element.querySelectorAll(name)]);
const NAMES = { text: "method_text", gzip: "method_gzip", xz: "method_xz", ppmd: "method_ppmd" };

function kind(each) {
  if (each.method === "text") return words.kind_text;
  const before = each.primed ? words.kind_primed : words.kind_unprimed;
  return before + (each.computed ? " · " + words.kind_computed : "");
}

function line(each, value, most) {
  const name = cell("td", "name");
  name.append(make("b", "", each.method === "model" ? called(value.model) : words[NAMES[each.method]]), make("span", "kind", kind(each)));
  const bar = make("td", "bar");
  const filled = make("div");
  filled.style.width = (100 * each.size) / most + "%";
  bar.append(filled);
  const made = row([name, bar, cell("td", "figure", grouped(each.size)), cell("td", "figure", ((8 * each.size) / value.characters).toFixed(2))]);
  made.className = (each.method === "model" ? "model" : "") + (each.computed ? " computed" : "");
  return made;
}

function drawTable(at, rows, value, most) {
  titles[at].hidden = tables[at].hidden = !rows.length;
  titles[at].textContent = [words.kind_static, words.kind_adaptive][at];
  tables[at].querySelector("thead").replaceChildren(row(["method", "", "bytes", "bits"].map((key, place) => cell("th", place > 1 ? "figure" : "", key && words[key].replace("/", "/\u200b")))));
  tables[at].querySelector("tbody").replaceChildren(...rows.map((each) => line(each, value, most)));
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  notice.hidden = !value.notice;
  notice.textContent = value.notice;
  const rows = value.rows || [];
  seen.hidden = how.hidden = !rows.length;
  state.textContent = value.notice ? "" : value.stopped ? words.stopped : value.done === null ? "" : say("running", { share: Math.round(100 * value.done) });
  const most = Math.max(...rows.map((each) => each.size));
  [false, true].forEach((adaptive, at) => drawTable(at, rows.filter((each) => each.adaptive === adaptive), value, most));
  const file = rows.find((each) => each.method === "model" && !each.computed);
  seen.textContent = file ? say("seen", { model: called(value.model), characters: grouped(value.characters), size: grouped(file.size), bits: ((8 * file.size) / value.characters).toFixed(2) }) : "";
  how.textContent = words.how;
}

keep(draw);
