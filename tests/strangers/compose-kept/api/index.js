const app = require('express')(); const fs = require('fs');
const token = fs.readFileSync(process.env.API_TOKEN_FILE, 'utf8');
app.get('/status', (q, r) => r.send(process.env.REGION));
app.listen(process.env.PORT || 4000);
