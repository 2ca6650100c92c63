/* An extra: narrows the list of statements to those that hold every word.  The page works without. */
const box = document.getElementById("find"), said = document.getElementById("found");
if (box) {
  const rows = [...document.querySelectorAll("tr[data-text]")];
  const narrow = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.text.includes(word));
      count += !row.hidden;
    }
    said.textContent = words.length ? `${count} of ${rows.length}` : "";
  };
  box.closest("p").hidden = false;
  box.addEventListener("input", narrow);
  narrow();
}
