// Apache Annotator finds in a text what an annotation selects: each document is {text, annotation}, and its findings say what differs.
import { JSDOM } from 'jsdom';
import { judge } from './reading.mjs';

const { window } = new JSDOM('<p></p>');
for (const name of ['Node', 'NodeFilter', 'Range', 'Document', 'Text', 'Element']) globalThis[name] = window[name];
globalThis.document = window.document;
const { createTextPositionSelectorMatcher, createTextQuoteSelectorMatcher } = await import('@apache-annotator/dom');
const MATCHERS = { TextPositionSelector: createTextPositionSelectorMatcher, TextQuoteSelector: createTextQuoteSelectorMatcher };

await judge(async ({ text, annotation }) => {
  const said = [];
  document.body.innerHTML = '<p></p>';
  document.querySelector('p').textContent = text;
  const [{ exact }] = annotation.target.selector.filter((selector) => selector.type === 'TextQuoteSelector');
  for (const selector of annotation.target.selector) {
    const found = [];
    try {
      for await (const range of MATCHERS[selector.type](selector)(document.querySelector('p'))) found.push(range.toString());
    } catch (error) {
      said.push(`${selector.type}: ${error.message}`);
      continue;
    }
    if (!found.length || found.some((words) => words !== exact)) said.push(`${selector.type} found ${JSON.stringify(found)}`);
  }
  return said;
});
