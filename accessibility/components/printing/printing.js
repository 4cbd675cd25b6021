// A button that prints the page; it shows itself only where there is script, instead of the words about
// the browser's own menu.
all("[data-print]", button => {
  button.hidden = false;
  button.nextElementSibling.hidden = true;
  button.addEventListener("click", () => print());
});
