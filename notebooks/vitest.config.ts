export { default } from "@sinqbench/test-settings";
