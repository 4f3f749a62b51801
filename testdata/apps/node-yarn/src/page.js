module.exports = (title) => `<!DOCTYPE html><title>${title}</title><h1>${title}</h1>`;
