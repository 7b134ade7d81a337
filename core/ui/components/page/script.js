// The name, what it is, and the way to the other language (kept in a cookie for a year).
const other = language === "zh" ? "en" : "zh";
element.querySelector(".tagline").textContent = words.tagline;
const button = element.querySelector(".switch");
button.textContent = words.other_language;
button.title = words.switch;
button.lang = other;
button.addEventListener("click", () => {
  document.cookie = `unroll_language=${other}; path=/; max-age=31536000; SameSite=Lax`;
  location.reload();
});
