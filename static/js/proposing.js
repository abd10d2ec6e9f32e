/* Keeps the draft while one writes, and shows what exists already. Without it, each button of the
   form keeps what was written. */
(function () {
  "use strict";
  var form = document.querySelector("[data-keeps]");
  if (!form) return;
  var status = document.getElementById("draft-status");
  var similar = document.getElementById("similar");
  var title = form.elements.title;
  var timer, asking, sending, changed, leaving, pressed;

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  // Somebody who signs in again in another tab gets a new token for all forms of the site.
  function renew() {
    var token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    if (token) form.elements.csrfmiddlewaretoken.value = token[1];
  }

  function keep() {
    if (sending || leaving) return;
    renew();
    var data = new FormData(form);
    data.set("go", "keep");
    sending = true;
    changed = false;
    fetch(form.action, { method: "POST", body: data, signal: AbortSignal.timeout(15000) })
      .then(function (answer) {
        var type = answer.headers.get("Content-Type") || "";
        if (type.indexOf("json") < 0) {
          // The sign-in page, or an error: what is typed stays on the screen.
          say(answer.redirected ? form.dataset.signedOut : form.dataset.offline);
          return null;
        }
        return answer.json();
      })
      .then(function (kept) {
        done();
        if (!kept) return;
        if (kept.message) say(kept.message);
        if (kept.state === "kept") {
          form.elements.seen.value = kept.seen;
          if (form.getAttribute("action") !== kept.url) {
            form.action = kept.url;
            history.replaceState(null, "", kept.url);
          }
        }
        // A conflict is for people to solve: no use in trying again.
        if (changed && kept.state !== "conflict") later();
      })
      .catch(function () {
        changed = true;
        say(form.dataset.offline);
        done();
      });
  }

  function done() {
    sending = false;
    // Somebody pressed a button meanwhile: now the form knows what is kept.
    if (pressed) setTimeout(function () { form.requestSubmit(pressed); }, 0);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  }

  function look() {
    var words = title.value.trim();
    if (words.length < 4) return;
    fetch(form.dataset.similar + "?title=" + encodeURIComponent(words))
      .then(function (answer) {
        return answer.ok && !answer.redirected ? answer.text() : null;
      })
      .then(function (html) {
        // The words may have changed meanwhile: the answer to the last question counts.
        if (html !== null && words === title.value.trim()) similar.innerHTML = html;
      })
      .catch(function () {});
  }

  function count(box) {
    var left = document.getElementById(box.id + "_left");
    if (!left) return;
    var number = box.dataset.most - box.value.length;
    var text = number < 0 ? left.dataset.over : left.dataset.text;
    left.textContent = text.replace("%s", Math.abs(number));
    left.hidden = number > 100;
  }

  form.addEventListener("input", function (event) {
    changed = true;
    later();
    if (event.target.dataset.most) count(event.target);
    if (similar && event.target === title) {
      clearTimeout(asking);
      asking = setTimeout(look, 600);
    }
  });
  form.addEventListener("submit", function (event) {
    clearTimeout(timer);
    renew();
    // A second press while the first is on its way sends nothing.
    if (leaving || sending) event.preventDefault();
    if (sending) pressed = event.submitter;
    else leaving = true;
  });
  window.addEventListener("pageshow", function () {
    leaving = false;
    pressed = null;
  });
  window.addEventListener("online", function () {
    if (changed) keep();
  });
})();
