/**
 * Loading the module takes longer than most hooks, so only who needs a hash does.
 * @returns 64 hexadecimal digits
 */
export function lazySha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
