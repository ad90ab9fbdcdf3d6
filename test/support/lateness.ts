const tickMs = 10;

/** Begins to note how late this process is in all that it does; says by how much it was when it is called. */
export function lateness(): () => number {
  let lateMs = 0;
  let lastMs = performance.now();
  const look = () => {
    const nowMs = performance.now();
    lateMs += Math.max(0, nowMs - lastMs - tickMs);
    lastMs = nowMs;
  };
  const timer = setInterval(look, tickMs);
  return () => {
    clearInterval(timer);
    look();
    return lateMs;
  };
}
