/* Puts a page aside without leaving where one is; without it, the form works as it is. */
(function () {
  "use strict";
  var form = document.getElementById("selection-form");
  var status = document.getElementById("selection-status");
  if (!form || !window.fetch) return;

  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (!button) return;
    event.preventDefault();
    fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/plain" },
      body: new URLSearchParams([[button.name, button.value]]),
    })
      .then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.text();
      })
      .then(function (text) {
        button.querySelector(".add-to-selection__text").textContent = button.dataset.added;
        status.textContent = text;
      })
      .catch(function () {
        // Let the browser ask, and say in its own words what is wrong.
        var field = document.createElement("input");
        field.type = "hidden";
        field.name = button.name;
        field.value = button.value;
        form.append(field);
        form.submit();
      });
  });
})();
