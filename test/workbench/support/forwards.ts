import type { Session } from './session.ts';

/** Waits for the message that a port is forwarded, and stops it. */
export async function stopForwarding(session: Session, to: RegExp): Promise<void> {
  const { sentence } = await session.messages.next(to);
  session.ask.will({ pick: sentence.split(' ')[0] ?? '' }, { pick: 'Stop' });
  await session.run('showForwards');
}
