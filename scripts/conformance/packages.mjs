// What a suite has installed: values exported by its packages, and the JSON-LD contexts among them.
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

// `member` of the package or file `name` as the suite sees it; undefined where it has no such package.
export async function of(suite, name, member) {
  let path;
  try {
    path = createRequire(join(suite, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
  const module = await import(pathToFileURL(path));
  return module[member] ?? module.default?.[member];
}

// URL and text of the contexts in the suite's packages.
export async function contexts(suite) {
  const names = ['credentials', 'data-integrity', 'multikey', 'vdl'];
  const found = await Promise.all(names.map(name => of(suite, `@digitalbazaar/${name}-context`, 'contexts')));
  return new Map(found.flatMap(map => [...map ?? []]));
}
