import { h } from 'preact';

/** What is wrong, one item each; nothing if nothing is. */
export function Warnings({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul class="warnings">
      {texts.map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}
