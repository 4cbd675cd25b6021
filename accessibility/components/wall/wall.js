// The hall screen: when something was called, fetch the page anew, swap its parts and say it aloud. The stream ends by
// itself every quarter of a minute and the browser opens it again, telling what it knows already.
all("[data-wall]", now => {
  const parts = ".warnings, main > section";
  let spoken = now.dataset.mark.split(".")[0], voice = false;
  const button = document.querySelector("[data-sound]");
  if (button && "speechSynthesis" in window) {
    button.hidden = false;
    button.addEventListener("click", () => { voice = true; button.hidden = true; say(button.textContent); });
  }
  const say = text => { const words = new SpeechSynthesisUtterance(text); words.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : document.documentElement.lang; words.rate = .85; speechSynthesis.speak(words); };
  new EventSource(now.dataset.wall).onmessage = async event => {
    const told = JSON.parse(event.data), first = told.calls[0];
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    all(parts, (part, index) => { const other = fresh.querySelectorAll(parts)[index]; if (other && part.innerHTML !== other.innerHTML) part.innerHTML = other.innerHTML; });
    all("[data-presence]", part => { part.textContent = told.presence; });
    if (first && first[0] !== spoken) { spoken = first[0]; if (voice) say(now.dataset.say.replace("{number}", first[0].split("").join(" ")).replace("{counter}", first[1])); }
  };
});
