export default { build: { outDir: '/var/www/html' } };
