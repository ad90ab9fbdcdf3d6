import type { Log } from '../../base/log.ts';
import { NomadClient } from '../../nomad/client.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import type { ConnectionSettings } from '../../platform/connectionSettings.ts';
import { wayOfSettings } from '../../platform/proxySettings.ts';
import { readProxySettings } from '../../platform/settings.ts';
import type { Tokens } from '../../platform/tokens.ts';
import { Cluster } from '../../state/clusters/cluster.ts';
import type { WithheldTokens } from './withheldTokens.ts';

/** Where a token for a cluster comes from, and where what is done is written to. */
export interface Opening {
  readonly tokens: Tokens;
  readonly log: Log;
  readonly withheld: WithheldTokens;
}

/** Long enough to look at something else and come back; a read that is held then ends within a minute of hiding. */
const restAfterMs = 25_000;

/** @throws NomadError where the address is none */
export function openCluster(settings: ConnectionSettings, { tokens, log, withheld }: Opening): Cluster {
  const { displayAddress, host } = parseAddress(settings.address);
  const isWithheld = withheld.isWithheld(settings);
  const client = new NomadClient(
    {
      address: isWithheld ? displayAddress : settings.address,
      tls: settings.tls,
      token: () => tokens[isWithheld ? 'withhold' : 'offer'](displayAddress, settings.environmentToken),
      ...(settings.region === undefined ? {} : { region: settings.region }),
      ...(settings.httpAuth === undefined || isWithheld ? {} : { httpAuth: settings.httpAuth }),
    },
    { log, findWay: (url) => wayOfSettings(readProxySettings(), process.env, url) },
  );
  log.info(`Connecting to ${displayAddress}, namespace ${settings.namespace}`);
  return new Cluster({ client, label: host, namespace: settings.namespace, log, restAfterMs });
}
