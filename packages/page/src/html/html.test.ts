import { expect, it } from "vitest";
import { html } from "./html.ts";
import { renderTable } from "./table.ts";

it("escapes what it is given, and nothing twice", () => {
  const name = `<b title="x">'&`;
  expect(html`<p>${name}</p>`.text).toBe("<p>&lt;b title=&quot;x&quot;&gt;&#39;&amp;</p>");
  expect(html`<p>${html`<i>${"<"}</i>`}</p>`.text).toBe("<p><i>&lt;</i></p>");
  expect(html`${["a<", html`<br>`, 0, 1.5]}${undefined}${null}${false}`.text).toBe("a&lt;<br>01.5");
});

it("writes a table with sortable headings over grouped columns", () => {
  const { text } = renderTable({
    caption: "A & B",
    columns: [{ title: "name" }, { title: "x", numeric: true, group: "m" }, { title: "y", numeric: true, group: "m" }],
    rows: [
      {
        method: "rtn",
        cells: [{ text: "<n>" }, { text: "1.0", sort: 1, best: true }, { text: "1 of 2", sort: 0.5, title: 'a"b' }],
      },
    ],
  });
  expect(text).toContain("<caption>A &amp; B</caption>");
  expect(text).toContain('<td colspan="1"></td><th scope="colgroup" colspan="2">m</th>');
  expect(text.match(/<button type="button" class="sort">/g)).toHaveLength(3);
  expect(text).toContain(
    '<tr data-method="rtn"><td>&lt;n&gt;</td><td class="num best">1.0</td><td class="num" data-sort="0.5" title="a&quot;b">1 of 2</td></tr>',
  );
  expect(renderTable({ caption: "", columns: [{ title: "a" }], rows: [] }).text).not.toContain("groups");
});
