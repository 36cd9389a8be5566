# syntax=docker/dockerfile:1
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src/ src/
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5001
WORKDIR /app
COPY --from=build /app/node_modules/ node_modules/
COPY package.json ./
COPY public/ public/
COPY --from=build /app/dist/ dist/
USER node
EXPOSE 5001
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:5001/').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/server.js"]
