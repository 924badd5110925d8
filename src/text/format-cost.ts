/** Formats US dollars: to the cent, or below one cent to two significant digits. */
export function formatUsd(usd: number): string {
  if (usd >= 0.01 || usd === 0) return `$${usd.toFixed(2)}`;
  const digits = Math.min(20, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0$/, '')}`;
}

/** Such as `12.3k`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000
    ? `${(count / 1_000).toFixed(1)}k`
    : `${(count / 1_000_000).toFixed(1)}M`;
}

/** `$2.50` or `1.2M tokens`. */
export function formatAmount(unit: 'usd' | 'tokens', amount: number): string {
  return unit === 'usd' ? formatUsd(amount) : `${formatCount(amount)} tokens`;
}
