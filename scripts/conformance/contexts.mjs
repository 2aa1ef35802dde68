// Loaded into a suite's process (node --import). The library that makes the test data of the Data Integrity suites knows fewer
// contexts than the suites use (none for driving licences, with which the one for bbs-2023 begins): it is given those that
// the suite has installed and it does not know.
import {contexts, of} from './packages.mjs';

const suite = process.cwd();
const known = await of(suite, 'data-integrity-test-suite-assertion/vc-generator/contexts.js', 'contextMap');
for(const [url, context] of known ? await contexts(suite) : []) {
  if(!known.has(url)) {
    known.set(url, context);
  }
}
