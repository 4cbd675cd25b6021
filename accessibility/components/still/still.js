// At a kiosk: asks after 32 quiet seconds, leaves 25 to answer, and then ends. What was typed stays while it asks.
all("[data-still]", box => {
  let last = Date.now(), told = last;
  const used = () => {
    if (box.open) return;
    last = Date.now();
    if (last - told > 2000) { told = last; fetch("/kiosk/here"); }
  };
  ["pointerdown", "keydown", "input", "scroll"].forEach(kind => addEventListener(kind, used, { capture: true, passive: true }));
  box.querySelector("button").addEventListener("click", () => { box.close(); told = 0; used(); });
  box.addEventListener("cancel", () => { told = 0; setTimeout(used); });
  setInterval(() => {
    const quiet = Date.now() - last;
    if (quiet > 57000) location.replace("/kiosk/end");
    else if (quiet > 32000 && !box.open) box.showModal();
  }, 500);
});
