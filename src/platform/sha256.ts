/**
 * Loads the module on the first call: loading it takes longer than most hooks, and few of them hash.
 * @returns 64 hexadecimal digits
 */
export function sha256(content: string | Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex');
}
