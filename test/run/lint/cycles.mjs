import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * Reports an import that leads back to the file that it is in. Imports of types are none when the program runs, so they
 * don't count; `import()` does. Asks the program that the rules about types have made anyway, which saves reading and
 * parsing every file once more.
 */
export const cycles = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { cycle: 'This import leads back here: {{path}}.' },
  },
  create(context) {
    const program = context.sourceCode.parserServices.program;
    if (!program) throw new Error('This rule needs a program that knows types.');
    const file = key(context.filename);
    const graph = graphOf(program);
    const check = (node) => {
      const target = graph.get(file)?.find(({ text, value }) => value && text === node.source?.value)?.target;
      const path = target === undefined || isOfTypes(node) ? undefined : wayBetween(graph, target, file);
      if (path) context.report({ node: node.source, messageId: 'cycle', data: { path: names(path) } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const graphs = new WeakMap();

/** What each file of a program imports from others of the checkout. */
function graphOf(program) {
  let graph = graphs.get(program);
  if (graph === undefined) {
    const files = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('/node_modules/'));
    graph = new Map(files.map((file) => [key(file.fileName), importsOf(file)]));
    graphs.set(program, graph);
  }
  return graph;
}

function importsOf(file) {
  const found = [];
  const add = (specifier, value) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
    found.push({ text: specifier.text, value, target: key(resolve(file.fileName, '..', specifier.text)) });
  };
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], true);
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) add(statement.moduleSpecifier, !importsTypesAlone(statement.importClause));
    else if (ts.isExportDeclaration(statement)) add(statement.moduleSpecifier, !exportsTypesAlone(statement));
  }
  if (file.text.includes('import(')) visit(file);
  return found;
}

function importsTypesAlone(clause) {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { namedBindings: named } = clause;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named) && areTypes(named.elements);
}

function exportsTypesAlone({ isTypeOnly, exportClause }) {
  return (
    isTypeOnly || (exportClause !== undefined && ts.isNamedExports(exportClause) && areTypes(exportClause.elements))
  );
}

function areTypes(elements) {
  return elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);
}

function isOfTypes({ importKind, exportKind, specifiers }) {
  const kinds = specifiers?.map((specifier) => specifier.importKind ?? specifier.exportKind) ?? [];
  return importKind === 'type' || exportKind === 'type' || (kinds.length > 0 && kinds.every((kind) => kind === 'type'));
}

/** The shortest way along imports of values, both ends included. */
function wayBetween(graph, from, to) {
  const before = new Map([[from, undefined]]);
  for (const file of before.keys()) {
    if (file === to) return wayTo(before, file);
    for (const { target, value } of graph.get(file) ?? []) {
      if (value && !before.has(target)) before.set(target, file);
    }
  }
  return undefined;
}

function wayTo(before, end) {
  const way = [];
  for (let file = end; file !== undefined; file = before.get(file)) way.unshift(file);
  return way;
}

function names(path) {
  return path.map((file) => file.slice(file.lastIndexOf('/') + 1)).join(' → ');
}

/** The same for one file however its path is written. */
function key(path) {
  const slashes = path.replaceAll('\\', '/');
  return ts.sys.useCaseSensitiveFileNames ? slashes : slashes.toLowerCase();
}
