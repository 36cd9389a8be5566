declare const require: { (name: string): any; resolve(name: string): string };
declare const process: { env: Record<string, string | undefined> };
const { readFileSync } = require('node:fs') as { readFileSync(path: string, encoding: string): string };
const http = require('node:http');
console.log('is-odd is', readFileSync(require.resolve('is-odd'), 'utf8').includes('PATCHED') ? 'patched' : 'NOT patched');
http.createServer((q: unknown, r: any) => r.end('ok')).listen(Number(process.env.PORT || 3000), '0.0.0.0');
