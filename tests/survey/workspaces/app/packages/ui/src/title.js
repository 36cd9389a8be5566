exports.title = (from) => `<h1>${from}</h1>`;
