import settings from "@sinqbench/test-settings";

/** Specs of the code beside it, and of the page in a real browser, which a busy machine may keep waiting. */
export default {
  test: {
    ...settings.test,
    include: ["src/**/*.test.ts", "browser/*.test.ts"],
    expect: { poll: { timeout: 30_000 } },
  },
};
