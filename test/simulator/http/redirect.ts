import { Refusal } from '../cluster/refusal.ts';

export function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

/** A path without empty and dotted parts; only a slash that was written at the end stays there. */
export function cleanPath(raw: string): string {
  const parts: string[] = [];
  for (const part of raw.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const end = /\/\.?$/.test(raw) && parts.length > 0 ? '/' : '';
  return `/${parts.join('/')}${end}`;
}

/** A page that says where to go; only readers get the page. */
export class Redirect extends Refusal {
  readonly to: string;

  constructor(status: number, to: string, method = 'GET') {
    const page = `<a href="${to}">${status === 301 ? 'Moved Permanently' : 'Temporary Redirect'}</a>.\n\n`;
    const isPage = method === 'GET' || method === 'HEAD';
    super(status, isPage ? page : '', isPage ? 'text/html; charset=utf-8' : undefined);
    this.to = to;
  }
}
