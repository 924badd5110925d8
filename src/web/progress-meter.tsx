import { h } from 'preact';

interface ProgressMeterProps {
  /** From 0 to 1. */
  share: number;
  /** What it is the progress of, for screen readers. */
  label: string;
  status: string;
}

/** A progress bar without inline styles, which the page's policy forbids. */
export function ProgressMeter({ share, label, status }: ProgressMeterProps) {
  const percent = Math.round(share * 100);
  return (
    <progress class={status} max={100} value={percent} aria-label={label}>
      {percent}%
    </progress>
  );
}
