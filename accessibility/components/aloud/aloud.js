// Reads the page part named by data-aloud with the device's own voice; the button shows itself only where there is one,
// instead of the number to call.
if ("speechSynthesis" in window) all("[data-aloud]", button => {
  const words = button.querySelector("span"), start = words.textContent;
  const show = on => { button.setAttribute("aria-pressed", on); words.textContent = on ? button.dataset.stop : start; };
  button.hidden = false;
  button.nextElementSibling.hidden = true;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    show(!on);
    if (on) return;
    const text = document.querySelector(button.dataset.aloud).innerText.replace(start, "").replace(button.dataset.stop, "");
    const parts = text.split(/(?<=[。！？!?\n])/).map(part => part.trim()).filter(Boolean);
    parts.forEach((part, index) => {
      const speech = new SpeechSynthesisUtterance(part);
      speech.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : document.documentElement.lang;
      speech.rate = .9;
      if (index === parts.length - 1) speech.onend = () => show(false);
      speechSynthesis.speak(speech);
    });
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
});
