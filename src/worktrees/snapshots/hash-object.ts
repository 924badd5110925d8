import { createHash } from 'node:crypto';

/**
 * The id that git gives to an object.
 * @param other the id of any object of the same repository, which shows its hash algorithm
 */
export function hashObject(type: 'blob' | 'tree', content: Buffer, other: string): string {
  const hash = createHash(other.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`${type} ${content.length}\0`).update(content).digest('hex');
}
