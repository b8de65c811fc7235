/**
 * Who may import whom. Dependencies point one way:
 * cli → proof → (mocks, suites) → specs, and cli → reports → specs.
 */

/** The rooms that make the product, each with the rooms that it may import. */
const rooms = {
  specs: [],
  fixtures: ['specs'],
  mocks: ['specs', 'fixtures'],
  suites: ['specs', 'fixtures'],
  reports: ['specs'],
  proof: ['specs', 'fixtures', 'mocks', 'suites'],
  cli: ['specs', 'fixtures', 'mocks', 'suites', 'proof', 'reports'],
};

const everyRoom = [...Object.keys(rooms), 'tests', 'bench', 'scripts', 'examples'];

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-stays-in-its-place`,
  comment: `${room}/ imports only ${['itself', ...allowed.map((name) => `${name}/`)].join(', ')}.`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: {
    path: `^(${everyRoom.filter((name) => name !== room && !allowed.includes(name)).join('|')})/`,
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'engines-know-no-system',
      comment: 'A sixth system must not touch an engine: pass what it needs in its declaration.',
      severity: 'error',
      from: { path: '^(mocks|suites)/engine/' },
      to: { path: '^(mocks/systems|suites/(misakey|textsecure|ssks|keyservice|quatrix))/' },
    },
    {
      name: 'mock-engine-is-free-of-transports',
      comment: 'A handler takes and returns plain values; transports translate.',
      severity: 'error',
      from: { path: '^mocks/(engine|systems)/' },
      to: { path: '^mocks/(transports|control)/' },
    },
    {
      name: 'systems-know-each-other-not',
      comment: 'A system is a folder that can be taken away.',
      severity: 'error',
      from: { path: '^(mocks/systems|suites)/(misakey|textsecure|ssks|keyservice|quatrix)/' },
      to: {
        path: '^(mocks/systems|suites)/(misakey|textsecure|ssks|keyservice|quatrix)/',
        pathNot: '^$1/$2/',
      },
    },
    {
      name: 'mocks-run-in-a-browser',
      comment: 'Only the Node transport and the entries for Node may use built-in modules of Node.',
      severity: 'error',
      from: {
        path: '^mocks/',
        pathNot: '^mocks/(transports/node[^/]*|index|node[^/]*|[^/]*worker)\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'documents-and-mocks-know-no-runner',
      comment: 'The documents and their model load without Playwright.',
      severity: 'error',
      from: { path: '^(specs|mocks)/' },
      to: { path: 'node_modules/(@playwright|playwright)' },
    },
    {
      name: 'no-development-packages-in-the-product',
      comment: 'What is published must run with its dependencies alone.',
      severity: 'error',
      from: { path: `^(${Object.keys(rooms).join('|')})/`, pathNot: '^specs/check(s/|\\.ts$)' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'npm'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that run each other are one file, or lack a third. Types may refer back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that is used is named in package.json.',
      severity: 'error',
      from: {},
      // An optional peer is reported as undeclared too, although it is declared.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    cache: { folder: '.cache/dependency-cruiser', strategy: 'content' },
  },
};
