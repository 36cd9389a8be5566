"""Projects with a package.json: on Bun, or on Node.js with npm, pnpm or yarn."""
