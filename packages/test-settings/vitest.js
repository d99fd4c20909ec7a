/** The test settings every package shares: specs sit beside the code, nothing is timed, and two workers fit two cores. */
export default {
  test: { include: ["src/**/*.test.ts", "*.test.ts"], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000 },
};
