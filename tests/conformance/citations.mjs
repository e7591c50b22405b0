// What citation-js makes of a reference in BibTeX, RIS or CSL-JSON: its items as CSL-JSON.
import { Cite } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import '@citation-js/plugin-ris';
import { judge } from './reading.mjs';

await judge((text) => {
  try {
    return new Cite(text).format('data', { format: 'object' });
  } catch (error) {
    return [{ failed: error.message }];
  }
});
