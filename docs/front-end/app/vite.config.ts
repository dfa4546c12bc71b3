/** In development the page and the platform are one origin: what is not the page's own goes on to the platform. */

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const platform = process.env.PLATFORM ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue()],
  server: { proxy: { '/graphql': { target: platform, ws: true }, '/files': platform } },
})
