/** The order of the pages, by whom they are for; a page that is not named here fails a test. */
export const pages = [
  { title: '', files: ['index.md'] },
  {
    title: 'First day',
    files: ['first-day-server.md', 'first-day-front-end.md', 'first-day-ci.md'],
  },
  {
    title: 'The mock',
    files: ['mock.md', 'dashboard.md', 'recipes.md', 'chaos.md', 'sharing.md', 'control-plane.md'],
  },
  {
    title: 'The suite',
    files: ['profile.md', 'inbox.md', 'transport.md', 'ci.md'],
  },
  {
    title: 'Reference',
    files: ['cli.md', 'architecture.md', 'adding-a-system.md'],
  },
];
