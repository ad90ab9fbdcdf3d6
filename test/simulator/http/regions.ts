import { Refusal } from '../cluster/refusal.ts';
import { textOf, textOr } from '../scheduler/resources.ts';
import { silence } from './eventStream.ts';
import { type Answer, type Exchange, field } from './exchange.ts';

/** What an agent tells itself, whatever region is asked for. */
const ownPaths = /^\/v1\/(?:regions|metrics|jobs\/parse|agent\/.*)$/;

/** And these, unless a node is named. */
const clientPaths = /^\/v1\/client\/(?:stats|gc|metadata)$/;

/** What is sent with a job, which has a region of its own. */
const jobPaths = /^\/v1\/(?:jobs|validate\/job|job\/.+)$/;

/** The region that a request is for, as the agent that gets it decides; undefined for the agent's own. */
export async function regionOf(exchange: Exchange): Promise<string | undefined> {
  const { path, query } = exchange;
  if (ownPaths.test(path) || (clientPaths.test(path) && textOr(query.get('node_id'), '') === '')) return undefined;
  const asked = textOr(query.get('region'), '');
  const sent = exchange.isWrite && jobPaths.test(path) ? await sentRegions(exchange) : undefined;
  if (sent === undefined) return asked === '' ? undefined : asked;
  // Which jobs are valid does not depend on their region.
  if (path === '/v1/validate/job') return textOr(asked, sent.wrapper) || undefined;
  const region = textOr(sent.wrapper, textOr(asked, sent.job));
  return region === '' || region === 'global' ? undefined : region;
}

/** The region of a job in a body and that of what it is wrapped in; undefined where there is none to be read. */
async function sentRegions(exchange: Exchange): Promise<{ wrapper: string; job: string } | undefined> {
  let body: unknown;
  try {
    body = JSON.parse(await exchange.text());
  } catch {
    // The handler says what is wrong with it.
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const job = field(body as Record<string, unknown>, 'Job');
  if (typeof job !== 'object' || job === null || Array.isArray(job)) return undefined;
  const wrapper = textOf(field(body as Record<string, unknown>, 'Region'));
  return { wrapper, job: textOf(field(job as Record<string, unknown>, 'Region')) };
}

const text = 'No path to region';

/** The answer to a request for a region that is not there. */
export async function noPath(exchange: Exchange): Promise<Answer | undefined> {
  const { path, query, response, isOld } = exchange;
  if (/^\/v1\/client\/fs\/(?:cat|readat)\//.test(path)) return { text };
  if (path === '/v1/event/stream') {
    if (isOld) throw new Refusal(500, text, 'application/json');
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache', Connection: 'close' });
    response.flushHeaders();
    await silence(exchange);
    response.end();
    return undefined;
  }
  if (isOld && path.startsWith('/v1/client/fs/logs/')) {
    const plain = /^(1|t|true)$/i.test(query.get('plain') ?? '');
    throw new Refusal(500, text, plain ? 'text/plain' : 'application/json');
  }
  throw new Refusal(500, text);
}
