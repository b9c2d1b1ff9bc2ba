import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: here('../src/dsfleet/coordinator/api/ui'),
    emptyOutDir: true,
    // The page is served under `default-src 'self'`: nothing may be turned into a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/login', '/openapi.json', '/healthz'].map((path) => [
        path,
        process.env.DSFLEET_COORDINATOR ?? 'http://127.0.0.1:8080',
      ]),
    ),
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'], restoreMocks: true },
})
