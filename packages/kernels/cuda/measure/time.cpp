// time CUDA_LIBRARY CPU_LIBRARY SHAPES.csv PUBLISHED.csv|none OUT.json: seconds per model of every step, on the device and from
// host memory to host memory, beside the C++ kernels (one run, all cores) and the paper's table 10; and table 5's second scale.
// Markdown on stdout, the same figures as JSON in OUT.json.
#include "libraries.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <thread>

namespace {

constexpr int64_t GROUP = 64;
constexpr int32_t BITS = 4;
constexpr int REPEATS = 15;
// As many rows as the published search looks at, and its candidates.
constexpr int64_t SEARCH_ROWS = 512;
constexpr int SEARCH_CANDIDATES = 20;

struct Layer {
  int64_t rows, cols, count;
};

using Cells = std::vector<std::string>;

std::vector<Cells> read_csv(const char *path) {
  std::vector<Cells> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    Cells cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    lines.push_back(cells);
  }
  return lines;
}

double seconds_of(const std::function<void()> &run, int repeats) {
  double best = 1e30;
  for (int i = 0; i < repeats; i++) {
    const auto start = std::chrono::steady_clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

struct Measured {
  double seconds = 0;
  double bytes = 0;
};

void expect_ok(int32_t status, const char *what, const Library &cuda) {
  if (status == KERNELS_OK) return;
  std::fprintf(stderr, "%s returned %d: %s\n", what, status, KERNEL(cuda, kernels_cuda_error)());
  std::exit(1);
}

class Bench {
public:
  Bench(const Library &cuda, const Library &cpu)
      : cuda(cuda), cpu(cpu), threads((int32_t)std::max(1u, std::thread::hardware_concurrency())) {}

  // Milliseconds per call; each shape is measured once.
  Measured device(int32_t step, int64_t rows, int64_t cols, int64_t parameter) const {
    double milliseconds = 0;
    double bytes = 0;
    expect_ok(KERNEL(cuda, kernels_cuda_bench)(step, rows, cols, KERNELS_BF16, parameter, REPEATS, &milliseconds, &bytes),
              "bench", cuda);
    return {milliseconds / 1e3, bytes};
  }

  // From host memory to host memory, bfloat16 weights.
  Measured host(bool normalize, int64_t rows, int64_t cols) const {
    const Weights w(rows * cols, KERNELS_BF16, 0, 5);
    Arrays a(rows, cols);
    const double seconds = seconds_of(
        [&] {
          if (normalize) {
            expect_ok(KERNEL(cuda, kernels_cuda_sinkhorn_round)(w.given(), w.type, rows, cols, rows, GROUP, 16, 0.7f, 2.0f, 1,
                                                                KERNELS_ASYMMETRIC, BITS, GROUP, nullptr, 0, 65504,
                                                                a.row_scale.data(), a.column_scale.data(), a.codes.data(),
                                                                a.scale.data(), a.zero.data(), &a.bad),
                      "sinkhorn_round", cuda);
          } else {
            expect_ok(KERNEL(cuda, kernels_cuda_round)(w.given(), w.type, rows, cols, KERNELS_ASYMMETRIC, BITS, GROUP, nullptr, 0,
                                                       65504, nullptr, nullptr, 0, 0, a.codes.data(), a.scale.data(),
                                                       a.zero.data(), &a.bad),
                      "round", cuda);
          }
        },
        3);
    return {seconds, 0};
  }

  // The C++ kernels on a matrix of float32, for each weight; one shape stands for all.
  Measured processor(bool normalize, int64_t rows, int64_t cols) const {
    const Weights w(rows * cols, KERNELS_F32, 0, 5);
    Arrays a(rows, cols);
    const double seconds = seconds_of(
        [&] {
          const float *scales = normalize ? a.row_scale.data() : nullptr;
          if (normalize)
            KERNEL(cpu, kernels_sinkhorn)(w.values.data(), rows, cols, rows, GROUP, 16, 0.7f, 2.0f, 1, a.row_scale.data(),
                                          a.column_scale.data(), &a.bad, threads);
          KERNEL(cpu, kernels_round)(w.values.data(), rows, cols, KERNELS_ASYMMETRIC, BITS, GROUP, nullptr, 0, 65504, scales,
                                     normalize ? a.column_scale.data() : nullptr, rows, GROUP, a.codes.data(), a.scale.data(),
                                     a.zero.data(), &a.bad, threads);
        },
        2);
    return {seconds, 0};
  }

private:
  struct Arrays {
    Arrays(int64_t rows, int64_t cols)
        : codes((size_t)packed_bytes(rows * cols, BITS)), scale((size_t)(rows * cols / GROUP)), zero(scale.size()),
          row_scale(scale.size()), column_scale((size_t)cols) {}
    std::vector<uint8_t> codes;
    std::vector<float> scale, zero, row_scale, column_scale;
    int64_t bad = -1;
  };
  const Library &cuda;
  const Library &cpu;
  int32_t threads;
};

std::string published(const std::vector<Cells> &table, const std::string &model, const char *method) {
  for (const Cells &row : table)
    if (row.size() > 6 && row[1] == "10" && row[3] == method && row[4] == model && row[5] == "quantization_time") return row[6];
  return "";
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const Library cuda(argv[1]);
  const Library cpu(argv[2]);
  const char *device = KERNEL(cuda, kernels_cuda_device)();
  expect_ok(device ? (int32_t)KERNELS_OK : (int32_t)KERNELS_DEVICE_FAILED, "opening the device", cuda);
  const std::vector<Cells> table = std::strcmp(argv[4], "none") == 0 ? std::vector<Cells>() : read_csv(argv[4]);
  std::map<std::string, std::vector<Layer>> models;
  // Those of the second scale, by their width.
  std::vector<Layer> products;
  Layer largest = {1, GROUP, 1};
  for (const Cells &row : read_csv(argv[3]))
    if (row.size() == 5 && row[0] != "model") {
      const Layer layer = {std::stoll(row[2]), std::stoll(row[3]), std::stoll(row[4])};
      (row[0] == "linear" ? products : models[row[0]]).push_back(layer);
      if (layer.rows * layer.cols > largest.rows * largest.cols) largest = layer;
    }
  const Bench bench(cuda, cpu);
  const Measured copied = bench.device(KERNELS_STEP_COPY, largest.rows, largest.cols, 0);
  const double copy = copied.bytes / copied.seconds;
  const Measured issued = bench.device(KERNELS_STEP_MULTIPLY_ADD, 64, 64, 0);
  const double rate = issued.bytes / issued.seconds;
  std::printf("%s: copies %.2f TB/s (read and written), %.1f T float32 multiply-adds/s, each measured here.\n\n", device, copy / 1e12,
              rate / 1e12);
  std::ostringstream json;
  json << "{\"device\": \"" << device << "\", \"copyBytesPerSecond\": " << copy << ", \"multiplyAddsPerSecond\": " << rate
       << ", \"rows\": [";
  struct Line {
    const char *name;
    const char *method;
    std::function<Measured(const Layer &)> run;
    // Counted as 16 iterations, whether or not tiles leave before.
    bool normalizes;
  };
  const auto on_device = [&](int32_t step, int64_t parameter) {
    return [&bench, step, parameter](const Layer &l) { return bench.device(step, l.rows, l.cols, parameter); };
  };
  const auto single = [&](const Layer &l) {
    KERNEL(cuda, kernels_cuda_settings)(3, 0, 0);
    const Measured one = bench.device(KERNELS_STEP_SINKHORN, l.rows, l.cols, 1);
    KERNEL(cuda, kernels_cuda_settings)(0, 0, 0);
    return one;
  };
  const auto search = [&](const Layer &l) {
    const Measured one = bench.device(KERNELS_STEP_SEARCH, l.rows, l.cols, SEARCH_ROWS);
    return Measured{one.seconds * SEARCH_CANDIDATES, 0};
  };
  const std::vector<Line> lines = {
      {"round to nearest", "rtn", on_device(KERNELS_STEP_ROUND, 0), false},
      {"NF4 by largest", "", on_device(KERNELS_STEP_NF4, 0), false},
      {"dequantize", "", on_device(KERNELS_STEP_DEQUANTIZE, 0), false},
      {"SINQ, normalization, early stop", "sinq", on_device(KERNELS_STEP_SINKHORN, 0), true},
      {"SINQ, normalization, all 16 iterations", "sinq", on_device(KERNELS_STEP_SINKHORN, 1), true},
      {"SINQ, normalization, all 16 iterations, sums in single precision", "sinq", single, true},
      {"SINQ, rounding", "sinq", on_device(KERNELS_STEP_ROUND_NORMALIZED, 0), false},
      {"HQQ, 20 steps", "hqq", on_device(KERNELS_STEP_HQQ, 0), false},
      {"Hadamard", "", on_device(KERNELS_STEP_HADAMARD, 0), false},
      {"A-SINQ's search, 20 candidates, 512 rows", "asinq", search, false},
      {"host to host: round to nearest", "rtn", [&](const Layer &l) { return bench.host(false, l.rows, l.cols); }, false},
      {"host to host: SINQ", "sinq", [&](const Layer &l) { return bench.host(true, l.rows, l.cols); }, false},
      {"C++: round to nearest", "rtn", [&](const Layer &l) { return bench.processor(false, l.rows, l.cols); }, false},
      {"C++: SINQ", "sinq", [&](const Layer &l) { return bench.processor(true, l.rows, l.cols); }, false},
  };
  const char *separator = "";
  for (const auto &[model, layers] : models) {
    std::printf("## %s\n\n| step | s | GB/s | share of copy | share of multiply-adds | table 10, s |\n", model.c_str());
    std::printf("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    double weights = 0;
    for (const Layer &layer : layers) weights += (double)(layer.rows * layer.cols * layer.count);
    for (const Line &line : lines) {
      Measured all;
      for (const Layer &layer : layers) {
        const Measured one = line.run(layer);
        all.seconds += one.seconds * (double)layer.count;
        all.bytes += one.bytes * (double)layer.count;
      }
      const double bytes_rate = all.bytes / all.seconds;
      // Four multiply-adds a weight and iteration is the least.
      const double issue = line.normalizes ? 4 * 16 * weights / all.seconds / rate : 0;
      const std::string paper = published(table, model, line.method);
      std::printf("| %s | %.4g | ", line.name, all.seconds);
      if (all.bytes > 0) {
        std::printf("%.0f | %.1f %% | ", bytes_rate / 1e9, 100 * bytes_rate / copy);
      } else {
        std::printf(" | | ");
      }
      if (line.normalizes) std::printf("%.1f %%", 100 * issue);
      std::printf(" | %s |\n", paper.c_str());
      json << separator << "{\"model\": \"" << model << "\", \"step\": \"" << line.name << "\", \"seconds\": " << all.seconds
           << ", \"bytes\": " << all.bytes << ", \"copyShare\": " << bytes_rate / copy << ", \"issueShare\": " << issue
           << ", \"paperSeconds\": " << (paper.empty() ? "null" : paper) << "}";
      separator = ", ";
    }
    std::printf("\n");
  }
  json << "], \"secondScale\": [";
  std::printf("## The second scale (table 5)\n\n| columns | tokens | without, us | with, us | overhead | share of copy |\n");
  std::printf("| ---: | ---: | ---: | ---: | ---: | ---: |\n");
  separator = "";
  for (const Layer &product : products) {
    const int64_t rows = product.rows;
    const int64_t width = product.cols;
    for (const int64_t tokens : {1, 64}) {
      const Measured without = bench.device(KERNELS_STEP_PRODUCT, rows, width, tokens);
      const Measured with = bench.device(KERNELS_STEP_PRODUCT_SCALED, rows, width, tokens);
      std::printf("| %lld | %lld | %.2f | %.2f | %.1f %% | %.1f %% |\n", (long long)width, (long long)tokens, 1e6 * without.seconds,
                  1e6 * with.seconds, 100 * (with.seconds / without.seconds - 1), 100 * with.bytes / with.seconds / copy);
      json << separator << "{\"width\": " << width << ", \"tokens\": " << tokens << ", \"without\": " << without.seconds
           << ", \"with\": " << with.seconds << "}";
      separator = ", ";
    }
  }
  json << "]}\n";
  std::ofstream(argv[5]) << json.str();
  return 0;
}
