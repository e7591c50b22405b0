// JSON documents against a published type, by the TypeScript compiler: what is missing, misspelt, or of another type.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const TYPES = {
  // schema.org, as Google's schema-dts has it.
  'schema.org': [
    `import type { Claim, ClaimReview, DataFeed, DataFeedItem, WithContext } from 'schema-dts';`,
    (said) => `WithContext<${said['@type']}>`,
  ],
  // The data schema of the Citation Style Language, as csl-json has it.
  'csl-json': [`import type { Data } from 'csl-json';`, () => 'Data[]'],
  // JSON Feed 1.1; what a publisher adds begins with an underscore.
  'json-feed': [
    `import type Feed from '@json-feed-types/1_1';` +
      'type Own = { [name: `_${string}`]: Record<string, string | number | boolean> };',
    () => 'Feed<{ item: Own }>',
  ],
};
const MODULES = fileURLToPath(new URL('node_modules', import.meta.url));

const documents = JSON.parse(readFileSync(0, 'utf8'));
const names = Object.keys(documents);
const found = Object.fromEntries(names.map((name) => [name, []]));
const folder = mkdtempSync(join(MODULES, '.judged-'));
try {
  const [head, typeOf] = TYPES[process.argv[2]];
  const line = (said, n) => `export const d${n}: ${typeOf(said)} = ${JSON.stringify(said)};`;
  const lines = names.map((name, n) => line(documents[name], n));
  writeFileSync(join(folder, 'documents.ts'), [head, ...lines].join('\n'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--pretty', 'false'];
  options.push('--module', 'esnext', '--moduleResolution', 'bundler');
  execFileSync(join(MODULES, '.bin/tsc'), [...options, join(folder, 'documents.ts')], { encoding: 'utf8', stdio: 'pipe' });
} catch (error) {
  if (!error.stdout) throw error;
  let name;
  for (const line of error.stdout.split('\n').filter(Boolean)) {
    const at = /\((\d+),\d+\): error (.*)/.exec(line);
    if (at) name = names[Number(at[1]) - 2];
    if (name === undefined) throw new Error(line);
    found[name].push(at ? at[2] : line.trim());
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(found));
