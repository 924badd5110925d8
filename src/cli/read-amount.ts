import { InvalidArgumentError } from 'commander';

/** Reads an amount of an option. @throws {InvalidArgumentError} when it is none */
export function dollars(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected an amount in dollars such as 2.50.');
}

/** Reads a number of tokens. @throws {InvalidArgumentError} when it is none */
export function tokens(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number of tokens such as 2000000.');
}
