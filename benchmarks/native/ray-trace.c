// The native floor of the ray-trace kernels: the C of packages/dose-parallel/src/kernels, compiled for this processor, over the
// very memory image that the WebAssembly module runs on.
//   ray-trace IMAGE ROUNDS DOSE: prints CPU seconds of all depth maps and of all rows, one line a round; writes the last dose.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../packages/dose-parallel/src/kernels/ray-trace.c"

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 2;
  // Header, doubles: bytes of the image, offsets of density, maps and dose, floats of dose, slices, fans; then per fan the offsets of
  // table, fan and rows.
  double header[7];
  if (fread(header, 8, 7, file) != 7) return 2;
  size_t bytes = (size_t)header[0];
  int fans = (int)header[6], slices = (int)header[5];
  double *offsets = malloc(24 * (size_t)fans);
  char *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (fread(offsets, 24, (size_t)fans, file) != (size_t)fans) return 2;
  size_t written = fread(memory, 1, bytes, file);
  memset(memory + written, 0, bytes - written);
  fclose(file);
  const float *density = (const float *)(memory + (size_t)header[1]);
  float *map = (float *)(memory + (size_t)header[2]);
  float *dose = (float *)(memory + (size_t)header[3]);
  size_t floats = (size_t)header[4];

  for (int round = 0; round < atoi(arguments[2]); round++) {
    double traced = 0, added = 0;
    memset(dose, 0, 4 * floats);
    for (int f = 0; f < fans; f++) {
      const double *at = offsets + 3 * f;
      double start = cpu_seconds();
      trace_fan(density, (Fan *)(memory + (size_t)at[1]), map);
      double middle = cpu_seconds();
      add_rows((const Beam *)(memory + (size_t)at[2]), (const float *)(memory + (size_t)at[0]), map, dose, 0, slices);
      traced += middle - start;
      added += cpu_seconds() - middle;
    }
    printf("%.6f %.6f\n", traced, added);
  }
  file = fopen(arguments[3], "wb");
  if (!file || fwrite(dose, 4, floats, file) != floats) return 1;
  fclose(file);
  return 0;
}
