// What the programs of this suite share: a line of the suite for each check.
import { isDeepStrictEqual } from 'node:util';

export function check(name: string, expected: unknown, actual: unknown) {
  if (isDeepStrictEqual(actual, expected)) console.log(`ok - ${name}`);
  else console.log(`not ok - ${name}\n# expected: ${JSON.stringify(expected)}\n# got:      ${JSON.stringify(actual)}`);
}

export function refusal(work: () => unknown) {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
}
