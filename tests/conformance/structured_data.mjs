// Pages, by Adobe's validator with the vocabulary of schema.org, and by the structured data testing tool as Google reads them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import adobe from '@adobe/structured-data-validator';
import AutoExtractor from '@marbec/web-auto-extractor';
import testing from 'structured-data-testing-tool';
import presets from 'structured-data-testing-tool/presets.js';
import { judge } from './reading.mjs';

const NAMES = {
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf:',
  'http://www.w3.org/2000/01/rdf-schema#': 'rdfs:',
  'http://schema.org/': 'schema:',
};
const QUAD = /^<([^>]*)> <([^>]*)> <([^>]*)> /;

function short(iri) {
  const space = Object.keys(NAMES).find((start) => iri.startsWith(start));
  return space ? NAMES[space] + iri.slice(space.length) : iri;
}

// The package has the vocabulary as quads; the validator takes it as schema.org publishes it in JSON-LD.
function vocabulary() {
  const nodes = {};
  for (const line of readFileSync(createRequire(import.meta.url).resolve('@vocabulary/schema/schema.nq'), 'utf8').split('\n')) {
    const found = QUAD.exec(line);
    if (!found) continue;
    const [subject, predicate, object] = found.slice(1).map(short);
    const node = (nodes[subject] ??= { '@id': subject });
    if (predicate === 'rdf:type') node['@type'] ??= object;
    else (node[predicate] ??= []).push({ '@id': object });
  }
  return { '@graph': Object.values(nodes) };
}

const Validator = adobe.Validator ?? adobe;
const validator = new Validator(vocabulary());
// The preset asks for a rating; that the rating has a word is the row below it in the same table of Google's.
const WORD_OF_RATING = { test: 'ClaimReview[*].reviewRating.alternateName', group: 'ClaimReview', type: 'jsonld' };

await judge(async (page) => {
  const data = new AutoExtractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] }).parse(page);
  const reviewed = Boolean(data.jsonld?.ClaimReview);
  const issues = await validator.validate(data);
  // Its rules for ratings are those of reviews of products: what it says of the vocabulary is what concerns us.
  const ofVocabulary = issues.filter((i) => i.errorType === 'schemaOrg' || !i.errorType && !i.fieldNames && i.dataFormat);
  const tested = await testing
    .structuredDataTest(page, { presets: [presets.Google], tests: reviewed ? [WORD_OF_RATING] : [] })
    .catch((error) => error.res ?? Promise.reject(error));
  return [
    ...ofVocabulary.map((i) => `adobe: ${i.issueMessage}`),
    ...[...tested.failed, ...tested.warnings].map((t) => `google: ${t.error?.message ?? t.test}`),
    ...(Object.keys(data.jsonld ?? {}).length ? [] : ['no JSON-LD']),
  ];
});
