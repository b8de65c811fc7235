/** The dashboard at `/_countersign/`. The build bundles it into one file; nothing comes from outside. */
import { render } from 'preact';
import { takeToken } from './api.js';
import { App } from './app.js';
import { startLooking } from './store.js';

takeToken();
startLooking();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
