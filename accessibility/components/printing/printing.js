// A button that prints the page; it shows itself only where there is script, since the browser's own menu prints too.
all("[data-print]", button => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
