import http from 'node:http';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.js';

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env['DATABASE_URL'] }) });

const server = http.createServer(async (_request, response) => {
  try {
    const [login] = await prisma.$queryRaw<{ who: string; what: string }[]>`select current_user::text as who, current_database()::text as what`;
    await prisma.entry.create({ data: { amount: 1 } });
    response.end(`${login?.who} ${login?.what} ${(await prisma.entry.count()) > 0}\n`);
  } catch (error) {
    response.writeHead(500).end(`${error}\n`);
  }
});
server.listen(Number(process.env['PORT'] ?? 3000));
process.on('SIGTERM', () => process.exit(0));
