// One tile of a matrix in a contiguous buffer, with its scales and the statistics of its normalized rows and columns.
#pragma once

#include "threads.h"

#include <initializer_list>

namespace kernels {

struct Tile {
  int64_t rows = 0;
  int64_t cols = 0;
  // cols rounded up to a whole number of vectors; the padding holds weight 0 and column scale 1.
  int64_t stride = 0;
  // Every weight is 0 or within the range in which `divide` may use reciprocals.
  bool moderate = true;

  Buffer<float> weight;
  Buffer<float> row_scale, row_reciprocal, row_log, row_best, row_std;
  Buffer<float> column_scale, column_reciprocal, column_log, column_best, column_std;
  Buffer<double> row_sum, row_square, column_sum, column_square;

  bool reserve(int64_t max_rows, int64_t max_cols) {
    const int64_t wide = (max_cols + 7) / 8 * 8;
    weight = allocate<float>(max_rows * wide);
    for (Buffer<float> *line : {&row_scale, &row_reciprocal, &row_log, &row_best, &row_std}) *line = allocate<float>(max_rows);
    for (Buffer<float> *line : {&column_scale, &column_reciprocal, &column_log, &column_best, &column_std})
      *line = allocate<float>(wide);
    row_sum = allocate<double>(max_rows);
    row_square = allocate<double>(max_rows);
    column_sum = allocate<double>(wide);
    column_square = allocate<double>(wide);
    return weight && row_scale && row_reciprocal && row_log && row_best && row_std && column_scale && column_reciprocal &&
           column_log && column_best && column_std && row_sum && row_square && column_sum && column_square;
  }
};

// Standard deviations of the rows and columns of weight / column_scale / row_scale, into row_std and column_std.
void line_statistics(Tile &tile);

} // namespace kernels
