import http from 'node:http';
import mongoose from 'mongoose';

const Entry = mongoose.model('Entry', new mongoose.Schema({ amount: Number }));
mongoose.connect(process.env.DATABASE_URL).catch((error) => console.error(`${error}`));

const server = http.createServer(async (request, response) => {
  try {
    const { authInfo } = await mongoose.connection.asPromise().then(({ db }) => db.command({ connectionStatus: 1 }));
    await Entry.create({ amount: 1 });
    const kept = (await Entry.countDocuments()) > 0;
    response.end(`${authInfo.authenticatedUsers[0].user} ${mongoose.connection.name} ${kept}\n`);
  } catch (error) {
    response.writeHead(500).end(`${error}\n`);
  }
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
