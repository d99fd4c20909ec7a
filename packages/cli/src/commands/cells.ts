import type { Command } from "commander";
import type { Session } from "../session.ts";

export interface CellsFlags {
  clear?: true;
}

/** `exp cells`: what the store of results holds. */
export function cellsCommand(program: Command, session: Session): void {
  program
    .command("cells")
    .description("what the store of results holds, and what interrupted runs left")
    .option("--clear", "delete all of it; runs that are under way keep theirs")
    .action(async (flags: CellsFlags) => {
      const { clearCells, listCells } = await import("../cells/list-cells.ts");
      await (flags.clear ? clearCells(session) : listCells(session));
    });
}
