// What others have published; every figure is a stranger's claim until it has been verified.
const [notice, table, head, body, told] = [".notice", "table", "thead", "tbody", ".told"].map((name) => element.querySelector(name));
const COLUMNS = ["name", "model", "text", "train", "held_out", "bits", "downloads", "likes", "updated"];
const NUMBERS = new Set(COLUMNS.slice(3, 8));
const known = (value) => (value === null || value === undefined ? "\u2014" : value);
const claimed = (number) => (number === null ? "\u2014" : figure(number));

function line(each) {
  const shown = {
    name: each.name.replace(/^hub:/, ""), model: known(each.model), text: [each.corpus, each.level, each.language].filter(Boolean).join(", ") || "\u2014",
    train: claimed(each.train_perplexity), held_out: claimed(each.held_out_perplexity), bits: claimed(each.bits_per_char),
    downloads: known(each.downloads), likes: known(each.likes), updated: known(each.updated),
  };
  const cells = COLUMNS.map((key) => cell("td", NUMBERS.has(key) ? "figure" : "", String(shown[key]), words[key]));
  const take = cell("td", "", "", words.actions);
  const button = make("button", "", each.gated ? words.gated : words.use);
  button.type = "button";
  button.disabled = each.gated;
  button.setAttribute("aria-label", button.textContent + ": " + shown.name);
  button.addEventListener("click", () => trigger("select", { name: each.name }));
  take.append(button);
  return row([...cells, take]);
}

function draw() {
  const value = received();
  const rows = value ? value.rows : [];
  notice.hidden = !value || (!value.notice && (rows.length > 0 || !value.asked));
  notice.textContent = value ? value.notice || words.none : "";
  table.hidden = told.hidden = rows.length === 0;
  told.textContent = words.claims;
  head.replaceChildren(row([...COLUMNS.map((key) => cell("th", NUMBERS.has(key) ? "figure" : "", words[key])), cell("th", "", words.actions)]));
  body.replaceChildren(...rows.map(line));
}

keep(draw);
