export { cutAfter, type Fault, fallSilentAfter, status, wholeFile, wrongByte } from "./faults.ts";
export { MAIN_COMMIT, MEMBER, STRANGER, type StandInRepo } from "./stand-in-repo.ts";
export { type SeenRequest, type StandInHub, startHub } from "./start-hub.ts";
