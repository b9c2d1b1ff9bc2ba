import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** Forbid imports out of one folder: `app` joins the features; a feature knows the shared folders and itself alone. */
const importsOf = (folder, forbidden, message) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
})

export default defineConfig([
  globalIgnores(['node_modules', 'src/generated']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended],
    rules: {
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  importsOf(
    'features',
    ['@/app/*', '@/features/*', '../../*'],
    'A feature imports the shared folders and itself (relatively), never the app nor a sibling.',
  ),
  importsOf('components', ['@/app/*', '@/features/*', '../*'], 'Components know lib/ and each other alone.'),
  importsOf(
    'lib',
    ['@/app/*', '@/features/*', '@/components/*', '../*'],
    'lib/ knows nothing of what is drawn.',
  ),
])
