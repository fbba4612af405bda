/* Prints the numbers of random.test.ts: gcc -o /tmp/x test/golden/dataset/xoshiro.c && /tmp/x
   next() is Blackman and Vigna's, public domain: https://prng.di.unimi.it/xoshiro128starstar.c */
#include <stdint.h>
#include <stdio.h>
static inline uint32_t rotl(const uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }
static uint32_t s[4] = {1, 2, 3, 4};
static uint32_t next(void) {
  const uint32_t result = rotl(s[1] * 5, 7) * 9;
  const uint32_t t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 11);
  return result;
}
int main(void) {
  uint32_t value = 0;
  for (int i = 0; i < 1000; i++) {
    value = next();
    if (i < 8) printf("%u ", value);
  }
  printf("... %u\n", value);
}
