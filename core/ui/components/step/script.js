// One step of time: what the token picks, both sides of the book's identity, and the distribution at its end.
const sheet = element.querySelector(".sheet");
const part = (name) => Object.fromEntries([["box", element.querySelector("." + name)], ...["h4", ".about", "thead", "tbody", ".difference"].map((each) => [each.replace(".", ""), element.querySelector("." + name + " " + each)])]);
const [picked, identity, following] = ["row", "identity", "following"].map(part);
const [title, next] = ["h3", ".next"].map((name) => element.querySelector(name));
const four = (number) => (number >= 0 ? " " : "−") + Math.abs(number).toFixed(4);

function numbers(box, left, right, value) {
  const line = (name, each) => {
    const cells = [cell("td", "side", name), ...each.map((number) => cell("td", "figure", four(number)))];
    if (value.size > each.length) cells.push(cell("td", "more", "…"));
    return row(cells);
  };
  box.tbody.replaceChildren(line(left, value.left), line(right, value.right));
  box.difference.textContent = say("difference", { size: grouped(value.size), difference: value.difference === 0 ? "0" : value.difference.toExponential(1) });
}

function drawRow(value) {
  picked.box.hidden = !value.row;
  if (!value.row) return;
  const said = { token: drawn(value.token), id: value.id, matrix: value.row.matrix, rows: grouped(value.row.shape[0]), columns: grouped(value.row.shape[1]) };
  picked.h4.textContent = say("row_title", said);
  picked.about.textContent = say(value.row.matrix === "E" ? "row_embedding" : "row_one_hot", said);
  numbers(picked, say("row_left", said), say("row_right", said), value.row);
}

function drawIdentity(value) {
  identity.box.hidden = !value.identity;
  if (!value.identity) return;
  identity.h4.textContent = words.identity_title;
  identity.about.textContent = say("identity_about", { input: grouped(value.identity.input), hidden: grouped(value.identity.hidden) });
  if (value.identity.note) identity.about.textContent += " " + value.identity.note[language];
  numbers(identity, "[X, H][W_xh; W_hh]", "X W_xh + H W_hh", value.identity);
}

function percent(probability) {
  return probability >= 0.0001 ? (100 * probability).toFixed(2) + " %" : probability === 0 ? "0" : "< 0.01 %";
}

function drawFollowing(value) {
  const logits = value.candidates.some((each) => each.logit !== null);
  following.h4.textContent = words.following_title;
  following.about.textContent = say(logits ? "following_softmax" : value.members ? "following_mixed" : "following_counts", { bits: value.entropy_bits.toFixed(2), members: value.members });
  const most = Math.max(...value.candidates.map((each) => each.probability));
  following.thead.replaceChildren(row([cell("th", "", words.token), ...(logits ? [cell("th", "figure", words.logit)] : []), cell("th", "", ""), cell("th", "figure", words.probability)]));
  following.tbody.replaceChildren(
    ...value.candidates.map((each) => {
      const bar = make("td", "bar");
      const filled = make("div");
      filled.style.width = (100 * each.probability) / most + "%";
      bar.append(filled);
      return row([cell("td", "token", drawn(each.token)), ...(logits ? [cell("td", "figure", each.logit.toFixed(2))] : []), bar, cell("td", "figure", percent(each.probability))]);
    }),
  );
  next.textContent = !value.next ? words.end : value.next.bits === null ? say("next_impossible", { token: drawn(value.next.token) }) : say("next", { token: drawn(value.next.token), probability: percent(value.next.probability), bits: value.next.bits.toFixed(2) });
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  title.textContent = say("title", { step: value.step + 1, steps: value.steps, token: drawn(value.token), id: value.id });
  drawRow(value);
  drawIdentity(value);
  drawFollowing(value);
}

keep(draw);
