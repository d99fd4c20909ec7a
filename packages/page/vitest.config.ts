import settings from "@sinqbench/test-settings";

/** Specs of the code beside it, and of the page in a real browser. */
export default { test: { ...settings.test, include: ["src/**/*.test.ts", "browser/*.test.ts"] } };
