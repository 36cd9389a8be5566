# syntax=docker/dockerfile:1
FROM node:22-slim AS deps
RUN npm install --global --no-audit --no-fund pnpm@10.34.9
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./
COPY patches/ patches/
RUN --mount=type=cache,target=/root/.pnpm-store \
    npm pkg delete scripts.preinstall && pnpm install --frozen-lockfile --prod --store-dir /root/.pnpm-store

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787
WORKDIR /app
COPY --from=deps /app/node_modules/ node_modules/
COPY package.json ./
COPY src/ src/
USER node
EXPOSE 8787
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8787/').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "src/server.js"]
