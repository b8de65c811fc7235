/**
 * The pages of docs/ as a site that also opens from the file system: `npm run docs`. Every page is
 * one file beside the others, links are relative, and nothing is asked of the network.
 */
import { pages } from './pages.js';

const order = new Map(pages.flatMap(({ files }) => files).map((file, at) => [file, at]));

/** @param {import('@11ty/eleventy').UserConfig} config */
export default function site(config) {
  config.addPassthroughCopy({ 'docs/site/style.css': 'style.css' });
  config.addPassthroughCopy({ 'mocks/control/openapi.yaml': 'control-plane.openapi.yaml' });
  config.addGlobalData('layout', 'layout.njk');
  config.addGlobalData(
    'permalink',
    () =>
      ({ page }) =>
        `${page.fileSlug || 'index'}.html`,
  );
  config.addGlobalData('groups', pages);
  // The first line of a page is its title; the page itself needs no front matter.
  config.addFilter('titleOf', (text) => /^# (.+)$/m.exec(text ?? '')?.[1] ?? '');
  config.addFilter('htmlName', (file) => file.replace(/\.md$/, '.html'));
  config.addCollection('inOrder', (all) =>
    all
      .getFilteredByGlob('docs/*.md')
      .sort((a, b) => (order.get(a.page.inputPath) ?? 0) - (order.get(b.page.inputPath) ?? 0)),
  );
  config.amendLibrary('md', (markdown) => {
    markdown.set({ html: true, typographer: false });
    addAnchors(markdown);
    linkToPages(markdown);
    scrollTables(markdown);
    scrollCode(markdown);
  });
  return {
    dir: { input: 'docs', includes: 'site', output: '.cache/docs' },
    markdownTemplateEngine: false,
    templateFormats: ['md'],
  };
}

/** Gives each heading the anchor that GitHub gives it. */
function addAnchors(markdown) {
  markdown.core.ruler.push('anchors', (state) => {
    state.tokens.forEach((token, at) => {
      if (token.type !== 'heading_open') return;
      token.attrSet('id', anchorOf(state.tokens[at + 1]?.content ?? ''));
    });
  });
}

function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** `mock.md#worlds` in the source, `mock.html#worlds` on the site. */
function linkToPages(markdown) {
  const plain = markdown.renderer.rules.link_open;
  markdown.renderer.rules.link_open = (tokens, at, options, env, self) => {
    const token = tokens[at];
    const href = token.attrGet('href') ?? '';
    token.attrSet('href', href.replace(/^([\w-]+)\.md(#|$)/, '$1.html$2'));
    return plain ? plain(tokens, at, options, env, self) : self.renderToken(tokens, at, options);
  };
}

/** A wide table moves inside its own frame; the frame can be reached by keyboard. */
function scrollTables(markdown) {
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>';
  markdown.renderer.rules.table_close = () => '</table></div>';
}

/** So does long code. */
function scrollCode(markdown) {
  const plain = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (...given) =>
    plain(...given).replace('<pre', '<pre tabindex="0"');
}
