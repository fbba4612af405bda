/**
 * Pearson's correlation of pairs that come one by one: summed up in one pass, without keeping them.
 *
 * @example
 * const pairs = new Pearson();
 * pairs.add(1, 2);
 * pairs.add(2, 4);
 * pairs.value(); // 1
 */
export class Pearson {
  private n = 0;
  private sumA = 0;
  private sumB = 0;
  private squaresA = 0;
  private squaresB = 0;
  private products = 0;

  /** Takes one pair. */
  add(a: number, b: number): void {
    this.n += 1;
    this.sumA += a;
    this.sumB += b;
    this.squaresA += a * a;
    this.squaresB += b * b;
    this.products += a * b;
  }

  /** The correlation so far, -1..1; NaN where one side does not vary. */
  value(): number {
    const { n, sumA, sumB, squaresA, squaresB, products } = this;
    const covariance = products - (sumA * sumB) / n;
    return covariance / Math.sqrt((squaresA - sumA ** 2 / n) * (squaresB - sumB ** 2 / n));
  }
}
