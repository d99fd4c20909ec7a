import type { Command } from "commander";
import type { Session } from "../session.ts";

/** `exp doctor`: what this machine has, and what to do about what is missing. Always exits 0. */
export function doctorCommand(program: Command, session: Session): void {
  program
    .command("doctor")
    .description("what this machine has, and what to do about what is missing")
    .action(async () => {
      const { examine } = await import("../doctor/examine.ts");
      const findings = await examine(session.io.env);
      const width = Math.max(...findings.map(({ subject }) => subject.length));
      for (const { subject, found, advice } of findings) {
        session.print(`${subject.padEnd(width)}  ${found}`);
        if (advice) session.print(`${" ".repeat(width)}  -> ${advice}`);
      }
      const advised = findings.filter(({ advice }) => advice).length;
      session.print(advised === 0 ? "Nothing is missing." : `${advised} to look at, marked ->.`);
    });
}
