/* Suggestions under a search field, as an editable combobox with a list box (WAI-ARIA Authoring
   Practices). Without it, or while the server says nothing, the field is a plain one. */
(function () {
  "use strict";
  var settings = document.currentScript.dataset; // where to ask, the name of the list, its styles
  var styled = false;
  var WAIT = 200; // milliseconds without a key before the server is asked
  var LEAST = 2; // characters

  function element(tag, properties, parent) {
    var made = Object.assign(document.createElement(tag), properties);
    if (parent) parent.append(made);
    return made;
  }

  function combobox(input, rank) {
    input.id = input.id || "search-field-" + rank;
    var field = input.parentElement;
    var id = input.id + "-suggestions";
    var list = element("div", { id: id, className: "suggestions", hidden: true }, field);
    var status = element("p", { className: "visually-hidden" }, field);
    var options = [];
    var active = -1;
    var timer = 0;
    var asking = null;
    var answered = {};

    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", settings.label);
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");
    field.classList.add("has-suggestions");

    function close() {
      clearTimeout(timer);
      if (asking) asking.abort();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function choose(index) {
      if (options[active]) options[active].setAttribute("aria-selected", "false");
      active = index;
      var option = options[active];
      if (!option) return input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    }

    function show(answer) {
      list.replaceChildren();
      options = [];
      active = -1;
      answer.groups.forEach(function (group) {
        var box = element("div", {}, list);
        var title = element("p", { id: id + "-" + group.kind, textContent: group.label }, box);
        box.setAttribute("role", "group");
        box.setAttribute("aria-labelledby", title.id);
        title.setAttribute("role", "presentation");
        group.suggestions.forEach(function (each) {
          var option = element("div", { id: id + "-" + options.length }, box);
          element("span", { textContent: each.text }, option);
          if (group.kind !== "title") element("span", { textContent: each.count }, option);
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.dataset.url = each.url;
          options.push(option);
        });
      });
      status.textContent = answer.message;
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
    }

    function ask() {
      var text = input.value.trim();
      if (text.length < LEAST) return close();
      if (answered[text]) return show(answered[text]);
      if (asking) asking.abort();
      asking = new AbortController();
      fetch(settings.source + "&q=" + encodeURIComponent(text), { signal: asking.signal })
        .then(function (response) {
          return response.ok ? response.json() : Promise.reject(response.status);
        })
        .then(function (answer) {
          answered[text] = answer;
          if (document.activeElement === input && input.value.trim() === text) show(answer);
        })
        .catch(function () {
          list.hidden = true;
          input.setAttribute("aria-expanded", "false");
        });
    }

    function open(option) {
      close();
      window.location.assign(option.dataset.url);
    }

    input.addEventListener("focus", style);
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      var down = event.key === "ArrowDown";
      if (event.isComposing) return;
      if (down || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) return ask();
        var count = options.length + 1; // the field itself stands between the last and the first
        choose(((active + 1 + (down ? 1 : count - 1)) % count) - 1);
      } else if (event.key === "Enter") {
        if (list.hidden || active < 0) return close();
        event.preventDefault();
        open(options[active]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    // The field keeps the focus while the mouse chooses.
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
    });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) open(option);
    });
  }

  // Only those who come to type need the styles.
  function style() {
    if (!styled) element("link", { rel: "stylesheet", href: settings.styles }, document.head);
    styled = true;
  }

  document.querySelectorAll('input[type="search"][name="q"]').forEach(combobox);
})();
