import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { TlsOptions } from './connection.ts';
import { NomadError } from './errors.ts';

/** TLS options with what the files hold, as Node's `tls` takes them. */
export interface LoadedTls {
  readonly secureContext: SecureContext;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/**
 * Reads the files that `options` name, and checks that they can be used together.
 *
 * @throws {NomadError} of kind `tls`, naming the file
 */
export async function loadTls(options: TlsOptions): Promise<LoadedTls> {
  const certFile = nonEmpty(options.certFile);
  const keyFile = nonEmpty(options.keyFile);
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new NomadError('tls', 'A client certificate and its key must be given together.');
  }
  const serverName = nonEmpty(options.serverName);
  const ca = await authorities(options);
  const cert = certFile === undefined ? {} : { cert: await readPem(certFile, 'client certificate') };
  const key = keyFile === undefined ? {} : { key: await readPem(keyFile, 'client key') };
  const trust = ca.length > 0 || options.skipVerify === true ? ca : authoritiesOfSystem();
  return {
    secureContext: secureContext({
      minVersion: 'TLSv1.2',
      ...(trust.length > 0 ? { ca: trust } : {}),
      ...cert,
      ...key,
    }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(options.skipVerify === true ? { rejectUnauthorized: false } : {}),
  };
}

/**
 * The authorities of Node and of the system, as Nomad's CLI trusts them; none if this Node can't list them, and then it
 * trusts its own.
 */
function authoritiesOfSystem(): string[] {
  // Missing before Node 22.15.
  const read = (tls as Partial<typeof tls>).getCACertificates;
  return read === undefined ? [] : [...new Set([...read('default'), ...read('system')])];
}

function secureContext(options: SecureContextOptions): SecureContext {
  try {
    return tls.createSecureContext(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    const what = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' ? 'do not belong together' : 'are not valid PEM';
    throw new NomadError('tls', `The files of the TLS certificates or keys ${what}.`, { code });
  }
}

async function authorities(options: TlsOptions): Promise<string[]> {
  const caFile = nonEmpty(options.caFile);
  const caPath = nonEmpty(options.caPath);
  const files = caFile === undefined ? [] : [caFile];
  if (caPath !== undefined) files.push(...(await certificatesIn(caPath)));
  return Promise.all(files.map((file) => readPem(file, 'CA')));
}

async function certificatesIn(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw unreadable('CA folder', folder, error);
  }
  const files = names.filter((name) => /\.(?:pem|crt|cer)$/i.test(name)).sort();
  if (files.length === 0) throw new NomadError('tls', `The CA folder ${folder} has no .pem, .crt or .cer file.`);
  return files.map((name) => join(folder, name));
}

async function readPem(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(`${what} file`, file, error);
  }
}

function unreadable(what: string, path: string, error: unknown): NomadError {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
  return new NomadError('tls', `The ${what} ${path} can't be read (${code}).`, { code });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
