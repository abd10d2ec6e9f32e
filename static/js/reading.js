// Copies a citation, a lasting link or the value of a field, and shares a page where the device
// can. Without this script the texts are there to be selected, and a page is sent by e-mail.
(() => {
  const status = document.querySelector("[data-copied]");

  function button(label, act) {
    const found = document.createElement("button");
    found.type = "button";
    // A citation may be in another language than its button.
    found.lang = document.documentElement.lang;
    found.className = "button button--light reuse__button";
    found.textContent = label;
    found.addEventListener("click", act);
    return found;
  }

  if (navigator.clipboard) {
    for (const text of document.querySelectorAll("[data-copy]")) {
      const field = text.querySelector("input");
      const words = (field ? field.value : text.textContent).trim();
      let timer;
      const copy = button(text.dataset.copy, async () => {
        await navigator.clipboard.writeText(words);
        status.textContent = "";
        copy.textContent = status.dataset.copied;
        clearTimeout(timer);
        timer = setTimeout(() => (copy.textContent = text.dataset.copy), 2500);
        // A screen reader tells of what changes: of a second copy too.
        setTimeout(() => (status.textContent = status.dataset.copied), 50);
      });
      text.append(copy);
    }
  }

  const doors = document.querySelector("[data-share]");
  if (doors && navigator.share) {
    const { share, title, url } = doors.dataset;
    doors.prepend(button(share, () => navigator.share({ title, url }).catch(() => {})));
  }
})();
