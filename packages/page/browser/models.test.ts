import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writePage } from "../src/index.ts";
import { choiceExperiment, experiment, writeInvented } from "../src/testing/invented-results.ts";
import { temporaryFolder } from "../src/testing/temporary-folder.ts";
import { openBrowser } from "./open-browser.ts";

const folder = temporaryFolder();
const MODELS = ["first-model", "second-model"];
let browser: Browser;
let address: string;
let complaints: string[] = [];

beforeAll(async () => {
  const results = join(folder(), "results");
  await mkdir(results);
  for (const model of MODELS) await writeInvented(results, model);
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

async function openPage(width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);
  return page;
}

const captions = (page: Page) => page.locator("#table1 .caption:visible").allTextContents();
const heading = (page: Page, i: number) => page.locator("#table1 h3", { hasText: MODELS[i] });

describe("a page of two models", () => {
  it("has them side by side where there is room, and one below the other on a phone", async () => {
    const wide = await openPage(1280);
    const [left, right] = [(await heading(wide, 0).boundingBox())!, (await heading(wide, 1).boundingBox())!];
    expect(right.y).toBe(left.y);
    expect(right.x).toBeGreaterThan(left.x + left.width);
    const phone = await openPage(375);
    const [above, below] = [(await heading(phone, 0).boundingBox())!, (await heading(phone, 1).boundingBox())!];
    expect(below.x).toBe(above.x);
    expect(below.y).toBeGreaterThan(above.y + 400);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  });

  it("shows one alone when asked: its charts as wide as the page, its tables, its rows under the filter", async () => {
    const page = await openPage(1280);
    const pressed = () => page.locator('.pick[aria-pressed="true"]').allTextContents();
    const svg = page.locator('[data-chart="table1-1-0-loss"] svg');
    const half = (await svg.boundingBox())!.width;
    expect(await pressed()).toEqual(["All"]);
    await page.locator("#filter-table1").fill("sinq 3");
    const count = page.locator("output[for=filter-table1]");
    expect(await count.textContent()).toBe("5 of 37 rows");
    await page.getByRole("button", { name: MODELS[1] }).click();
    expect(await pressed()).toEqual([MODELS[1]]);
    expect(await heading(page, 0).isVisible()).toBe(false);
    expect((await captions(page))[0]).toBe(`Measured: ${MODELS[1]} (table1/${MODELS[1]}.csv)`);
    expect(await captions(page)).toHaveLength(2);
    expect(await count.textContent()).toBe("3 of 23 rows");
    // Two charts now share the width that four had.
    const one = page.locator("#table1 [data-model]:visible").first();
    expect((await one.boundingBox())!.width).toBeGreaterThan(1100);
    await expect.poll(async () => (await svg.boundingBox())!.width).not.toBe(half);
    expect(await page.locator("#layers h3:visible, #imbalance h3:visible").allTextContents()).toEqual([
      MODELS[1],
      MODELS[1],
    ]);
    await page.getByRole("button", { name: "All", exact: true }).focus();
    await page.keyboard.press("Enter");
    expect(await pressed()).toEqual(["All"]);
    expect(await captions(page)).toHaveLength(3);
    expect(await count.textContent()).toBe("5 of 37 rows");
  });

  it("draws what was hidden while it was drawn as wide as its place", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("pageerror", (error) => complaints.push(error.message));
    // Hidden before the first chart is drawn.
    await page.addInitScript(() =>
      document.addEventListener("DOMContentLoaded", () =>
        document.querySelector<HTMLElement>('[data-pick="first-model"]')!.click(),
      ),
    );
    await page.goto(address);
    await page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);
    await page.getByRole("button", { name: MODELS[1] }).click();
    const place = page.locator('[data-chart="layers-1-kurtosis"]');
    await expect
      .poll(() => place.evaluate((plot) => Math.abs(plot.clientWidth - plot.querySelector("svg")!.clientWidth)))
      .toBeLessThan(2);
  });
});
