// Keeps one part of a page current: fetches the page (or data-source) again every data-refresh milliseconds and swaps that part only.
// While the page is hidden it rests; a part that did not change is not spoken again.
all("[data-refresh]", part => setInterval(async () => {
  if (document.hidden) return;
  try {
    const text = await (await fetch(part.dataset.source || location.href, { headers: { Accept: "text/html" } })).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-refresh]");
    if (fresh && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
  } catch { /* no network for a moment: what is there stays, and the next round tries again */ }
}, Number(part.dataset.refresh)));
