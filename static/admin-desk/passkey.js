/* allauth's script tells an event when a browser gives no passkey, and a person nothing. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("no-passkey").hidden = false;
});
document.getElementById("passkey").addEventListener("click", () => {
  document.getElementById("no-passkey").hidden = true;
});
