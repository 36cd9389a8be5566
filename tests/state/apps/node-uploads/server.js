const http = require('node:http');
const fs = require('node:fs');
const path = require('node:path');

http
  .createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (request.method === 'POST') fs.appendFileSync(path.join(__dirname, 'uploads', 'notes.txt'), `${body}\n`);
      const kept = fs.existsSync('uploads/notes.txt') ? fs.readFileSync('uploads/notes.txt', 'utf8') : '';
      response.end(kept.trim().replaceAll('\n', ' '));
    });
  })
  .listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
