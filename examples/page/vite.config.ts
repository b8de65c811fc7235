import { defineConfig } from 'vite';

const target = process.env.MOCK_URL ?? 'http://127.0.0.1:4010';

/** Everything but the page's own files goes to the mock: one origin, so cookies and sockets work. */
export default defineConfig({
  server: {
    proxy: {
      '^/(v1|_countersign|csrf|box-users|boxes)(/|$|\\?)': { target, ws: true },
    },
  },
});
