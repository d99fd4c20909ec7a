import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writePage } from "../src/index.ts";
import { choiceExperiment, experiment, writeInvented } from "../src/testing/invented-results.ts";
import { temporaryFolder } from "../src/testing/temporary-folder.ts";
import { openBrowser } from "./open-browser.ts";

const folder = temporaryFolder();
let browser: Browser;
let address: string;
/** What the page said that it should not have said. */
let complaints: string[] = [];

beforeAll(async () => {
  const results = join(folder(), "results");
  await mkdir(results);
  await writeInvented(results);
  const file = join(folder(), "page.html");
  await writePage(results, file, { experiments: { table1: experiment, table2: choiceExperiment }, claims: [] });
  address = pathToFileURL(file).href;
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints).toEqual([]);
  complaints = [];
});

/** The page with all its charts drawn. Every console error, uncaught exception and request beyond the file is a complaint. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);
  return page;
}

/** Texts of a column of the measured table. */
function column(page: Page, index: number): Promise<string[]> {
  return page.locator("#table1 table.data").first().locator(`tbody tr:visible td:nth-child(${index})`).allInnerTexts();
}

describe("the page in a browser", () => {
  it("draws every chart from the file alone", async () => {
    const page = await openPage();
    const places = await page.locator(".plot").count();
    expect(places).toBe(1 + 2 + 2 * 2 + 1 + 1 + 2 * 2 + 4 + 4);
    expect(await page.locator(".plot svg").count()).toBe(places);
    expect(await page.evaluate(() => document.documentElement.dataset.drawn)).toBe(String(places));
    // Every cell is drawn: three methods at two widths.
    expect(await page.locator('[data-chart="table1-0-0-loss"] .cells_marks path').count()).toBe(6);
    expect(await page.locator('[data-chart="claim-sinq-hqq"] .cells_marks path').count()).toBe(3);
  });

  it("draws every layer as its type's mark", async () => {
    const page = await openPage();
    const marks = page.locator('[data-chart="layers-0-imbalance"] .cells_marks path');
    expect(await marks.count()).toBe(4);
    const fills = await marks.evaluateAll((all) => all.map((mark) => getComputedStyle(mark).fill));
    expect(fills).toEqual(["rgb(0, 114, 178)", "rgb(213, 94, 0)", "rgb(0, 114, 178)", "rgb(213, 94, 0)"]);
    await marks.nth(1).hover();
    expect(await page.locator("#tip").textContent()).toContain("down, block 0");
    const nav = page.locator("nav a", { hasText: "Layers: what normalization meets and does" });
    expect(await nav.getAttribute("href")).toBe("#layers");
  });

  it("sorts by any column, both ways, numbers as numbers and empty cells last", async () => {
    const page = await openPage();
    const heading = page.locator("#table1 table.data").first().getByRole("button", { name: "loss above BF16" });
    await heading.click();
    expect(await column(page, 6)).toEqual(
      "−0.00080 +0.00020 +0.00510 +0.00520 +0.00650 +0.00700 +0.01240 +0.01900 +0.01960 +0.02140 +0.02380 +0.02810"
        .split(" ")
        .concat(["", ""]),
    );
    expect(await page.locator("#table1 th[aria-sort=ascending]").count()).toBe(1);
    await heading.click();
    const down = await column(page, 6);
    expect(down[0]).toBe("+0.02810");
    expect(down.slice(-3)).toEqual(["−0.00080", "", ""]);
    await page.locator("#table1 table.data").first().getByRole("button", { name: "method" }).click();
    expect((await column(page, 1)).slice(0, 3)).toEqual(["BF16", "BF16", "HQQ"]);
    expect(await page.locator("#table1 th[aria-sort=descending]").count()).toBe(0);
  });

  it("filters the rows of a section by every word, numbers whole", async () => {
    const page = await openPage();
    const box = page.locator("#filter-table1");
    await box.fill("sinq 3");
    expect(await column(page, 1)).toEqual(["SINQ", "SINQ"]);
    expect(await column(page, 2)).toEqual(["3", "3"]);
    expect(await page.locator("output[for=filter-table1]").textContent()).toMatch(/^3 of 23 rows$/);
    expect(await page.locator("#table10 tbody tr:visible").count()).toBe(2);
    await box.fill("MOBY 4");
    expect(await column(page, 1)).toEqual(["RTN", "HQQ", "SINQ"]);
    await box.fill("nothing such");
    expect(await column(page, 1)).toEqual([]);
    await box.fill("");
    expect(await column(page, 1)).toHaveLength(14);
  });

  it("follows a method from a chart through all charts and tables, and lets go of it", async () => {
    const page = await openPage();
    const faint = () =>
      page
        .locator('[data-chart="table1-0-1-loss"] .cells_marks path')
        .evaluateAll((marks) => marks.map((mark) => Number(getComputedStyle(mark).opacity) < 0.5));
    expect(await faint()).toEqual([false, false, false, false, false, false]);
    await page.locator('[data-chart="table1-0-0-loss"] .cells_marks path').nth(1).click();
    await expect.poll(faint).toEqual([true, false, true, true, false, true]);
    // Two texts at two widths, and the paper's tables 1 and 2.
    expect(await page.locator("tr.followed").count()).toBe(4 + 2 + 2);
    expect(await page.locator('.chip[aria-pressed="true"]').textContent()).toBe("HQQ");
    await page.locator(".chip", { hasText: "SINQ" }).click();
    await expect.poll(faint).toEqual([true, true, false, true, true, false]);
    await page.locator("button.method", { hasText: "SINQ" }).first().click();
    await expect.poll(faint).toEqual([false, false, false, false, false, false]);
    expect(await page.locator("tr.followed, tr.faded").count()).toBe(0);
  });

  it("shows a cell with its error and provenance on hover", async () => {
    const page = await openPage();
    await page.locator('[data-chart="table1-0-0-loss"] .cells_marks path').nth(2).hover();
    const words = await page.locator("#tip").textContent();
    for (const part of [
      "SINQ, 3 bits",
      "moby-dick",
      "+0.01900 ±0.00060",
      "07f068b41836705e",
      "table1/tiny-model.csv",
    ]) {
      expect(words).toContain(part);
    }
    await page.mouse.move(2, 2);
    expect(await page.locator("#tip").isVisible()).toBe(false);
  });

  it("works with the keyboard alone", async () => {
    const page = await openPage();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the claims");
    const seen: string[] = [];
    for (let i = 0; i < 16; i++) {
      await page.keyboard.press("Tab");
      seen.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.className || "link"));
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(outline, seen.at(-1)).toBe("solid");
    }
    expect(seen.slice(0, 2)).toEqual(["theme", "print"]);
    expect(seen).toContain("chip");
    await page.locator("#table1 button.sort").nth(3).focus();
    await page.keyboard.press("Enter");
    const sorted = (await column(page, 4)).map(Number);
    expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
    const chart = page.locator('[data-chart="table1-0-0-loss"]');
    await chart.focus();
    await page.keyboard.press("ArrowDown");
    expect(await page.locator("#tip").textContent()).toContain("RTN, 3 bits");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await page.locator("#tip").textContent()).toContain("HQQ, 3 bits");
    expect(await page.locator('.chip[aria-pressed="true"]').textContent()).toBe("HQQ");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator("#tip").textContent()).toContain("RTN, 3 bits");
    await page.keyboard.press("Escape");
    expect(await page.locator("#tip").isVisible()).toBe(false);
    expect(await page.locator('.chip[aria-pressed="true"]').count()).toBe(0);
  });

  it("keeps the theme that was chosen, and starts with the system's", async () => {
    const page = await openPage({ colorScheme: "dark" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dot = () =>
      page
        .locator('[data-chart="table1-0-0-loss"] .cells_marks path')
        .nth(2)
        .evaluate((mark) => getComputedStyle(mark).fill);
    expect(await ground()).toBe("rgb(18, 19, 22)");
    const dark = await dot();
    await page.getByRole("button", { name: "Change to the light theme" }).click();
    expect(await ground()).toBe("rgb(247, 247, 245)");
    // The colour of SINQ on paper, the same as in every other chart.
    expect(await dot()).toBe("rgb(0, 114, 178)");
    expect(dark).not.toBe(await dot());
    await page.reload();
    expect(await ground()).toBe("rgb(247, 247, 245)");
  });

  it("is no wider than a phone, wide tables aside, which scroll in their place", async () => {
    const page = await openPage({ viewport: { width: 375, height: 700 }, hasTouch: true, isMobile: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    const wide = await page
      .locator(".plot svg")
      .evaluateAll((all) =>
        all
          .filter((svg) => svg.getBoundingClientRect().right > innerWidth)
          .map((svg) => svg.closest(".plot")!.ariaLabel),
      );
    expect(wide).toEqual([]);
    const table = page.locator("#table1 .scroll").first();
    expect(await table.evaluate((place) => place.scrollWidth > place.clientWidth)).toBe(true);
    await page.locator('[data-chart="table1-0-0-loss"] .cells_marks path').first().tap();
    const tip = await page.locator("#tip").boundingBox();
    expect(tip!.x).toBeGreaterThanOrEqual(0);
    expect(tip!.x + tip!.width).toBeLessThanOrEqual(375);
  });

  it("prints light and whole, without what can be pressed", async () => {
    const page = await openPage({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    for (const selector of [".bar", ".tools", ".filter", "#tip"]) {
      expect(await page.locator(selector).first().isVisible(), selector).toBe(false);
    }
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll(".scroll")].filter((place) => getComputedStyle(place).overflowX !== "visible")
          .length,
    );
    expect(cut).toBe(0);
  });

  it.each(["light", "dark"] as const)("passes an accessibility checker in the %s theme", async (colorScheme) => {
    const page = await openPage({ colorScheme });
    // Not as a script element: the page's own policy would refuse it.
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
      );
    });
    expect(found).toEqual([]);
  });
});
