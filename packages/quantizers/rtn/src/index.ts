export { type RtnOptions, rtn, rtnSym } from "./rtn.ts";
