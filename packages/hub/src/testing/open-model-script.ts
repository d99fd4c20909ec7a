import { openHubModel } from "../open-hub-model.ts";

/** A process for tests to kill: opens the model it is given and prints how far it is. */
await openHubModel({ repo: process.argv[2] }, { onProgress: ({ done }) => void process.stdout.write(`${done}\n`) });
