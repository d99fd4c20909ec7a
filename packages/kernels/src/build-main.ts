import { buildNative } from "./native/build.ts";

/** `pnpm build` of this package: builds the kernels into the cache, or says why it could not. Never fails a build. */
const result = buildNative();
const what = result.built ? "built" : "already built";
console.log(result.library ? `C++ kernels ${what} with ${result.compiler}: ${result.library}` : result.notice);
