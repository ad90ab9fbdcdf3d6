/**
 * Deals things out to so many hands that each has about as much to do: what takes longest first, each to the hand with the
 * least. Hands keep the order that the things had.
 */
export function dealOut<T>(things: readonly T[], costOf: (thing: T) => number, hands: number): T[][] {
  const dealt = Array.from({ length: hands }, () => ({ cost: 0, things: new Set<T>() }));
  const costly = [...things].sort((one, other) => costOf(other) - costOf(one));
  for (const thing of costly) {
    const [first, ...others] = dealt;
    if (first === undefined) throw new Error('There is no hand to deal out to');
    const least = others.reduce((one, other) => (other.cost < one.cost ? other : one), first);
    least.cost += costOf(thing);
    least.things.add(thing);
  }
  return dealt.map((hand) => things.filter((thing) => hand.things.has(thing)));
}
