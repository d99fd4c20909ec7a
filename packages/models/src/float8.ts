/**
 * Values of the 256 codes of 8-bit floats with 4 bits of exponent and 3 of mantissa (OCP E4M3, in PyTorch float8_e4m3fn): bias 7,
 * no infinities, one NaN of each sign.
 */
export const float8Values: Float32Array = Float32Array.from({ length: 256 }, (_, code) => {
  const sign = code < 128 ? 1 : -1;
  const exponent = (code >> 3) & 15;
  const mantissa = code & 7;
  if (exponent === 15 && mantissa === 7) return Number.NaN;
  return sign * (exponent === 0 ? (mantissa / 8) * 2 ** -6 : (1 + mantissa / 8) * 2 ** (exponent - 7));
});
