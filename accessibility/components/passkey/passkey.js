// Asks the device for a passkey and sends its answer with the form. Without this, the page's other way stands.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), sign => sign.charCodeAt(0));
const text = part => part && btoa(String.fromCharCode(...new Uint8Array(part))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const known = list => (list || []).map(each => ({ ...each, id: bytes(each.id) }));
const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
if (window.PublicKeyCredential) all("[data-passkey]", form => {
  const { host, passkey, options, wait, no } = form.dataset;
  if (`.${location.hostname}`.endsWith(`.${host}`)) form.hidden = false; else return;
  all("[data-no-passkey]", other => other.hidden = true);
  const says = form.querySelector("[role=status]");
  let busy = false;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    says.textContent = wait;
    try {
      const asked = await fetch(options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const wanted = await asked.json();
      wanted.challenge = bytes(wanted.challenge);
      wanted.allowCredentials = known(wanted.allowCredentials);
      wanted.excludeCredentials = known(wanted.excludeCredentials);
      if (wanted.user) wanted.user.id = bytes(wanted.user.id);
      const made = await navigator.credentials[passkey]({ publicKey: wanted }), response = {};
      for (const part of parts) if (made.response[part]) response[part] = text(made.response[part]);
      form.credential.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response });
      form.submit();
    } catch {
      says.textContent = no;
      busy = false;
      delete form.dataset.sent;
    }
  });
});
