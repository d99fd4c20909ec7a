import { beforeAll, describe, expect, it } from "vitest";
import type { ChoiceItem } from "../choice-item.ts";
import { readTask } from "../read-task.ts";
import { everyday } from "./everyday.ts";

let items: ChoiceItem[];
beforeAll(async () => {
  if (everyday.source.kind === "repository") items = await readTask(everyday, everyday.source.path);
});

const category = ({ id }: ChoiceItem) => id.replace(/-\d{3}$/, "");

describe("the everyday items", () => {
  it("are unique, by name and by question", () => {
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(new Set(items.map(({ context }) => context)).size).toBe(items.length);
    expect(new Set(items.map(category))).toEqual(new Set(["facts", "grammar", "inference", "arithmetic"]));
  });

  it("have two to four answers, all different, none longer than a short sentence", () => {
    for (const { id, context, choices } of items) {
      expect([2, 3, 4], id).toContain(choices.length);
      expect(new Set(choices.map((choice) => choice.toLowerCase())).size, id).toBe(choices.length);
      expect(context.length, id).toBeLessThanOrEqual(120);
      for (const text of [context, ...choices]) {
        expect(text, id).toBe(text.trim());
        expect(text, id).toMatch(/^[\x20-\x7e]+$/);
        expect(text, id).not.toMatch(/ {2}/);
      }
      for (const choice of choices) {
        expect(choice.length, id).toBeGreaterThan(0);
        expect(choice.length, id).toBeLessThanOrEqual(45);
      }
    }
  });

  it("favour no position: within a category and number of answers each is right equally often", () => {
    const counts = new Map<string, number[]>();
    for (const item of items) {
      const key = `${category(item)}, ${item.choices.length}`;
      if (!counts.has(key)) counts.set(key, new Array(item.choices.length).fill(0));
      counts.get(key)![item.answer]++;
    }
    for (const [key, right] of counts) expect(Math.max(...right) - Math.min(...right), key).toBeLessThanOrEqual(1);
  });

  it("cannot be solved by always taking the longest or the shortest answer", () => {
    const solved = (pick: (...lengths: number[]) => number) => {
      const right = items.filter(({ choices, answer }) => {
        const lengths = choices.map((choice) => choice.length);
        return lengths[answer] === pick(...lengths);
      });
      return right.length / items.length;
    };
    expect(solved(Math.max)).toBeLessThan(0.4);
    expect(solved(Math.min)).toBeLessThan(0.5);
  });
});
