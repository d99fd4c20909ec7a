// check CUDA_LIBRARY [CPU_LIBRARY|none [N]]: compares every kernel of the CUDA library with the C++ one, bit for bit, or (without
// that) the fastest kernels with the plain ones, on every matrix or every N-th. Device memory is filled with a pattern before; small pieces make many of a matrix.
// Ends with 1 where codes agree on less than 99.9 % of a matrix, scales by less than 1e-5, or a call fails.
//
// check CUDA_LIBRARY fault N: one of the emulation's mistakes.
#include "libraries.h"

#include <algorithm>

namespace {

struct Shape {
  int64_t rows, cols, group, tile_rows;
};

// Widths that are and are not multiples of 64, of 8 and of 40; tiles with a short last band; tall ones.
const Shape SHAPES[] = {{71, 192, 64, 30}, {130, 640, 64, 130}, {33, 120, 24, 20}, {260, 18, 9, 260}, {40, 512, 256, 40},
                        {128, 96, 32, 64}, {1, 64, 64, 1},      {50, 7, 7, 25}};

struct Outputs {
  std::vector<uint8_t> codes;
  std::vector<float> floats;
  std::vector<double> doubles;
  int32_t bits = 8;
};

int64_t cases = 0, exact = 0, failures = 0;
double least_equal = 1;

template <typename T> bool same_bits(const std::vector<T> &a, const std::vector<T> &b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

void compare(const char *name, const Outputs &ours, const Outputs &expected) {
  cases++;
  const bool same = ours.codes == expected.codes && same_bits(ours.floats, expected.floats) && same_bits(ours.doubles, expected.doubles);
  if (same) {
    exact++;
    return;
  }
  size_t equal = 0;
  for (size_t k = 0; k < ours.codes.size(); k++) equal += ours.codes[k] == expected.codes[k];
  const double share = ours.codes.empty() ? 1 : (double)equal / (double)ours.codes.size();
  double off = 0;
  for (size_t k = 0; k < ours.floats.size(); k++)
    off = std::max(off, (double)std::fabs(ours.floats[k] - expected.floats[k]) / std::max(1e-30, (double)std::fabs(expected.floats[k])));
  for (size_t k = 0; k < ours.doubles.size(); k++) off = std::max(off, std::fabs(ours.doubles[k] / expected.doubles[k] - 1));
  least_equal = std::min(least_equal, share);
  const bool close = share >= 0.999 && off <= 1e-5;
  std::printf("%s %s: %.4f %% of code bytes equal, values off by %.1e\n", close ? "close" : "FAILED", name, 100 * share, off);
  if (!close) failures++;
}

void expect_ok(int32_t status, const char *what, const Library &cuda) {
  if (status == KERNELS_OK) return;
  std::printf("FAILED %s returned %d: %s\n", what, status, KERNEL(cuda, kernels_cuda_error)());
  failures++;
}

// Results of one shape, type and kind of weights by the CUDA library, or by the C++ library where `cpu` is given.
struct Runner {
  const Library &cuda;
  const Library *cpu;
  const Shape &s;
  const Weights &w;
  std::vector<float> row_scale, column_scale;
  int64_t bad = -1;

  Runner(const Library &cuda, const Library *cpu, const Shape &s, const Weights &w)
      : cuda(cuda), cpu(cpu), s(s), w(w), row_scale((size_t)(s.rows * (s.cols / s.group)), NAN),
        column_scale((size_t)((s.rows + s.tile_rows - 1) / s.tile_rows * s.cols), NAN) {}

  Outputs sinkhorn(int32_t early_stop) {
    const int32_t status =
        cpu ? KERNEL(*cpu, kernels_sinkhorn)(w.values.data(), s.rows, s.cols, s.tile_rows, s.group, 9, 0.7f, 2.0f, early_stop,
                                             row_scale.data(), column_scale.data(), &bad, 1)
            : KERNEL(cuda, kernels_cuda_sinkhorn)(w.given(), w.type, s.rows, s.cols, s.tile_rows, s.group, 9, 0.7f, 2.0f,
                                                  early_stop, row_scale.data(), column_scale.data(), &bad);
    expect_ok(status, "sinkhorn", cuda);
    Outputs out;
    out.floats = row_scale;
    out.floats.insert(out.floats.end(), column_scale.begin(), column_scale.end());
    return out;
  }

  // scale and zero behind each other.
  Outputs empty(int32_t bits) const {
    Outputs out;
    out.bits = bits;
    out.codes.assign((size_t)packed_bytes(s.rows * s.cols, bits), 0xa5);
    out.floats.assign((size_t)(2 * s.rows * (s.cols / s.group)), 7);
    return out;
  }

  Outputs round(int32_t scheme, int32_t bits, const float *rows, const float *columns) {
    static const float thresholds[] = {-0.8f, -0.5f, -0.3f, -0.1f, 0, 0.1f, 0.25f, 0.4f, 0.5f, 0.6f, 0.7f};
    const int32_t count = scheme < KERNELS_CODEBOOK_SHIFT ? 0 : 11;
    Outputs out = empty(bits);
    float *scale = out.floats.data();
    float *zero = scheme % 2 == 0 ? scale + out.floats.size() / 2 : nullptr;
    const int32_t status =
        cpu ? KERNEL(*cpu, kernels_round)(w.values.data(), s.rows, s.cols, scheme, bits, s.group, thresholds, count, 65504, rows,
                                          columns, s.tile_rows, s.group, out.codes.data(), scale, zero, &bad, 1)
            : KERNEL(cuda, kernels_cuda_round)(w.given(), w.type, s.rows, s.cols, scheme, bits, s.group, thresholds, count, 65504,
                                               rows, columns, s.tile_rows, s.group, out.codes.data(), scale, zero, &bad);
    expect_ok(status, "round", cuda);
    return out;
  }

  // Codes and scales of rounding after the normalization of the same call; codes alone where sums are in single precision.
  Outputs sinkhorn_round(bool codes_only) {
    if (cpu) {
      sinkhorn(1);
      Outputs out = round(KERNELS_ASYMMETRIC, 4, row_scale.data(), column_scale.data());
      if (codes_only) out.floats.clear();
      return out;
    }
    Outputs out = empty(4);
    float *scale = out.floats.data();
    expect_ok(KERNEL(cuda, kernels_cuda_sinkhorn_round)(w.given(), w.type, s.rows, s.cols, s.tile_rows, s.group, 9, 0.7f, 2.0f, 1,
                                                        KERNELS_ASYMMETRIC, 4, s.group, nullptr, 0, 65504, row_scale.data(),
                                                        column_scale.data(), out.codes.data(), scale,
                                                        scale + out.floats.size() / 2, &bad),
              "sinkhorn_round", cuda);
    if (codes_only) out.floats.clear();
    return out;
  }

  Outputs hqq(int32_t bits, int64_t error_rows, const float *rows, const float *columns) {
    Outputs out = empty(bits);
    float *scale = out.floats.data();
    float *zero = scale + out.floats.size() / 2;
    const int32_t status =
        cpu ? KERNEL(*cpu, kernels_hqq)(w.values.data(), s.rows, s.cols, bits, s.group, 12, -0.3f, 0.1f, 0.16f, bits == 4, 65504,
                                        error_rows, rows, columns, s.tile_rows, s.group, out.codes.data(), scale, zero, &bad, 1)
            : KERNEL(cuda, kernels_cuda_hqq)(w.given(), w.type, s.rows, s.cols, bits, s.group, 12, -0.3f, 0.1f, 0.16f, bits == 4,
                                             65504, error_rows, rows, columns, s.tile_rows, s.group, out.codes.data(), scale,
                                             zero, &bad);
    expect_ok(status, "hqq", cuda);
    return out;
  }

  Outputs dequantize(const Outputs &stored, const float *columns) {
    Outputs out;
    out.floats.assign((size_t)(s.rows * s.cols), NAN);
    const int64_t groups = (int64_t)stored.floats.size() / 2;
    const Library &library = cpu ? *cpu : cuda;
    const int32_t status = KERNEL(library, kernels_dequantize)(
        stored.codes.data(), s.rows, s.cols, stored.bits, s.group, stored.floats.data(), stored.floats.data() + groups, groups,
        nullptr, 0, columns, s.tile_rows, out.floats.data(), 1);
    expect_ok(status, "dequantize", cuda);
    return out;
  }

  Outputs errors(const float *columns) {
    Outputs out;
    out.doubles.assign(2, NAN);
    const Library &library = cpu ? *cpu : cuda;
    const Weights x(5 * s.cols, KERNELS_F32, 0, 11);
    const Weights other(s.rows * s.cols, KERNELS_F32, 0, 12);
    expect_ok(KERNEL(library, kernels_output_error)(x.values.data(), 5, w.values.data(), other.values.data(), s.rows, s.cols, 0,
                                                    &out.doubles[0], 1),
              "output_error", cuda);
    expect_ok(KERNEL(library, kernels_rounded_error)(x.values.data(), 5, w.values.data(), s.rows, s.cols, KERNELS_ASYMMETRIC, 4,
                                                     s.group, nullptr, nullptr, 0, 65504, row_scale.data(), columns, s.tile_rows,
                                                     s.group, 1, &out.doubles[1], &bad, 1),
              "rounded_error", cuda);
    return out;
  }

  Outputs hadamard() {
    Outputs out;
    out.floats.assign((size_t)(s.rows * s.cols), NAN);
    const Library &library = cpu ? *cpu : cuda;
    expect_ok(KERNEL(library, kernels_hadamard)(w.values.data(), s.rows, s.cols, s.cols & -s.cols, out.floats.data(), 1),
              "hadamard", cuda);
    return out;
  }
};

void check_shape(const Library &cuda, const Library *cpu, const Shape &s, int32_t type, int kind) {
  const Weights w(s.rows * s.cols, type, kind, (uint32_t)(s.rows * 31 + s.cols + type * 7 + kind));
  Runner expected(cuda, cpu, s, w), ours(cuda, nullptr, s, w);
  const auto settings = KERNEL(cuda, kernels_cuda_settings);
  // Each in every way: of both versions and many pieces where there is a C++ library, else against the plain version.
  const auto check = [&](const char *name, auto run) {
    settings(1, 0, 1);
    const Outputs right = run(expected);
    for (const int64_t piece : {300, 0}) {
      for (int32_t version = cpu ? 1 : 0; version >= 0; version--) {
        settings(version, piece, 1);
        char told[200];
        std::snprintf(told, sizeof told, "%s, %lld x %lld, group %lld, type %d, weights %d, version %d, piece %lld", name,
                      (long long)s.rows, (long long)s.cols, (long long)s.group, type, kind, version, (long long)piece);
        compare(told, run(ours), right);
      }
    }
    return right;
  };
  check("sinkhorn without early stop", [](Runner &r) { return r.sinkhorn(0); });
  check("sinkhorn", [](Runner &r) { return r.sinkhorn(1); });
  check("sinkhorn and round", [](Runner &r) { return r.sinkhorn_round(false); });
  const Outputs codes = expected.sinkhorn_round(true);
  settings(3, 0, 1);
  compare("sinkhorn and round, sums in single precision", ours.sinkhorn_round(true), codes);
  // The same scales for both.
  ours.row_scale = expected.row_scale;
  ours.column_scale = expected.column_scale;
  const float *rows = expected.row_scale.data();
  const float *columns = expected.column_scale.data();
  for (int32_t bits = 2; bits <= 8; bits++) {
    const Outputs stored = check("round", [&](Runner &r) { return r.round(KERNELS_ASYMMETRIC, bits, nullptr, nullptr); });
    check("dequantize", [&](Runner &r) { return r.dequantize(stored, nullptr); });
  }
  for (int32_t scheme = 0; scheme < 4; scheme++)
    check("round of the normalized", [&](Runner &r) { return r.round(scheme, 4 + scheme % 2, rows, columns); });
  const Outputs stored = check("hqq, best", [&](Runner &r) { return r.hqq(4, s.tile_rows, nullptr, nullptr); });
  check("hqq, last", [&](Runner &r) { return r.hqq(3, 0, rows, columns); });
  check("dequantize by columns", [&](Runner &r) { return r.dequantize(stored, columns); });
  check("errors", [&](Runner &r) { return r.errors(columns); });
  check("hadamard", [](Runner &r) { return r.hadamard(); });
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  const Library cuda(argv[1]);
  if (argc == 4 && std::strcmp(argv[2], "fault") == 0) {
    const auto fault = reinterpret_cast<const char *(*)(int32_t)>(dlsym(cuda.handle, "emulate_fault"));
    std::puts(fault ? fault(std::atoi(argv[3])) : "not the emulation");
    return 0;
  }
  const char *device = KERNEL(cuda, kernels_cuda_device)();
  if (!device) {
    std::printf("FAILED: %s\n", KERNEL(cuda, kernels_cuda_error)());
    return 1;
  }
  std::printf("%s\n", device);
  const Library *cpu = argc > 2 && std::strcmp(argv[2], "none") != 0 ? new Library(argv[2]) : nullptr;
  const int every = argc > 3 ? std::atoi(argv[3]) : 1;
  int number = 0;
  for (const Shape &shape : SHAPES) {
    for (int32_t type = KERNELS_F32; type <= KERNELS_BF16; type++)
      if (number++ % every == 0) check_shape(cuda, cpu, shape, type, (int)(type + shape.rows) % 4);
  }
  std::printf("%lld cases, %lld to the bit, least share of equal codes %.6f, %lld failed\n", (long long)cases, (long long)exact,
              least_equal, (long long)failures);
  return failures == 0 ? 0 : 1;
}
