import http from 'node:http';
import Redis from 'ioredis';
import pg from 'pg';

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const cache = new Redis(process.env.REDIS_URL);

const server = http.createServer(async (request, response) => {
  try {
    const { rows } = await database.query('select current_user as who, current_database() as what');
    const visits = await cache.incr('visits');
    response.end(`${rows[0].who} ${rows[0].what} ${visits > 0}\n`);
  } catch (error) {
    response.writeHead(500).end(`${error}\n`);
  }
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
