// Bytes by method, the smallest first. What learns from the text itself is said in words, not in colour.
const [sheet, notice, state, table, head, body, seen, how] = [".sheet", ".notice", ".state", "table", "thead", "tbody", ".seen", ".how"].map((name) => element.querySelector(name));
const NAMES = { text: "method_text", gzip: "method_gzip", xz: "method_xz", ppmd: "method_ppmd" };

function kind(each) {
  if (each.method === "text") return words.kind_text;
  const before = each.primed ? words.kind_primed : words.kind_unprimed;
  return before + " · " + (each.adaptive ? words.kind_adaptive : words.kind_static) + (each.computed ? " · " + words.kind_computed : "");
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

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  notice.hidden = !value.notice;
  notice.textContent = value.notice;
  table.hidden = seen.hidden = how.hidden = Boolean(value.notice) || !value.rows.length;
  state.textContent = value.notice ? "" : value.stopped ? words.stopped : value.done === null ? "" : say("running", { share: Math.round(100 * value.done) });
  if (table.hidden) return;
  head.replaceChildren(row(["method", "", "bytes", "bits"].map((key, at) => cell("th", at > 1 ? "figure" : "", key && words[key]))));
  const most = Math.max(...value.rows.map((each) => each.size));
  body.replaceChildren(...value.rows.map((each) => line(each, value, most)));
  const file = value.rows.find((each) => each.method === "model" && !each.computed);
  seen.textContent = file ? say("seen", { model: called(value.model), characters: grouped(value.characters), size: grouped(file.size), bits: ((8 * file.size) / value.characters).toFixed(2) }) : "";
  how.textContent = words.how;
}

keep(draw);
