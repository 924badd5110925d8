import type { Color } from '../view/status-labels.ts';

/** Colours text if the terminal supports colours. */
export async function painter() {
  const { Ansis } = await import('ansis');
  const ansis = new Ansis();
  return { paint: (color: Color, text: string) => ansis[color](text) };
}
