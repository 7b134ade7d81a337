// Where the book teaches this, with the way to its lesson, and what the tab is for.
const line = element.querySelector(".intro");
const { tab, section, lesson } = received();
const badge = make(lesson ? "a" : "span", "badge", section);
if (lesson) {
  badge.href = window.unroll.link("learn", { lesson: lesson.name });
  badge.title = say("to_lesson", { section, title: lesson.title[language] });
  badge.setAttribute("aria-label", badge.title);
  badge.addEventListener("click", () => location.hash === badge.hash && window.unroll.again());
}
line.append(badge, make("span", "", words[tab]));
