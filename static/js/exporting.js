/* Says how far a long export is; without it, the links to the formats work as they are.
   The server writes one JSON object a line: what comes, then pieces of the file with how many pages
   are done, last that it is whole. */
(function () {
  "use strict";
  var box = document.getElementById("export-progress");
  var bar = document.getElementById("export-progress-bar");
  var far = document.getElementById("export-progress-far");
  var status = document.getElementById("export-progress-status");
  if (!box || !window.TextDecoderStream) return;
  var lines = "application/x-ndjson";
  var busy = false;

  function number(value) {
    return value.toLocaleString(document.documentElement.lang);
  }

  function say(text) {
    far.textContent = text;
    status.textContent = text;
  }

  function show(done, total) {
    bar.max = total;
    bar.value = done;
    far.textContent =
      done < total
        ? box.dataset.far.replace("{done}", number(done)).replace("{total}", number(total))
        : box.dataset.together;
  }

  function save(file) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(file.pieces, { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(URL.revokeObjectURL, 60000, link.href);
  }

  function take(file, said) {
    if (said.name) Object.assign(file, said);
    if (said.data) {
      file.pieces.push(
        Uint8Array.from(atob(said.data), function (sign) {
          return sign.charCodeAt(0);
        })
      );
    }
    if (said.whole) file.whole = true;
    show(said.done || 0, file.total);
  }

  async function follow(url) {
    var file = { pieces: [], whole: false };
    var rest = "";
    var answer = await fetch(url, { headers: { Accept: lines } });
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith(lines)) throw answer.status;
    var reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      var part = await reader.read();
      if (part.done) break;
      var found = (rest + part.value).split("\n");
      rest = found.pop();
      found.forEach(function (line) {
        take(file, JSON.parse(line));
      });
    }
    if (!file.whole) throw new Error("broken");
    save(file);
  }

  document.querySelector(".formats").addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    box.hidden = bar.hidden = false;
    bar.removeAttribute("value");
    say(box.dataset.begun);
    box.scrollIntoView({ block: "nearest" });
    follow(link.href)
      .then(function () {
        say(box.dataset.whole);
      })
      .catch(function () {
        bar.hidden = true;
        say(box.dataset.broken);
      })
      .finally(function () {
        busy = false;
      });
  });
})();
