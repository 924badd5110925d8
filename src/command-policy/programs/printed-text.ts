import type { StreamContent } from '../shell/stream-content.ts';

/** What `echo` prints. */
export function echoed(args: readonly string[]): StreamContent {
  const first = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const text = first < 0 ? '' : args.slice(first).join(' ');
  return lines(args.some((arg) => /^-[nE]*e/.test(arg)) ? readEscapes(text) : text);
}

/** With more characters than this, what `printf` prints counts as unknown. */
const MAX_PRINTED = 1_000_000;

/** What `printf` prints. */
export function printed(args: readonly string[]): StreamContent {
  const [format = '', ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === '-v') return 'nothing';
  if (format.length * values.length > MAX_PRINTED) return 'unknown';
  let next = 0;
  let text = '';
  // The format is reused until no values are left.
  do {
    text += readEscapes(format).replace(/%(%|[-\d.]*[a-zA-Z])/g, (_, kind: string) => {
      if (kind === '%') return '%';
      const value = values[next++] ?? '';
      return kind === 'b' ? readEscapes(value) : value;
    });
  } while (next < values.length && /%[-\d.]*[a-zA-Z]/.test(format));
  return lines(text);
}

/** Replaces escapes. A zero byte ends a line here, as it does for `xargs -0`. */
function readEscapes(text: string): string {
  return text.replace(/\\(x[\da-f]{1,2}|[0-7]{1,4}|[abefnrtv\\])/gi, (_, code: string) => {
    if (code === '\\') return code;
    const byte = code.startsWith('x')
      ? Number.parseInt(code.slice(1), 16)
      : Number.parseInt(code, 8);
    if (Number.isNaN(byte)) return code === 'n' ? '\n' : ' ';
    return byte === 0 ? '\n' : String.fromCharCode(byte);
  });
}

function lines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
