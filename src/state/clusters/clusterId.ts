declare const clusterIdBrand: unique symbol;

/**
 * Names a cluster in a window: the address of its agent, and the region that requests name, where they name one. Whatever
 * leaves a cluster carries it, as rows, arguments of commands, plans and addresses of documents do, so that nothing of one
 * cluster is ever looked for on another. It holds no secret.
 */
export type ClusterId = string & { readonly [clusterIdBrand]: true };

/** Parts an address from a region; an address that a request can go to has none. */
const mark = '#';

/** @param address without credentials, as `https://prod:4646` */
export function clusterId(address: string, region: string | undefined): ClusterId {
  const base = address.replace(/\/+$/, '');
  return (region === undefined ? base : `${base}${mark}${region}`) as ClusterId;
}

/** `prod:4646`, or `prod:4646, region west` where its requests name one: what people call it. */
export function clusterIdWords(id: string): string {
  const at = id.indexOf(mark);
  const host = (at === -1 ? id : id.slice(0, at)).replace(/^[a-z]+:\/\//i, '');
  return at === -1 ? host : `${host}, region ${id.slice(at + 1)}`;
}
