import { InvalidArgumentError } from 'commander';
import { SwarmError } from '../errors/swarm-error.ts';

/** Where a server listens unless it is told otherwise. */
export const LOOPBACK = '127.0.0.1';

const LOOPBACKS = new Set([LOOPBACK, 'localhost', '::1']);
const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '0']);

/** What a person should know about a server that other machines can reach. */
export function exposureOf({
  host,
  allowedHosts,
}: {
  host: string;
  allowedHosts: readonly string[];
}): string[] {
  if (LOOPBACKS.has(host)) return [];
  const needsNames = EVERY_ADDRESS.has(host) && allowedHosts.length === 0;
  return [
    'other machines can reach this server, which starts processes here; whoever has the token can use it, and HTTP does not encrypt it: put a TLS proxy or a tunnel in front of it',
    ...(needsNames
      ? [
          'requests that name another host than this one get 403: name what clients call this machine with --allow-host',
        ]
      : []),
  ];
}

/** @throws {SwarmError} if one is no host name or address */
export function hostNames(text: string | undefined): string[] {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  for (const name of names) {
    if (!/^(?:[\w.-]+|\[?[\da-f:.]+\]?)$/i.test(name))
      throw new SwarmError(
        `--allow-host: expected a host name or an address without a port, found "${name}"`,
      );
  }
  return names;
}

/** The argument of an option for a port. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}
