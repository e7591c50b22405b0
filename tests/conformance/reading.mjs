// What every judge here stands on: documents come in as JSON, {name: document}; findings go out as JSON, {name: [finding]}.
import { readFileSync } from 'node:fs';

export async function judge(findings) {
  const documents = JSON.parse(readFileSync(0, 'utf8'));
  const said = {};
  for (const [name, document] of Object.entries(documents)) said[name] = await findings(document, name);
  process.stdout.write(JSON.stringify(said));
}
