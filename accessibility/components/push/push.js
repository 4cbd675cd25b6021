// Asks the browser for an address at its push service and sends it with the form. Without this, other channels stand.
const plain = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), sign => sign.charCodeAt(0));
const same = (buffer, key) => buffer && plain(key).every((byte, index) => new Uint8Array(buffer)[index] === byte);
if ("PushManager" in window && "serviceWorker" in navigator && "Notification" in window) all("[data-push]", form => {
  const { push, wait, no, fail } = form.dataset, says = form.querySelector("[role=status]");
  form.hidden = false;
  all("[data-no-push]", other => other.hidden = true);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    says.textContent = wait;
    try {
      if (await Notification.requestPermission() !== "granted") { says.textContent = no; return; }
      const { pushManager } = await navigator.serviceWorker.ready, old = await pushManager.getSubscription();
      if (old && !same(old.options.applicationServerKey, push)) await old.unsubscribe();
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: plain(push) });
      form.subscription.value = JSON.stringify(made);
      form.submit();
    } catch {
      says.textContent = fail;
    } finally {
      delete form.dataset.sent;
    }
  });
});
