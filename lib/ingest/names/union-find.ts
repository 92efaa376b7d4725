/** Groups of numbers 0..n-1 that grow by joining: near-constant time a step. */
export class UnionFind {
  private readonly above: Int32Array;

  constructor(size: number) {
    this.above = Int32Array.from({ length: size }, (_none, index) => index);
  }

  find(item: number): number {
    let root = item;
    while (this.above[root] !== root) root = this.above[root] ?? root;
    for (let at = item; at !== root; ) {
      const next = this.above[at] ?? root;
      this.above[at] = root;
      at = next;
    }
    return root;
  }

  join(a: number, b: number): void {
    const left = this.find(a);
    const right = this.find(b);
    if (left !== right) this.above[Math.max(left, right)] = Math.min(left, right);
  }
}
