const laterPattern = new RegExp(
  [
    '"running" instead of "pending"$',
    '(Status|ClientStatus): "complete" instead of "(running|pending)"$',
    'ClientDescription: "(Tasks are running|All tasks have completed)" instead of ',
    'Status: "successful" instead of "running"$',
    '"Deployment completed successfully" instead of "Deployment is running"$',
    '\\.(Starting|Queued|Running): \\d instead of \\d$',
    '\\.Stable: true instead of false$',
    'the same, further on$',
  ].join('|'),
);

/** Whether a line only says that the replay looked when something that had begun had got further. */
export function isLater(line: string): boolean {
  const [, now, then] = /\.(?:Complete|HealthyAllocs|Healthy): (\d+) instead of (\d+)$/.exec(line) ?? [];
  return laterPattern.test(line) || Number(now) > Number(then);
}
