import { InferenceSession, Tensor } from "onnxruntime-node";

// Computes one small product on a device: argv is the provider's name and a model in base64. The reason of a failure goes to stdout.
const [device, model] = process.argv.slice(2);
try {
  const session = await InferenceSession.create(Buffer.from(model, "base64"), { executionProviders: [device] });
  await session.run({ x: new Tensor("float32", Float32Array.of(1, 2, 3, 4), [2, 2]) });
  process.exit(0);
} catch (error) {
  process.stdout.write(error.message);
  process.exit(1);
}
