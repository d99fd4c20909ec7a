import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeRunStatus, resultsCsv, writeRunStatus } from "@sinqbench/report";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { servePage } from "../src/index.ts";
import { experiment, inventRows, writeInvented } from "../src/testing/invented-results.ts";
import { invented } from "../src/testing/invented-run.ts";
import { temporaryFolder } from "../src/testing/temporary-folder.ts";
import { openBrowser } from "./open-browser.ts";

const folder = temporaryFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

it("a served page shows running work, and takes over new results with its filter, order and method as they were", async () => {
  const results = join(folder(), "results");
  await mkdir(results);
  await writeInvented(results);
  const controller = new AbortController();
  const options = { experiments: { table1: experiment }, claims: [], port: 0, everyMs: 30, signal: controller.signal };
  const { url, ended } = await servePage(results, options);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(url);
    await page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);
    expect(await page.locator("#live").isVisible()).toBe(false);

    const dir = join(results, "table1");
    const status = { ...invented, model: "tiny-model", updated: new Date().toISOString() };
    await writeRunStatus(dir, status);
    await page.locator("#live", { hasText: "2 of 4 cells done, 1 running, 1 to come" }).waitFor();
    expect(await page.locator("#live progress").getAttribute("value")).toBe("40");
    expect(await page.locator("#live td.running").textContent()).toBe("running");

    await page.locator("#filter-table1").fill("sinq");
    await page.locator("#table1 button.sort").nth(3).click();
    await page.locator(".chip", { hasText: "SINQ" }).click();
    await page.locator("#filter-table1").focus();
    const rows = inventRows().map((row) =>
      row.method === "sinq" ? { ...row, perplexity: 1000 - 100 * row.bits } : row,
    );
    await writeFile(join(dir, "tiny-model.csv"), resultsCsv(rows));
    await page.locator("#table1 td", { hasText: "600.000" }).first().waitFor();
    await removeRunStatus(dir, "tiny-model");
    await page.locator("#live").waitFor({ state: "hidden" });
    const shown = page.locator("#table1 table.data").first().locator("tbody tr:visible");
    await expect
      .poll(() => shown.locator("td:nth-child(4)").allTextContents())
      .toEqual(["600.000", "600.000", "700.000", "700.000"]);
    expect(await page.locator("#filter-table1").inputValue()).toBe("sinq");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("filter-table1");
    expect(await page.locator('.chip[aria-pressed="true"]').textContent()).toBe("SINQ");
    await page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);
    expect(await page.locator(".plot svg").count()).toBe(await page.locator(".plot").count());
    expect(complaints).toEqual([]);

    controller.abort();
    await ended;
    await page.locator("#live", { hasText: "The server has gone" }).waitFor();
  } finally {
    controller.abort();
    await ended;
  }
});
