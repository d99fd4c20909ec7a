import { checkDevice, type Device } from "@sinqbench/evaluate";
import type { Session } from "./session.ts";

/** Makes sure that graphs run on a device, and says what results of another one than the processor are not. */
export async function openDevice(session: Session, device: Device): Promise<void> {
  await checkDevice(device);
  if (device !== "cpu") {
    session.note(`results of ${device} differ from those of cpu in the last digits; compare within one device`);
  }
}
